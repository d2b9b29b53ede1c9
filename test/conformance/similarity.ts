// What every similarity function has to keep: symmetric, within 0 to 1, and found again at the addresses that it names.
//
// Conditions are made from the domain: pairs that differ in a few dimensions, and whatever a stranger may put into a packet.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Condition } from '../../src/core/condition.ts';
import type { Dimension, DomainProfile } from '../../src/core/domain.ts';
import { wordOrdinal } from '../../src/packet/word.ts';
import type { SimilarityFunction } from '../../src/synthesize/similarity-function.ts';

export interface SimilarityConformance {
  readonly profile: DomainProfile;
  /** Made before each test. */
  readonly open: () => SimilarityFunction;
  /** Whether it finds anything outside the own address. */
  readonly isWide: boolean;
  readonly runs?: number;
}

/** So little may be lost where one dimension is not stated. */
const STILL_ALIKE = 0.8;

export function similarityConformance(
  name: string,
  { profile, open, isWide, runs = 400 }: SimilarityConformance,
): void {
  const whole = wholes(profile);
  const pairs = whole.chain((a) => fc.tuple(fc.constant(a), changed(profile, a)));
  suite(`similarity: ${profile.name} by ${name}`, { timeout: 60_000 }, () => {
    test('symmetric and within 0 to 1, whatever a stranger states', () => {
      const { similarity } = bound(open());
      const any = fc.oneof(
        { weight: 2, arbitrary: pairs },
        fc.tuple(strangers(profile), fc.oneof(strangers(profile), whole)),
      );
      fc.assert(
        fc.property(any, ([a, b]) => {
          const alike = similarity(a, b);
          assert.equal(alike, similarity(b, a));
          assert.ok(alike >= 0 && alike <= 1, `${alike}`);
        }),
        { numRuns: runs },
      );
    });

    test('1 for equal conditions that state everything, 0 for another domain', () => {
      const { similarity } = bound(open());
      fc.assert(
        fc.property(whole, (a) => {
          assert.equal(similarity(a, a), 1);
          assert.equal(similarity(a, { ...a, domain: 'another' }), 0);
        }),
        { numRuns: runs / 10 },
      );
    });

    test('what is not stated is a small penalty', () => {
      const { similarity } = bound(open());
      const required = profile.deposits?.required ?? ['phenomenon'];
      fc.assert(
        fc.property(whole, fc.nat(), (a, pick) => {
          const optional = dimensionsOf(profile).filter(({ dimension }) => !required.includes(dimension.attribute));
          const { list, at } = optional[pick % optional.length]!;
          const alike = similarity(a, { ...a, [list]: a[list].with(at, 0) });
          assert.ok(alike >= STILL_ALIKE && alike <= 1, `${list}[${at}]: ${alike}`);
        }),
        { numRuns: runs / 10 },
      );
    });

    test('asks at its own address first and at four in all, and there is what is more alike than it says', () => {
      const { similarity, probes, completeFrom } = bound(open());
      const isElsewhere = ([a, b]: readonly [Condition, Condition]): boolean => {
        const addresses = probes(a).map(String);
        assert.equal(addresses[0], String(a.coarse));
        assert.ok(addresses.length <= 4 && new Set(addresses).size === addresses.length);
        const from = completeFrom(a);
        assert.ok(from >= 0 && from <= 1);
        if (!statesAsMuch(profile, a, b) || similarity(a, b) <= from + 1e-9) return false;
        assert.ok(addresses.includes(String(b.coarse)), `${b.coarse} is ${similarity(a, b)} alike, above ${from}`);
        return addresses[0] !== String(b.coarse);
      };
      fc.assert(
        fc.property(pairs, (pair) => void isElsewhere(pair)),
        { numRuns: runs },
      );
      const found = fc.sample(pairs, { numRuns: 8 * runs, seed: 1 }).filter(isElsewhere);
      assert.equal(found.length > 0, isWide, `${found.length} were found at another address`);
    });

    test('asks somewhere for whatever a stranger states', () => {
      const { probes } = bound(open());
      fc.assert(
        fc.property(strangers(profile), (a) => assert.ok(probes(a).length >= 1)),
        { numRuns: runs / 10 },
      );
    });
  });
}

const bound = (one: SimilarityFunction) => ({
  similarity: one.similarity.bind(one),
  probes: one.probes.bind(one),
  completeFrom: one.completeFrom.bind(one),
});

interface Placed {
  readonly dimension: Dimension;
  readonly list: 'coarse' | 'fine';
  readonly at: number;
}

function dimensionsOf({ coarse, fine }: DomainProfile): Placed[] {
  const placed = (dimensions: readonly Dimension[], list: Placed['list']) =>
    dimensions.map((dimension, at) => ({ dimension, list, at }));
  return [...placed(coarse, 'coarse'), ...placed(fine, 'fine')];
}

