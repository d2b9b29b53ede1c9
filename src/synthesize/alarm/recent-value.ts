// Makes the value that decides the alarm class: the median of what the last half hour showed, in slots of ten minutes.
//
// A sensor read every second fills each slot with hundreds of readings, one read every ten minutes with one; an hourly
// one has a single slot in the window, so its value is the reading itself. A lone outlier of a fast sensor is gone.
// Invariant: three slots, whatever the rate; plain finite numbers.

export interface RecentState {
  /** Oldest first; a slot with count 0 is empty. Start in Unix ms, sum in the unit of the quantity. */
  slots: { startMs: number; sum: number; count: number }[];
}

const SLOT_MS = 600_000;
const SLOTS = 3;

export const newRecent = (): RecentState => ({
  slots: Array.from({ length: SLOTS }, () => ({ startMs: 0, sum: 0, count: 0 })),
});

/** Adds one reading. @returns the median of the slots of the last half hour, in the unit of the quantity */
export function addRecent(state: RecentState, value: number, timeMs: number): number {
  const startMs = Math.floor(timeMs / SLOT_MS) * SLOT_MS;
  const newest = state.slots[SLOTS - 1]!;
  if (newest.count > 0 && newest.startMs === startMs) {
    newest.sum += value;
    newest.count++;
  } else {
    state.slots.shift();
    state.slots.push({ startMs, sum: value, count: 1 });
  }
  const means = state.slots
    .filter((slot) => slot.count > 0 && slot.startMs > startMs - SLOTS * SLOT_MS)
    .map((slot) => slot.sum / slot.count)
    .sort((a, b) => a - b);
  // Of two the lower: one reading after a gap must not decide.
  return means[(means.length - 1) >> 1]!;
}
