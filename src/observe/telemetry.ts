// Tells what a running gateway does: one bus of events, and on it the counters, the log or JSON lines; gauges beside.
//
// Invariant: whoever reads the output may stall for ever; the gateway goes on, and what it keeps for them is capped.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { drainMsMax } from '../core/limits.ts';
import { type Counters, createCounters } from './counters.ts';
import { createEventBus, type EventBus } from './event-bus.ts';
import { createLogWriter, type LineOutput, writeEvents } from './event-writer.ts';
import { createGauges, type Gauges } from './gauges.ts';
import type { LogLevel } from './log-level.ts';
import { createLog } from './log-line.ts';

export interface TelemetryOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** JSON lines on `stdout` instead of a log on `stderr`. */
  readonly json: boolean;
  readonly level: LogLevel;
  readonly stdout: LineOutput;
  readonly stderr: LineOutput;
}

export interface Telemetry extends AsyncDisposable {
  readonly bus: EventBus;
  readonly counters: Counters;
  readonly gauges: Gauges;
}

/** Disposing writes what is queued, and gives up on a reader that takes nothing for drainMsMax. */
export function openTelemetry({ clock, json, level, stdout, stderr }: TelemetryOptions): Telemetry {
  const bus = createEventBus(clock);
  const counters = createCounters();
  const gauges = createGauges();
  const log = createLogWriter(stderr);
  bus.listen(counters.note);
  if (!json) bus.listen(createLog(level, log.write));
  const written = json ? writeEvents(bus.follow(), stdout) : undefined;
  gauges.add('events_waiting', () => bus.stats().waiting);
  gauges.add('events_missed', () => bus.stats().missed);
  gauges.add('listener_failures', () => bus.stats().failures);
  gauges.add('log_lines_lost', log.lost);
  gauges.add('memory_bytes', process.memoryUsage.rss);
  return {
    bus,
    counters,
    gauges,
    async [Symbol.asyncDispose]() {
      bus.end();
      await Promise.race([written, sleep(drainMsMax, undefined, { ref: false })]);
    },
  };
}
