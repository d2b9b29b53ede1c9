// What the air around the station is like: the latest good humidity and temperature, for the condition of a packet.
import type { Attributes } from '../core/domain.ts';
import type { Quantity } from '../core/quantities.ts';
import type { Reading } from '../core/reading.ts';

/** Older values say nothing of now. */
const FRESH_MS = 3_600_000;

export interface Surroundings {
  note(reading: Reading): void;
  attributes(nowMs: number): Attributes;
}

export function createSurroundings(quantities: readonly Quantity[]): Surroundings {
  const latest = new Map<Quantity, { value: number; timeMs: number }>();
  const wanted = new Set(quantities);
  return {
    note({ quantity, value, timeMs, quality }) {
      if (quality === 0 && wanted.has(quantity)) latest.set(quantity, { value, timeMs });
    },
    attributes(nowMs) {
      const fresh = [...latest].filter(([, { timeMs }]) => nowMs - timeMs < FRESH_MS);
      return Object.fromEntries(fresh.map(([quantity, { value }]) => [quantity, value]));
    },
  };
}
