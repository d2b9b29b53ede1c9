// The parts of a shape score, each against the plainest way of computing the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShapeMemory } from '../../src/detect/shape-memory.ts';
import { ShapeMixture } from '../../src/detect/shape-mixture.ts';
import { ShapeNearest } from '../../src/detect/shape-nearest.ts';
import { ShapeTail } from '../../src/detect/shape-tail.ts';
import { normal, seeded } from './series.ts';

const memory = () => new ShapeMemory(20_000);
const near = (found: number, expected: number, by: number, what: string) =>
  assert.ok(Math.abs(found - expected) <= by, `${what}: ${found}, expected ${expected}`);

/** A tail, and everything it was told. */
function tailOf(scores: readonly number[]): ShapeTail {
  const tail = new ShapeTail(memory(), 0.1);
  for (const score of scores) tail.add(Math.fround(score));
  return tail;
}

function lognormal(seed: number, count: number): number[] {
  const gauss = normal(seeded(seed));
  return Array.from({ length: count }, () => Math.fround(Math.exp(gauss())));
}

test('tail: rarity is the share of earlier scores that were at least as high', () => {
  const scores = lognormal(1, 5_000);
  const tail = tailOf(scores);
  const sorted = [...scores].sort((a, b) => b - a);
  for (const rank of [2, 5, 20, 63]) {
    const expected = -Math.log10((rank + 1 + 0.5) / 5_001);
    near(tail.rarity(sorted[rank]!), expected, 1e-9, `the ${rank}th highest, which is kept`);
  }
  for (const rank of [100, 500, 2_500, 4_000]) {
    near(tail.rarity(sorted[rank]!), -Math.log10(rank / 5_000), 0.05, `the ${rank}th highest, which is counted`);
  }
});

test('tail: nothing is rare before 300 scores are known', () => {
  const scores = lognormal(2, 300);
  assert.equal(tailOf(scores.slice(0, 299)).rarity(1e6), 0);
  assert.ok(tailOf(scores).rarity(1e6) > 2);
});

test('tail: beyond the record rarity goes on rising, and a score that stays becomes common', () => {
  const tail = tailOf(lognormal(3, 2_000));
  const rarities = [30, 40, 50, 60].map((score) => tail.rarity(score));
  assert.ok(rarities[0]! > 3);
  for (let at = 1; at < rarities.length; at++) assert.ok(rarities[at]! > rarities[at - 1]! + 0.5);
  assert.equal(tail.rarity(1e9), Math.log10(2_000) + 8, 'as far as 64 scores can tell');
  const staying = Array.from({ length: 36 }, () => {
    const rarity = tail.rarity(Math.fround(50.1));
    tail.add(Math.fround(50.1));
    return rarity;
  });
  assert.ok(staying[0]! > 4 && staying[1]! < 3.2 && staying[35]! < 1.8, `${staying}`);
});

test('tail: what was rare long ago is forgotten, the record and the order stay', () => {
  const gauss = normal(seeded(4));
  const tail = new ShapeTail(memory(), 0.1);
  for (let at = 0; at < 30_000; at++) tail.add(Math.fround(100 + Math.abs(gauss())));
  const before = tail.rarity(50);
  for (let at = 0; at < 400_000; at++) tail.add(Math.fround(Math.abs(gauss())));
  assert.ok(before < 0.01 && tail.rarity(50) > 2.5, `${before}, then ${tail.rarity(50)}`);
  const rarities = [0.5, 1, 2, 3, 4, 101].map((score) => tail.rarity(score));
  for (let at = 1; at < rarities.length; at++) assert.ok(rarities[at]! > rarities[at - 1]!, `${rarities}`);
  // Two sided: one in 22 is beyond two deviations.
  near(tail.rarity(2), 1.34, 0.1, 'of the last ones');
});

test('nearest: the mean distance to the three courses most alike, of all those remembered', () => {
  const options = { width: 6, every: 7, span: 140, least: 3 };
  const course = new ShapeNearest(memory(), options);
  const random = seeded(5);
  const values: number[] = [];
  let said = 0;
  for (let at = 0; at < 700; at++) {
    values.push(Math.fround(random()));
    course.add(values[at]!);
    const expected = threeNearest(values, options);
    near(course.distance(), expected, 1e-6, `reading ${at}`);
    if (expected > 0) said++;
  }
  assert.ok(said > 600);
  assert.equal(course.value(0), values.at(-1));
  assert.equal(course.value(100), values.at(-101));
});

function threeNearest(
  values: readonly number[],
  options: { width: number; every: number; span: number; least: number },
) {
  const { width, every, span, least } = options;
  const last = values.length - 1;
  const distances: number[] = [];
  for (let end = 0; end <= last - width; end += every) {
    if (end - width + 1 < 0 || end - width + 1 <= last - span) continue;
    let sum = 0;
    for (let back = 0; back < width; back++) sum += (values[last - back]! - values[end - back]!) ** 2;
    distances.push(Math.sqrt(sum));
  }
  if (distances.length < least) return 0;
  distances.sort((a, b) => a - b);
  return (distances[0]! + distances[1]! + distances[2]!) / 3;
}

function mixtureIn(room: ShapeMemory): [ShapeMemory, ShapeNearest, ShapeMixture] {
  return [room, new ShapeNearest(room, { width: 16, every: 7, span: 1_701, least: 30 }), new ShapeMixture(room)];
}

/** Scores of the mixture alone. */
function mixtureOf(values: readonly number[]): number[] {
  const [, course, mixture] = mixtureIn(memory());
  return values.map((value) => {
    course.add(value);
    return mixture.score(value, course);
  });
}

test('mixture: a new mixture of known values is told, one that is known is not, whatever the order', () => {
  const random = seeded(6);
  const even = (count: number) => Array.from({ length: count }, () => 10 * random());
  const ends = (count: number) => Array.from({ length: count }, (_, at) => (at % 2 === 0 ? 0.1 : 9.9));
  const ordered = (count: number) => Array.from({ length: count }, (_, at) => (at % 100) / 10);
  const scores = mixtureOf([0, 10, ...even(1_500), ...ends(400), ...even(400), ...ends(400), ...ordered(300)]);
  const most = (from: number, to: number) => Math.max(...scores.slice(from, to));
  assert.equal(most(0, 100), 0);
  assert.ok(most(300, 1_500) < 30, `${most(300, 1_500)}`);
  assert.ok(most(1_502, 1_902) > 11.7);
  // The second time it is a neighbour; what lies between the two may be new.
  assert.ok(most(2_450, 2_700) < 3, `${most(2_450, 2_700)}`);
  assert.ok(most(2_850, 3_000) < 11.7, `${most(2_850, 3_000)}`);
});

test('mixture: restored at any moment, the counts that were kept along are those of a recount', () => {
  const gauss = normal(seeded(7));
  const values = Array.from({ length: 3_000 }, (_, at) => Math.fround(gauss() + Math.sin(at / 40)));
  const unbroken = mixtureOf(values);
  let [room, course, mixture] = mixtureIn(memory());
  for (const [at, value] of values.entries()) {
    if (at % 50 === 0) {
      const saved = room.save();
      [room, course, mixture] = mixtureIn(memory());
      assert.ok(room.load(saved));
      mixture.restore();
    }
    course.add(value);
    assert.equal(mixture.score(value, course), unbroken[at]);
  }
});

test('tail: a score hardly above many that are alike is no record to speak of', () => {
  const alike = [...lognormal(8, 2_000), ...Array.from({ length: 200 }, (_, at) => 60 + at / 1e4)];
  assert.ok(tailOf(alike).rarity(60.1) < 4);
});
