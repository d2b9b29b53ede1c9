// Votes -> their mean, what lies between them and the interval: a random-effects meta-analysis.
//
// The variance between sites is that of Paule and Mandel (the one at which the weighted squares are what is expected of
// them), the interval that of Hartung and Knapp. Trust is a power prior: a vote of trust a has the likelihood of one to
// the power of a, so it weighs a / (variance + tau2), and a uniform half everywhere widens the interval by the root of 2.
// With all trust 1 this is metafor's rma(method = "PM", test = "knha") and its predict().
// Invariant: one vote or more with finite figures gives finite figures.
import { tQuantile } from './student-t.ts';

/** What stands on one side of every 95 % interval. */
export const TAIL = 0.025;
/** The same of the normal. */
export const NORMAL_CRITICAL = 1.959963984540054;

/** Newton doubles at worst: from the least variance to the largest square in 160 steps. */
const STEPS_MAX = 300;

/** What is left of a difference of two equal sums. */
const ROUNDING = 1e-12;

export interface Vote {
  readonly effect: number;
  /** Square of the standard error, above 0. */
  readonly variance: number;
  /** Exponent of its likelihood, above 0 and at most 1. */
  readonly trust: number;
  /** It weighs as if its variance were at least this; what lies between the votes is still measured by its own. */
  readonly varianceFloor?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Estimate extends Interval {
  readonly effect: number;
  readonly standardError: number;
  /** Votes less one, in trusted votes: not always whole, and 0 for one vote. */
  readonly freedom: number;
  /** Variance between the sites. */
  readonly tau2: number;
  /** Cochran's Q: the weighted squares without variance between sites. */
  readonly q: number;
  /** Share of the variance that is between the sites, 0 to 1. */
  readonly i2: number;
  readonly h2: number;
  /** Where 95 % of the sites' true effects lie; absent for one vote. */
  readonly prediction?: Interval;
}

export interface Convention {
  /** The least that the factor of Hartung and Knapp may be: 0 is their method, 1 the correction "ad hoc". */
  readonly spreadMin?: number;
  /** What the squares of a sample whose tails were set aside are of those of a whole one. */
  readonly truncation?: number;
  /** How far from the root, relatively, the variance between sites may stay. */
  readonly tolerance?: number;
}

/**
 * The estimate of one vote or more.
 *
 * For one vote: its own standard error, widened by its trust, and the normal. From two on Student's t with `freedom`
 * degrees, and never fewer than one: two votes have 12.7 standard errors on each side.
 */
export function randomEffects(votes: readonly Vote[], convention: Convention = {}): Estimate {
  const { fixed, isAlone, ...mean } = meanOf(columnsOf(votes), convention);
  const { effect, standardError, freedom, tau2 } = mean;
  const critical = isAlone ? NORMAL_CRITICAL : tQuantile(TAIL, Math.max(1, freedom));
  const typical = typicalVariance(fixed);
  const around = (half: number): Interval => ({ low: effect - half, high: effect + half });
  return {
    ...mean,
    ...around(critical * standardError),
    q: fixed.squares,
    i2: tau2 / (tau2 + typical),
    h2: 1 + tau2 / typical,
    ...(isAlone ? {} : { prediction: around(critical * Math.sqrt(standardError ** 2 + tau2)) }),
  };
}

interface Mean extends Pick<Estimate, 'effect' | 'standardError' | 'freedom' | 'tau2'> {
  /** Without variance between sites. */
  readonly fixed: Sums;
  readonly isAlone: boolean;
}

/** What a search asks for again and again, of columns: no intervals. A vote of trust 0 is not there. */
export function meanOf(columns: Columns, { spreadMin = 0, truncation = 1, tolerance = 1e-13 }: Convention): Mean {
  const isAlone = !hasTwo(columns.trusts);
  const fixed = sumsAt(columns, 0);
  const tau2 = isAlone ? 0 : betweenVariance(columns, { fixed, truncation, tolerance });
  const sums = tau2 === 0 ? fixed : sumsAt(columns, tau2);
  const spread = isAlone ? 1 : Math.max(spreadMin, sums.squares / (sums.freedom * truncation));
  const standardError = Math.sqrt(spread / sums.weight);
  return { effect: sums.mean, standardError, freedom: isAlone ? 0 : sums.freedom, tau2, fixed, isAlone };
}

function hasTwo(trusts: Float64Array): boolean {
  const first = trusts.findIndex((trust) => trust > 0);
  return trusts.findLastIndex((trust) => trust > 0) > first;
}

export function weightOf({ trust, variance, varianceFloor = 0 }: Vote, tau2: number): number {
  return trust / (Math.max(variance, varianceFloor) + tau2);
}

/** Votes side by side: they are summed some hundred times. */
export interface Columns {
  readonly effects: Float64Array;
  readonly variances: Float64Array;
  readonly weighedVariances: Float64Array;
  readonly trusts: Float64Array;
  /** Room for one over the total variance of each. */
  readonly inverses: Float64Array;
}

export function columnsOf(votes: readonly Vote[]): Columns {
  const columns = {
    effects: new Float64Array(votes.length),
    variances: new Float64Array(votes.length),
    weighedVariances: new Float64Array(votes.length),
    trusts: new Float64Array(votes.length),
    inverses: new Float64Array(votes.length),
  };
  votes.forEach(({ effect, variance, varianceFloor = 0, trust }, i) => {
    columns.effects[i] = effect;
    columns.variances[i] = variance;
    columns.weighedVariances[i] = Math.max(variance, varianceFloor);
    columns.trusts[i] = trust;
  });
  return columns;
}

/** Sampling variance of a typical vote (Higgins and Thompson). One vote, or one beside which none weighs, has no other to vary from. */
function typicalVariance({ freedom, weight, weightSquares }: Sums): number {
  const information = weight - weightSquares / weight;
  return information > ROUNDING * weight ? freedom / information : Number.POSITIVE_INFINITY;
}

interface Sums {
  readonly mean: number;
  readonly weight: number;
  readonly weightSquares: number;
  /** Weighted squares around the mean, and what is expected of them. */
  readonly squares: number;
  readonly freedom: number;
  /** How fast the squares fall as tau2 rises. */
  readonly slope: number;
}

function sumsAt({ effects, variances, weighedVariances, trusts, inverses }: Columns, tau2: number): Sums {
  let weight = 0;
  let weightSquares = 0;
  let weightedEffects = 0;
  let trust = 0;
  let weightedTrust = 0;
  for (let i = 0; i < effects.length; i++) {
    const inverse = 1 / (weighedVariances[i]! + tau2);
    const own = trusts[i]! * inverse;
    inverses[i] = inverse;
    const exponent = own * (variances[i]! + tau2);
    weight += own;
    weightSquares += own * own;
    weightedEffects += own * effects[i]!;
    trust += exponent;
    weightedTrust += own * exponent;
  }
  const mean = weightedEffects / weight;
  let squares = 0;
  let slope = 0;
  for (let i = 0; i < effects.length; i++) {
    const apart = effects[i]! - mean;
    const square = trusts[i]! * apart * apart * inverses[i]!;
    squares += square;
    slope += square * inverses[i]!;
  }
  return { mean, weight, weightSquares, squares, slope, freedom: trust - weightedTrust / weight };
}

/**
 * The root of squares(tau2) = freedom(tau2), or 0. Newton's steps are taken on the reciprocal of the squares, which is
 * concave and nearly straight, so they come from below and four or five suffice; one that leaves the bracket is halved.
 */
function betweenVariance(
  columns: Columns,
  { fixed, truncation, tolerance }: { fixed: Sums; truncation: number; tolerance: number },
): number {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let tau2 = 0;
  let sums = fixed;
  for (let step = 0; step < STEPS_MAX; step++) {
    const excess = sums.squares / (sums.freedom * truncation) - 1;
    if (excess <= 0 && tau2 === 0) return 0;
    if (excess > 0) low = tau2;
    else high = tau2;
    const newton = tau2 + (excess * sums.squares) / sums.slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (!Number.isFinite(next) || Math.abs(next - tau2) <= tolerance * next) break;
    tau2 = next;
    sums = sumsAt(columns, tau2);
  }
  return tau2;
}
