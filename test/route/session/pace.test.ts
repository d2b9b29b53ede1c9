import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from '../../../src/route/session/pace.ts';

const START_MS = 1_000_000;

function opened() {
  const clock = { nowMs: START_MS, now: () => clock.nowMs };
  return { clock, pace: new Pace(clock, { burst: 10, perS: 5 }) };
}

test('so many at once, then so many a second', () => {
  const { clock, pace } = opened();
  const taken = Array.from({ length: 12 }, () => pace.tryTake()).filter((isTaken) => isTaken).length;
  assert.equal(taken, 10);
  clock.nowMs += 400;
  assert.equal(pace.allowance(), 2);
  pace.take(2);
  clock.nowMs += 199;
  assert.equal(pace.tryTake(), false);
  clock.nowMs += 1;
  assert.equal(pace.tryTake(), true);
});

test('a clock that jumps ahead gives one burst, one that is set back takes nothing away', () => {
  const { clock, pace } = opened();
  clock.nowMs += 86_400_000;
  assert.equal(pace.allowance(), 10);
  pace.take(10);
  clock.nowMs -= 3_600_000;
  assert.equal(pace.allowance(), 0);
  clock.nowMs += 1000;
  assert.equal(pace.allowance(), 5);
});
