// Against printed tables and closed forms.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tQuantile, tTail } from '../../../src/synthesize/pooling/student-t.ts';

const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1e-300, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );

test('quantiles are those of the tables', () => {
  // Degrees of freedom: upper 2.5 % and upper .5 % (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
  const rows: readonly [number, number, number][] = [
    [1, 12.706, 63.657],
    [2, 4.303, 9.925],
    [5, 2.571, 4.032],
    [10, 2.228, 3.169],
    [30, 2.042, 2.75],
    [100, 1.984, 2.626],
  ];
  for (const [freedom, wide, wider] of rows) {
    assert.equal(Number(tQuantile(0.025, freedom).toFixed(3)), wide);
    assert.equal(Number(tQuantile(0.005, freedom).toFixed(3)), wider);
  }
  near(tQuantile(0.025, 1e9), 1.959963984540054, 2e-6);
});

test('tails of one and two degrees of freedom have closed forms', () => {
  for (const t of [0, 1e-9, 0.3, 1, 4, 50, 1e6]) {
    near(tTail(t, 1), t <= 1 ? 0.5 - Math.atan(t) / Math.PI : Math.atan(1 / t) / Math.PI, 1e-12);
    const root = Math.sqrt(2 + t * t);
    near(tTail(t, 2), 1 / (root * (root + t)), 1e-12);
    near(tTail(-t, 2), 1 - 1 / (root * (root + t)), 1e-12);
  }
});

test('a quantile has the tail that was asked for, and nothing says NaN', () => {
  for (const freedom of [1, 1.3, 4, 77.7, 1e4, 1e6, 1e12]) {
    for (const tail of [1e-6, 0.001, 0.025, 0.3, 0.5]) near(tTail(tQuantile(tail, freedom), freedom), tail, 1e-9);
    for (const t of [1e200, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) assert.ok(tTail(t, freedom) >= 0);
  }
  for (const freedom of [1e-6, 0.01, 0.5]) assert.ok(tTail(3, freedom) > tTail(3, 1) && tTail(3, freedom) <= 0.5);
});
