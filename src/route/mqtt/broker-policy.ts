// Answers what the embedded broker allows, whenever Aedes asks.
//
//   CONNECT -> preConnect, authenticate   PUBLISH -> authorizePublish   SUBSCRIBE -> authorizeSubscribe
//   each delivery -> authorizeForward
//
// MQTT 3.1.1 has no way to refuse one PUBLISH, so a client that publishes what it may not is disconnected; a filter is
// refused with 128. Aedes writes the PUBACK after authorizePublish has called back: the agent's promise is awaited there.
import type { AedesOptions, AedesPublishPacket, Client, PublishPacket, Subscription } from 'aedes';
import { reasonOf } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import {
  brokerClientIdBytesMax,
  brokerClientsMax,
  brokerFiltersPerClientMax,
  brokerPendingPacketsMax,
} from '../../core/limits.ts';
import { type Arrival, type ArrivalHandler, arrivalOf } from '../arrival.ts';
import { isNetworkTopic } from '../topic.ts';
import { type Identity, mayPublish, maySee, maySubscribe } from './access.ts';
import type { SessionTable } from './broker-session.ts';
import { mqttWay } from './mqtt-way.ts';
import type { Work } from './work.ts';

export interface PolicyOptions {
  readonly identify: (name: string | undefined, password: Buffer | undefined) => Identity | undefined;
  readonly sessions: SessionTable;
  /** Arrivals the agent has not settled. */
  readonly arrivals: Work;
  readonly onPacket: ArrivalHandler;
  readonly emit: Emit;
}

type Hooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>;
type Done = (error?: Error | null) => void;

/** CONNACK return codes (MQTT 3.1.1 section 3.2.2.3). */
const SERVER_UNAVAILABLE = 3;
const BAD_CREDENTIALS = 4;
const topicShownLengthMax = 64;

export function brokerPolicy(options: PolicyOptions): Hooks {
  return {
    ...admission(options),
    authorizePublish: (client, packet, done) => publish(options, client, packet, done),
    authorizeSubscribe: (client, subscription, done) => done(null, granted(options, client, subscription)),
    authorizeForward: (client, packet) => forwarded(options, client, packet),
  };
}

function admission({ identify, sessions }: PolicyOptions): Pick<Hooks, 'preConnect' | 'authenticate'> {
  return {
    // The id becomes <account>/<id>: a CONNECT with an id in use ends the older connection (MQTT-3.1.4-2), and that may
    // only ever be a connection of the same account.
    preConnect(client, packet, done) {
      const name = packet.username ?? '';
      sessions.name(sessions.of(client), name, packet.clientId);
      packet.clean = true;
      if (Buffer.byteLength(packet.clientId) > brokerClientIdBytesMax)
        return done(new Error('client id too long'), false);
      if (packet.clientId !== '') packet.clientId = `${name}/${packet.clientId}`;
      done(null, true);
    },
    authenticate(client, name, password, done) {
      const identity = identify(name, password);
      if (!identity) return done(refusal('wrong user name or password', BAD_CREDENTIALS), false);
      if (sessions.proven >= brokerClientsMax) {
        return done(refusal('too many clients', SERVER_UNAVAILABLE), false);
      }
      sessions.of(client).identity = identity;
      done(null, true);
    },
  };
}

function refusal<Code extends number>(message: string, returnCode: Code): Error & { returnCode: Code } {
  return Object.assign(new Error(message), { returnCode });
}

function publish(options: PolicyOptions, client: Client | null, packet: PublishPacket, done: Done): void {
  const identity = client ? options.sessions.of(client).identity : undefined;
  const problem = problemOf(packet, identity);
  if (!identity || problem) {
    done(new Error(problem));
    return;
  }
  if (!isNetworkTopic(packet.topic)) {
    done();
    return;
  }
  packet.retain = false;
  const arrival = arrivalOf(packet.topic, packet.payload, mqttWay('client', identity.name), options.emit);
  if (!arrival) done();
  else if (options.arrivals.pending >= brokerPendingPacketsMax) done(new Error('too many packets are waiting'));
  else void handOver(options, arrival, done);
}

function problemOf({ topic, qos }: PublishPacket, identity: Identity | undefined): string | undefined {
  if (!identity || !mayPublish(identity.role, topic))
    return `may not publish to ${topic.slice(0, topicShownLengthMax)}`;
  return qos === 2 ? 'QoS 2 is not served: publish with QoS 0 or 1' : undefined;
}

async function handOver({ onPacket, arrivals }: PolicyOptions, arrival: Arrival, done: Done): Promise<void> {
  const end = arrivals.begin();
  let failure: Error | null = null;
  try {
    await onPacket(arrival);
  } catch (cause) {
    failure = new Error(`packet not accepted: ${reasonOf(cause)}`, { cause });
  }
  end();
  done(failure);
}

function granted({ sessions, emit }: PolicyOptions, client: Client, subscription: Subscription): Subscription | null {
  const { identity, filters, label } = sessions.of(client);
  const { topic } = subscription;
  const allowed = identity !== undefined && maySubscribe(identity.role, topic);
  if (allowed && (filters.has(topic) || filters.size < brokerFiltersPerClientMax)) {
    filters.add(topic);
    return subscription;
  }
  const reason = `${allowed ? 'too many filters for' : 'may not subscribe to'} ${topic.slice(0, topicShownLengthMax)}`;
  emit({ type: 'client_refused', client: label, reason });
  return null;
}

/** Aedes sets `clientId` on what a client published and on nothing else. */
function forwarded({ sessions }: PolicyOptions, client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
  const { identity } = sessions.of(client);
  if (!identity || !maySee(identity.role, packet.topic)) return null;
  return isNetworkTopic(packet.topic) && 'clientId' in packet ? null : packet;
}
