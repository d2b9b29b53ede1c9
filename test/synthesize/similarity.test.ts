import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Condition } from '../../src/core/condition.ts';
import { AIR } from '../../src/distill/air.ts';
import { conditionOf } from '../../src/distill/condition.ts';
import { similarity } from '../../src/synthesize/similarity.ts';

const attributes = {
  phenomenon: 1,
  latitude: 48.01,
  longitude: 7.85,
  severity: 3,
  solar_hour: 7,
  relative_humidity: 60,
  temperature: 12,
  site: 2,
};
const here = conditionOf(AIR, attributes);
const like = (changes: Partial<typeof attributes>) =>
  similarity(AIR, here, conditionOf(AIR, { ...attributes, ...changes }));
const PART = 0.5 / 16;

/** Anything the grammar lets through, so also ordinals that mean nothing. */
const conditions: fc.Arbitrary<Condition> = fc.record({
  domain: fc.constantFrom<number | string>(0, 0, 0, 1),
  coarse: fc.array(fc.oneof(fc.nat({ max: 800 }), fc.nat(), fc.constant(2 ** 32 - 1)), { minLength: 1, maxLength: 4 }),
  fine: fc.array(fc.oneof(fc.nat({ max: 20 }), fc.nat(), fc.constant(2 ** 32 - 1)), { maxLength: 8 }),
});

suite('similarity', () => {
  test('is 1 for equal conditions that state everything', () => {
    assert.equal(similarity(AIR, here, here), 1);
  });

  test('is symmetric and within 0 to 1, whatever a stranger states', () => {
    fc.assert(
      fc.property(conditions, conditions, (a, b) => {
        const alike = similarity(AIR, a, b);
        assert.equal(alike, similarity(AIR, b, a));
        assert.ok(alike >= 0 && alike <= 1, `${alike}`);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is 0 for another domain and for another phenomenon', () => {
    assert.equal(similarity(AIR, here, { ...here, domain: 1 }), 0);
    assert.equal(similarity(AIR, here, { ...here, domain: 'mine' }), 0);
    assert.equal(like({ phenomenon: 2 }), 0);
  });

  test('falls with the distance, to 0 just beyond the tolerance of 12 parts', () => {
    const byDistance = Array.from({ length: 15 }, (_, parts) => like({ latitude: attributes.latitude + parts * PART }));
    for (let parts = 1; parts <= 13; parts++) assert.ok(byDistance[parts]! < byDistance[parts - 1]!, `${parts}`);
    assert.ok(byDistance[12]! > 0);
    assert.equal(byDistance[13], 0);
    assert.equal(byDistance[14], 0);
    assert.equal(like({ longitude: attributes.longitude + 13 * PART }), 0);
  });

  test('counts one part between neighbours on both sides of a border of cells', () => {
    const across = (south: number, north: number) =>
      similarity(
        AIR,
        conditionOf(AIR, { ...attributes, latitude: south }),
        conditionOf(AIR, { ...attributes, latitude: north }),
      );
    assert.equal(across(47.99, 48.01), across(48.01, 48.04));
    assert.ok(across(47.99, 48.01) > across(48.01, 48.08));
  });

  test('is circular in longitude: east and west of the date line are near', () => {
    const at = (longitude: number) => conditionOf(AIR, { ...attributes, longitude });
    assert.equal(similarity(AIR, at(179.99), at(-179.99)), similarity(AIR, at(10.01), at(9.99)));
    assert.equal(similarity(AIR, at(180), at(-180)), 1);
    assert.equal(similarity(AIR, at(179.9), at(-179.5)), 0);
  });

  test('is circular in the part of the day, and never 0 for it', () => {
    assert.equal(like({ solar_hour: 1 }), like({ solar_hour: 13 }));
    assert.ok(like({ solar_hour: 19 }) > 0);
    assert.ok(like({ solar_hour: 19 }) < like({ solar_hour: 1 }));
  });

  test('severity, weather and site change it and never deny it', () => {
    for (const change of [{ severity: 6 }, { temperature: -30 }, { relative_humidity: 5 }, { site: 6 }]) {
      const alike = like(change);
      assert.ok(alike > 0.7 && alike < 1, `${JSON.stringify(change)}: ${alike}`);
    }
  });

  test('what is not stated matches anything, at a small penalty', () => {
    const bare: Condition = { domain: 0, coarse: [1, 0, 0], fine: [] };
    const far = conditionOf(AIR, { ...attributes, latitude: -30, longitude: 150, severity: 6 });
    for (const other of [here, far]) {
      assert.ok(similarity(AIR, bare, other) < 1);
      assert.ok(similarity(AIR, bare, other) > 0.85);
    }
    assert.equal(similarity(AIR, bare, here), similarity(AIR, bare, far));
  });

  test('a part without its cell is no place', () => {
    const lost = { ...here, coarse: [1, 0, 0] };
    assert.equal(
      similarity(AIR, here, lost),
      similarity(AIR, here, { ...lost, fine: here.fine.with(2, 0).with(3, 0) }),
    );
  });

  test('a cell beyond the last never matches; a detail this version does not know counts as not stated', () => {
    assert.equal(similarity(AIR, here, { ...here, coarse: here.coarse.with(2, 721) }), 0);
    assert.equal(similarity(AIR, here, { ...here, coarse: here.coarse.with(0, 99) }), 0);
    const siteAt = AIR.fine.findIndex(({ name }) => name === 'site');
    const fine = (ordinal: number) => ({ ...here, fine: here.fine.with(siteAt, ordinal) });
    assert.equal(similarity(AIR, here, fine(7)), similarity(AIR, here, fine(0)));
    assert.equal(
      similarity(AIR, here, { ...here, fine: here.fine.with(3, 17) }),
      similarity(AIR, here, { ...here, fine: here.fine.with(3, 0) }),
    );
  });
});
