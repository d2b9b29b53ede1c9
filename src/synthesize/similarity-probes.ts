// Says at which addresses to ask for what is similar to a condition, and from which similarity on that finds everything.
//
//     each coarse dimension: own bucket, akin words, adjacent cells, not stated ──> most that each can still reach ──> the best 4
//
// Buckets are ranked by the most that a condition there can be alike. A part of its cell says how near the next cell is.
// Invariant: whatever states as much of the address as the condition, and is more alike than `completeFrom`, is at a probe.
import type { Condition } from '../core/condition.ts';
import { probedAddressesMax } from '../core/domain-limits.ts';
import type { Comparison } from './similarity.ts';
import { bestOf, type ListScale } from './similarity-list.ts';
import { NOT_STATED, positionOf, type Scale, shareOf } from './similarity-scale.ts';

export interface Probes {
  /** Coarse ordinals, the own ones first. */
  readonly addresses: readonly (readonly number[])[];
  /** 0 to 1. */
  readonly completeFrom: number;
}

/** A bucket of one coarse dimension, and the most that it can add to a weighted sum. */
interface Candidate {
  readonly ordinal: number;
  readonly gain: number;
}

/** The best candidates of one dimension, the own bucket first, and what any other could add at most; below 0: none matches. */
interface Choice {
  readonly candidates: readonly Candidate[];
  readonly restGain: number;
}

/** So many buckets to either side are looked at; of more, only the reach counts. */
const AROUND = 4;

/** @param required attributes that every condition of the domain states */
export function probesOf({ singles, lists }: Comparison, of: Condition, required: readonly string[]): Probes {
  const coarse = singles.filter(({ isCoarse }) => isCoarse);
  // A bucket that the domain does not have is similar to nothing.
  if (coarse.some((scale) => positionOf(scale, of) < 0)) return { addresses: [of.coarse], completeFrom: 0 };
  const leading = lists.filter(({ items }) => items[0]!.isCoarse);
  const fine = singles.filter(({ isCoarse, parentAt }) => !isCoarse && parentAt < 0);
  const choices: { at: number; choice: Choice }[] = [
    ...coarse.map((scale) => {
      const parts = singles.filter(({ parentAt }) => parentAt === scale.at);
      const place = placed(scale, parts, of);
      return { at: scale.at, choice: choiceOf(place, required.includes(scale.dimension.attribute)) };
    }),
    ...leading.map((list) => {
      const { at, dimension } = list.items[0]!;
      return { at, choice: choiceOf(listed(list, of), required.includes(dimension.attribute)) };
    }),
  ].sort((a, b) => a.at - b.at);
  const rest = restOf(
    fine,
    lists.filter((list) => !leading.includes(list)),
    of,
  );
  const weight = [...coarse, ...singles.filter(({ parentAt }) => parentAt >= 0), ...leading].reduce(
    (sum, one) => sum + one.weight,
    0,
  );
  return chosen(
    choices.map(({ choice }) => choice),
    (gain) => rest(gain, weight),
  );
}

/** What decides which buckets of a dimension can match. */
interface Placed {
  readonly own: number;
  /** The most a bucket can add; below 0 where it cannot match. */
  readonly gainOf: (ordinal: number) => number;
  /** Others than the own one that may match, and those that stand for all that are left. */
  readonly others: readonly number[];
  readonly beyond: readonly number[];
  /** Whether conditions that do not state it are asked for, too. */
  readonly mayBeOpen: boolean;
}

function choiceOf({ own, gainOf, others, beyond, mayBeOpen }: Placed, isRequired: boolean): Choice {
  const open = mayBeOpen && !isRequired && own !== 0 ? [0] : [];
  const ranked = [...new Set([...others, ...open])]
    .filter((ordinal) => ordinal !== own)
    .map((ordinal) => ({ ordinal, gain: gainOf(ordinal) }))
    .filter(({ gain }) => gain >= 0)
    .sort((a, b) => b.gain - a.gain);
  const candidates = [{ ordinal: own, gain: gainOf(own) }, ...ranked.slice(0, probedAddressesMax - 1)];
  const next = ranked[probedAddressesMax - 1]?.gain ?? -1;
  return { candidates, restGain: Math.max(next, ...beyond.map(gainOf)) };
}

/** A coarse dimension, with the ones that divide its cells. */
function placed(scale: Scale, parts: readonly Scale[], of: Condition): Placed {
  const own = positionOf(scale, of);
  const gainOf = (ordinal: number) => {
    if (own === 0 || ordinal === 0) return NOT_STATED * parts.reduce((sum, { weight }) => sum + weight, scale.weight);
    const share = ordinal === own ? 1 : shareOf(scale, own, ordinal);
    if (share <= 0 && !scale.isLenient) return -1;
    let gain = scale.weight * share;
    for (const part of parts) {
      const most = mostOfPart(part, of, { own, ordinal });
      if (most <= 0) return -1;
      gain += part.weight * most;
    }
    return gain;
  };
  const mayBeOpen = parts.length === 0;
  if (own === 0) return { own, gainOf, others: [], beyond: [1], mayBeOpen };
  if (scale.isWord) {
    const others = (scale.kin?.nearest(own) ?? []).map(({ ordinal }) => ordinal);
    return { own, gainOf, others, beyond: scale.isLenient ? [foreignTo([own, ...others])] : [], mayBeOpen };
  }
  const others = around(scale, own, AROUND);
  const beyond = around(scale, own, AROUND + 1).filter((ordinal) => !others.includes(ordinal));
  return { own, gainOf, others, beyond, mayBeOpen };
}

