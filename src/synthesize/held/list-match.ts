// Holds lists of items against the one that is wanted, thousands to a question: what similarity-list.ts says, from a table.
//
//     item there ──sieve──> row of the table: the best of ours for it, and what it is to each of ours
//
// Only the items wanted and their kin are in the table, so most items there are through with one look at the sieve.
// Invariant: the shares are those of `shareOfItems`, bit for bit.
import { bestOf, type ListScale, shareOfItems } from '../similarity-list.ts';
import { NOT_STATED, shareOf } from '../similarity-scale.ts';

export interface ListMatch {
  /** @returns 0 to 1, or -1 where the lists do not match */
  share(theirs: readonly number[]): number;
  /** Whether an item there has its like among ours. */
  isMet(item: number): boolean;
}

/** A power of two, well above the items wanted and their kin. */
const SIEVE = 4_096;

/** What an item there is to each of ours by place, and behind these the best of them. */
type Row = Float64Array;

/** @param ours ordinals by place, 0 for none, -1 for what the domain does not have */
export function listMatch(scale: ListScale, ours: readonly number[]): ListMatch {
  const { items, isStrict } = scale;
  const first = items[0]!;
  // Of items that compare in different ways there is no one table.
  if (items.some(({ isWord, kin }) => isWord !== first.isWord || kin !== first.kin)) return oneByOne(scale, ours);
  const table = tableOf(scale, ours);
  const sieve = new Uint8Array(SIEVE);
  for (const item of table.keys()) sieve[item & (SIEVE - 1)] = 1;
  const rowOf = (item: number) => (sieve[item & (SIEVE - 1)] === 0 ? undefined : table.get(item));
  const places = ours.length;
  const isOut = ours.includes(-1);
  const rows: (Row | undefined)[] = ours.map(() => undefined);

  /** The best of what is there for ours at this place. */
  function bestThere(at: number): number {
    let best = 0;
    for (let i = 0; i < places; i++) {
      const row = rows[i];
      if (row !== undefined && row[at]! > best) best = row[at]!;
    }
    return best;
  }

  function directed(from: readonly number[], to: readonly number[], isThere: boolean): number {
    let surplus = 0;
    for (let at = 0; at < places; at++) surplus += (from[at]! > 0 ? 1 : 0) - (to[at]! > 0 ? 1 : 0);
    let sum = 0;
    let weight = 0;
    for (let at = places - 1; at >= 0; at--) {
      if (from[at] === 0) continue;
      const best = isThere ? bestThere(at) : (rows[at]?.[places] ?? 0);
      const isLeft = at > 0 && best < NOT_STATED && surplus-- > 0;
      sum += items[at]!.weight * (isLeft ? NOT_STATED : best);
      weight += items[at]!.weight;
    }
    return weight === 0 ? 1 : sum / weight;
  }

  return {
    share(theirs) {
      if (isOut || theirs.includes(-1)) return -1;
      if (ours[0] === 0 || theirs[0] === 0) return NOT_STATED;
      for (let i = 0; i < places; i++) rows[i] = rowOf(theirs[i]!);
      if (isStrict && (rows[0] === undefined || rows[0][places]! <= 0 || bestThere(0) <= 0)) return -1;
      return (directed(ours, theirs, true) + directed(theirs, ours, false)) / 2;
    },
    isMet: (item) => item > 0 && (rowOf(item)?.[places] ?? 0) > 0,
  };
}

function oneByOne(scale: ListScale, ours: readonly number[]): ListMatch {
  return {
    share: (theirs) => shareOfItems(scale, ours, theirs),
    isMet: (item) => item > 0 && bestOf(scale.items[0]!, item, ours) > 0,
  };
}

function tableOf({ items }: ListScale, ours: readonly number[]): ReadonlyMap<number, Row> {
  const scale = items[0]!;
  const table = new Map<number, Row>();
  const stated = ours.filter((item) => item > 0);
  const akin = scale.isWord
    ? stated.flatMap((item) => scale.kin?.nearest(item).map(({ ordinal }) => ordinal) ?? [])
    : [];
  for (const item of new Set([...stated, ...akin])) {
    const row = new Float64Array(ours.length + 1);
    for (const [at, own] of ours.entries()) {
      if (own <= 0) continue;
      row[at] = scale.isWord ? Math.max(0, shareOf(scale, own, item)) : own === item ? 1 : 0;
      row[ours.length] = Math.max(row[ours.length]!, row[at]!);
    }
    table.set(item, row);
  }
  return table;
}
