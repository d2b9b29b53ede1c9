// How near held conditions are to the one that is asked about: how far the search has to be widened, and how alike they are.
//
// Within the tolerances of the domain nothing is widened. Then each step gives one dimension up: details first, the one that
// counts least before the others; then the address, first to words that are akin, then to any. A dimension given up adds
// nothing to the similarity and keeps its weight.
// Invariant: of measured dimensions within tolerance the similarity is that of similarity.ts.
import type { Condition } from '../../core/condition.ts';
import type { Dimension, DomainProfile } from '../../core/domain.ts';
import { uintMax } from '../../core/limits.ts';
import { comparisonOf } from '../similarity.ts';
import { type Kin, kinOf } from '../similarity-kinship.ts';
import type { ListScale } from '../similarity-list.ts';
import { NOT_STATED } from '../similarity-scale.ts';
import { listMatch } from './list-match.ts';

/** Holds conditions, coarse ordinals and then fine ones in a row, against the one that is wanted. */
export interface Nearness {
  /** Fills `similarity` and `widened` for the ordinals that begin at `from`. */
  hold(ordinals: ArrayLike<number>, from: number): void;
  /** 0 to 1. */
  similarity: number;
  /** Steps until it matches; 0 within tolerance. */
  widened: number;
  /** The least that any condition with these coarse ordinals needs. */
  widenedOf(coarse: ArrayLike<number>, from: number): number;
  /** All there are. */
  readonly steps: number;
}

/** What an index asks with; another similarity function of a domain takes its place. */
export type NearnessTo = (profile: DomainProfile, wanted: Condition) => Nearness;

interface Axis {
  readonly at: number;
  readonly isCoarse: boolean;
  readonly buckets: number;
  /** Of the coarse dimension whose cells it divides; -1 for the others. */
  readonly parentAt: number;
  readonly parentBuckets: number;
  readonly period: number;
  readonly reach: number;
  readonly distance: Dimension['distance'];
  readonly isWord: boolean;
  readonly hasTolerance: boolean;
  readonly isLate: boolean;
  readonly weight: number;
  readonly kin: Kin | undefined;
  /** Steps after which akin words match, and any. */
  readonly akinStep: number;
  readonly anyStep: number;
}

/** A list of items, which compare as a set. */
interface ListAxis {
  readonly scale: ListScale;
  readonly items: readonly Axis[];
}

interface Axes {
  /** Without the items of lists, those of the address first. */
  readonly singles: readonly Axis[];
  readonly lists: readonly ListAxis[];
  readonly steps: number;
}

const known = new WeakMap<DomainProfile, Axes>();

export const nearnessTo: NearnessTo = (profile, { coarse, fine }) => {
  const { singles, lists: listAxes, steps } = axesOf(profile);
  const wanted = flat(profile, { coarse, fine });
  const at = (axis: Axis) => positionOf(axis, wanted, 0);
  const mine = singles.map(at);
  const lists = listAxes.map((list) => heldList(list, at));
  const nearness: Nearness = {
    similarity: 0,
    widened: 0,
    steps,
    hold(ordinals, from) {
      let [sum, weights, widened] = [0, 0, 0];
      for (let i = 0; i < singles.length; i++) {
        const axis = singles[i]!;
        const x = mine[i]!;
        const y = positionOf(axis, ordinals, from);
        if (axis.isLate && x === 0 && y === 0) continue;
        const share = shareOf(axis, x, y);
        if (share <= 0 || axis.isWord) widened = Math.max(widened, stepOf(axis, x, y));
        sum += axis.weight * Math.max(0, share);
        weights += axis.weight;
      }
      for (let i = 0; i < lists.length; i++) {
        const { scale, items, ours, match, theirs } = lists[i]!;
        for (let place = 0; place < items.length; place++) theirs[place] = positionOf(items[place]!, ordinals, from);
        const share = match.share(theirs);
        widened = Math.max(widened, listStep(items[0]!, ours, theirs[0]!, share >= 0));
        sum += scale.weight * Math.max(0, share);
        weights += scale.weight;
      }
      nearness.similarity = weights === 0 ? 1 : sum / weights;
      nearness.widened = widened;
    },
    widenedOf(ordinals, from) {
      let widened = 0;
      for (let i = 0; i < singles.length && singles[i]!.isCoarse; i++)
        widened = Math.max(widened, stepOf(singles[i]!, mine[i]!, positionOf(singles[i]!, ordinals, from)));
      for (let i = 0; i < lists.length; i++) {
        const { items, ours, match } = lists[i]!;
        if (!items[0]!.isCoarse) continue;
        const first = positionOf(items[0]!, ordinals, from);
        widened = Math.max(widened, listStep(items[0]!, ours, first, match.isMet(first)));
      }
      return widened;
    },
  };
  return nearness;
};

/** A list of the wanted condition, with room for the one that is held against it. */
function heldList({ scale, items }: ListAxis, at: (axis: Axis) => number) {
  const ours = items.map(at);
  return { scale, items, ours, match: listMatch(scale, ours), theirs: items.map(() => 0) };
}

/** How far one has to go for a list; its first item is what the address has of it. */
function listStep(first: Axis, x: readonly number[], other: number, isMet: boolean): number {
  if (other < 0 || x[0]! < 0) return first.anyStep;
  if (!first.hasTolerance || x[0] === other || x[0] === 0 || other === 0) return 0;
  return isMet ? first.akinStep : first.anyStep;
}

