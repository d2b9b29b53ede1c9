import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { QUANTITIES, type Quantity } from '../../src/core/quantities.ts';
import { type Air, createAir, type Plume } from '../../src/sim/air.ts';

const STEP_MS = 10_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const PLUME: Plume = {
  arrivesMs: 2 * DAY_MS,
  riseMs: 2 * MINUTE_MS,
  holdsMs: 10 * MINUTE_MS,
  decayMs: 4 * MINUTE_MS,
  peak: 90,
};

function series(seed: number, plumes: readonly Plume[], fromMs: number, steps: number): Air[] {
  const measure = createAir(seed, plumes);
  return Array.from({ length: steps }, (_, i) => measure(fromMs + i * STEP_MS));
}

const mean = (air: readonly Air[]) => air.reduce((sum, { pm2_5 }) => sum + pm2_5, 0) / air.length;

test('the same seed gives the same air, another seed other air', () => {
  assert.deepEqual(series(1, [PLUME], 0, 500), series(1, [PLUME], 0, 500));
  assert.notDeepEqual(series(1, [], 0, 500), series(2, [], 0, 500));
});

test('one station does not change what another one sees', () => {
  const alone = series(1, [PLUME], 0, 50);
  const [first, second] = [createAir(1, [PLUME]), createAir(2, [PLUME])];
  const beside = Array.from({ length: 50 }, (_, i) => {
    second(i * STEP_MS);
    return first(i * STEP_MS);
  });
  assert.deepEqual(beside, alone);
});

test('every value is one that a working sensor can report', () => {
  const plume = fc.record({
    arrivesMs: fc.nat(DAY_MS),
    riseMs: fc.integer({ min: 1, max: 3_600_000 }),
    holdsMs: fc.nat(3_600_000),
    decayMs: fc.integer({ min: 1, max: 3_600_000 }),
    peak: fc.double({ min: 0, max: 1_000, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.integer(), fc.array(plume, { maxLength: 1 }), fc.nat(DAY_MS), (seed, plumes, fromMs) => {
      for (const air of series(seed, plumes, fromMs, 100)) {
        for (const [name, value] of Object.entries(air)) {
          const { min, max } = QUANTITIES[name as Quantity];
          assert.ok(value >= min && value <= max, `${name} is ${value}`);
        }
        assert.ok(air.pm1 <= air.pm2_5 && air.pm2_5 <= air.pm10);
      }
    }),
  );
});

test('a day has its swing: more before dawn than in the afternoon', () => {
  const hours = (from: number) => series(3, [], from * 3_600_000, 360);
  assert.ok(mean(hours(2)) > mean(hours(14)) + 3);
});

test('a plume comes, holds and goes', () => {
  const around = (minutes: number) => mean(series(4, [PLUME], PLUME.arrivesMs + minutes * MINUTE_MS, 12));
  const before = around(-10);
  assert.ok(Math.abs(around(5) - before - PLUME.peak) < 15, 'at its height');
  assert.ok(around(0) > before + 10 && around(0) < before + 80, 'while it rises');
  assert.ok(around(60) < before + 10, 'after an hour');
});
