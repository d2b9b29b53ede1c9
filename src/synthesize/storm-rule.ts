// At most one answer of ours per packet id, after a random delay, and none once enough others said the same
// (protocol section 2). Without it every finding would be answered by every gateway at once.
//
// Keys cost nothing, so those whose word is worth little never make up the number alone.
// Invariant: nobody is silenced without the word of an origin that is trusted.
import { agreeingFindingsMax, heardPacketsMax } from '../core/limits.ts';
import type { Hearsay } from './hearsay.ts';
import type { Sighting } from './sighting.ts';

const DELAY_MS = { min: 5_000, max: 60_000 };

export interface StormRule {
  /** When something may be said that we have found out now. */
  dueMs(nowMs: number): number;
  /** Takes the one right to speak of a packet. @returns false when it was used, or when there is nothing to add */
  take(id: string, side: 1 | -1): boolean;
  isAnswered(id: string): boolean;
  /** An answer of ours, now or before a restart, speaks of these. */
  note(ids: readonly string[]): void;
}

/** @param isTrusted whether the word of its origin counts whole */
export function createStormRule(
  hearsay: Pick<Hearsay, 'agreeing'>,
  random: () => number,
  isTrusted: (sighting: Sighting) => boolean,
): StormRule {
  const answered = new Set<string>();

  function note(ids: readonly string[]): void {
    for (const id of ids) answered.add(id);
    for (const id of answered) {
      if (answered.size <= heardPacketsMax) break;
      answered.delete(id);
    }
  }

  return {
    dueMs: (nowMs) => nowMs + DELAY_MS.min + random() * (DELAY_MS.max - DELAY_MS.min),
    take(id, side) {
      if (answered.has(id)) return false;
      note([id]);
      const agreeing = hearsay.agreeing(id, side);
      return agreeing.length < agreeingFindingsMax || !agreeing.some(isTrusted);
    },
    isAnswered: (id) => answered.has(id),
    note,
  };
}
