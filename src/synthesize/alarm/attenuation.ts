// Finds a signal that has faded: over a day it moves far less than it ever did, while what neighbours tell moves on.
//
// That is how a laser particle sensor looks whose fan has stopped: its values sink to a low level and stay there, with the
// noise of its electronics (QARTOD, "attenuated signal", with a limit that is learned). Clean air that lies still looks
// the same, but then the neighbours lie still as well. Invariant: constant plain state; the spread of a faded day is not
// learned, one that is not followed by a fault is.

export interface AttenuationState {
  /** The first day, Unix ms. */
  firstMs: number;
  /** The least spread of this window and of the one before, and when this one began: one to two seasons' worth. */
  least: number;
  leastBefore: number;
  leastMs: number;
  /** Since when it is faded, Unix ms, 0 when it is not; 1 when told. */
  sinceMs: number;
  told: number;
}

export const newAttenuation = (): AttenuationState => ({
  firstMs: 0,
  least: 0,
  leastBefore: 0,
  leastMs: 0,
  sinceMs: 0,
  told: 0,
});

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LEARNED_MS = 14 * DAY_MS;
const WINDOW_MS = 45 * DAY_MS;
/** Clearly less than ever. */
const SHARE = 0.8;
/** So many neighbours must be known, and so much more than the own day they must have moved, in the middle. */
export const NEIGHBOURS_MIN = 3;
const MOVED = 4;
/** And so much of the alarm level: in clean air everybody flickers a little. */
const MOVED_LEAST = 1 / 35;
const STANDS_MS = 6 * HOUR_MS;

/**
 * @param spread of the own day: what lies between its lowest and its highest tenth, in the unit of the quantity
 * @param moves of trusted neighbours within a day, in the same unit
 * @param alarm level of the phenomenon, in the same unit
 * @returns whether a faded signal is to be told
 */
export function followAttenuation(
  state: AttenuationState,
  { spread, moves, alarm, nowMs }: { spread: number; moves: readonly number[]; alarm: number; nowMs: number },
): boolean {
  if (state.firstMs === 0) {
    state.firstMs = nowMs;
    state.leastBefore = spread;
  }
  if (state.leastMs === 0 || nowMs - state.leastMs > WINDOW_MS) {
    if (state.leastMs > 0) state.leastBefore = state.least;
    state.least = spread;
    state.leastMs = nowMs;
  }
  const least = Math.min(state.least, state.leastBefore);
  const isLess = nowMs - state.firstMs >= LEARNED_MS && spread < SHARE * least;
  if (!isLess) state.least = Math.min(state.least, spread);
  if (spread >= least) state.told = 0;
  const leastMove = Math.max(MOVED * spread, MOVED_LEAST * alarm);
  const isFaded = isLess && moves.length >= NEIGHBOURS_MIN && middleOf(moves) >= leastMove;
  if (!isFaded) state.sinceMs = 0;
  else if (state.sinceMs === 0) state.sinceMs = nowMs;
  if (!isFaded || state.told === 1 || nowMs - state.sinceMs < STANDS_MS) return false;
  state.told = 1;
  return true;
}

/** The median, of an even number the upper one; there must be one. */
export function middleOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