/** What b does not state of the address, or of its place in a cell, a did not state either. */
function statesAsMuch(profile: DomainProfile, a: Condition, b: Condition): boolean {
  return dimensionsOf(profile).every(
    ({ dimension, list, at }) =>
      (list === 'fine' && dimension.refines === undefined) || a[list][at] === 0 || b[list][at] !== 0,
  );
}

function wholes(profile: DomainProfile): fc.Arbitrary<Condition> {
  const tuple = (dimensions: readonly Dimension[]) => fc.tuple(...dimensions.map((dimension) => ordinals(dimension)));
  return fc.record({ domain: fc.constant(profile.id), coarse: tuple(profile.coarse), fine: tuple(profile.fine) });
}

/** Few cells, words that are akin beside others, so that some are near. */
function ordinals(dimension: Dimension): fc.Arbitrary<number> {
  const { buckets, kin } = dimension;
  if ('words' in buckets) {
    const akin = Object.entries(kin === undefined ? {} : 'table' in kin ? kin.table : kin.vectors);
    const named = akin.flatMap(([word, others]) => [word, ...(Array.isArray(others) ? [] : Object.keys(others))]);
    const words = [...named.slice(0, 4), ...named.slice(-4), ...buckets.words.slice(0, 2), 'klingon', 'quenya'];
    return fc.constantFrom(...words.map((word) => wordOrdinal(word)));
  }
  const last = ordinalMax(dimension);
  return fc.integer({ min: last > 100 ? Math.floor(last / 2) - 1 : 1, max: last });
}

function ordinalMax({ buckets }: Dimension): number {
  if ('cells' in buckets) return buckets.cells.count;
  if ('parts' in buckets) return buckets.parts;
  if ('edges' in buckets) return buckets.edges.length + 1;
  return 'registry' in buckets ? buckets.registry.length : 2 ** 32 - 1;
}

/** The same condition with some dimensions moved by a step, replaced, or not stated. */
function changed(profile: DomainProfile, a: Condition): fc.Arbitrary<Condition> {
  const placed = dimensionsOf(profile);
  const change = fc.tuple(
    fc.integer({ min: 0, max: placed.length - 1 }),
    fc.oneof(fc.constantFrom('up', 'down', 'none'), fc.constant('other')),
    fc.nat(),
  );
  return fc.array(change, { maxLength: 4 }).chain((changes) => {
    const others = fc.tuple(...placed.map(({ dimension }) => ordinals(dimension)));
    return others.map((other) => {
      const b = { ...a, coarse: [...a.coarse], fine: [...a.fine] };
      for (const [which, way, steps] of changes) {
        const one = placed[which]!;
        const { dimension, list, at } = one;
        const step = (1 + (steps % 8)) * (way === 'up' ? 1 : -1);
        if (way === 'none') b[list][at] = 0;
        else if (way === 'up' && dimension.item) swapWithFirst(profile, b, one);
        else if (way === 'other' || 'words' in dimension.buckets) b[list][at] = other[which]!;
        else if (dimension.refines === undefined) b[list][at] = within(dimension, b[list][at]! + Math.sign(step));
        else moveAcross(profile, b, one, step);
      }
      return b;
    });
  });
}

const within = (dimension: Dimension, ordinal: number): number => Math.min(ordinalMax(dimension), Math.max(1, ordinal));

/** Of a list: the item stands first, which changes the address. */
function swapWithFirst(
  profile: DomainProfile,
  of: { coarse: number[]; fine: number[] },
  { dimension, list, at }: Placed,
): void {
  const isFirst = (other: Placed) => other.dimension.attribute === dimension.attribute && other.dimension.item === 0;
  const first = dimensionsOf(profile).find(isFirst)!;
  [of[first.list][first.at], of[list][at]] = [of[list][at]!, of[first.list][first.at]!];
}

/** Some parts further, into the next cell where there are no more. */
function moveAcross(
  { coarse }: DomainProfile,
  of: { coarse: number[]; fine: number[] },
  part: Placed,
  step: number,
): void {
  const cellAt = coarse.findIndex(({ name }) => name === part.dimension.refines);
  const parts = ordinalMax(part.dimension);
  const [cell, own] = [of.coarse[cellAt]!, of.fine[part.at]!];
  if (cell === 0 || own === 0) return;
  const position = Math.max(0, (cell - 1) * parts + own - 1 + step);
  of.coarse[cellAt] = within(coarse[cellAt]!, Math.floor(position / parts) + 1);
  of.fine[part.at] = (position % parts) + 1;
}

/** Anything the grammar lets through, so also ordinals that mean nothing. */
function strangers(profile: DomainProfile): fc.Arbitrary<Condition> {
  const ordinal = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 800 }), fc.nat(), fc.constant(2 ** 32 - 1));
  return fc.record({
    domain: fc.constantFrom<Condition['domain']>(profile.id, profile.id, 'another'),
    coarse: fc.array(ordinal, { minLength: 1, maxLength: 4 }),
    fine: fc.array(ordinal, { maxLength: 8 }),
  });
}
