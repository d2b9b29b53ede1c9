// Readings from MQTT topics: of this gateway's own broker, or of any other one.
//
//     broker ──messages──> convention ──> reading sink ──readings──> queue ──> the loop
//                              └─ topics it learns of are subscribed to as well
//
// For an own broker the caller hands in `subscribe`; elsewhere this file owns one mqtt.js connection under keepOpen.
// mqtt.js queues without bound, reconnects on a fixed timer and takes messages of any size: all three are off.
// A retained message is as old as it may be: what it describes is used, a value without a time of its own is not.
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Clock } from '../../core/clock.ts';
import { reasonOf } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import {
  futureToleranceS,
  linkConnectMsMax,
  namesPerSourceMax,
  sourceFrameBytesMax,
  sourceQueueReadingsMax,
} from '../../core/limits.ts';
import { keepOpen, type Session } from '../../core/retry.ts';
import { matchesFilter } from '../../core/topic-filter.ts';
import type { Convention } from '../convention/convention.ts';
import { createReadingQueue, type Source } from '../reading-queue.ts';
import { createReadingSink } from '../reading-sink.ts';

/** Subscribes to a filter on this gateway's own broker, whose messages come with their account; returns how to stop. */
export type SubscribeLocal = (
  filter: string,
  onMessage: (topic: string, payload: Buffer, account: string) => void,
) => () => void;

export interface ElsewhereBroker {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export interface MqttSourceOptions {
  readonly sensor: string;
  readonly sensorClass: number;
  /** What to subscribe to at first. */
  readonly filters: readonly string[];
  readonly convention: Convention;
  /** The own broker, or how to reach another one. */
  readonly from: { readonly local: SubscribeLocal } | ElsewhereBroker;
  readonly clock: Clock;
  readonly emit: Emit;
}

type OnMessage = (topic: string, payload: Buffer, retained: boolean) => void;

export function openMqttSource(options: MqttSourceOptions): Source {
  const { sensor, from, emit } = options;
  const queue = createReadingQueue(sourceQueueReadingsMax, (count) =>
    emit({ type: 'reading_dropped', sensor, reason: 'queue_full', count }),
  );
  const topics = createTopics(options.filters);
  const onMessage = messageHandler(options, queue.push, topics.add);
  const stop = new AbortController();
  const { signal } = stop;
  let running: Promise<void> | undefined;
  if ('local' in from) {
    const heard = (topic: string, payload: Buffer) => onMessage(topic, payload, false);
    topics.each((filter) => {
      const unsubscribe = from.local(filter, heard);
      signal.addEventListener('abort', unsubscribe, { once: true });
    });
    emit({ type: 'source_up', sensor, detail: `${options.filters.join(', ')} on the own broker` });
  } else {
    const open = async () => {
      const session = await openElsewhere(from, { topics, onMessage, signal });
      emit({ type: 'source_up', sensor, detail: `${options.filters.join(', ')} on ${from.url}` });
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

/** Filters to subscribe to: those known, and each that is learned later. */
interface Topics {
  add(filter: string): void;
  each(subscribe: (filter: string) => void): void;
}

function createTopics(first: readonly string[]): Topics {
  const filters = new Set(first);
  let listener: ((filter: string) => void) | undefined;
  return {
    add(filter) {
      // A broker sends a message once for each filter that takes it.
      if (filters.size >= namesPerSourceMax || [...filters].some((known) => matchesFilter(known, filter))) return;
      filters.add(filter);
      listener?.(filter);
    },
    each(subscribe) {
      listener = subscribe;
      for (const filter of [...filters]) subscribe(filter);
    },
  };
}

function messageHandler(
  { sensor, sensorClass, convention, clock, emit }: MqttSourceOptions,
  onReading: Parameters<typeof createReadingSink>[0]['onReading'],
  onTopic: (filter: string) => void,
): OnMessage {
  let retained = false;
  const sink = createReadingSink({ sensor, sensorClass, clock, onReading, emit, perSource: true });
  const guarded: typeof sink = {
    ...sink,
    value(observation) {
      const { timeMs, ...untimed } = observation;
      if (retained && timeMs === undefined) sink.rejected('retained', 1);
      // A device whose clock runs ahead: when its message came is the better time.
      else if (timeMs !== undefined && timeMs > clock.now() + futureToleranceS * 1000) sink.value(untimed);
      else sink.value(observation);
    },
    topic: onTopic,
  };
  return (topic, payload, isRetained) => {
    retained = isRetained;
    convention.accept({ topic, payload, retained, timeMs: clock.now() }, guarded);
  };
}

interface Subscription {
  readonly topics: Topics;
  readonly onMessage: OnMessage;
  /** Gives up connecting. */
  readonly signal: AbortSignal;
}

async function openElsewhere(broker: ElsewhereBroker, { topics, onMessage, signal }: Subscription): Promise<Session> {
  const client = connect(broker.url, settingsOf(broker));
  const closed = Promise.withResolvers<string>();
  client.on('error', (error) => closed.resolve(reasonOf(error)));
  client.on('close', () => closed.resolve('connection closed'));
  client.on('message', (topic, payload, { retain }) => onMessage(topic, payload, retain));
  limitFrames(client, closed.resolve);
  const stop = () => closed.resolve('stopped');
  signal.addEventListener('abort', stop, { once: true });
  const lost = closed.promise.then((reason) => Promise.reject(new Error(reason)));
  try {
    await Promise.race([new Promise((resolve) => client.once('connect', resolve)), lost]);
    const granted: Promise<unknown>[] = [];
    topics.each((filter) => {
      const subscribing = client.subscribeAsync(filter, { qos: 0 }).catch((cause) => {
        throw new Error(`cannot subscribe to ${filter} (${reasonOf(cause)})`, { cause });
      });
      // One that is learned later and refused ends the session: what it brings is waited for.
      subscribing.catch((error) => closed.resolve(reasonOf(error)));
      granted.push(subscribing);
    });
    await Promise.race([Promise.all(granted), lost]);
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
