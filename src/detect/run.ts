// Runs of bit-identical values: how long a healthy channel stays still, and when stillness means that it is stuck.
//
// Learned: the longest healthy run (slowly forgotten), the share of repeats, the smallest step.
// Two things keep clean air from looking like a fault. Counting noise shrinks with the root of a concentration, so below
// the baseline a healthy run is longer by that much. And at either end of its range (0 ug/m3, 100 % humidity) a value
// may rest for hours, where the baseline makes that plausible.
// Invariant: a channel that has not shown that it moves is never called stuck.
import type { Tuning } from './tuning.ts';

export interface RunState {
  value: number;
  sinceMs: number;
  /** Readings in the current run. */
  count: number;
  /** Longest healthy run, readings, at the level of the baseline. */
  longest: number;
  /** Share of healthy readings that repeat the one before. */
  repeatShare: number;
  /** Healthy runs completed. */
  seen: number;
  /** Smallest change ever seen; 0 before any. */
  step: number;
}

/** What a run is judged against. */
export interface Surroundings {
  readonly baseline: number;
  readonly spread: number;
  /** Ends of the range of the quantity, and its resolution. */
  readonly min: number;
  readonly max: number;
  readonly resolution: number;
}

export const newRun = (): RunState => ({
  value: 0,
  sinceMs: 0,
  count: 0,
  longest: 0,
  repeatShare: 0,
  seen: 0,
  step: 0,
});

/** Readings over which the share of repeats is averaged. */
const shareReadings = 500;

/** Rests at an end of the range: the last two steps count, as integer sensors flicker between them. */
function resting(run: RunState, { min, max, resolution }: Surroundings): boolean {
  const margin = 2 * Math.max(run.step, resolution);
  return run.value <= min + margin || run.value >= max - margin;
}

/** How much longer a run may be here than at the level of the baseline, at least 1. */
function allowance(run: RunState, { baseline, min, resolution }: Surroundings): number {
  if (min !== 0) return 1;
  return Math.sqrt(Math.max(1, baseline / Math.max(run.value, resolution)));
}

/**
 * Follows one reading.
 * @param healthy whether the run that ends here may be learned from
 * @returns whether the value moved
 */
export function follow(
  run: RunState,
  value: number,
  {
    timeMs,
    dtMs,
    healthy,
    around,
    tuning,
  }: { timeMs: number; dtMs: number; healthy: boolean; around: Surroundings; tuning: Tuning },
): boolean {
  run.longest -= (run.longest * dtMs) / (tuning.runForgetMs + dtMs);
  const moved = run.count === 0 || value !== run.value;
  if (run.count > 0 && healthy && !resting(run, around)) {
    run.repeatShare += ((moved ? 0 : 1) - run.repeatShare) / Math.min(shareReadings, run.seen + run.count + 1);
    if (moved) {
      run.longest = Math.max(run.longest, run.count / allowance(run, around));
      run.seen = Math.min(run.seen + 1, shareReadings);
    }
  }
  if (!moved) {
    run.count++;
    return false;
  }
  if (run.count > 0) {
    const step = Math.abs(value - run.value);
    run.step = run.step === 0 ? step : Math.min(run.step, step);
  }
  run.value = value;
  run.sinceMs = timeMs;
  run.count = 1;
  return true;
}

/** Whether the current run is longer than a working sensor makes it. */
export function isStuck(run: RunState, timeMs: number, around: Surroundings, tuning: Tuning): boolean {
  if (run.count < tuning.stuckReadings || run.seen < tuning.runsLearned) return false;
  const lastedMs = timeMs - run.sinceMs;
  if (resting(run, around)) {
    const away = Math.abs(around.baseline - run.value);
    return lastedMs >= tuning.restMs && away > tuning.restSpreads * around.spread;
  }
  const readings = Math.max(tuning.stuckReadings, tuning.stuckRuns * run.longest);
  return lastedMs >= tuning.stuckMs && run.count >= readings * allowance(run, around);
}

/** Whether stillness says anything here: the channel changes at least every tenth reading. */
export function moves(run: RunState, tuning: Tuning): boolean {
  return run.seen >= tuning.runsLearned && run.repeatShare < tuning.repeatShareMax;
}
