// One MQTT connection to a neighbour's broker, or to one that is shared. It opens, carries, and ends; core/retry.ts opens
// the next one.
//
//   TCP or TLS socket -> FrameGuard -> mqtt.js -> onPacket, many at a time -> PUBACK once it settled
//   publish() -> mqtt.js, QoS 1, capped in flight, refused while down
//
// Invariant: nothing outlives the connection: no queue, no session, no reconnection inside mqtt.js. Bytes count at the
// TCP socket, so TLS is in them.
import { createConnection, isIP, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { MqttClient } from 'mqtt';
import { brokerClientBacklogBytesMax, brokerFrameBytesMax } from '../../core/broker-limits.ts';
import { OperatingError, reasonOf } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import { drainMsMax, linkConnectMsMax, linkInFlightMax, linkKeepaliveS } from '../../core/limits.ts';
import type { Session } from '../../core/retry.ts';
import { type ArrivalHandler, arrivalOf } from '../arrival.ts';
import { FrameGuard } from './frame-guard.ts';
import { createLinkArrivals } from './link-arrivals.ts';
import { linkFailure } from './link-failure.ts';
import { mqttWay } from './mqtt-way.ts';
import type { WireMeter } from './wire-meter.ts';
import { Work } from './work.ts';

/** Filters in one SUBSCRIBE, so that it fits every broker's idea of a frame. */
const subscribeBatchSize = 64;

/** Where a neighbour is and how to get in. */
export interface LinkAddress {
  /** For the operator, and in its way. */
  readonly name: string;
  /** mqtt://host[:1883] or mqtts://host[:8883]. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** With which it connects where it dials us, `linkClientId` of its key; absent where that is not known. */
  readonly ownClientId?: string;
  /** PEM of the authority that signed the neighbour's certificate; absent: those the system trusts. */
  readonly ca?: string | Buffer;
}

export interface LinkOptions {
  readonly address: LinkAddress;
  /** At most 23 characters (MQTT 3.1.1 section 3.1.3.1): linkClientId. */
  readonly clientId: string;
  readonly filters: readonly string[];
  readonly onPacket: ArrivalHandler;
  readonly emit: Emit;
  /** Counts what crosses the wire, attempts that fail included. */
  readonly meter: WireMeter;
  readonly keepaliveS?: number;
  /** Gives up connecting. */
  readonly signal?: AbortSignal;
}

export interface Link extends Session {
  /** False when the link is down or too much is in flight; it was not sent then. */
  publish(topic: string, bytes: Buffer): boolean;
  /** Subscribes to these in place of what was; the link ends when one is refused. */
  watch(filters: readonly string[]): void;
}

/** From the key, so that a gateway that comes back replaces the connection it left behind. */
export function linkClientId(nodeId: Buffer): string {
  return `q${nodeId.toString('hex').slice(0, 20)}`;
}

/**
 * Resolves when connected and every filter is granted.
 * @throws OperatingError broker_unavailable, with what the neighbour or the network said
 */
export async function openLink(options: LinkOptions): Promise<Link> {
  const { url } = options.address;
  const socket = dial(options.address, options.meter);
  const guard = new FrameGuard(socket, {
    frameBytesMax: brokerFrameBytesMax,
    backlogBytesMax: brokerClientBacklogBytesMax,
  });
  const client = connect(guard, options);
  const closed = closing(client, guard);
  const stop = () => guard.destroy(new Error('stopped'));
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    options.signal?.throwIfAborted();
    const lost = closed.then((reason) => Promise.reject(new Error(reason)));
    await Promise.race([connected(client), lost]);
    await Promise.race([subscribe(client, options.filters), lost]);
  } catch (cause) {
    client.end(true);
    throw new OperatingError('broker_unavailable', `${url}: ${linkFailure(reasonOf(cause))}`, { cause });
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
  const inFlight = new Work();
  let subscribed = options.filters;
  return {
    closed,
    watch(filters) {
      const added = filters.filter((filter) => !subscribed.includes(filter));
      const dropped = subscribed.filter((filter) => !filters.includes(filter));
      subscribed = filters;
      // First what is new, so that nothing is missed in between.
      const changed = subscribe(client, added).then(() => unsubscribe(client, dropped));
      changed.catch((cause) => guard.destroy(new Error(reasonOf(cause))));
    },
    publish(topic, bytes) {
      if (!client.connected || inFlight.pending >= linkInFlightMax) return false;
      client.publish(topic, bytes, { qos: 1 }, inFlight.begin());
      return true;
    },
    async [Symbol.asyncDispose]() {
      if (client.connected) await Promise.race([inFlight.drained(drainMsMax), closed]);
      client.end(inFlight.pending > 0);
      await Promise.race([closed, sleep(drainMsMax, undefined, { ref: false })]);
      guard.destroy();
    },
  };
}

function dial({ name, url, ca }: LinkAddress, meter: WireMeter): Socket {
  const { protocol, hostname, port, username } = URL.parse(url) ?? {};
  if (!hostname || (protocol !== 'mqtt:' && protocol !== 'mqtts:') || username) {
    throw new OperatingError(
      'config_invalid',
      `link ${name}: the address must look like mqtt://host:1883 or mqtts://host:8883, with user name and password apart`,
    );
  }
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'mqtts:';
  const wire = createConnection({ host, port: Number(port || (secure ? 8883 : 1883)), noDelay: true });
  meter.watch(wire);
  if (!secure) return wire;
  const socket = connectTls({ socket: wire, host, ...(isIP(host) ? {} : { servername: host }), ...(ca ? { ca } : {}) });
  wire.on('error', (error) => socket.destroy(error));
  return socket;
}

function connect(guard: FrameGuard, options: LinkOptions): MqttClient {
  const { address, onPacket, emit } = options;
  const client = new MqttClient(() => guard, {
    clientId: options.clientId,
    keepalive: options.keepaliveS ?? linkKeepaliveS,
    connectTimeout: linkConnectMsMax,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    subscribeBatchSize,
    timerVariant: 'native',
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
  });
  // We subscribe at QoS 1, so nothing honest arrives at QoS 2; mqtt.js would store it without limit.
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'publish' && packet.qos === 2) guard.destroy(new Error('the neighbour sent a message at QoS 2'));
  });
  const hand = createLinkArrivals(onPacket, (frame) => {
    if (!guard.destroyed) guard.write(frame);
  });
  client.handleMessage = (packet, done) => {
    const arrival = arrivalOf(packet.topic, packet.payload, mqttWay('link', address.name), emit);
    if (arrival) hand(arrival, packet, done);
    else done();
  };
  return client;
}

function connected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
  });
}

/** Settles when the connection is gone, with the first reason that anyone gave. */
function closing(client: MqttClient, guard: FrameGuard): Promise<string> {
  let reason: string | undefined;
  const note = (error: unknown) => {
    reason ??= reasonOf(error);
  };
  client.on('error', note);
  guard.on('error', note);
  return new Promise((resolve) => {
    guard.once('close', () => resolve(reason ?? 'the neighbour closed the connection'));
  });
}

async function subscribe(client: MqttClient, filters: readonly string[]): Promise<void> {
  if (filters.length === 0) return;
  const grants = await client.subscribeAsync([...filters], { qos: 1 }).catch((cause) => {
    throw new Error('the neighbour refused a subscription: ask for access to what this gateway watches', { cause });
  });
  const refused = grants.find(({ qos }) => qos > 1);
  if (refused) throw new Error(`the neighbour refused the subscription to ${refused.topic}`);
}

async function unsubscribe(client: MqttClient, filters: readonly string[]): Promise<void> {
  for (let at = 0; at < filters.length; at += subscribeBatchSize)
    await client.unsubscribeAsync(filters.slice(at, at + subscribeBatchSize));
}