/** The ordinals of a condition in a row, as many as the domain has dimensions. */
export function flat(
  { coarse, fine }: Pick<DomainProfile, 'coarse' | 'fine'>,
  condition: Pick<Condition, 'coarse' | 'fine'>,
): Uint32Array {
  const ordinals = new Uint32Array(coarse.length + fine.length);
  for (let i = 0; i < coarse.length; i++) ordinals[i] = condition.coarse[i] ?? 0;
  for (let i = 0; i < fine.length; i++) ordinals[coarse.length + i] = condition.fine[i] ?? 0;
  return ordinals;
}

function shareOf(axis: Axis, x: number, y: number): number {
  if (x < 0 || y < 0) return 0;
  if (x === 0 || y === 0) return NOT_STATED;
  if (axis.isWord) return x === y ? 1 : (axis.kin?.alike(x, y) ?? 0);
  return 1 - apartness(axis, x, y) / axis.reach;
}

/** How far one has to go for this dimension alone. */
function stepOf(axis: Axis, x: number, y: number): number {
  if (x >= 0 && y >= 0) {
    if (x === y || x === 0 || y === 0 || !axis.hasTolerance || 1 - apartness(axis, x, y) / axis.reach > 0) return 0;
    if (axis.kin && axis.kin.alike(x, y) > 0) return axis.akinStep;
  }
  return axis.anyStep;
}

function apartness({ distance, period }: Axis, x: number, y: number): number {
  const apart = Math.abs(x - y);
  if (distance === 'categorical') return apart === 0 ? 0 : 1;
  return distance === 'circular' ? Math.min(apart, period - apart) : apart;
}

/** 0 where it is not stated, -1 for a part of the address that the domain does not have (similarity.ts). */
function positionOf(
  { at, isCoarse, buckets, parentAt, parentBuckets }: Axis,
  ordinals: ArrayLike<number>,
  from: number,
): number {
  const own = ordinals[from + at]!;
  if (own > buckets) return isCoarse ? -1 : 0;
  if (own === 0 || parentAt < 0) return own;
  const cell = ordinals[from + parentAt]!;
  return cell === 0 || cell > parentBuckets ? 0 : (cell - 1) * buckets + own;
}

function axesOf(profile: DomainProfile): Axes {
  const made = known.get(profile);
  if (made) return made;
  const { coarse, fine } = profile;
  const dimensions = [...coarse, ...fine];
  const steps = stepsOf(profile);
  const stepAt = (dimension: Dimension, kind: Step['kind']) => {
    const at = steps.findIndex((step) => step.dimension === dimension && step.kind === kind);
    // Without a tolerance only what the domain does not have is out, and that is as far as anything.
    // Words of the detail that are akin are within it.
    return at >= 0 ? at + 1 : kind === 'akin' ? 0 : steps.length;
  };
  const all = dimensions.map((dimension, at) => ({
    ...axisOf(profile, dimension),
    at,
    isCoarse: at < coarse.length,
    akinStep: stepAt(dimension, 'akin'),
    anyStep: stepAt(dimension, 'any'),
  }));
  const of = (item: Dimension) => all[dimensions.indexOf(item)]!;
  const lists = comparisonOf(profile).lists.map((scale) => ({
    scale,
    items: scale.items.map(({ dimension }) => of(dimension)),
  }));
  const singles = all.filter((_, at) => dimensions[at]!.item === undefined);
  const axes = { singles, lists, steps: steps.length };
  known.set(profile, axes);
  return axes;
}

interface Step {
  readonly dimension: Dimension;
  readonly kind: 'akin' | 'any';
}

/** In the order in which a search is widened. */
function stepsOf({ coarse, fine }: DomainProfile): Step[] {
  const leastFirst = (dimensions: readonly Dimension[]) =>
    dimensions
      .filter(({ tolerance }) => tolerance !== undefined)
      .toReversed()
      .sort((a, b) => a.weight - b.weight);
  const address = leastFirst(coarse);
  return [
    ...leastFirst(fine).map((dimension) => ({ dimension, kind: 'any' as const })),
    ...address
      .filter(({ kin, item }) => kin !== undefined || item !== undefined)
      .map((dimension) => ({ dimension, kind: 'akin' as const })),
    ...address.map((dimension) => ({ dimension, kind: 'any' as const })),
  ];
}

function axisOf({ coarse }: DomainProfile, dimension: Dimension) {
  const buckets = bucketsOf(dimension);
  const parentAt = coarse.findIndex(({ name }) => name === dimension.refines);
  const parentBuckets = parentAt < 0 ? 1 : bucketsOf(coarse[parentAt]!);
  const period = buckets * parentBuckets;
  return {
    buckets,
    parentAt,
    parentBuckets,
    period,
    reach: (dimension.tolerance ?? period) + 1,
    distance: dimension.distance,
    isWord: 'words' in dimension.buckets,
    hasTolerance: dimension.tolerance !== undefined,
    isLate: dimension.isLate === true,
    weight: dimension.weight,
    kin: dimension.kin && kinOf(dimension.kin),
  };
}

function bucketsOf({ buckets }: Dimension): number {
  if ('cells' in buckets) return buckets.cells.count;
  if ('edges' in buckets) return buckets.edges.length + 1;
  if ('words' in buckets) return uintMax;
  return 'registry' in buckets ? Math.max(1, buckets.registry.length) : buckets.parts;
}
