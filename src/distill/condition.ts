// Attributes of a place and a time -> the ordinals of a condition, by what the domain profile says; and back to places.
//
// Nothing here knows a domain. Ordinals are 1-based; an attribute that is not known becomes 0 ("not stated").
// A dimension that refines another divides the cell the other one names, so both are made from one attribute.
import type { Condition } from '../core/condition.ts';
import type { Attributes, Dimension, DomainProfile } from '../core/domain.ts';

/** Index of a value's cell from 0; circular dimensions wrap, others clamp to the ends. */
function cellOf(dimension: Dimension, value: number): { index: number; fraction: number } {
  assertCells(dimension);
  const { start, width, count } = dimension.buckets.cells;
  const position = (value - start) / width;
  const index = Math.floor(position);
  if (dimension.distance === 'circular')
    return { index: ((index % count) + count) % count, fraction: position - index };
  if (index < 0) return { index: 0, fraction: 0 };
  if (index >= count) return { index: count - 1, fraction: 1 };
  return { index, fraction: position - index };
}

type CellDimension = Dimension & { buckets: { cells: { start: number; width: number; count: number } } };

function assertCells(dimension: Dimension): asserts dimension is CellDimension {
  if (!('cells' in dimension.buckets)) throw new Error(`dimension ${dimension.name} has no cells`);
}

function refined(profile: DomainProfile, dimension: Dimension): Dimension {
  const parent = profile.coarse.find((candidate) => candidate.name === dimension.refines);
  if (!parent)
    throw new Error(`dimension ${dimension.name} refines ${dimension.refines}, which is not a coarse dimension`);
  return parent;
}

/** @returns the ordinal of one dimension, 0 where the attribute is not known */
export function ordinalOf(profile: DomainProfile, dimension: Dimension, attributes: Attributes): number {
  const value = attributes[dimension.attribute];
  if (value === undefined || !Number.isFinite(value)) return 0;
  const { buckets } = dimension;
  if ('cells' in buckets) return cellOf(dimension, value).index + 1;
  if ('edges' in buckets) return 1 + buckets.edges.filter((edge) => edge <= value).length;
  if ('registry' in buckets || 'words' in buckets) return value;
  const { fraction } = cellOf(refined(profile, dimension), value);
  return Math.min(Math.floor(fraction * buckets.parts), buckets.parts - 1) + 1;
}

export function conditionOf(profile: DomainProfile, attributes: Attributes): Condition {
  return {
    domain: profile.id,
    coarse: profile.coarse.map((dimension) => ordinalOf(profile, dimension, attributes)),
    fine: withoutLate(
      profile,
      profile.fine.map((dimension) => ordinalOf(profile, dimension, attributes)),
    ),
  };
}

/** Dimensions that a domain got later are left out at the end where they are not stated. */
function withoutLate({ fine }: DomainProfile, ordinals: number[]): number[] {
  let length = ordinals.length;
  while (length > 0 && fine[length - 1]!.isLate && ordinals[length - 1] === 0) length--;
  return ordinals.slice(0, length);
}

/**
 * The coarse keys a place watches for one phenomenon: its own cell, and the adjacent ones whose border lies within the
 * tolerance of the refining dimension. Of two borders only the nearer one counts, so that there are at most 4 in all
 * (protocol section 3), unless `bothSides` are asked for: then at most 9.
 */
export function watchedKeys(
  profile: DomainProfile,
  attributes: Attributes,
  { bothSides = false }: { bothSides?: boolean } = {},
): number[][] {
  let keys: number[][] = [[]];
  for (const dimension of profile.coarse) {
    const own = ordinalOf(profile, dimension, attributes);
    const near = adjacent(profile, dimension, attributes);
    // Where a dimension goes round in few cells, both sides may be one.
    const choices = new Set([own, ...(bothSides ? near : near.slice(0, 1))]);
    keys = keys.flatMap((key) => [...choices].map((ordinal) => [...key, ordinal]));
  }
  return keys;
}

/** Where a condition is, and no more: everything else is 0, which stands for any. */
export function placeIn(profile: DomainProfile, { coarse, fine }: Pick<Condition, 'coarse' | 'fine'>): PlaceKey {
  const parts = profile.fine.map(({ refines }, index) => (refines === undefined ? 0 : (fine[index] ?? 0)));
  return { coarse, fine: withoutLate(profile, parts) };
}

export type PlaceKey = Pick<Condition, 'coarse' | 'fine'>;

/** The part of its cell that a place lies in, and those around it: 9 where a place has two dimensions. */
export function partsAround(profile: DomainProfile, attributes: Attributes): PlaceKey[] {
  let places = [attributes];
  for (const dimension of profile.coarse) {
    const { attribute } = dimension;
    const value = attributes[attribute];
    const part = profile.fine.find(({ refines }) => refines === dimension.name);
    if (value === undefined || !part || !('parts' in part.buckets)) continue;
    assertCells(dimension);
    const width = dimension.buckets.cells.width / part.buckets.parts;
    places = places.flatMap((place) => [0, -1, 1].map((step) => ({ ...place, [attribute]: value + step * width })));
  }
  return places.map((place) => placeIn(profile, conditionOf(profile, place)));
}

/** The neighbouring cells whose border is within reach, the one beyond the nearer border first. */
function adjacent(profile: DomainProfile, dimension: Dimension, attributes: Attributes): number[] {
  const value = attributes[dimension.attribute];
  const part = profile.fine.find((candidate) => candidate.refines === dimension.name);
  if (value === undefined || !Number.isFinite(value) || part?.tolerance === undefined || !('parts' in part.buckets))
    return [];
  assertCells(dimension);
  const { index, fraction } = cellOf(dimension, value);
  const { count } = dimension.buckets.cells;
  const reach = part.tolerance / part.buckets.parts;
  const apart = (step: number) => (step === 1 ? 1 - fraction : fraction);
  const steps = (fraction >= 0.5 ? [1, -1] : [-1, 1]).filter((step) => apart(step) < reach);
  return steps.flatMap((step) => {
    const next = index + step;
    if (dimension.distance === 'circular') return [((next + count) % count) + 1];
    return next < 0 || next >= count ? [] : [next + 1];
  });
}

/** The attribute value at the middle of the stated bucket; undefined when none is stated, or one there is not. */
export function middleOf(profile: DomainProfile, condition: Condition, attribute: string): number | undefined {
  const at = profile.coarse.findIndex((dimension) => dimension.attribute === attribute && 'cells' in dimension.buckets);
  const dimension = profile.coarse[at];
  const ordinal = condition.coarse[at] ?? 0;
  if (!dimension || ordinal === 0) return undefined;
  assertCells(dimension);
  const { start, width, count } = dimension.buckets.cells;
  if (ordinal > count) return undefined;
  const partAt = profile.fine.findIndex((candidate) => candidate.refines === dimension.name);
  const part = profile.fine[partAt];
  const partOrdinal = condition.fine[partAt] ?? 0;
  const parts = part && 'parts' in part.buckets ? part.buckets.parts : 0;
  const fraction = partOrdinal > 0 && partOrdinal <= parts ? (partOrdinal - 0.5) / parts : 0.5;
  return start + width * (ordinal - 1 + fraction);
}
