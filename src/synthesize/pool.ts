// Pools what sites report: one effect, its interval, how much the sites differ, and whether they show together what none
// of them shows alone.
//
//   claims ──checked──> packets ──> one vote an origin ──> guarded against liars ──> one vote a class ──> random effects
//
// Unguarded, independent sites of full trust give what metafor gives (Paule and Mandel, Hartung and Knapp). Guarded, which is what
// the product does, the interval is never narrower than the sites' own errors allow (docs/decisions/0015-pooling.md).
// Invariant: nothing that a stranger claims makes it throw or say NaN, and every packet is either used or left out by name.
import { type Ballot, perClass, perOrigin } from './pooling/ballot.ts';
import {
  faultOf,
  fromMean,
  fromProportion,
  isProven,
  type LeftOutReason,
  type SiteMean,
  type SiteProportion,
  type SiteResult,
  toProportion,
} from './pooling/claim.ts';
import { GUARD, guarded } from './pooling/guard.ts';
import {
  type Estimate,
  type Interval,
  NORMAL_CRITICAL,
  randomEffects,
  TAIL,
  weightOf,
} from './pooling/random-effects.ts';
import { tTail } from './pooling/student-t.ts';

/** From this share on, most of what differs between the sites is real. */
const HETEROGENEITY_MIN = 0.75;
/** Two votes cannot tell how sites differ. */
const VOTES_TO_DIFFER_MIN = 3;

export interface PoolOptions {
  /** What no effect would be, on the scale that is pooled; 0 for effects, none for proportions and means unless given. */
  readonly reference?: number;
  /** False: no guard against liars and the plain method of Hartung and Knapp, as metafor has it. */
  readonly isGuarded?: boolean;
}

export interface Pooled {
  /** Absent when nothing could be used. */
  readonly estimate: Estimate | undefined;
  /** After origins and classes. */
  readonly votes: number;
  /** Whose packets were used. */
  readonly origins: number;
  readonly significant: {
    /** Ids of packets that show it by their own figures. */
    readonly alone: readonly string[];
    readonly together: boolean;
  };
  /** The sites differ so much that for the next one not even the sign is known: the mean is no advice. */
  readonly tooHeterogeneous: boolean;
  /** Weights add up to 1. */
  readonly used: readonly { readonly id: string; readonly weight: number }[];
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly id: string;
  readonly reason: LeftOutReason;
}

export interface Expected extends Interval {
  readonly effect: number;
  readonly prediction?: Interval;
}

/** Effects on one scale, with their standard errors. */
export function pool(results: readonly SiteResult[], options: PoolOptions = {}): Pooled {
  return pooled(results, { reference: 0, ...options }, []);
}

/** Events among samples: pooled as logits (`estimate`), told as proportions. A reference is a proportion. */
export function poolProportions(
  results: readonly SiteProportion[],
  { reference, ...options }: PoolOptions = {},
): Pooled & { readonly proportion: Expected | undefined } {
  const leftOut: LeftOut[] = [];
  const usable = results.flatMap((result) => {
    const made = fromProportion(result);
    if (typeof made === 'object') return [made];
    leftOut.push({ id: result.id, reason: made });
    return [];
  });
  const logit = reference === undefined ? {} : { reference: Math.log(reference / (1 - reference)) };
  const whole = pooled(usable, { ...options, ...logit }, leftOut);
  return { ...whole, proportion: whole.estimate && expectedOf(whole.estimate, toProportion) };
}

export function poolMeans(results: readonly SiteMean[], options: PoolOptions = {}): Pooled {
  return pooled(results.map(fromMean), options, []);
}

/** What an estimate says, on the scale that `shown` gives. */
export function expectedOf({ effect, low, high, prediction }: Estimate, shown = (value: number) => value): Expected {
  const interval = prediction && { low: shown(prediction.low), high: shown(prediction.high) };
  return { effect: shown(effect), low: shown(low), high: shown(high), ...(interval && { prediction: interval }) };
}

function pooled(
  results: readonly SiteResult[],
  { reference, isGuarded = true }: PoolOptions,
  faulty: readonly LeftOut[],
): Pooled {
  const leftOut = [...faulty];
  const usable = new Map<string, SiteResult>();
  for (const result of results) {
    const reason = usable.has(result.id) ? 'duplicate' : faultOf(result);
    if (reason) leftOut.push({ id: result.id, reason });
    else usable.set(result.id, result);
  }
  const ballots = perOrigin([...usable.values()]);
  const { kept, aside } = isGuarded ? guarded(ballots) : { kept: ballots, aside: [] };
  for (const { id } of aside.flatMap(({ members }) => members)) leftOut.push({ id, reason: 'outlier' });
  const votes = perClass(kept);
  const estimate =
    votes.length === 0
      ? undefined
      : randomEffects(votes, isGuarded ? { spreadMin: 1, truncation: aside.length > 0 ? GUARD.truncation : 1 } : {});
  const used = estimate ? weightsOf(votes, estimate.tau2) : [];
  const counted = used.map(({ id }) => usable.get(id)!);
  return {
    estimate,
    votes: votes.length,
    origins: kept.length,
    significant: {
      alone: counted.filter((result) => isShownAlone(result, reference)).map(({ id }) => id),
      together: estimate !== undefined && isShownTogether(estimate, reference),
    },
    tooHeterogeneous: estimate !== undefined && votes.length >= VOTES_TO_DIFFER_MIN && isSignOpen(estimate, reference),
    used,
    leftOut,
  };
}

function weightsOf(votes: readonly Ballot[], tau2: number): { id: string; weight: number }[] {
  const all = votes.reduce((sum, vote) => sum + weightOf(vote, tau2), 0);
  const used: { id: string; weight: number }[] = [];
  for (const vote of votes) {
    const weight = weightOf(vote, tau2) / all;
    for (const { id, share } of vote.members) used.push({ id, weight: share * weight });
  }
  return used;
}

/** A standard error from few samples is itself uncertain, so it is Student's t; the word of a key that nobody knows shows nothing. */
function isShownAlone(result: SiteResult, reference: number | undefined): boolean {
  if (reference === undefined || result.samples < 2 || !isProven(result)) return false;
  const errors = Math.abs(result.effect - reference) / result.standardError;
  const freedom = result.samples - 1;
  // Cornish and Fisher: t is above the normal by 2.37 / freedom and, from 6 on, by less than 3.2 / freedom.
  if (errors < NORMAL_CRITICAL + 2.37 / freedom) return false;
  if (freedom >= 6 && errors > NORMAL_CRITICAL + 3.2 / freedom) return true;
  return tTail(errors, freedom) < TAIL;
}

/** It takes two full votes: less than one degree of freedom says nothing of how votes vary. */
function isShownTogether({ low, high, freedom }: Estimate, reference: number | undefined): boolean {
  return reference !== undefined && freedom >= 1 && (low > reference || high < reference);
}

/** Most of what differs is real, and sites on either side of no effect are to be expected. */
function isSignOpen({ i2, prediction }: Estimate, reference = 0): boolean {
  return (
    i2 >= HETEROGENEITY_MIN && prediction !== undefined && prediction.low < reference && prediction.high > reference
  );
}
