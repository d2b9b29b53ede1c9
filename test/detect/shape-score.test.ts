// What the shape score says of series: each of its four views finds what the others cannot.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHAPE_BYTES, ShapeScorer } from '../../src/detect/shape-score.ts';
import { normal, seeded } from './series.ts';

const scoresOf = (values: Iterable<number>) => {
  const scorer = new ShapeScorer();
  return Array.from(values, (value) => scorer.next(value));
};
const most = (scores: readonly number[], from: number, to: number) => Math.max(...scores.slice(from, to));

function series(seed: number, count: number, value: (at: number, noise: number) => number): number[] {
  const gauss = normal(seeded(seed));
  return Array.from({ length: count }, (_, at) => value(at, gauss()));
}

/** @param bar what the unusual part reaches, and nothing before it once 1,500 values are known */
function assertFound(
  values: readonly number[],
  { from, to, bar = 6 }: { from: number; to: number; bar?: number },
): void {
  const scores = scoresOf(values);
  const [before, within] = [most(scores, 1_500, from), most(scores, from, to)];
  assert.ok(within > bar && before < bar, `${before.toFixed(1)} before, ${within.toFixed(1)} within`);
}

test('ordinary noise is usual, for as long as it lasts', () => {
  for (const seed of [1, 2, 3]) {
    const scores = scoresOf(series(seed, 20_000, (_, noise) => 12 + noise));
    assert.equal(most(scores, 0, 300), 0, 'nothing is known yet');
    const told = scores.filter((score) => score >= 6).length;
    assert.ok(told <= 12, `${told} of 20,000`);
  }
});

test('a jump and a lone spike are found by their level', () => {
  const jump = series(4, 3_100, (at, noise) => (at >= 3_000 ? 30 : 12) + noise);
  assertFound(jump, { from: 3_000, to: 3_020 });
  const spike = series(6, 3_100, (at, noise) => (at === 3_000 ? 40 : 12) + noise);
  assertFound(spike, { from: 3_000, to: 3_001 });
});

test('a course that never was is found within the range of what was', () => {
  const wave = (at: number, noise: number) => 12 + 4 * Math.sin(at / 8) + 0.3 * noise;
  const values = series(6, 3_200, (at, noise) => (at >= 3_000 && at < 3_060 ? wave(2 * at, noise) : wave(at, noise)));
  assertFound(values, { from: 3_000, to: 3_080 });
});

test('another mixture of the same values is found', () => {
  const random = seeded(7);
  const values = Array.from({ length: 4_000 }, (_, at) => (random() < (at < 3_800 ? 0.05 : 0.5) ? 20 : 10) + random());
  assertFound(values, { from: 3_800, to: 4_000 });
});

test('every view and every constant counts: the highest scores of a series are these', () => {
  const mean = (at: number) => 12 + 4 * Math.sin((2 * Math.PI * at) / 288) + (at % 1_111 < 20 ? 6 : 0);
  const scores = scoresOf(series(13, 12_000, (at, noise) => Math.round(10 * (mean(at) + noise)) / 10));
  const highest = [...scores].sort((a, b) => b - a).slice(0, 5);
  assert.deepEqual(
    highest.map((score) => `${scores.indexOf(score)}: ${score.toFixed(4)}`),
    ['5573: 7.6736', '4469: 6.9579', '4455: 6.8024', '5566: 6.7432', '5570: 6.5703'],
  );
});

test('a day without its usual hours is found, though each of its values and hours is known', () => {
  const day = 288;
  const isUp = (at: number) => at % day >= 108 && at % day < 216 && Math.floor(at / day) !== 11;
  const values = series(8, 14 * day, (at, noise) => (isUp(at) ? 80 : 20) + 2 * noise);
  assertFound(values, { from: 11 * day + 108, to: 12 * day + 108, bar: 4 });
});

test('what has just been told is not told again, and a record does not deafen for long', () => {
  const at = (index: number) => (index === 3_000 ? 1e9 : [3_005, 3_200].includes(index) ? 60 : 0);
  const scores = scoresOf(series(9, 3_300, (index, noise) => 12 + noise + at(index)));
  assert.ok(scores[3_000]! > 20);
  assert.equal(scores[3_005], 0);
  assert.equal(most(scores, 3_001, 3_100), 0);
  assert.ok(scores[3_200]! > 4, `${scores[3_200]}`);
});

test('scores are numbers, whatever the values', () => {
  const odd = [0, -0, 5e-324, 1e300, -1e300, 1e15, Number.MAX_VALUE, -Number.MAX_VALUE, 1e-9];
  const random = seeded(10);
  const wild = Array.from({ length: 3_000 }, () => odd[Math.floor(random() * odd.length)]!);
  const still = Array.from({ length: 3_000 }, (_, at) => (at === 2_500 ? 1 : 0));
  for (const values of [wild, still, still.map(() => 7), [...still, ...wild]]) {
    for (const score of scoresOf(values)) assert.ok(Number.isFinite(score) && score >= 0);
  }
});

test('an offset says nothing: only differences are looked at', () => {
  const values = series(11, 3_000, (at, noise) => Math.round(8 * (noise + (at > 2_900 ? 9 : 0))) / 8);
  assert.deepEqual(scoresOf(values.map((value) => value + 4_096)), scoresOf(values));
});

test('restored at any moment, it goes on bit by bit; its state has one size', () => {
  const values = series(12, 4_000, (at, noise) => 12 + 3 * Math.sin(at / 50) + noise + (at % 701 === 0 ? 20 : 0));
  const unbroken = scoresOf(values);
  let scorer = new ShapeScorer();
  const length = scorer.save().length;
  for (const [at, value] of values.entries()) {
    if (at % 37 === 0) {
      const saved = scorer.save();
      assert.equal(saved.length, length);
      scorer = new ShapeScorer(saved);
    }
    assert.equal(scorer.next(value), unbroken[at]);
  }
  assert.ok(SHAPE_BYTES <= 16_384);
  assert.equal(length, 4 * Math.ceil(SHAPE_BYTES / 3));
});

test('a saved state that does not fit is passed over', () => {
  const fresh = new ShapeScorer().save();
  const used = new ShapeScorer();
  for (let at = 0; at < 500; at++) used.next(at % 7);
  const saved = used.save();
  assert.equal(new ShapeScorer(saved).save(), saved);
  const bad = [undefined, null, 7, '', saved.slice(4), `${saved}AAAA`, saved.replaceAll('A', '*')];
  for (const state of bad) assert.equal(new ShapeScorer(state).save(), fresh);
});
