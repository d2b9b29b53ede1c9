import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceleratedClock, virtualClock } from '../../src/core/clock.ts';
import { referencedClock } from '../../src/core/referenced-clock.ts';

test('an accelerated clock starts at its origin and runs by its factor', () => {
  let wallMs = 1_000;
  const clock = acceleratedClock({ wallMs: 1_000, shownMs: 50_000, factor: 60 }, () => wallMs);
  assert.equal(clock.now(), 50_000);
  wallMs += 500;
  assert.equal(clock.now(), 80_000);
  assert.equal(clock.quality(), 2);
  assert.equal(clock.rate, 60);
  assert.equal(referencedClock(clock, () => 0).rate, 60, 'also below a receiver');
  assert.equal(virtualClock().rate, undefined);
});

test('two processes that share an origin show the same time', () => {
  const origin = { wallMs: 7, shownMs: 1_234_567, factor: 13.7 };
  const [here, there] = [acceleratedClock(origin, () => 99_999), acceleratedClock(origin, () => 99_999)];
  assert.equal(here.now(), there.now());
  assert.ok(Number.isInteger(here.now()));
});

test('a virtual clock stands still until it is moved, and never goes back', () => {
  const clock = virtualClock(10);
  assert.equal(clock.now(), 10);
  clock.advanceTo(20);
  clock.advanceTo(15);
  assert.equal(clock.now(), 20);
});
