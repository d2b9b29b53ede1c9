// Keeps liars from deciding: no vote counts as more precise than the median one, and the votes that the others would not
// have predicted are set aside.
//
// A forward search (after Atkinson and Riani): begin with the seven tenths of the votes that lie nearest to the weighted
// median, then admit, again and again, whatever lies within what those in it predict (Student's t, 2 % outside). Liars who
// agree hide each other from tests that leave out one at a time; here they are outside until the honest ones vouch for them.
// Invariant: at most three tenths of the votes are set aside, each class counting as one; of three that count
// alike none is.
import { type Ballot, countsOf } from './ballot.ts';
import { columnsOf, meanOf } from './random-effects.ts';
import { tQuantile } from './student-t.ts';
import { weightedMedian, weightedQuantile } from './weighted-quantile.ts';

export const GUARD = {
  /** Share of the votes that may be set aside. */
  asideMax: 0.3,
  /** On each side, of what those inside predict. */
  tail: 0.01,
  /** Variance of a normal sample without these tails, of that of a whole one: 1 - 2 z density(z) / .98 at z = 2.326. */
  truncation: 0.873,
} as const;

/** A hundredth more or less between the sites admits nobody: the search is five times faster than with all digits. */
const SEARCH = { spreadMin: 1, truncation: GUARD.truncation, tolerance: 0.01 } as const;

/** Median of the squares of a standard normal value. */
const MEDIAN_SQUARE = 0.454936423119572;

export interface Guarded {
  readonly kept: readonly Ballot[];
  readonly aside: readonly Ballot[];
}

export function guarded(ballots: readonly Ballot[]): Guarded {
  const counts = countsOf(ballots);
  const variances = ballots.map(({ variance }) => variance);
  const varianceFloor = ballots.length === 0 ? 0 : weightedMedian(variances, counts);
  const isInside = searched(ballots, { counts, varianceFloor });
  return {
    kept: ballots.filter((_, i) => isInside[i]).map((ballot) => raised(ballot, varianceFloor)),
    aside: ballots.filter((_, i) => !isInside[i]),
  };
}

function raised({ effect, variance, trust, group, members }: Ballot, varianceFloor: number): Ballot {
  return { effect, variance, varianceFloor, trust, group, members };
}

interface Standing {
  /** What each vote counts against the others: the votes of a class make one together. */
  readonly counts: readonly number[];
  readonly varianceFloor: number;
}

function searched(ballots: readonly Ballot[], { counts, varianceFloor }: Standing): readonly boolean[] {
  const isInside = centralOf(ballots, counts);
  // What is outside counts nothing, so the columns stand once for all rounds.
  const columns = columnsOf(ballots);
  const { effects, variances, weighedVariances, trusts } = columns;
  for (let i = 0; i < ballots.length; i++) {
    weighedVariances[i] = Math.max(variances[i]!, varianceFloor);
    trusts[i] = isInside[i] ? counts[i]! : 0;
  }
  for (let isGrowing = isInside.includes(false); isGrowing; ) {
    const { effect, standardError, tau2, freedom } = meanOf(columns, SEARCH);
    const limit = tQuantile(GUARD.tail, Math.max(1, freedom)) ** 2;
    isGrowing = false;
    for (let i = 0; i < ballots.length; i++) {
      if (isInside[i]) continue;
      if ((effects[i]! - effect) ** 2 > limit * (variances[i]! + tau2 + standardError ** 2)) continue;
      isInside[i] = true;
      trusts[i] = counts[i]!;
      isGrowing = true;
    }
  }
  return isInside;
}

/** Which votes are nearest to the median: all but as many as may be set aside. */
function centralOf(ballots: readonly Ballot[], counts: readonly number[]): boolean[] {
  if (ballots.length === 0) return [];
  const effects = ballots.map(({ effect }) => effect);
  const median = weightedMedian(effects, counts);
  const between = ballots.map(({ effect, variance }) => (effect - median) ** 2 / MEDIAN_SQUARE - variance);
  const tau2 = Math.max(0, weightedMedian(between, counts));
  const distances = ballots.map(({ effect, variance }) => (effect - median) ** 2 / (variance + tau2));
  const farthest = weightedQuantile(distances, counts, 1 - GUARD.asideMax);
  return distances.map((distance) => distance <= farthest);
}
