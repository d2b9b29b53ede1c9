import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normal, seededRandom } from '../../src/sim/random.ts';

const draws = (seed: number, count: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

test('the same seed gives the same numbers, in [0, 1)', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const numbers = draws(seed, 50);
      assert.deepEqual(draws(seed, 50), numbers);
      assert.ok(numbers.every((number) => number >= 0 && number < 1));
    }),
  );
  assert.notDeepEqual(draws(1, 10), draws(2, 10));
});

test('the numbers of seed 1 stay what they are, or no old seed can be run again', () => {
  assert.deepEqual(
    draws(1, 3).map((number) => Math.round(number * 2 ** 32)),
    [2_693_262_067, 11_749_833, 2_265_367_787],
  );
});

test('uniform is uniform and normal is normal, nearly', () => {
  const uniform = draws(5, 20_000);
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  assert.ok(Math.abs(mean(uniform) - 0.5) < 0.01);
  const random = seededRandom(5);
  const bell = Array.from({ length: 20_000 }, () => normal(random));
  assert.ok(Math.abs(mean(bell)) < 0.03);
  assert.ok(Math.abs(mean(bell.map((x) => x * x)) - 1) < 0.05);
  assert.ok(bell.every(Number.isFinite));
});

test('a draw of 0 makes no infinity', () => {
  assert.ok(Number.isFinite(normal(() => 0)));
});
