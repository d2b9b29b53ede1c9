// A dimension as it is compared: everything is looked up once, because a packet is held against thousands.
//
// Equal buckets are 1, falling linearly to 0 just beyond the tolerance. Words have no order: equal, akin, or 0.
// Invariant: for two stated positions the same share comes out in either order, within 0 to 1 or below 0 out of tolerance.
import type { Condition } from '../core/condition.ts';
import type { Dimension, SimilarityWay } from '../core/domain.ts';
import { uintMax } from '../core/limits.ts';
import { type Kin, kinOf } from './similarity-kinship.ts';

/** What a dimension gives when one side does not state it. */
export const NOT_STATED = 0.9;

export type Dimensions = Pick<SimilarityWay, 'coarse' | 'fine'>;

export interface Scale {
  readonly dimension: Dimension;
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
  readonly isWord: boolean;
  readonly kin: Kin | undefined;
  /** Of words without a tolerance: others add nothing, and deny nothing. */
  readonly isLenient: boolean;
  readonly weight: number;
}

export function scalesOf({ coarse, fine }: Dimensions): Scale[] {
  return [
    ...coarse.map((dimension, at) => scaleOf(coarse, dimension, { at, isCoarse: true })),
    ...fine.map((dimension, at) => scaleOf(coarse, dimension, { at, isCoarse: false })),
  ];
}

/** Of two positions that are stated. */
export function shareOf(scale: Scale, x: number, y: number): number {
  if (scale.isWord) return x === y ? 1 : (scale.kin?.alike(x, y) ?? 0);
  return 1 - apartness(scale, x, y) / scale.reach;
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
export function positionOf({ at, isCoarse, buckets, parentAt, parentBuckets }: Scale, of: Condition): number {
  const own = (isCoarse ? of.coarse[at] : of.fine[at]) ?? 0;
  if (own > buckets) return isCoarse ? -1 : 0;
  if (own === 0 || parentAt < 0) return own;
  const cell = of.coarse[parentAt] ?? 0;
  return cell === 0 || cell > parentBuckets ? 0 : (cell - 1) * buckets + own;
}

function scaleOf(coarse: readonly Dimension[], dimension: Dimension, place: Pick<Scale, 'at' | 'isCoarse'>): Scale {
  const buckets = bucketsOf(dimension);
  const parentAt = coarse.findIndex(({ name }) => name === dimension.refines);
  const parentBuckets = parentAt < 0 ? 1 : bucketsOf(coarse[parentAt]!);
  const period = buckets * parentBuckets;
  const isWord = 'words' in dimension.buckets;
  return {
    ...place,
    dimension,
    buckets,
    parentAt,
    parentBuckets,
    period,
    // Without a tolerance any distance matches, so the share stays above 0.
    reach: (dimension.tolerance ?? period) + 1,
    isCategorical: dimension.distance === 'categorical',
    isCircular: dimension.distance === 'circular',
    isLate: dimension.isLate === true,
    isWord,
    kin: dimension.kin && kinOf(dimension.kin),
    isLenient: isWord && dimension.tolerance === undefined,
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
