// How alike two conditions are, by the weights and tolerances of the domain profile. 0: they do not match at all.
//
// Each dimension gives 1 for equal buckets, falling linearly to 0 just beyond its tolerance; the result is the weighted
// mean, or 0 as soon as one dimension is out of tolerance. What is not stated matches anything, at a small penalty.
import type { Condition } from '../core/condition.ts';
import type { Dimension, DomainProfile } from '../core/domain.ts';

/** What a dimension gives when one side does not state it. */
const NOT_STATED = 0.9;

export function similarity(profile: DomainProfile, a: Condition, b: Condition): number {
  if (a.domain !== b.domain) return 0;
  let sum = 0;
  let weights = 0;
  const dimensions = [...profile.coarse, ...profile.fine];
  const left = [...a.coarse, ...a.fine];
  const right = [...b.coarse, ...b.fine];
  for (const [index, dimension] of dimensions.entries()) {
    const share = shareOf(profile, dimension, left, right, index);
    if (share <= 0) return 0;
    sum += dimension.weight * share;
    weights += dimension.weight;
  }
  return weights === 0 ? 1 : sum / weights;
}

function shareOf(profile: DomainProfile, dimension: Dimension, left: number[], right: number[], index: number): number {
  const x = left[index] ?? 0;
  const y = right[index] ?? 0;
  if (x === 0 || y === 0) return NOT_STATED;
  const period = periodOf(profile, dimension);
  const apart = apartness(
    dimension,
    refinedOrdinal(profile, dimension, left, x),
    refinedOrdinal(profile, dimension, right, y),
    period,
  );
  if (dimension.tolerance !== undefined) return 1 - apart / (dimension.tolerance + 1);
  // Without a tolerance any distance matches, so the share stays above 0.
  return 1 - apart / (period + 1);
}

function apartness(dimension: Dimension, x: number, y: number, period: number): number {
  if (dimension.distance === 'categorical') return x === y ? 0 : 1;
  const apart = Math.abs(x - y);
  return dimension.distance === 'circular' ? Math.min(apart, period - apart) : apart;
}

/** Counts parts across cells, so that neighbours on both sides of a border are near. */
function refinedOrdinal(profile: DomainProfile, dimension: Dimension, ordinals: number[], own: number): number {
  if (dimension.refines === undefined || !('parts' in dimension.buckets)) return own;
  const parent = profile.coarse.findIndex((candidate) => candidate.name === dimension.refines);
  return (ordinals[parent] ?? 0) * dimension.buckets.parts + own;
}

/** Number of buckets, counted in parts for a refining dimension. */
function periodOf(profile: DomainProfile, dimension: Dimension): number {
  const { buckets } = dimension;
  if ('cells' in buckets) return buckets.cells.count;
  if ('edges' in buckets) return buckets.edges.length + 1;
  if ('registry' in buckets) return Math.max(1, buckets.registry.length);
  const parent = profile.coarse.find((candidate) => candidate.name === dimension.refines);
  return parent ? periodOf(profile, parent) * buckets.parts : buckets.parts;
}
