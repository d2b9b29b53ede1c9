// The machine's clock beside a receiver's: who is followed, and when nobody is believed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock, ClockQuality } from '../../src/core/clock.ts';
import { referencedClock } from '../../src/core/referenced-clock.ts';

function referenced(floorMs = 0) {
  const machine = { nowMs: 1_000, own: 0 as ClockQuality, setMs: 0 };
  const base: Clock = { now: () => machine.nowMs, quality: () => machine.own };
  const clock = referencedClock(
    base,
    () => floorMs,
    () => machine.nowMs - machine.setMs,
  );
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
  assert.deepEqual([clock.now() - machine.nowMs, clock.quality()], [0, 1], 'one of the two is wrong');
  machine.own = 1;
  machine.nowMs += 500_000;
  machine.setMs += 500_000;
  hear(0, 0, 0, 0);
  assert.deepEqual([clock.now() - machine.nowMs, clock.quality()], [0, 2]);
  machine.own = 2;
  assert.deepEqual([clock.now() - machine.nowMs, clock.quality()], [0, 2], 'they agree');
});

test('without signals it holds over; a slow drift is followed within two minutes', () => {
  const { machine, clock, hear } = referenced();
  hear(500_000, 0, 0, 0);
  for (let i = 0; i < 130; i++) hear(499_000, 0);
  assert.equal(clock.now() - machine.nowMs, 499_000);
  machine.nowMs += 600_001;
  assert.deepEqual([clock.now() - machine.nowMs, clock.quality()], [499_000, 1]);
});

test('below a time that has passed a clock is wrong, whatever the kernel says; so is a receiver', () => {
  const { machine, clock, hear } = referenced(600_000);
  machine.own = 2;
  assert.equal(clock.quality(), 0);
  hear(0, 0, 0, 0);
  assert.equal(clock.quality(), 0);
  assert.deepEqual(clock.sources(), { machineMs: machine.nowMs, receiverMs: machine.nowMs }, 'both are shown');
  machine.nowMs = 600_000;
  assert.equal(clock.quality(), 2);
});

test('a receiver below a time that has passed casts no doubt on the machine', () => {
  const { machine, clock, hear } = referenced(600_000);
  [machine.own, machine.nowMs] = [2, 700_000];
  hear(-500_000, 0, 0, 0);
  assert.equal(clock.quality(), 2);
  hear(500_000, 0, 0, 0);
  assert.equal(clock.quality(), 1, 'one above it does');
});

test('signals that waited and come at once are not believed, at whatever rate; those after them are', () => {
  for (const everyMs of [1_000, 200, 100]) {
    // All in one moment, or as fast as 9600 baud bring them.
    for (const paceMs of [0, everyMs * 0.6]) {
      const { machine, clock } = referenced();
      const signals = 60_000 / everyMs;
      for (let at = 0; at < signals; at++) {
        machine.nowMs += paceMs;
        clock.hear(machine.nowMs + 500_000 - (signals - at) * (everyMs - paceMs));
        assert.equal(clock.quality(), 0, `${at} of one every ${everyMs} ms, ${paceMs} ms apart`);
      }
      for (let at = 0; at <= 2_000 / everyMs + 1; at++) {
        machine.nowMs += everyMs;
        clock.hear(machine.nowMs + 500_000);
      }
      assert.deepEqual([clock.now() - machine.nowMs, clock.quality()], [500_000, 2]);
    }
  }
});

test('after a stall the signals that waited move nothing; only a minute of late ones does', () => {
  const { machine, clock, hear } = referenced();
  hear(500_000, 0, 0, 0);
  const shown = () => [clock.now() - machine.nowMs, clock.quality()];
  machine.nowMs += 30_000;
  for (let lateMs = 30_000; lateMs >= 0; lateMs -= 1_000) {
    clock.hear(machine.nowMs + 500_000 - lateMs);
    assert.deepEqual(shown(), [500_000, 2]);
  }
  hear(490_000, ...new Array<number>(60).fill(0));
  assert.deepEqual(shown(), [500_000, 2]);
  hear(490_000, 0, 0);
  assert.deepEqual(shown(), [490_000, 2]);
});
