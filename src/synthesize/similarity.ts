// Measures how alike two conditions are, by the weights and tolerances of the domain profile. 0: they do not match at all.
//
// Each dimension gives 1 for equal buckets, falling linearly to 0 just beyond its tolerance; the result is the weighted
// mean, or 0 as soon as one dimension is out of tolerance. What is not stated matches anything, at a small penalty.
// Invariant: symmetric, and within 0 to 1 whatever a stranger put into the packet.
import type { Condition } from '../core/condition.ts';
import { type ListScale, listShare, partedLists } from './similarity-list.ts';
import { type Dimensions, NOT_STATED, positionOf, type Scale, scalesOf, shareOf } from './similarity-scale.ts';

export interface Comparison {
  readonly singles: readonly Scale[];
  readonly lists: readonly ListScale[];
}

const comparisons = new WeakMap<Dimensions, Comparison>();

export function similarity(profile: Dimensions, a: Condition, b: Condition): number {
  if (a.domain !== b.domain) return 0;
  const { singles, lists } = comparisonOf(profile);
  let sum = 0;
  let weights = 0;
  for (const scale of singles) {
    const x = positionOf(scale, a);
    const y = positionOf(scale, b);
    // What a domain got later and neither states is not there, so that older conditions compare as before.
    if (scale.isLate && x === 0 && y === 0) continue;
    if (x < 0 || y < 0) return 0;
    const share = x === 0 || y === 0 ? NOT_STATED : shareOf(scale, x, y);
    if (share <= 0 && !scale.isLenient) return 0;
    sum += scale.weight * share;
    weights += scale.weight;
  }
  for (const list of lists) {
    const share = listShare(list, a, b);
    if (share < 0) return 0;
    sum += list.weight * share;
    weights += list.weight;
  }
  return weights === 0 ? 1 : sum / weights;
}

/** Once for each profile. */
export function comparisonOf(profile: Dimensions): Comparison {
  const known = comparisons.get(profile);
  if (known) return known;
  const made = partedLists(scalesOf(profile));
  comparisons.set(profile, made);
  return made;
}

/** Whether all of its address is something that the domain has; what is not is similar to nothing. */
export function isOwnAddress(profile: Dimensions, { coarse }: Pick<Condition, 'coarse'>): boolean {
  const condition = { domain: 0, coarse, fine: [] };
  return everyScale(profile).every((scale) => !scale.isCoarse || positionOf(scale, condition) >= 0);
}

/** With one ordinal for each dimension: what the domain does not have, and a list without a first item, is not stated. */
export function cleaned(profile: Dimensions, { domain, coarse, fine }: Condition): Condition {
  const known = { domain, coarse: profile.coarse.map(() => 0), fine: profile.fine.map(() => 0) };
  for (const { at, isCoarse, buckets } of everyScale(profile)) {
    const ordinal = (isCoarse ? coarse : fine)[at] ?? 0;
    (isCoarse ? known.coarse : known.fine)[at] = ordinal > buckets ? 0 : ordinal;
  }
  for (const { items } of comparisonOf(profile).lists) {
    const isStated = positionOf(items[0]!, known) > 0;
    for (const { at, isCoarse } of isStated ? [] : items) (isCoarse ? known.coarse : known.fine)[at] = 0;
  }
  return known;
}

function everyScale(profile: Dimensions): Scale[] {
  const { singles, lists } = comparisonOf(profile);
  return [...singles, ...lists.flatMap(({ items }) => items)];
}
