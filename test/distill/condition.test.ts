import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Attributes, Dimension, DomainProfile } from '../../src/core/domain.ts';
import { AIR } from '../../src/distill/air.ts';
import { conditionOf, middleOf, ordinalOf, partsAround, watchedKeys } from '../../src/distill/condition.ts';

const PART = 0.5 / 16;
const everywhere = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

/** The coarse cells and the parts of a place: [latitude cell, longitude cell, latitude part, longitude part]. */
function placed(latitude: number, longitude: number): number[] {
  const { coarse, fine } = conditionOf(AIR, { phenomenon: 1, latitude, longitude });
  return [...coarse.slice(1), ...fine.slice(2, 4)];
}

function fineOf(name: string, attributes: Attributes): number | undefined {
  return conditionOf(AIR, attributes).fine[AIR.fine.findIndex((dimension) => dimension.name === name)];
}

suite('condition', () => {
  test('cells are counted from the south pole and the date line', () => {
    assert.deepEqual(placed(-90, -180), [1, 1, 1, 1]);
    assert.deepEqual(placed(-89.5, -179.5), [2, 2, 1, 1]);
    assert.deepEqual(placed(0, 0), [181, 361, 1, 1]);
    assert.deepEqual(placed(47.99, 7.85), [276, 376, 16, 12]);
  });

  test('the north pole is in the last cell, the date line in the first', () => {
    assert.deepEqual(
      placed(90, 0).filter((_, i) => i % 2 === 0),
      [360, 16],
    );
    assert.deepEqual(placed(0, 180), placed(0, -180));
    assert.deepEqual(placed(0, 179.999), [181, 720, 1, 16]);
    assert.deepEqual(placed(0, -180.001), placed(0, 179.999));
    assert.deepEqual(placed(0, -180 - 1e-15), placed(0, -180));
  });

  test('0 is not stated: for what is absent, and for what is no number', () => {
    assert.deepEqual(conditionOf(AIR, {}), { domain: 0, coarse: [0, 0, 0], fine: [0, 0, 0, 0, 0, 0, 0] });
    const broken = Object.fromEntries(
      [...AIR.coarse, ...AIR.fine].map(({ attribute }, i) => [attribute, [Number.NaN, Infinity, -Infinity][i % 3]]),
    );
    assert.deepEqual(conditionOf(AIR, broken), conditionOf(AIR, {}));
  });

  test('an edge belongs to the band above it', () => {
    const bands = [29.9, 30, 50, 84.9, 85, 100].map((relative_humidity) =>
      fineOf('humidity_band', { relative_humidity }),
    );
    assert.deepEqual(bands, [1, 2, 3, 4, 5, 5]);
    const cold = [-40, -10, -9.9, 0, 30, 45].map((temperature) => fineOf('temperature_band', { temperature }));
    assert.deepEqual(cold, [1, 2, 2, 3, 6, 6]);
  });

  test('the day has four parts and goes round', () => {
    const parts = [0, 5.99, 6, 12, 18, 23.99, 24].map((solar_hour) => fineOf('day_part', { solar_hour }));
    assert.deepEqual(parts, [1, 1, 2, 3, 4, 4, 1]);
  });

  test('every ordinal lies within its buckets', () => {
    const count = ({ buckets }: Dimension) =>
      'cells' in buckets ? buckets.cells.count : 'parts' in buckets ? buckets.parts : Number.POSITIVE_INFINITY;
    fc.assert(
      fc.property(everywhere, fc.double({ min: 0, max: 24, noNaN: true }), (place, solar_hour) => {
        const { coarse, fine } = conditionOf(AIR, { phenomenon: 1, ...place, solar_hour });
        for (const [i, ordinal] of coarse.entries())
          assert.ok(ordinal >= 1 && ordinal <= count(AIR.coarse[i]!), `${coarse}`);
        for (const i of [1, 2, 3]) assert.ok(fine[i]! >= 1 && fine[i]! <= count(AIR.fine[i]!), `${fine}`);
      }),
    );
  });

  test('the middle of what is stated lies within half a part of the place', () => {
    fc.assert(
      fc.property(everywhere, ({ latitude, longitude }) => {
        const condition = conditionOf(AIR, { phenomenon: 1, latitude, longitude });
        const north = middleOf(AIR, condition, 'latitude')! - latitude;
        const east = middleOf(AIR, condition, 'longitude')! - longitude;
        assert.ok(Math.abs(north) <= PART / 2 + 1e-9, `${north}`);
        assert.ok(Math.min(Math.abs(east), Math.abs(east + 360)) <= PART / 2 + 1e-9, `${east}`);
      }),
    );
  });

  test('a middle is stated by a cell that exists; its part may be missing', () => {
    const condition = conditionOf(AIR, { phenomenon: 1, latitude: 48.2, longitude: 7.8 });
    assert.equal(middleOf(AIR, { ...condition, fine: [] }, 'latitude'), 48.25);
    assert.equal(middleOf(AIR, { ...condition, fine: condition.fine.with(2, 17) }, 'latitude'), 48.25);
    assert.equal(middleOf(AIR, { ...condition, coarse: [1] }, 'latitude'), undefined);
    assert.equal(middleOf(AIR, { ...condition, coarse: [1, 0, 0] }, 'longitude'), undefined);
    assert.equal(middleOf(AIR, { ...condition, coarse: [1, 361, 2 ** 32 - 1] }, 'latitude'), undefined);
    assert.equal(middleOf(AIR, { ...condition, coarse: [1, 361, 2 ** 32 - 1] }, 'longitude'), undefined);
    assert.equal(middleOf(AIR, condition, 'solar_hour'), undefined, 'only places are inverted');
  });

  test('a profile that makes no sense is a mistake of ours', () => {
    const orphan: Dimension = { ...AIR.fine[2]!, refines: 'nothing' };
    assert.throws(
      () => ordinalOf({ ...AIR, coarse: [] } as DomainProfile, orphan, { latitude: 1 }),
      /not a coarse dimension/,
    );
    const flat: DomainProfile = { ...AIR, coarse: [{ ...AIR.coarse[1]!, buckets: { edges: [0] } }] };
    assert.throws(() => conditionOf(flat, { latitude: 1 }), /has no cells/);
  });
});

