// Makes readings of one sensor of what a device says, and events of what was not used.
//
// The time is when the frame came, unless the value carries its own. Per value nothing is looked up and nothing but the
// reading is made. A value that the device marks as not valid is counted and is not a reading; nor is an unknown quantity.
// Invariant: however many devices speak behind one subscription, at most sourcesPerSensorMax of them become sensors.
import type { Clock } from '../core/clock.ts';
import type { Emit, FrameReason, ReadingReason } from '../core/events.ts';
import { sourceNameLengthMax, sourcesPerSensorMax } from '../core/limits.ts';
import { QUALITY, type Reading } from '../core/reading.ts';
import { noDrops } from './frame/framer.ts';
import type { Sink } from './sink.ts';

export interface ReadingSinkOptions {
  readonly sensor: string;
  readonly sensorClass: number;
  readonly clock: Clock;
  readonly onReading: (reading: Reading) => void;
  readonly emit: Emit;
  /** Since the device was powered, woken or opened; readings of the first `warmUpS` are marked. */
  readonly uptimeMs?: () => number;
  readonly warmUpS?: number;
  /** Messages of many devices: readings of each carry the name `sensor/source`. Without it what devices say of themselves is ignored. */
  readonly perSource?: boolean;
}

export function createReadingSink(options: ReadingSinkOptions): Sink {
  const { sensor, sensorClass, clock, onReading, emit, perSource = false } = options;
  const { uptimeMs = () => 0, warmUpS = 0 } = options;
  const nameOf: (source?: string) => string | undefined = perSource ? createNames(sensor) : () => sensor;
  /** undefined: a source too many, whose values are left out. */
  let name: string | undefined = sensor;
  let arrivedMs = 0;
  let clockQuality = clock.quality();
  let warming = 0;
  const rejected = (reason: FrameReason | ReadingReason, count: number) => {
    const isFrames = isFrameReason(reason) && !(perSource && reason === 'malformed');
    emit({ type: isFrames ? 'frame_dropped' : 'reading_dropped', sensor: name ?? sensor, reason, count } as DropEvent);
  };
  return {
    frame(source) {
      name = nameOf(source);
      if (name === undefined) rejected('too_many_sources', 1);
      arrivedMs = clock.now();
      clockQuality = clock.quality();
      warming = uptimeMs() < warmUpS * 1000 ? QUALITY.warming_up : 0;
    },
    value({ quantity, value, unit, channel, quality, timeMs = arrivedMs }) {
      if (quantity === null || name === undefined) return;
      if (value === null) return rejected('invalid', 1);
      onReading({
        sensor: name,
        quantity,
        channel,
        value,
        unit,
        timeMs,
        clock: clockQuality,
        quality: quality | warming,
        sensorClass,
      });
    },
    online(is, source) {
      const who = source === undefined ? name : nameOf(source);
      if (who !== undefined) emit({ type: 'sensor_online', sensor: who, online: is });
    },
    rejected,
    topic: () => {},
  };
}

/** Names of the sensors that speak behind one, made once each; undefined for one too many, or one with an endless name. */
function createNames(sensor: string): (source?: string) => string | undefined {
  const names = new Map<string, string>();
  return (source) => {
    if (source === undefined || source === '') return sensor;
    const known = names.get(source);
    if (known !== undefined) return known;
    if (names.size >= sourcesPerSensorMax || source.length > sourceNameLengthMax) return undefined;
    const name = `${sensor}/${source}`;
    names.set(source, name);
    return name;
  };
}

type DropEvent = Extract<Parameters<Emit>[0], { type: 'frame_dropped' | 'reading_dropped' }>;

const FRAME_REASONS = new Set<string>(Object.keys(noDrops()));

const isFrameReason = (reason: string): boolean => FRAME_REASONS.has(reason);
