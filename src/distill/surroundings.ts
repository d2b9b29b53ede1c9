// Keeps the latest good humidity and temperature around the station, for the condition of a packet.
//
// Only main channels count: the others of a quantity are extremes or repetitions.
import type { Attributes } from '../core/domain.ts';
import type { Quantity } from '../core/quantities.ts';
import { type Reading, UNFIT } from '../core/reading.ts';

/** Older values say nothing of now, nor do those of a clock that was then set back. */
const FRESH_MS = 3_600_000;

export interface Surroundings {
  note(reading: Reading): void;
  attributes(nowMs: number): Attributes;
}

export function createSurroundings(quantities: readonly Quantity[]): Surroundings {
  const latest = new Map<Quantity, { value: number; timeMs: number }>();
  const wanted = new Set(quantities);
  return {
    note({ quantity, channel, value, timeMs, quality }) {
      if (!(quality & UNFIT) && channel === '' && wanted.has(quantity)) latest.set(quantity, { value, timeMs });
    },
    attributes(nowMs) {
      const fresh = [...latest].filter(([, { timeMs }]) => Math.abs(nowMs - timeMs) < FRESH_MS);
      return Object.fromEntries(fresh.map(([quantity, { value }]) => [quantity, value]));
    },
  };
}
