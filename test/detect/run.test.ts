import assert from 'node:assert/strict';
import { test } from 'node:test';
import { air, day, detector, feed, hour, minute, names, normal, second, seeded, start } from './series.ts';

const every = 10 * second;
const usual = (seed: number) => {
  const value = air(seed);
  return (timeMs: number) => Math.round(value(timeMs));
};

/** Minutes until the stuck value is found. */
function foundAfterMin(value: (timeMs: number) => number, at: number): number {
  const stuck = (timeMs: number) => (timeMs >= at ? 13 : value(timeMs));
  const found = feed(detector(), { from: start, to: at + 3 * hour, every, value: stuck });
  const fault = found.findLast(({ cause }) => cause === 'stuck');
  return fault === undefined || fault.timeMs < at ? Number.POSITIVE_INFINITY : (fault.timeMs - at) / minute;
}

test('a long stuck time is not taken for a habit', () => {
  const moving = usual(1);
  const at = start + 3 * day;
  const value = (timeMs: number) => (timeMs >= at - 8 * hour && timeMs < at - 2 * hour ? 9 : moving(timeMs));
  assert(foundAfterMin(value, at) < 16);
});

test('hours of clean air are not taken for a habit', () => {
  const moving = usual(2);
  const at = start + 3 * day;
  const value = (timeMs: number) => (timeMs >= at - 8 * hour && timeMs < at - 2 * hour ? 0 : moving(timeMs));
  assert(foundAfterMin(value, at) < 16);
});

test('a run that was healthy once is forgotten in weeks', () => {
  const moving = usual(3);
  const early = start + 2 * day;
  const value = (timeMs: number) => (timeMs >= early && timeMs < early + 9 * minute ? 12 : moving(timeMs));
  assert(foundAfterMin(value, early + day) > 30);
  assert(foundAfterMin(value, early + 21 * day) < 20);
});

test('where the air gets cleaner, a longer run is healthy', () => {
  const gauss = normal(seeded(4));
  const front = start + 2 * day;
  // Noise in proportion to the level, as optical counters have it.
  const value = (timeMs: number) => {
    const level = timeMs < front ? 20 : 4;
    return Math.round(level * (1 + 0.06 * gauss()));
  };
  assert.deepEqual(names(feed(detector(), { from: start, to: front + day, every, value })), []);
});

test('a gap does not stretch the typical interval', () => {
  const value = usual(5);
  const target = detector();
  feed(target, { from: start, to: start + day, every, value });
  const back = start + 2 * day;
  feed(target, { from: back, to: back + 30, every, value });
  target.tick(back + 3 * minute);
  assert.equal(target.tick(back + 4 * minute)?.cause, 'silent');
});
