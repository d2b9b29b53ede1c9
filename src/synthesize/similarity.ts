// Measures how alike two conditions are, by the weights and tolerances of the domain profile. 0: they do not match at all.
//
// Each dimension gives 1 for equal buckets, falling linearly to 0 just beyond its tolerance; the result is the weighted
// mean, or 0 as soon as one dimension is out of tolerance. What is not stated matches anything, at a small penalty.
// Invariant: symmetric, and within 0 to 1 whatever a stranger put into the packet.
import type { Condition } from '../core/condition.ts';
import type { Dimension, DomainProfile } from '../core/domain.ts';
import { uintMax } from '../core/limits.ts';

/** What a dimension gives when one side does not state it. */
const NOT_STATED = 0.9;

/** A dimension as it is compared: a packet is held against thousands, so everything is looked up once. */
interface Scale {
  /** Index in `coarse` or in `fine`. */
  readonly at: number;
  readonly isCoarse: boolean;
  readonly buckets: number;
  /** Of the coarse dimension whose cells this one divides; -1 for the others. */
  readonly parentAt: number;
  readonly parentBuckets: number;
  /** Buckets once around, counted in parts over all cells for a refining dimension. */
  readonly period: number;
  /** Buckets apart from which it does not match. */
  readonly reach: number;
  readonly isCategorical: boolean;
  readonly isCircular: boolean;
  readonly isLate: boolean;
  readonly weight: number;
}

const scales = new WeakMap<DomainProfile, readonly Scale[]>();

export function similarity(profile: DomainProfile, a: Condition, b: Condition): number {
  if (a.domain !== b.domain) return 0;
  let sum = 0;
  let weights = 0;
  for (const scale of scalesOf(profile)) {
    const x = positionOf(scale, a);
    const y = positionOf(scale, b);
    // What a domain got later and neither states is not there, so that older conditions compare as before.
    if (scale.isLate && x === 0 && y === 0) continue;
    const share = x < 0 || y < 0 ? 0 : x === 0 || y === 0 ? NOT_STATED : 1 - apartness(scale, x, y) / scale.reach;
    if (share <= 0) return 0;
    sum += scale.weight * share;
    weights += scale.weight;
  }
  return weights === 0 ? 1 : sum / weights;
}

function apartness({ isCategorical, isCircular, period }: Scale, x: number, y: number): number {
  const apart = Math.abs(x - y);
  if (isCategorical) return apart === 0 ? 0 : 1;
  return isCircular ? Math.min(apart, period - apart) : apart;
}

/**
 * The ordinal, 0 when not stated; parts are counted across cells, so that neighbours on both sides of a border are near.
 * A bucket that this profile does not have is -1 in the address, which then is none of ours; in the detail it counts as
 * not stated, because a later version of the domain may have more of them.
 */
function positionOf({ at, isCoarse, buckets, parentAt, parentBuckets }: Scale, of: Condition): number {
  const own = (isCoarse ? of.coarse[at] : of.fine[at]) ?? 0;
  if (own > buckets) return isCoarse ? -1 : 0;
  if (own === 0 || parentAt < 0) return own;
  const cell = of.coarse[parentAt] ?? 0;
  return cell === 0 || cell > parentBuckets ? 0 : (cell - 1) * buckets + own;
}

function scalesOf(profile: DomainProfile): readonly Scale[] {
  const known = scales.get(profile);
  if (known) return known;
  const coarse = profile.coarse.map((dimension, at) => scaleOf(profile, dimension, { at, isCoarse: true }));
  const fine = profile.fine.map((dimension, at) => scaleOf(profile, dimension, { at, isCoarse: false }));
  const made = [...coarse, ...fine];
  scales.set(profile, made);
  return made;
}

function scaleOf(profile: DomainProfile, dimension: Dimension, place: Pick<Scale, 'at' | 'isCoarse'>): Scale {
  const buckets = bucketsOf(dimension);
  const parentAt = profile.coarse.findIndex(({ name }) => name === dimension.refines);
  const parentBuckets = parentAt < 0 ? 1 : bucketsOf(profile.coarse[parentAt]!);
  const period = buckets * parentBuckets;
  return {
    ...place,
    buckets,
    parentAt,
    parentBuckets,
    period,
    // Without a tolerance any distance matches, so the share stays above 0.
    reach: (dimension.tolerance ?? period) + 1,
    isCategorical: dimension.distance === 'categorical',
    isCircular: dimension.distance === 'circular',
    isLate: dimension.isLate === true,
    weight: dimension.weight,
  };
}

/** Of the dimension alone: a refining one has its parts. */
function bucketsOf({ buckets }: Dimension): number {
  if ('cells' in buckets) return buckets.cells.count;
  if ('edges' in buckets) return buckets.edges.length + 1;
  if ('words' in buckets) return uintMax;
  return 'registry' in buckets ? Math.max(1, buckets.registry.length) : buckets.parts;
}
