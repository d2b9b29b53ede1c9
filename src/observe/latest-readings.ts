// Keeps the newest reading of every channel, and the newest good one: what `qis status` shows of the sensors of a gateway.
//
// Only what is watched for events has a detector; whoever mounts a sensor wants to see that the rest arrives, too.
// Invariant: at most judgedChannelsMax channels; what is unfit (UNFIT) is never shown as good.
import { judgedChannelsMax } from '../core/limits.ts';
import { channelKey, qualityNames, type Reading, UNFIT } from '../core/reading.ts';

export interface ShownReading {
  /** `channelKey` of the reading. */
  readonly channel: string;
  readonly sensor: string;
  readonly quantity: string;
  readonly value: number;
  readonly unit: string;
  /** Names of the flags joined by a space; `good` without any. */
  readonly quality: string;
  readonly timeMs: number;
  /** The newest from which something may be concluded, in the same unit; null before the first. */
  readonly good: { readonly value: number; readonly timeMs: number } | null;
}

/** Changed in place: there is one for each of many readings a second. */
interface Latest {
  reading: Reading;
  good: Reading | undefined;
}

export interface LatestReadings {
  note(reading: Reading): void;
  /** That spoke since the start. */
  sensors(): ReadonlySet<string>;
  /** In the order in which the channels first spoke. @param of what else to show of a sensor */
  snapshot<T extends object>(of: (sensor: string) => T): (ShownReading & T)[];
}

export function createLatestReadings(): LatestReadings {
  const channels = new Map<string, Latest>();
  return {
    note(reading) {
      const key = channelKey(reading);
      let latest = channels.get(key);
      if (!latest) {
        if (channels.size >= judgedChannelsMax) return;
        latest = { reading, good: undefined };
        channels.set(key, latest);
      }
      latest.reading = reading;
      if (!(reading.quality & UNFIT)) latest.good = reading;
    },
    sensors: () => new Set([...channels.values()].map(({ reading }) => reading.sensor)),
    snapshot: (of) =>
      [...channels].map(([channel, { reading, good }]) => {
        const { sensor, quantity, value, unit, quality, timeMs } = reading;
        return {
          ...{ channel, sensor, quantity, value, unit },
          quality: qualityNames(quality).join(' ') || 'good',
          ...of(sensor),
          timeMs,
          good: good ? { value: good.value, timeMs: good.timeMs } : null,
        };
      }),
  };
}
