// Readings of one series in, a score of each out: how unusual it is by the measure of a detector, which makes no event of it.
//
// For recordings that are no sensor of ours: any unit, any range. Invariant: a score is made before the next value is known.
import { newCommonState } from './channel-state.ts';
import { Faults } from './faults.ts';
import { Norm } from './norm.ts';
import { DETECTOR } from './tuning.ts';

export interface Scorer {
  /** Whether a value without a time means nothing to it. */
  readonly needsTime: boolean;
  /**
   * @param value finite
   * @param timeMs Unix ms, rising; NaN when it is not known
   * @returns finite; the higher, the less usual
   */
  next(value: number, timeMs: number): number;
}

/** Of `departure`: spreads between the median of three and what is usual; 0 until it has learned. */
export function departureScorer(): Scorer {
  const state = newCommonState();
  const faults = new Faults(state, { tuning: DETECTOR, isNew: true });
  const { NEGATIVE_INFINITY: min, POSITIVE_INFINITY: max } = Number;
  const norm = new Norm(state, { unit: '', resolution: 0, min, max }, DETECTOR);
  return {
    needsTime: true,
    next(value, timeMs) {
      // A time that is repeated, or goes back, has nothing to be compared with.
      if (!(timeMs > state.lastMs)) return 0;
      const dtMs = state.lastMs === 0 ? 0 : timeMs - state.lastMs;
      state.lastMs = timeMs;
      faults.heard(timeMs, dtMs);
      const seen = norm.observe(value, timeMs, faults.silenceMsMax);
      // For the finest step and the runs alone: whatever is said is scored.
      faults.good(seen, norm.around);
      const score = seen.isLearned && seen.spread > 0 ? Math.abs(seen.median - seen.baseline) / seen.spread : 0;
      norm.learn(seen);
      return Number.isFinite(score) ? score : 0;
    },
  };
}

/** Of `threshold`: the value itself, so that any level set on the scores is one on the values. */
export function thresholdScorer(): Scorer {
  return { needsTime: false, next: (value) => value };
}
