// Compares attributes that are lists (tags) as sets: each item with the one of the other list that is most like it.
//
// Both ways, weighted by the places of the items, and the mean of the two. Where one list is longer, what is left over counts
// as not stated. With a tolerance the first item of each, which is the address, must have its like in the other list.
// Invariant: symmetric, 1 for equal lists, and the order of all but the first items changes weights alone.
import type { Condition } from '../core/condition.ts';
import { NOT_STATED, positionOf, type Scale, shareOf } from './similarity-scale.ts';

/** The dimensions of one list, in the order of its items. */
export interface ListScale {
  readonly items: readonly Scale[];
  readonly weight: number;
  /** The first items must match. */
  readonly isStrict: boolean;
}

/** The dimensions without a list, and the lists. */
export function partedLists(scales: readonly Scale[]): { singles: readonly Scale[]; lists: readonly ListScale[] } {
  const byAttribute = Map.groupBy(
    scales.filter(({ dimension }) => dimension.item !== undefined),
    ({ dimension }) => dimension.attribute,
  );
  const lists = [...byAttribute.values()].map((of) => {
    const items = of.toSorted((a, b) => a.dimension.item! - b.dimension.item!);
    const weight = items.reduce((sum, item) => sum + item.weight, 0);
    return { items, weight, isStrict: items.some(({ dimension }) => dimension.tolerance !== undefined) };
  });
  return { singles: scales.filter(({ dimension }) => dimension.item === undefined), lists };
}

/** @returns 0 to 1, or -1 where the lists do not match */
export function listShare(list: ListScale, a: Condition, b: Condition): number {
  const x = list.items.map((item) => positionOf(item, a));
  const y = list.items.map((item) => positionOf(item, b));
  return shareOfItems(list, x, y);
}

/** @param x ordinals by place, 0 for none; a list without a first item is not stated */
export function shareOfItems(list: ListScale, x: readonly number[], y: readonly number[]): number {
  if (x.includes(-1) || y.includes(-1)) return -1;
  if (x[0] === 0 || y[0] === 0) return NOT_STATED;
  const [there, back] = [directed(list, x, y), directed(list, y, x)];
  if (list.isStrict && (there.first <= 0 || back.first <= 0)) return -1;
  return (there.share + back.share) / 2;
}

/** How well the items of one list are met by the other. @returns `first`: its first one */
function directed({ items }: ListScale, from: readonly number[], to: readonly number[]) {
  let surplus = 0;
  for (let at = 0; at < from.length; at++) surplus += (from[at]! > 0 ? 1 : 0) - (to[at]! > 0 ? 1 : 0);
  let [sum, weights, first] = [0, 0, 0];
  for (let at = from.length - 1; at >= 0; at--) {
    if (from[at] === 0) continue;
    const best = bestOf(items[at]!, from[at]!, to);
    const isLeft = at > 0 && best < NOT_STATED && surplus-- > 0;
    sum += items[at]!.weight * (isLeft ? NOT_STATED : best);
    weights += items[at]!.weight;
    first = best;
  }
  return { share: weights === 0 ? 1 : sum / weights, first };
}

/** Never below 0: only words that are akin are alike, and other items only when they are equal. */
export function bestOf(item: Scale, ordinal: number, others: readonly number[]): number {
  let best = 0;
  for (const other of others) {
    if (other === 0) continue;
    best = Math.max(best, item.isWord ? shareOf(item, ordinal, other) : ordinal === other ? 1 : 0);
  }
  return best;
}
