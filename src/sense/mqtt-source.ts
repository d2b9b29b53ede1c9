// Readings from an MQTT topic: of this gateway's own broker, or of any other one.
//
// For an own broker the caller hands in `subscribe`; elsewhere this file owns one mqtt.js connection under keepOpen.
// mqtt.js queues without bound, reconnects on a fixed timer and takes messages of any size: all three are off.
// A retained message is left out: it is as old as it may be, and its reading would be taken for one of now.
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Clock } from '../core/clock.ts';
import { reasonOf } from '../core/errors.ts';
import type { Emit, ReadingReason } from '../core/events.ts';
import { linkConnectMsMax, sourceFrameBytesMax, sourceQueueReadingsMax } from '../core/limits.ts';
import { keepOpen, type Session } from '../core/retry.ts';
import { createMapping, type MappedKey } from './mapping.ts';
import { createReadingQueue, type Source } from './reading-queue.ts';

/** Subscribes to a filter on this gateway's own broker; returns how to stop. */
export type SubscribeLocal = (filter: string, onMessage: (topic: string, payload: Buffer) => void) => () => void;

export interface ElsewhereBroker {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export interface MqttSourceOptions {
  readonly sensor: string;
  readonly sensorClass: number;
  readonly topic: string;
  readonly readings: readonly MappedKey[];
  /** The own broker, or how to reach another one. */
  readonly from: { readonly local: SubscribeLocal } | ElsewhereBroker;
  readonly clock: Clock;
  readonly emit: Emit;
}

export function openMqttSource(options: MqttSourceOptions): Source {
  const { sensor, sensorClass, topic, readings, from, clock, emit } = options;
  const queue = createReadingQueue(sourceQueueReadingsMax, (count) =>
    emit({ type: 'reading_dropped', sensor, reason: 'queue_full', count }),
  );
  const drop = (reason: ReadingReason) => emit({ type: 'reading_dropped', sensor, reason, count: 1 });
  const map = createMapping({ sensor, sensorClass, readings, onReading: queue.push, onDropped: drop });
  const onPayload = (payload: Buffer) => map(payload, clock.now(), clock.quality());

  const stop = new AbortController();
  const { signal } = stop;
  let running: Promise<void> | undefined;
  if ('local' in from) {
    const unsubscribe = from.local(topic, (_topic, payload) => onPayload(payload));
    signal.addEventListener('abort', unsubscribe, { once: true });
    emit({ type: 'source_up', sensor, detail: `topic ${topic} on the own broker` });
  } else {
    const onMessage = (payload: Buffer, retained: boolean) => (retained ? drop('retained') : onPayload(payload));
    const open = async () => {
      const session = await openElsewhere(from, { topic, onMessage, signal });
      emit({ type: 'source_up', sensor, detail: `topic ${topic} on ${from.url}` });
      return session;
    };
    const onDown = (reason: string, retryMs: number) => emit({ type: 'source_down', sensor, reason, retryMs });
    running = keepOpen(open, { signal, onDown });
  }
  return {
    [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator](),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
      queue.end();
    },
  };
}

interface Subscription {
  readonly topic: string;
  readonly onMessage: (payload: Buffer, retained: boolean) => void;
  /** Gives up connecting. */
  readonly signal: AbortSignal;
}

async function openElsewhere(broker: ElsewhereBroker, { topic, onMessage, signal }: Subscription): Promise<Session> {
  const client = connect(broker.url, settingsOf(broker));
  const closed = Promise.withResolvers<string>();
  client.on('error', (error) => closed.resolve(reasonOf(error)));
  client.on('close', () => closed.resolve('connection closed'));
  client.on('message', (_topic, payload, { retain }) => onMessage(payload, retain));
  limitFrames(client, closed.resolve);
  const stop = () => closed.resolve('stopped');
  signal.addEventListener('abort', stop, { once: true });
  const lost = closed.promise.then((reason) => Promise.reject(new Error(reason)));
  try {
    await Promise.race([new Promise((resolve) => client.once('connect', resolve)), lost]);
    const granted = client.subscribeAsync(topic, { qos: 0 }).catch((cause) => {
      throw new Error(`cannot subscribe to ${topic} (${reasonOf(cause)})`, { cause });
    });
    await Promise.race([granted, lost]);
  } catch (cause) {
    client.end(true);
    throw new Error(`${broker.url}: ${reasonOf(cause)}`, { cause });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return { closed: closed.promise, [Symbol.asyncDispose]: () => client.endAsync(true) };
}

function settingsOf({ username, password }: ElsewhereBroker): IClientOptions {
  return {
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    connectTimeout: linkConnectMsMax,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

/** mqtt.js collects a message in memory until it is whole, up to 256 MB (MQTT 3.1.1 section 2.2.3). */
function limitFrames(client: MqttClient, onEnd: (reason: string) => void): void {
  let unfinishedBytes = 0;
  client.on('packetreceive', () => {
    unfinishedBytes = 0;
  });
  client.stream.on('data', (bytes: Buffer) => {
    unfinishedBytes += bytes.length;
    if (unfinishedBytes <= sourceFrameBytesMax) return;
    onEnd('it sent a message that is too large');
    client.stream.destroy();
  });
}
