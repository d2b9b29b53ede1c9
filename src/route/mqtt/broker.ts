// The gateway's own MQTT 3.1.1 broker: sensors publish here, neighbours subscribe to what they watch.
//
//   socket -> FrameGuard -> Aedes -> sensors' topics: to whoever subscribed
//                                 -> packets, link frames: to onPacket only; PUBACK once it settled
//                                 -> requests of programs: to onRequest only; its answer to the program
//   publish() -> Aedes -> neighbours
//
// Invariant: what a client publishes on qis/, q1/ or qis-local/ reaches no other client. The agent verifies and commits it and
// publishes it anew. Sessions are clean, QoS 2 is not served, and a client id belongs to its account.

import { once } from 'node:events';
import { createServer, isIPv4, type Server } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';
import { assert } from '../../core/assert.ts';
import { brokerClientIdBytesMax, brokerConnectMsMax, brokerDrainMsMax } from '../../core/broker-limits.ts';
import { OperatingError, reasonOf } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import { drainMsMax, topicLevelsMax } from '../../core/limits.ts';
import type { ArrivalHandler } from '../arrival.ts';
import { isNetworkTopic } from '../topic.ts';
import { type Account, accountOf, credentialsOf } from './access.ts';
import { type BrokerMemory, brokerMemory } from './broker-memory.ts';
import { brokerPolicy, type PolicyOptions } from './broker-policy.ts';
import { SessionTable } from './broker-session.ts';
import { isLocalTopic, type RequestHandler } from './local-topic.ts';
import { Work } from './work.ts';

export interface BrokerOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** May be empty on a loopback address only. */
  readonly accounts: readonly Account[];
  /** Packets and link frames of clients; each comes by the way of its account. */
  readonly onPacket: ArrivalHandler;
  /** Absent: programs are not answered. */
  readonly onRequest?: RequestHandler;
  readonly emit: Emit;
}

export type ReceiveLocal = (topic: string, payload: Buffer, account: string) => void;

export interface Broker extends AsyncDisposable {
  readonly port: number;
  /**
   * To every neighbour or program that subscribed, QoS 1, never retained. The bytes are sent later: do not change them.
   * @param except client ids of gateways that are left out
   */
  publish(topic: string, bytes: Buffer, except?: ReadonlySet<string>): void;
  /** Whether a gateway that connected with this client id gets what is published on the topic. */
  serves(clientId: string, topic: string): boolean;
  /** Messages of sensors as they are published here, with their account; returns how to stop. `receive` must not throw. */
  subscribeLocal(filter: string, receive: ReceiveLocal): () => void;
  /** Proven clients, and bytes on the wire since the broker opened. */
  stats(): { readonly clients: number; readonly bytesIn: number; readonly bytesOut: number };
}

/** Why a broker may not listen on this address; undefined when it may. */
export function listenProblem(host: string, accounts: readonly unknown[]): string | undefined {
  if (accounts.length > 0 || isLoopback(host)) return undefined;
  return 'can be reached from other machines, so anyone could publish; add accounts, or listen on 127.0.0.1';
}

/**
 * Listens and serves until disposed.
 * @throws OperatingError broker_unavailable when it cannot listen, config_invalid when just anyone could publish
 */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { host, accounts, emit } = options;
  const problem = listenProblem(host, accounts);
  if (problem) throw new OperatingError('config_invalid', `broker: ${host} ${problem}`);
  const names = accounts.map(({ name }) => name);
  const sessions = new SessionTable(emit, names);
  const memory = openMemory(names, emit);
  const arrivals = new Work();
  const deliveries = new Work();
  const identify = credentialsOf(accounts);
  const leftOut = new WeakMap<Buffer, ReadonlySet<string>>();
  const isAccount = (name: string) => names.includes(name);
  const publish = (topic: string, payload: Buffer) =>
    aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, deliveries.begin());
  const aedes: Aedes = await serve({
    identify,
    isAccount,
    sessions,
    memory,
    arrivals,
    leftOut,
    onPacket: options.onPacket,
    onRequest: options.onRequest ?? (async () => undefined),
    publish,
    emit,
  });
  const server = createServer((socket) => sessions.accept(socket, aedes.handle));
  const port = await listen(server, options).catch((error) => {
    aedes.close();
    throw error;
  });
  emit({ type: 'broker_up', port });
  return {
    port,
    publish(topic, bytes, except) {
      // A buffer of its own for each publishing: by it the policy knows who is left out.
      const payload = except?.size ? Buffer.from(bytes) : bytes;
      if (except?.size) leftOut.set(payload, except);
      publish(topic, payload);
    },
    serves: (clientId, topic) => sessions.serves(clientId, topic),
    subscribeLocal: (filter, receive) => subscribeLocal(aedes, filter, receive),
    stats: () => sessions.stats(),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      await Promise.all([arrivals.drained(drainMsMax), deliveries.drained(drainMsMax)]);
      await new Promise<void>((resolve) => aedes.close(resolve));
      sessions.endAll();
      await closed;
    },
  };
}

function openMemory(accounts: readonly string[], emit: Emit): BrokerMemory {
  const told = new Set<string>();
  const onFull = (account: string) => {
    if (!told.has(account))
      emit({ type: 'warning', message: `broker: no room for more retained messages of account ${account}` });
    told.add(account);
  };
  return brokerMemory(onFull, accounts);
}

async function serve(policy: PolicyOptions & { readonly memory: BrokerMemory }): Promise<Aedes> {
  const { sessions, memory, emit } = policy;
  const aedes = await Aedes.createBroker({
    ...brokerPolicy(policy),
    persistence: memory,
    // 0 is no limit: with one, the messages that wait for a stalled client keep all others waiting.
    concurrency: 0,
    drainTimeout: brokerDrainMsMax,
    connectTimeout: brokerConnectMsMax,
    // MQTT 3.1 clients: 23 characters were the rule, and the name of the account comes before them.
    maxClientsIdLength: 2 * brokerClientIdBytesMax,
    // One more than a packet has: the hop count.
    maxTopicLevels: topicLevelsMax + 1,
  });
  aedes.on('clientError', (client, error) => sessions.report(client, error));
  aedes.on('connectionError', (client, error) => sessions.report(client, error));
  aedes.on('unsubscribe', (filters, client) => {
    for (const filter of filters) sessions.unsubscribed(sessions.of(client), filter);
  });
  aedes.addListener('error', (error: Error) => emit({ type: 'warning', message: `broker: ${reasonOf(error)}` }));
  return aedes;
}

async function listen(server: Server, { host, port, emit }: BrokerOptions): Promise<number> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const what = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'another program uses it' : reasonOf(cause);
    throw new OperatingError(
      'broker_unavailable',
      `the broker cannot listen on ${host}:${port} (${what}): stop that program or set another port`,
      { cause },
    );
  }
  server.on('error', (error) => emit({ type: 'warning', message: `broker: ${reasonOf(error)}` }));
  const address = server.address();
  assert(address !== null && typeof address === 'object', 'a TCP server has a port');
  return address.port;
}

function subscribeLocal(aedes: Aedes, filter: string, receive: ReceiveLocal): () => void {
  const deliver = (packet: AedesPublishPacket, done: () => void): void => {
    const { topic, payload } = packet;
    if (!isNetworkTopic(topic) && !isLocalTopic(topic) && !topic.startsWith('$'))
      receive(topic, Buffer.from(payload), 'clientId' in packet ? accountOf(String(packet.clientId)) : '');
    done();
  };
  aedes.subscribe(filter, deliver, () => {});
  return () => aedes.unsubscribe(filter, deliver, () => {});
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
