import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDayTally } from '../../src/observe/day-tally.ts';

const HOUR_MS = 3_600_000;

test('what is shown happened in the last 24 hours, or since the start', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let uptimeMs = 0;
  using day = createDayTally({
    read: () => ({ readings: Math.floor((uptimeMs * 10) / HOUR_MS) }),
    uptimeMs: () => uptimeMs,
  });
  const pass = (hours: number) => {
    for (let hour = 0; hour < hours; hour++) {
      uptimeMs += HOUR_MS;
      t.mock.timers.tick(HOUR_MS);
    }
  };
  assert.deepEqual(day.shown(), { spanS: 0, readings: 0 });
  pass(3);
  assert.deepEqual(day.shown(), { spanS: 3 * 3600, readings: 30 });
  pass(70);
  const { spanS, readings } = day.shown();
  assert.ok(spanS >= 23 * 3600 && spanS <= 24 * 3600, `${spanS}`);
  assert.equal(readings, (spanS / 3600) * 10);
});

test('in a demonstration an hour passes sooner', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let reads = 0;
  const read = () => {
    reads++;
    return {};
  };
  using day = createDayTally({ read, uptimeMs: () => 0, rate: 60 });
  t.mock.timers.tick(60_000);
  assert.equal(reads, 1);
  assert.deepEqual(day.shown(), { spanS: 0 });
});
