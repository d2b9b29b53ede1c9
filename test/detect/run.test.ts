import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStuck, type RunState } from '../../src/detect/run.ts';
import { DETECTOR } from '../../src/detect/tuning.ts';
import { air, day, detector, feed, hour, minute, second, start } from './series.ts';

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
  const around = { spread: 2, min: 0, max: 2000, resolution: 0.1, baseline: 40 };
  const stuckAt = (value: number, count: number, baseline: number) => {
    const run: RunState = { value, sinceMs: 0, count, longest: 20, repeatShare: 0.5, seen: 100, step: 1 };
    return isStuck(run, hour, { ...around, baseline }, DETECTOR);
  };
  assert(stuckAt(40, 120, 40) && !stuckAt(40, 119, 40));
  assert(stuckAt(10, 240, 40) && !stuckAt(10, 239, 40));
  assert(stuckAt(90, 120, 40), 'above the baseline it is no shorter');
  assert(stuckAt(10, 120, -3), 'a baseline may fall below zero');
});

test('a stuck value needs time at fast rates and readings at slow ones', () => {
  const around = { spread: 2, min: 0, max: 2000, resolution: 0.1, baseline: 12 };
  const run: RunState = { value: 12, sinceMs: 0, count: 8, longest: 1, repeatShare: 0, seen: 100, step: 1 };
  assert(isStuck(run, 10 * minute, around, DETECTOR));
  assert(!isStuck(run, 10 * minute - 1, around, DETECTOR));
  assert(!isStuck({ ...run, count: 7 }, 7 * hour, around, DETECTOR));
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
