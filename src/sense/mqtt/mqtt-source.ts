// Readings from MQTT topics: of this gateway's own broker, or of any other one.
//
//     broker ──messages──> convention ──> reading sink ──readings──> queue ──> the loop
//                              └─ topics it learns of are subscribed to as well
//
// For an own broker the caller hands in `subscribe`; elsewhere this file owns one connection (elsewhere.ts) under keepOpen.
// At an own broker each account keeps a share of what can be learned, so that none takes all of it.
// A retained message is as old as it may be: what it describes is used, a value without a time of its own is not.
import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import {
  futureToleranceS,
  perAccountKept,
  sourceNameLengthMax,
  sourceQueueReadingsMax,
  sourcesPerSensorMax,
} from '../../core/limits.ts';
import { keepOpen } from '../../core/retry.ts';
import { Shares } from '../../core/shares.ts';
import type { Convention } from '../convention/convention.ts';
import { createReadingQueue, type Source } from '../reading-queue.ts';
import { createReadingSink } from '../reading-sink.ts';
import { type ElsewhereBroker, openElsewhere } from './elsewhere.ts';
import { createLearnedTopics, type LearnedTopics } from './learned-topics.ts';
import type { OwnBroker } from './own-broker.ts';
import { watchTopics } from './topic-watch.ts';

export interface MqttSourceOptions {
  readonly sensor: string;
  readonly sensorClass: number;
  /** What to subscribe to at first. */
  readonly filters: readonly string[];
  readonly convention: Convention;
  /** The own broker, or how to reach another one. */
  readonly from: OwnBroker | ElsewhereBroker;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Without any message for so long its topics are told as unheard; absent: unheardTopicMs. */
  readonly silenceMs?: number | undefined;
}

interface Received {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retained: boolean;
  /** '' where the broker does not say. */
  readonly account: string;
}

export function openMqttSource(options: MqttSourceOptions): Source {
  const { sensor, from, emit } = options;
  const queue = createReadingQueue(sourceQueueReadingsMax, (count) =>
    emit({ type: 'reading_dropped', sensor, reason: 'queue_full', count }),
  );
  const accounts = 'local' in from ? (from.accounts ?? []) : [];
  const learned = createLearnedTopics(options.filters, accounts);
  const topics = watchTopics(options);
  const take = messageHandler(options, { onReading: queue.push, learned, accounts });
  const onMessage = (message: Received) => {
    topics.heard();
    take(message);
  };
  const stop = new AbortController();
  const { signal } = stop;
  let running: Promise<void> | undefined;
  if ('local' in from) {
    const subscribe = (filter: string) => {
      const unsubscribe = from.local(filter, (topic, payload, account) =>
        onMessage({ topic, payload, retained: false, account }),
      );
      signal.addEventListener('abort', unsubscribe, { once: true });
    };
    learned.onLearned(subscribe);
    for (const filter of options.filters) subscribe(filter);
    emit({ type: 'source_up', sensor, detail: `${options.filters.join(', ')} on the own broker` });
    topics.begin();
  } else {
    const open = async () => {
      const session = await openElsewhere(from, {
        filters: options.filters,
        learned,
        onMessage: (topic, payload, retained) => onMessage({ topic, payload, retained, account: '' }),
        onForgotten: (filter, reason) =>
          emit({
            type: 'warning',
            message: `${sensor}: no longer subscribes to ${filter}, which a message named: ${reason}`,
          }),
        signal,
      });
      emit({ type: 'source_up', sensor, detail: `${options.filters.join(', ')} on ${from.url}` });
      topics.begin();
      return session;
    };
    const onDown = (reason: string, retryMs: number) => emit({ type: 'source_down', sensor, reason, retryMs });
    running = keepOpen(open, { signal, onDown });
  }
  return {
    [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator](),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      topics.end();
      await running;
      queue.end();
    },
  };
}

interface Heard {
  readonly onReading: Parameters<typeof createReadingSink>[0]['onReading'];
  readonly learned: LearnedTopics;
  readonly accounts: readonly string[];
}

function messageHandler(options: MqttSourceOptions, { onReading, learned, accounts }: Heard) {
  const { sensor, sensorClass, convention, clock, emit } = options;
  const sources = createSourceQuota(accounts);
  let retained = false;
  let account = '';
  let isLeftOut = false;
  const sink = createReadingSink({ sensor, sensorClass, clock, onReading, emit, perSource: true });
  const guarded: typeof sink = {
    ...sink,
    frame(source) {
      isLeftOut = source !== undefined && !sources.admit(source, account);
      sink.frame(isLeftOut ? undefined : source);
      if (isLeftOut) sink.rejected('too_many_sources', 1);
    },
    value(observation) {
      const { timeMs, ...untimed } = observation;
      if (isLeftOut) return;
      if (retained && timeMs === undefined) sink.rejected('retained', 1);
      // A device whose clock runs ahead: when its message came is the better time.
      else if (timeMs !== undefined && timeMs > clock.now() + futureToleranceS * 1000) sink.value(untimed);
      else sink.value(observation);
    },
    online(is, source) {
      if (source === undefined ? !isLeftOut : sources.admit(source, account)) sink.online(is, source);
    },
    topic(filter) {
      if (!learned.add(filter, account)) sink.rejected('malformed', 1);
    },
  };
  return (message: Received) => {
    ({ retained, account } = message);
    isLeftOut = false;
    convention.accept(
      { topic: message.topic, payload: message.payload, retained, account, timeMs: clock.now() },
      guarded,
    );
  };
}

/** Which devices have a place: of those behind one subscription each account keeps some. */
function createSourceQuota(accounts: readonly string[]): { admit(source: string, account: string): boolean } {
  const known = new Set<string>();
  const room = new Shares({ max: sourcesPerSensorMax, keptEach: perAccountKept, accounts });
  return {
    admit(source, account) {
      if (source === '' || known.has(source)) return true;
      if (!room.hasRoom(account) || source.length > sourceNameLengthMax) return false;
      known.add(source);
      room.take(account);
      return true;
    },
  };
}
