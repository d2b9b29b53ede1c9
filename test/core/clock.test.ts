import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceleratedClock,
  type Clock,
  type ClockQuality,
  referencedClock,
  virtualClock,
} from '../../src/core/clock.ts';

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

function referenced(floorMs = 0) {
  const machine = { nowMs: 1_000, own: 0 as ClockQuality };
  const base: Clock = { now: () => machine.nowMs, quality: () => machine.own };
  const clock = referencedClock(base, () => floorMs);
  /** Signals a second apart, each late by so much. */
  const hear = (aheadMs: number, ...lateMs: number[]) => {
    for (const late of lateMs) {
      machine.nowMs += 1_000;
      clock.hear(machine.nowMs + aheadMs - late);
    }
  };
  return { machine, clock, hear };
}

test('a clock that is not synchronised follows time signals once three agree, by the least late of them', () => {
  const { machine, clock, hear } = referenced();
  hear(500_000, 400, 150);
  assert.deepEqual([clock.now(), clock.quality()], [machine.nowMs, 0]);
  hear(500_000, 300);
  assert.deepEqual([clock.now() - machine.nowMs, clock.quality()], [499_850, 2]);
});

test('signals that contradict each other, or a time known to have passed, are not believed', () => {
  const { machine, clock, hear } = referenced(600_000);
  hear(1_000, 100, 100, 100, 100);
  assert.deepEqual([clock.now() - machine.nowMs, clock.quality()], [0, 0]);
  for (const ahead of [1e9, 2e9, 1e9, 2e9, 1e9]) hear(ahead, 0);
  assert.deepEqual([clock.now() - machine.nowMs, clock.quality()], [0, 0]);
});

test('a machine that is synchronised needs none; one that was set is followed anew', () => {
  const { machine, clock, hear } = referenced();
  hear(500_000, 0, 0, 0);
  machine.own = 2;
  assert.deepEqual([clock.now() - machine.nowMs, clock.quality()], [0, 2]);
  machine.own = 1;
  machine.nowMs += 500_000;
  hear(0, 0, 0, 0);
  assert.deepEqual([clock.now() - machine.nowMs, clock.quality()], [0, 2]);
});

test('without signals it holds over; a slow drift is followed within two minutes', () => {
  const { machine, clock, hear } = referenced();
  hear(500_000, 0, 0, 0);
  for (let i = 0; i < 130; i++) hear(499_000, 0);
  assert.equal(clock.now() - machine.nowMs, 499_000);
  machine.nowMs += 600_001;
  assert.deepEqual([clock.now() - machine.nowMs, clock.quality()], [499_000, 1]);
});
