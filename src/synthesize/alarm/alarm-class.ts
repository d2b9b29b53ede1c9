// Follows whether the own value is in the alarm class, and what of it the others are told.
//
// No hysteresis: a class that lingers makes regions linger. Told when it changes and a day after it was told last.
// Invariant: at most two levels a day in the long run, at most six in a burst; a change that finds no budget is told as
// soon as there is some.

export interface AlarmClassState {
  /** 1 above, -1 below, 0 before the first reading; and since when, Unix ms. */
  side: number;
  sinceMs: number;
  /** What was told last and when; 0 nothing yet. */
  toldSide: number;
  toldMs: number;
  /** Levels that may be told now, and when that was reckoned. */
  budget: number;
  budgetMs: number;
}

const DAY_MS = 86_400_000;
const PER_DAY = 2;
const BURST = 6;

export const newAlarmClass = (): AlarmClassState => ({
  side: 0,
  sinceMs: 0,
  toldSide: 0,
  toldMs: 0,
  budget: BURST,
  budgetMs: 0,
});

/** @param value half-hour median, in the unit of the alarm level */
export function followClass(state: AlarmClassState, value: number, alarm: number, timeMs: number): void {
  const side = value >= alarm ? 1 : -1;
  if (state.side === side) return;
  state.side = side;
  state.sinceMs = timeMs;
}

/** @returns whether a level packet is due now; the caller sends it */
export function isLevelDue(state: AlarmClassState, nowMs: number): boolean {
  if (state.side === 0) return false;
  const days = state.budgetMs === 0 ? 0 : (nowMs - state.budgetMs) / DAY_MS;
  state.budget = Math.min(BURST, state.budget + Math.max(0, days) * PER_DAY);
  state.budgetMs = nowMs;
  const changed = state.side !== state.toldSide;
  if (!changed && nowMs - state.toldMs < DAY_MS) return false;
  if (state.budget < 1) return false;
  state.budget--;
  state.toldSide = state.side;
  state.toldMs = nowMs;
  return true;
}

/** What was told does not hold any more: the class is told anew as soon as the sensor is trusted. */
export function forgetTold(state: AlarmClassState): void {
  state.toldSide = 0;
}
