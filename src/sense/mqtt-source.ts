// Readings from an MQTT topic: of this gateway's own broker, or of any other one.
//
// For an own broker the caller hands in `subscribe`; elsewhere this file owns one mqtt.js connection under keepOpen.
// mqtt.js queues without bound and reconnects on a fixed timer by default: both are off.
import { connectAsync, type IClientOptions } from 'mqtt';
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import { sourceQueueReadingsMax } from '../core/limits.ts';
import { keepOpen, type Session } from '../core/retry.ts';
import { createMapping, type MappedKey } from './mapping.ts';
import { createReadingQueue, type Source } from './reading-queue.ts';

/** Subscribes to a filter on this gateway's own broker; returns how to stop. */
export type SubscribeLocal = (filter: string, onMessage: (topic: string, payload: Buffer) => void) => () => void;

export interface MqttSourceOptions {
  readonly sensor: string;
  readonly sensorClass: number;
  readonly topic: string;
  readonly readings: readonly MappedKey[];
  /** The own broker, or how to reach another one. */
  readonly from:
    | { readonly local: SubscribeLocal }
    | { readonly url: string; readonly username?: string | undefined; readonly password?: string | undefined };
  readonly clock: Clock;
  readonly emit: Emit;
}

export function openMqttSource(options: MqttSourceOptions): Source {
  const { sensor, sensorClass, topic, readings, from, clock, emit } = options;
  const queue = createReadingQueue(sourceQueueReadingsMax, (count) =>
    emit({ type: 'reading_dropped', sensor, reason: 'queue_full', count }),
  );
  const map = createMapping({
    sensor,
    sensorClass,
    readings,
    onReading: queue.push,
    onDropped: (reason) => emit({ type: 'reading_dropped', sensor, reason, count: 1 }),
  });
  const onPayload = (payload: Buffer) => map(payload, clock.now(), clock.quality());

  const stop = new AbortController();
  let running: Promise<void> | undefined;
  if ('local' in from) {
    const unsubscribe = from.local(topic, (_topic, payload) => onPayload(payload));
    stop.signal.addEventListener('abort', unsubscribe, { once: true });
    emit({ type: 'source_up', sensor, detail: `topic ${topic} on the own broker` });
  } else {
    running = keepOpen(
      () => open(from, topic, onPayload, () => emit({ type: 'source_up', sensor, detail: from.url })),
      {
        signal: stop.signal,
        onDown: (reason, retryMs) => emit({ type: 'source_down', sensor, reason, retryMs }),
      },
    );
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

async function open(
  from: { url: string; username?: string | undefined; password?: string | undefined },
  topic: string,
  onPayload: (payload: Buffer) => void,
  onUp: () => void,
): Promise<Session> {
  const settings: IClientOptions = {
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    connectTimeout: 10_000,
  };
  if (from.username !== undefined) settings.username = from.username;
  if (from.password !== undefined) settings.password = from.password;
  const client = await connectAsync(from.url, settings);
  const closed = Promise.withResolvers<string>();
  client.on('error', (error) => closed.resolve(error.message));
  client.on('close', () => closed.resolve('connection closed'));
  client.on('message', (_topic, payload) => onPayload(payload));
  await client.subscribeAsync(topic, { qos: 0 });
  onUp();
  return { closed: closed.promise, [Symbol.asyncDispose]: () => client.endAsync(true) };
}
