// Learns what a channel normally shows: a slow robust level, its course over the day, and the spread around both.
//
// level      Huberised filter of one day     + profile   24 hourly bins (UTC), interpolated, shrunk while young
// deviation  clipped mean absolute residual of three days, made a standard deviation
// While little is learned the filters are plain averages of all there is, so that a day is not needed to settle.
// Invariant: every field stays finite, and memory is constant; the caller feeds finite values and no events.
import type { Tuning } from './tuning.ts';

export interface BaselineState {
  level: number;
  /** Mean absolute residual. */
  deviation: number;
  /** Mean residual by hour of the day, and how long each was seen, in ms. */
  profile: number[];
  seenMs: number[];
  /** Time and readings learned from; time is capped by the longest filter. */
  learnedMs: number;
  readings: number;
}

const hourMs = 3_600_000;
const hours = 24;
/** Standard deviation over mean absolute deviation, for a normal distribution. */
const normalRatio = Math.sqrt(Math.PI / 2);

export function newBaseline(): BaselineState {
  const zeros = () => new Array<number>(hours).fill(0);
  return { level: 0, deviation: 0, profile: zeros(), seenMs: zeros(), learnedMs: 0, readings: 0 };
}

/** The value expected at a time, in the unit of the channel. */
export function expectedAt(state: BaselineState, timeMs: number, tuning: Tuning): number {
  const middle = timeMs / hourMs - 0.5;
  const cell = Math.floor(middle);
  const share = middle - cell;
  return state.level + (1 - share) * binAt(state, cell, tuning) + share * binAt(state, cell + 1, tuning);
}

function binAt(state: BaselineState, cell: number, tuning: Tuning): number {
  const bin = ((cell % hours) + hours) % hours;
  const seenMs = state.seenMs[bin]!;
  return (state.profile[bin]! * seenMs) / (seenMs + tuning.profilePriorMs);
}

/** Whether enough is known to call something unusual. */
export function hasLearned({ learnedMs, readings }: BaselineState, tuning: Tuning): boolean {
  return learnedMs >= tuning.learnMs && readings >= tuning.learnReadings;
}

/** What `hasLearned` takes of a channel that speaks so often, in ms; learned: no more than that. */
export function learning(
  { learnedMs, readings }: BaselineState,
  intervalMs: number,
  tuning: Tuning,
): { learnedMs: number; learnsMs: number } {
  const learnsMs = Math.max(tuning.learnMs, tuning.learnReadings * intervalMs);
  const share = Math.min(1, learnedMs / tuning.learnMs, readings / tuning.learnReadings);
  return { learnedMs: share * learnsMs, learnsMs };
}

/** Robust standard deviation, widened while little is learned, never below `floor`. */
export function spreadOf(state: BaselineState, floor: number, tuning: Tuning): number {
  const widening = Math.sqrt(1 + tuning.unseenMs / (state.learnedMs + 1));
  return Math.max(floor, state.deviation * normalRatio * widening);
}

/**
 * Feeds one smoothed value.
 * @param dtMs time it stands for; the caller caps gaps
 * @param floor least spread of the channel, so that the clip never closes
 */
export function learn(
  state: BaselineState,
  value: number,
  { timeMs, dtMs, floor, tuning }: { timeMs: number; dtMs: number; floor: number; tuning: Tuning },
): void {
  if (state.readings === 0) state.level = value;
  state.readings++;
  // The first reading stands for no time yet.
  if (dtMs <= 0) return;
  const { learnedMs } = state;
  const residual = value - expectedAt(state, timeMs, tuning);
  // Young, the clip is wide open: what looks like an outlier may be all the channel does.
  const opening = 1 + tuning.learnMs / (learnedMs + 1);
  const spread = Math.max(floor, state.deviation * normalRatio);
  const bound = tuning.clipSpreads * spread * opening;
  const clipped = Math.max(-bound, Math.min(bound, residual));

  state.level += (clipped * dtMs) / (Math.min(learnedMs, tuning.levelMs) + dtMs);
  state.deviation += ((Math.abs(clipped) - state.deviation) * dtMs) / (Math.min(learnedMs, tuning.deviationMs) + dtMs);

  const bin = Math.floor(timeMs / hourMs) % hours;
  const seenMs = state.seenMs[bin]!;
  const offset = Math.max(-bound, Math.min(bound, value - state.level));
  state.profile[bin] = state.profile[bin]! + ((offset - state.profile[bin]!) * dtMs) / (seenMs + dtMs);
  state.seenMs[bin] = Math.min(seenMs + dtMs, tuning.profileMs);

  state.learnedMs = Math.min(learnedMs + dtMs, Math.max(tuning.levelMs, tuning.deviationMs, tuning.forgetMs));
}

/** Old knowledge counts for less after a gap. */
export function forget(state: BaselineState, gapMs: number, tuning: Tuning): void {
  const kept = tuning.forgetMs / (tuning.forgetMs + gapMs);
  state.learnedMs *= kept;
  for (let bin = 0; bin < hours; bin++) state.seenMs[bin] = state.seenMs[bin]! * kept;
}

/** Moves to a level that has become the normal one; it is learned anew from there. */
export function rebase(state: BaselineState, departure: number, tuning: Tuning): void {
  state.level += departure;
  state.learnedMs = Math.min(state.learnedMs, tuning.levelMs);
}
