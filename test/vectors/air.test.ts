// The tables of `air` in air.json are those of the code, and every vector follows from the tables alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { airVectors, airVectorsUrl } from './air.ts';

const text = readFileSync(airVectorsUrl, 'utf8');

interface Made {
  readonly name: string;
  readonly attribute: string;
  readonly cells?: { readonly start: number; readonly width: number; readonly count: number };
  readonly edges?: readonly number[];
  readonly parts?: number;
  readonly registry?: string | readonly string[];
  readonly refines?: string;
  readonly distance: string;
  readonly tolerance: number | null;
  readonly late?: true;
}

interface File {
  readonly phenomena: readonly { name: string; ordinal: number; scale: number; class_edges: number[] }[];
  readonly coarse: readonly Made[];
  readonly fine: readonly Made[];
  readonly sites: readonly string[];
  readonly vectors: {
    readonly ordinals: readonly { dimension: string; value: number; ordinal: number }[];
    readonly severities: readonly { phenomenon: string; value: number; severity: number; fixed: number }[];
    readonly day_parts: readonly { onset_unix_s: number; longitude: number; ordinal: number }[];
    readonly conditions: readonly { attributes: Record<string, number>; coarse: number[]; fine: number[] }[];
    readonly watched: readonly { latitude: number; near: number[][]; with_alarm: number[][] }[];
  };
}

const file = JSON.parse(text) as File;
const dimensions = [...file.coarse, ...file.fine];
const named = (name: string): Made => dimensions.find((one) => one.name === name) ?? assert.fail(name);

/** As docs/protocol.md section 3 says it, from the tables of the file. */
function ordinal(of: Made, value: number | undefined): number {
  if (value === undefined) return 0;
  if (of.edges) return 1 + of.edges.filter((edge) => edge <= value).length;
  if (of.registry) return value;
  const { cells, distance } = of.refines ? named(of.refines) : of;
  assert(cells);
  const position = (value - cells.start) / cells.width;
  const isLast = distance !== 'circular' && position >= cells.count;
  const cell = isLast ? cells.count - 1 : Math.floor(position) % cells.count;
  if (!of.refines) return cell + 1;
  return 1 + (isLast ? of.parts! - 1 : Math.floor((position - Math.floor(position)) * of.parts!));
}

test('making the file again gives the identical one', () => {
  assert.equal(airVectors(), text, 'run: npm run vectors, and look at what changed');
});

test('cells, parts and bands follow from the tables', () => {
  for (const { dimension, value, ordinal: wanted } of file.vectors.ordinals) {
    assert.equal(ordinal(named(dimension), value), wanted, `${dimension} ${value}`);
  }
  assert.deepEqual(new Set(file.vectors.ordinals.map(({ dimension }) => dimension)).size, 6);
});

test('severity counts the edges that are reached, and what is sent is the value over the scale', () => {
  for (const { phenomenon, value, severity, fixed } of file.vectors.severities) {
    const { class_edges: edges, scale } = file.phenomena.find(({ name }) => name === phenomenon)!;
    assert.equal(1 + edges.filter((edge) => value >= edge).length, severity, `${phenomenon} ${value}`);
    assert.ok(Math.abs(fixed - value / scale) < 0.501, `${phenomenon} ${value}`);
  }
});

test('the part of the day is a quarter of the solar day of the onset', () => {
  for (const { onset_unix_s: onsetS, longitude, ordinal: wanted } of file.vectors.day_parts) {
    const hour = (((onsetS / 3600 + longitude / 15) % 24) + 24) % 24;
    assert.equal(1 + Math.floor(hour / 6), wanted, `${onsetS} at ${longitude}`);
  }
});

test('conditions are their ordinals in order, and what is not known is 0', () => {
  for (const { attributes, coarse, fine } of file.vectors.conditions) {
    assert.deepEqual(
      file.coarse.map((one) => ordinal(one, attributes[one.attribute])),
      coarse,
    );
    const all = file.fine.map((one) => ordinal(one, attributes[one.attribute]));
    // What the domain got later is left out at the end where it is not stated.
    const isLeftOut = (at: number) => at < all.length && file.fine[at]!.late && all[at] === 0;
    while (isLeftOut(all.length - 1)) all.pop();
    assert.deepEqual(all, fine);
  }
});

test('at most 4 cells are watched, or 9 with an alarm level, the own one first', () => {
  for (const { latitude, near, with_alarm: wide } of file.vectors.watched) {
    assert.ok(near.length <= 4 && wide.length <= 9 && wide.length >= near.length);
    assert.equal(near[0]![1], ordinal(named('latitude_cell'), latitude));
  }
});
