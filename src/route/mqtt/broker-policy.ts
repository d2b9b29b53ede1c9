// Answers what the embedded broker allows, whenever Aedes asks.
//
//   CONNECT -> preConnect, authenticate   PUBLISH -> authorizePublish   SUBSCRIBE -> authorizeSubscribe
//   each delivery -> authorizeForward
//
// MQTT 3.1.1 has no way to refuse one PUBLISH, so a client that publishes what it may not is disconnected; a filter is
// refused with 128. What costs more than a frame should is paid for by the account that caused it: filters against retained
// messages, deliveries, packets that take long. Aedes writes the PUBACK after authorizePublish has called back: the agent's promise is awaited there.
import { randomUUID } from 'node:crypto';
import type { AedesOptions, AedesPublishPacket, Client, PublishPacket, Subscription } from 'aedes';
import {
  brokerClientIdBytesMax,
  brokerFiltersPerClientMax,
  bytesPerToken,
  deliveryTokens,
  retainedPerToken,
} from '../../core/broker-limits.ts';
import { reasonOf } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import { type Arrival, type ArrivalHandler, arrivalOf } from '../arrival.ts';
import { isNetworkTopic } from '../topic.ts';
import { type Identity, mayPublish, maySee, maySubscribe } from './access.ts';
import type { AccountUse } from './broker-account.ts';
import type { BrokerMemory } from './broker-memory.ts';
import { RefusedText, type Session, type SessionTable } from './broker-session.ts';
import {
  answerTopic,
  isLocalTopic,
  isWritten,
  type LocalRequest,
  type RequestHandler,
  requestTopic,
} from './local-topic.ts';
import { mqttWay } from './mqtt-way.ts';
import type { Work } from './work.ts';

export interface PolicyOptions {
  readonly identify: (name: string | undefined, password: Buffer | undefined) => Identity | undefined;
  /** The configured account of that name. */
  readonly isAccount: (name: string) => boolean;
  readonly sessions: SessionTable;
  readonly memory: Pick<BrokerMemory, 'retain' | 'size'>;
  /** By payload of what we publish: client ids that it is not for. */
  readonly leftOut: Pick<WeakMap<Buffer, ReadonlySet<string>>, 'get'>;
  /** Arrivals the agent has not settled. */
  readonly arrivals: Work;
  readonly onPacket: ArrivalHandler;
  readonly onRequest: RequestHandler;
  /** To clients that subscribed. */
  readonly publish: (topic: string, payload: Buffer) => void;
  readonly emit: Emit;
}

type Hooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>;
type Done = (error?: Error | null) => void;

/** CONNACK return codes (MQTT 3.1.1 section 3.2.2.3). */
const SERVER_UNAVAILABLE = 3;
const BAD_CREDENTIALS = 4;

export function brokerPolicy(options: PolicyOptions): Hooks {
  return {
    ...admission(options),
    authorizePublish: (client, packet, done) => publish(options, client, packet, done),
    authorizeSubscribe: (client, subscription, done) => done(null, granted(options, client, subscription)),
    authorizeForward: (client, packet) => forwarded(options, client, packet),
  };
}

function admission(options: PolicyOptions): Pick<Hooks, 'preConnect' | 'authenticate'> {
  const { sessions } = options;
  return {
    // The id becomes <account>/<id>: a CONNECT with an id in use ends the older connection (MQTT-3.1.4-2), and that may
    // only ever be a connection of the same account.
    preConnect(client, packet, done) {
      const name = packet.username ?? '';
      sessions.name(sessions.of(client), name, packet.clientId);
      packet.clean = true;
      if (Buffer.byteLength(packet.clientId) > brokerClientIdBytesMax)
        return done(new Error('client id too long'), false);
      packet.clientId = `${name}/${packet.clientId || randomUUID()}`;
      done(null, true);
    },
    authenticate(client, name, password, done) {
      const problem = loginProblem(options, sessions.of(client), { name, password });
      done(problem ?? null, problem === undefined);
    },
  };
}

interface Login {
  readonly name: string | undefined;
  readonly password: Buffer | undefined;
}

type Refusal = Error & { returnCode: typeof SERVER_UNAVAILABLE | typeof BAD_CREDENTIALS };

/** Lets the session in unless something is wrong, which is said. */
function loginProblem(
  { identify, isAccount, sessions }: PolicyOptions,
  session: Session,
  { name = '', password }: Login,
): Refusal | undefined {
  const { door, clientId } = session;
  const caller = { door, account: isAccount(name) ? name : '', clientId };
  if (!sessions.doors.mayTry(caller)) {
    return refusal(
      'too many wrong passwords from its address: of the next ones one is looked at every 20 s',
      SERVER_UNAVAILABLE,
    );
  }
  const identity = identify(name, password);
  if (!identity) {
    sessions.doors.wrong(caller);
    return refusal(wrongLogin(name, isAccount(name)), BAD_CREDENTIALS);
  }
  sessions.doors.right(caller);
  return sessions.prove(session, identity)
    ? undefined
    : refusal('too many clients: close some of this account, or spread them over several accounts', SERVER_UNAVAILABLE);
}

