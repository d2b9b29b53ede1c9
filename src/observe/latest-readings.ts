// The newest reading of every channel: what `qis status` shows of the sensors of a gateway.
//
// Only what is watched for events has a detector; whoever mounts a sensor wants to see that the rest arrives, too.
// Invariant: at most judgedChannelsMax channels.
import { judgedChannelsMax } from '../core/limits.ts';
import { channelKey, qualityNames, type Reading } from '../core/reading.ts';

export interface ShownReading {
  /** `channelKey` of the reading. */
  readonly channel: string;
  readonly value: number;
  readonly unit: string;
  /** Names of the flags joined by a space; `good` without any. */
  readonly quality: string;
  readonly timeMs: number;
}

export interface LatestReadings {
  note(reading: Reading): void;
  /** That spoke since the start. */
  sensors(): ReadonlySet<string>;
  /** In the order in which the channels first spoke. @param of what else to show of a sensor */
  snapshot<T extends object>(of: (sensor: string) => T): (ShownReading & T)[];
}

export function createLatestReadings(): LatestReadings {
  const readings = new Map<string, Reading>();
  return {
    note(reading) {
      const key = channelKey(reading);
      if (readings.size < judgedChannelsMax || readings.has(key)) readings.set(key, reading);
    },
    sensors: () => new Set([...readings.values()].map(({ sensor }) => sensor)),
    snapshot: (of) =>
      [...readings].map(([channel, { sensor, value, unit, quality, timeMs }]) => ({
        channel,
        value,
        unit,
        quality: qualityNames(quality).join(' ') || 'good',
        ...of(sensor),
        timeMs,
      })),
  };
}