suite('watched keys', () => {
  const keys = (latitude: number, longitude: number) => watchedKeys(AIR, { phenomenon: 1, latitude, longitude });

  test('are the own cell and the ones beyond the nearer borders, at most 4', () => {
    assert.deepEqual(keys(48.1, 7.6), [
      [1, 277, 376],
      [1, 277, 375],
      [1, 276, 376],
      [1, 276, 375],
    ]);
    assert.deepEqual(
      keys(48.4, 7.9).map(([, ...cells]) => cells),
      [
        [277, 376],
        [277, 377],
        [278, 376],
        [278, 377],
      ],
    );
  });

  test('own cell first, all different, none beyond the poles, round at the date line', () => {
    fc.assert(
      fc.property(everywhere, ({ latitude, longitude }) => {
        const all = keys(latitude, longitude);
        assert.deepEqual(all[0], conditionOf(AIR, { phenomenon: 1, latitude, longitude }).coarse);
        assert.ok(all.length <= 4);
        assert.equal(new Set(all.map(String)).size, all.length);
        for (const [, lat, lon] of all) assert.ok(lat! >= 1 && lat! <= 360 && lon! >= 1 && lon! <= 720, `${all}`);
      }),
    );
    assert.deepEqual(
      keys(90, 0.1).map(([, lat]) => lat),
      [360, 360],
    );
    assert.deepEqual(
      keys(-90, 0.1).map(([, lat]) => lat),
      [1, 1],
    );
    assert.deepEqual(
      keys(0.1, -179.9).map(([, , lon]) => lon),
      [1, 720, 1, 720],
    );
    assert.deepEqual(
      keys(0.1, 179.9).map(([, , lon]) => lon),
      [720, 1, 720, 1],
    );
  });

  test('lie on all sides where both are asked for, as far as the tolerance reaches: at most 9', () => {
    const all = (latitude: number, longitude: number) =>
      watchedKeys(AIR, { phenomenon: 1, latitude, longitude }, { bothSides: true });
    // The north border is .208 degrees away, the south one .292; a tolerance of 12 parts is .375.
    assert.deepEqual(new Set(all(40.292, 116.49).map(([, cell]) => cell)), new Set([260, 261, 262]));
    assert.equal(all(40.25, 116.25).length, 9);
    assert.equal(all(40.01, 116.01).length, 4);
    fc.assert(
      fc.property(everywhere, ({ latitude, longitude }) => {
        const cells = all(latitude, longitude);
        assert.equal(new Set(cells.map(String)).size, cells.length);
        for (const key of keys(latitude, longitude)) assert.ok(cells.some((one) => String(one) === String(key)));
      }),
    );
  });

  test('hold whatever lies within half a cell', () => {
    const nearby = fc.double({ min: -0.2499, max: 0.2499, noNaN: true });
    fc.assert(
      fc.property(everywhere, nearby, nearby, ({ latitude, longitude }, north, east) => {
        const other = { latitude: Math.max(-90, Math.min(90, latitude + north)), longitude: longitude + east };
        const { coarse } = conditionOf(AIR, { phenomenon: 1, ...other });
        assert.ok(
          keys(latitude, longitude).some((key) => String(key) === String(coarse)),
          `${coarse}`,
        );
      }),
    );
  });

  test('only where parts have a tolerance that reaches over the border', () => {
    const reaching = (tolerance: number): DomainProfile => ({
      ...AIR,
      fine: AIR.fine.map((dimension) => ('parts' in dimension.buckets ? { ...dimension, tolerance } : dimension)),
    });
    const at = (tolerance: number, latitude: number) =>
      watchedKeys(reaching(tolerance), { phenomenon: 1, latitude, longitude: 7.75 });
    assert.equal(at(4, 48.12).length, 2, 'within 4 of 16 parts of the border');
    assert.equal(at(4, 48.13).length, 1);
    assert.equal(at(0, 48.0001).length, 1);
  });

  test('what is not known is not stated, and any will do', () => {
    assert.deepEqual(watchedKeys(AIR, { phenomenon: 3 }), [[3, 0, 0]]);
    assert.deepEqual(watchedKeys(AIR, { phenomenon: 3, latitude: Number.NaN, longitude: Infinity }), [[3, 0, 0]]);
  });
});

test('the parts around a place are nine, its own first, also beyond the border of its cell', () => {
  const around = partsAround(AIR, { phenomenon: 1, latitude: 48.001, longitude: 7.501, severity: 3 });
  assert.deepEqual(around[0], { coarse: [1, 277, 376], fine: [0, 0, 1, 1, 0, 0, 0] });
  const places = around.map(({ coarse, fine }) => [coarse[1]! * 16 + fine[2]!, coarse[2]! * 16 + fine[3]!]);
  const [north, east] = [277 * 16 + 1, 376 * 16 + 1];
  const near = [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => `${north + a} ${east + b}`));
  assert.deepEqual(places.map(([a, b]) => `${a} ${b}`).toSorted(), near.toSorted());
});