/** For the log here alone: the client hears the same of each. */
function wrongLogin(name: string, isAccount: boolean): string {
  if (name === '') return 'it sends no user name; enter one of broker.accounts there, with its password';
  if (isAccount) return 'wrong password; compare it with the one of that account under broker.accounts';
  return 'no account has this name; enter it under broker.accounts, or another user name there';
}

function refusal<Code extends number>(message: string, returnCode: Code): Error & { returnCode: Code } {
  return Object.assign(new Error(message), { returnCode });
}

function publish(options: PolicyOptions, client: Client | null, packet: PublishPacket, done: Done): void {
  const session = client ? options.sessions.of(client) : undefined;
  const problem = problemOf(packet, session?.identity);
  if (!session?.identity || !session.use || problem) {
    done(problem ?? new Error('not logged in'));
    return;
  }
  const asked = requestTopic(packet.topic);
  if (asked) {
    packet.retain = false;
    void answer(options, { ...asked, account: session.identity.name, payload: Buffer.from(packet.payload) }, done);
    return;
  }
  if (!isNetworkTopic(packet.topic)) {
    if (packet.retain) options.memory.retain(session.identity.name, packet);
    // It is kept already; Aedes would ask the persistence.
    packet.retain = false;
    done();
    return;
  }
  packet.retain = false;
  const arrival = arrivalOf(packet.topic, packet.payload, mqttWay('client', session.identity.name), options.emit);
  const end = arrival && session.use.begin();
  if (!arrival) done();
  else if (!end) done(new Error('too many packets are waiting'));
  else void handOver(options, arrival, { end, use: session.use, done });
}

/** What was written is acknowledged when it is on disk; a question at once, so that the next one need not wait for it. */
async function answer({ onRequest, publish, arrivals }: PolicyOptions, request: LocalRequest, done: Done) {
  const drained = arrivals.begin();
  if (!isWritten(request.verb)) done();
  const payload = await onRequest(request);
  if (payload) publish(answerTopic(request), payload);
  if (isWritten(request.verb)) done();
  drained();
}

function problemOf({ topic, qos }: PublishPacket, identity: Identity | undefined): Error | undefined {
  if (!identity || !mayPublish(identity, topic)) return new RefusedText('may not publish to this topic', topic);
  return qos === 2 ? new Error('QoS 2 is not served: publish with QoS 0 or 1') : undefined;
}

interface Handing {
  readonly use: AccountUse;
  readonly end: () => void;
  readonly done: Done;
}

async function handOver({ onPacket, arrivals }: PolicyOptions, arrival: Arrival, { use, end, done }: Handing) {
  const drained = arrivals.begin();
  let failure: Error | null = null;
  try {
    const beganMs = performance.now();
    const settling = onPacket({ ...arrival, charge: (handledMs) => use.payForMs(handledMs) });
    use.payForMs(performance.now() - beganMs);
    await settling;
  } catch (cause) {
    failure = new Error(`packet not accepted: ${reasonOf(cause)}`, { cause });
  }
  end();
  drained();
  done(failure);
}

function granted(options: PolicyOptions, client: Client, subscription: Subscription): Subscription | null {
  const { sessions, memory, emit } = options;
  const session = sessions.of(client);
  const { identity, use, filters, label } = session;
  const { topic } = subscription;
  const allowed = identity !== undefined && maySubscribe(identity, topic);
  const hasRoom = filters.has(topic) || (filters.size < brokerFiltersPerClientMax && use?.hasFilterRoom());
  if (allowed && hasRoom) {
    sessions.subscribed(session, topic);
    use?.pace.take(memory.size() / retainedPerToken);
    return subscription;
  }
  // One frame may hold thousands of filters.
  if (!session.isFilterTold) {
    const reason = allowed ? 'too many filters' : 'may not subscribe to this filter';
    emit({ type: 'client_refused', client: label, reason, detail: new RefusedText(reason, topic).detail });
  }
  session.isFilterTold = true;
  return null;
}

/** Aedes sets `clientId` on what a client published and on nothing else, and keeps `retain` on what was retained alone. */
function forwarded(options: PolicyOptions, client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
  const { sessions, leftOut } = options;
  const { identity, use, clientId } = sessions.of(client);
  if (!identity || !maySee(identity, packet.topic)) return null;
  const sender = 'clientId' in packet ? String(packet.clientId) : undefined;
  if (sender !== undefined && (isNetworkTopic(packet.topic) || isLocalTopic(packet.topic))) return null;
  if (Buffer.isBuffer(packet.payload) && leftOut.get(packet.payload)?.has(clientId)) return null;
  const payer = packet.retain ? use : sender === undefined ? undefined : sessions.accounts.ofClientId(sender);
  payer?.pace.take(deliveryTokens * (1 + packet.payload.length / bytesPerToken));
  return packet;
}
