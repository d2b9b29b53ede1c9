// What moves the time floor, and what the operator is told: a machine's clock and a receiver in virtual time, a real file.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import type { ClockQuality } from '../../src/core/clock.ts';
import { futureToleranceS, steadyTimeMs } from '../../src/core/limits.ts';
import { referencedClock } from '../../src/core/referenced-clock.ts';
import { openTimeKeeper } from '../../src/gateway/time-keeper.ts';
import { openStore } from '../../src/store/store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NOW_MS = Date.UTC(2026, 10, 21);
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const MARGIN_MS = futureToleranceS * 1000;

function kept(t: TestContext, { isVouched = false, floorMs = 0 } = {}) {
  const folder = temporaryFolder(t);
  const store = openStore(folder, { now: () => NOW_MS });
  t.after(() => store[Symbol.asyncDispose]());
  if (floorMs) store.commitNow(() => store.raiseTimeFloor(floorMs));
  /** receiverMs: how far ahead of the true time the receiver is; undefined: it is silent. */
  const world = { trueMs: NOW_MS, aheadMs: 0, quality: 2 as ClockQuality, receiverMs: undefined as number | undefined };
  const base = { now: () => world.trueMs + world.aheadMs, quality: () => world.quality };
  const clock = referencedClock(
    base,
    () => store.timeFloorMs(),
    () => world.trueMs,
  );
  const told: string[] = [];
  const keeper = openTimeKeeper({
    clock,
    isVouched,
    uptimeMs: () => world.trueMs - NOW_MS,
    store,
    emit: (event) => void (event.type === 'warning' && told.push(event.message)),
  });
  const pass = (ms: number, { stepMs = MINUTE_MS, held = 0 } = {}) => {
    for (const untilMs = world.trueMs + ms; world.trueMs < untilMs; ) {
      world.trueMs += stepMs;
      if (world.receiverMs !== undefined) clock.hear(world.trueMs + world.receiverMs);
      keeper.tick(() => held);
    }
  };
  return { world, store, clock, keeper, told, pass };
}

suite('the time floor', () => {
  test('is raised by one source after a day without a jump, not before', (t) => {
    const { store, pass, world, told } = kept(t);
    pass(steadyTimeMs - MINUTE_MS);
    assert.equal(store.timeFloorMs(), 0);
    pass(2 * MINUTE_MS);
    assert.equal(store.timeFloorMs(), world.trueMs - MARGIN_MS);
    assert.deepEqual(told, []);
  });

  test('is raised at once by two that agree', (t) => {
    const { store, pass, world } = kept(t);
    world.receiverMs = -300;
    pass(5 * MINUTE_MS);
    assert(store.timeFloorMs() > NOW_MS - MARGIN_MS);
  });

  for (const [who, wrong] of [
    ['a time server', { aheadMs: 14 * YEAR_MS }],
    ['a receiver', { quality: 0, receiverMs: 14 * YEAR_MS }],
  ] as const) {
    test(`is not raised by ${who} that is once in the future; when it is right again, all is well`, (t) => {
      const { store, pass, world, clock } = kept(t);
      Object.assign(world, wrong);
      pass(DAY_MS / 2);
      assert(clock.now() > NOW_MS + YEAR_MS, 'it is believed for the time being');
      Object.assign(world, 'aheadMs' in wrong ? { aheadMs: 0 } : { receiverMs: 0 });
      pass(10 * MINUTE_MS);
      assert.deepEqual([store.timeFloorMs(), clock.quality(), clock.now()], [0, 2, world.trueMs]);
    });
  }

  test('that was wrong is set back when two sources agree, and the operator is told', (t) => {
    const { store, pass, world, clock, told, keeper } = kept(t, { floorMs: NOW_MS + YEAR_MS });
    pass(5 * MINUTE_MS);
    assert.equal(clock.quality(), 0);
    assert.match(keeper.shown().problem ?? '', /2027-11-21T00:00:00Z has passed already: nothing is sent/);
    assert.equal(told.length, 1, 'once an hour');
    world.receiverMs = 0;
    pass(5 * MINUTE_MS);
    assert(store.timeFloorMs() < world.trueMs);
    assert.match(told[1] ?? '', /2027.* was taken to have passed, and has not: .* mended/);
    assert.deepEqual([clock.quality(), keeper.shown().problem], [2, null]);
  });

  test('that was wrong is set back by one source after a day, but not on the word of the operator alone', (t) => {
    const asked = kept(t, { floorMs: NOW_MS + YEAR_MS });
    asked.pass(steadyTimeMs + MINUTE_MS);
    assert.equal(asked.clock.quality(), 2);
    const vouched = kept(t, { floorMs: NOW_MS + YEAR_MS, isVouched: true });
    vouched.pass(steadyTimeMs + MINUTE_MS);
    assert.equal(vouched.clock.quality(), 0);
  });

  test('is reset by the operator while the gateway runs', (t) => {
    const { clock, told, keeper, pass } = kept(t, { floorMs: NOW_MS + YEAR_MS });
    assert.equal(keeper.reset(), NOW_MS + YEAR_MS);
    assert.deepEqual([clock.quality(), told.length], [2, 1]);
    pass(2 * MINUTE_MS);
    assert.match(told.join(), /^the operator reset the time/);
    assert.equal(keeper.reset(), 0);
  });
});

