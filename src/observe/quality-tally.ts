// Counts how often the readings of each channel were flagged, by bit: `qis status` shows it.
//
// Invariant: at most judgedChannelsMax channels, and only those that were flagged once.
import { judgedChannelsMax } from '../core/limits.ts';
import { channelKey, QUALITY, type Reading } from '../core/reading.ts';

export interface QualityTally {
  note(reading: Reading): void;
  /** Channels in the order of their first flag: `channel`, and how many readings had each bit, where any had. */
  snapshot(): Record<string, string | number>[];
}

const BITS = Object.entries(QUALITY);

export function createQualityTally(): QualityTally {
  const counts = new Map<string, number[]>();
  return {
    note(reading) {
      const { quality } = reading;
      if (quality === 0) return;
      const key = channelKey(reading);
      let flagged = counts.get(key);
      if (!flagged) {
        if (counts.size >= judgedChannelsMax) return;
        flagged = BITS.map(() => 0);
        counts.set(key, flagged);
      }
      for (const [index, [, bit]] of BITS.entries()) if (quality & bit) flagged[index]!++;
    },
    snapshot: () =>
      [...counts].map(([channel, flagged]) => ({
        channel,
        ...Object.fromEntries(BITS.map(([name], index) => [name, flagged[index]!]).filter(([, count]) => count !== 0)),
      })),
  };
}
