// Rows in the order of their time, from a clock that may have jumped.
//
// A row that goes back is left out. A row far ahead of the one before is a gap in the recording, or a clock gone wrong:
// it waits until enough rows agree with it, or until time comes back, and then those that waited are left out instead.
// Invariant: what comes out never goes back in time.
import { jumpedRowsMax } from '../../core/limits.ts';

/** Clocks without a battery start in 1970 or 2099; shorter gaps are ordinary and need no second thought. */
const JUMP_MS = 86_400_000;

export interface RowOrder<T> {
  /** @returns the rows that are known to be in order now, oldest first */
  push(row: T): readonly T[];
  /** The recording is over: what still waits had nothing against it. */
  end(): readonly T[];
}

export function createRowOrder<T extends { readonly timeMs: number }>(
  onDropped: (reason: 'out_of_order' | 'clock_jump') => void,
): RowOrder<T> {
  let lastMs = Number.NEGATIVE_INFINITY;
  let waiting: T[] = [];

  function release(rows: readonly T[]): readonly T[] {
    waiting = [];
    lastMs = rows.at(-1)?.timeMs ?? lastMs;
    return rows;
  }

  return {
    push(row) {
      const { timeMs } = row;
      const first = waiting[0];
      if (first && timeMs >= lastMs && timeMs < first.timeMs) {
        for (const _ of waiting) onDropped('clock_jump');
        waiting = [];
      }
      if (timeMs < (waiting.at(-1)?.timeMs ?? lastMs)) {
        onDropped('out_of_order');
        return [];
      }
      if (waiting.length === 0 && timeMs - lastMs <= JUMP_MS) return release([row]);
      waiting.push(row);
      return waiting.length >= jumpedRowsMax ? release(waiting) : [];
    },
    end: () => release(waiting),
  };
}