suite('what is told', () => {
  test('that two sources contradict each other; then neither raises the floor', (t) => {
    const { world, pass, told, clock, store } = kept(t);
    world.receiverMs = YEAR_MS;
    pass(DAY_MS + 10 * MINUTE_MS);
    assert.match(told[0] ?? '', /the machine's clock shows 2026.*, the receiver 2027.*: one of them is wrong/);
    assert.deepEqual([clock.quality(), store.timeFloorMs()], [1, 0]);
  });

  test('that the time is not known, once, when a time server had its moment; with what waits', (t) => {
    const { world, pass, told, keeper } = kept(t);
    world.quality = 0;
    pass(14_000, { stepMs: SECOND_MS });
    assert.deepEqual(told, []);
    pass(MINUTE_MS, { stepMs: SECOND_MS, held: 3 });
    assert.equal(told.length, 1);
    assert.match(told[0]!, /^the time is not known: 3 packets held until it is\. Let the machine reach a time server/);
    assert.match(keeper.shown(0).problem ?? '', /the time is not known: nothing is sent until it is\. Let/);
    assert.match(keeper.shown(1).problem ?? '', /: 1 packet held until/);
    world.quality = 2;
    pass(MINUTE_MS);
    assert.deepEqual([told.length, keeper.shown().problem], [1, null]);
  });

  for (const [shows, year] of [
    ['1970', 1970],
    ['2000', 2000],
  ] as const) {
    test(`that a clock that shows ${shows} has no battery`, (t) => {
      const { world, pass, told } = kept(t);
      Object.assign(world, { quality: 0, aheadMs: Date.UTC(year) - NOW_MS });
      pass(14_000, { stepMs: SECOND_MS });
      assert.deepEqual(told, [], 'a time server may answer yet');
      pass(MINUTE_MS, { stepMs: SECOND_MS, held: 2 });
      assert.equal(told.length, 1);
      assert.match(
        told[0]!,
        new RegExp(`^the clock shows ${shows}-01-01T.*: 2 packets held\\. No battery keeps it.*time server`),
      );
    });
  }

  test('that a clock behind what has passed has no battery; one that is vouched for, an empty one', (t) => {
    const asked = kept(t, { floorMs: NOW_MS });
    Object.assign(asked.world, { quality: 0, aheadMs: -DAY_MS });
    asked.pass(MINUTE_MS);
    assert.match(
      asked.told.join(),
      /^the clock shows 2026-11-20.*, but 2026-11-21.* has passed already.*No battery.*qis time reset/,
    );
    const vouched = kept(t, { isVouched: true });
    vouched.world.aheadMs = Date.UTC(2000) - NOW_MS;
    vouched.pass(SECOND_MS, { stepMs: SECOND_MS });
    assert.match(vouched.told.join(), /^the clock shows 2000.*Its battery is empty or missing.*take that line out$/);
  });
});
