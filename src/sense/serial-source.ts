// The supervisor of one serial sensor: keeps its line open for as long as the gateway runs, and turns bytes into readings.
//
//     line ──bytes──> framer ──frames──> decoder ──readings──> queue ──> the loop
//       └─ silence timer: no good frame for silenceS closes the line; keepOpen opens a new one
//
// It never ends the process: a port that is missing, busy or unplugged is waited for.
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import { sourceQueueReadingsMax } from '../core/limits.ts';
import { keepOpen, type Session } from '../core/retry.ts';
import { createDecoder } from './decoder.ts';
import { createFramer, dropReporter } from './framer.ts';
import type { DeviceModel, DeviceProfile, SerialLine } from './profile.ts';
import { createReadingQueue, type Source } from './reading-queue.ts';
import { openLine } from './serial-line.ts';

export interface SerialSourceOptions {
  readonly sensor: string;
  readonly path: string;
  readonly profile: DeviceProfile;
  readonly model: DeviceModel;
  readonly line: SerialLine;
  readonly silenceS: number;
  readonly clock: Clock;
  readonly emit: Emit;
}

export function openSerialSource(options: SerialSourceOptions): Source {
  const { sensor, path, profile, model, clock, emit } = options;
  const queue = createReadingQueue(sourceQueueReadingsMax, (count) =>
    emit({ type: 'reading_dropped', sensor, reason: 'queue_full', count }),
  );
  const decode = createDecoder(profile, model, sensor);
  const stop = new AbortController();

  async function open(): Promise<Session> {
    // Half a frame of the last session is no part of this one.
    const framer = createFramer(profile.framing, model.frameBytes);
    const report = dropReporter(framer, sensor, emit);
    const silent = Promise.withResolvers<string>();
    let watchdog: NodeJS.Timeout | undefined;
    let openedMs = clock.now();
    const onFrame = (frame: Buffer) => {
      watchdog?.refresh();
      const timeMs = clock.now();
      // A clock that is set back would have the sensor warm up for as long as it went back.
      openedMs = Math.min(openedMs, timeMs);
      decode(frame, { timeMs, clock: clock.quality(), uptimeMs: timeMs - openedMs }, queue.push);
    };
    const onData = (bytes: Buffer) => {
      framer.push(bytes, onFrame);
      report();
    };
    const line = await openLine({ path, line: options.line, onData, signal: stop.signal });
    watchdog = setTimeout(() => silent.resolve(`no good frame for ${options.silenceS} s`), options.silenceS * 1000);
    emit({ type: 'source_up', sensor, detail: `${profile.name} on ${path}` });
    return {
      closed: Promise.race([line.closed, silent.promise]),
      [Symbol.asyncDispose]: async () => {
        clearTimeout(watchdog);
        await line[Symbol.asyncDispose]();
      },
    };
  }

  const running = keepOpen(open, {
    signal: stop.signal,
    onDown: (reason, retryMs) => emit({ type: 'source_down', sensor, reason, retryMs }),
  });
  return {
    [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator](),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
      queue.end();
    },
  };
}