/** The buckets up to so many steps away, the nearest first. */
function around({ buckets, isCircular }: Scale, own: number, steps: number): number[] {
  const near = Array.from({ length: steps }, (_, step) => [own + step + 1, own - step - 1]).flat();
  if (!isCircular) return near.filter((ordinal) => ordinal >= 1 && ordinal <= buckets);
  return near.map((ordinal) => ((ordinal - 1 + buckets * steps) % buckets) + 1);
}

/** A word that is none of these. */
function foreignTo(words: readonly number[]): number {
  let word = 1;
  while (words.includes(word)) word++;
  return word;
}

/** The share of the nearest part of a cell. */
function mostOfPart(part: Scale, of: Condition, { own, ordinal }: { own: number; ordinal: number }): number {
  const x = positionOf(part, of);
  if (x <= 0) return NOT_STATED;
  if (ordinal === own) return 1;
  const first = (ordinal - 1) * part.buckets + 1;
  return Math.max(shareOf(part, x, first), shareOf(part, x, first + part.buckets - 1));
}

/** A list whose first item is in the address: the other one may begin with any of ours, or with what is akin to one. */
function listed(list: ListScale, of: Condition): Placed {
  const items = list.items.map((item) => positionOf(item, of)).map((ordinal) => Math.max(0, ordinal));
  const lead = list.items[0]!;
  const own = items[0]!;
  const stated = items.filter((ordinal) => ordinal > 0);
  const gainOf = (ordinal: number) => {
    if (own === 0 || ordinal === 0) return NOT_STATED * list.weight;
    const best = bestOf(lead, ordinal, stated);
    if (best <= 0 && list.isStrict) return -1;
    // All of ours met there, and all there but the first met here.
    return (list.weight + lead.weight * best + list.weight - lead.weight) / 2;
  };
  const akin = stated.flatMap((word) => [word, ...(lead.kin?.nearest(word) ?? []).map(({ ordinal }) => ordinal)]);
  const beyond = own === 0 || !list.isStrict ? [foreignTo([own, ...akin])] : [];
  return { own, gainOf, others: own === 0 ? [] : akin, beyond, mayBeOpen: true };
}

/** The most that a condition reaches whose address adds `gain` of `weight`. */
function restOf(fine: readonly Scale[], lists: readonly ListScale[], of: Condition) {
  let [sum, weights, lateWeights] = [0, 0, 0];
  for (const scale of fine) {
    const isStated = positionOf(scale, of) !== 0;
    if (!isStated && scale.isLate) lateWeights += scale.weight;
    else {
      sum += scale.weight * (isStated ? 1 : NOT_STATED);
      weights += scale.weight;
    }
  }
  for (const list of lists) {
    sum += list.weight;
    weights += list.weight;
  }
  return (gain: number, weight: number): number => {
    const all = weight + weights;
    const without = all === 0 ? 1 : (gain + sum) / all;
    // What was added later may be stated there: that pulls towards its share.
    const withLate = (gain + sum + NOT_STATED * lateWeights) / (all + lateWeights || 1);
    return Math.max(without, lateWeights > 0 ? withLate : without);
  };
}

/** The best combinations, and the most that any other one reaches. */
function chosen(choices: readonly Choice[], reached: (gain: number) => number): Probes {
  let combined: { address: number[]; gain: number }[] = [{ address: [], gain: 0 }];
  for (const { candidates } of choices)
    combined = combined.flatMap(({ address, gain }) =>
      candidates.map((one) => ({ address: [...address, one.ordinal], gain: gain + one.gain })),
    );
  const [own, ...others] = combined;
  const ranked = others.sort((a, b) => b.gain - a.gain);
  const kept = ranked.slice(0, probedAddressesMax - 1);
  const most = choices.map(({ candidates }) => Math.max(...candidates.map(({ gain }) => gain)));
  const left = choices.flatMap(({ restGain }, at) =>
    restGain < 0 ? [] : most.reduce((sum, gain, i) => sum + (i === at ? restGain : gain), 0),
  );
  const next = ranked[probedAddressesMax - 1]?.gain;
  const missed = [...left, ...(next === undefined ? [] : [next])].map(reached);
  return { addresses: [own!, ...kept].map(({ address }) => address), completeFrom: Math.max(0, ...missed) };
}
