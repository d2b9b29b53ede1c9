import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DEVICES } from '../../../devices/catalogue.ts';
import { rounded, scaling } from '../../../src/sense/value/scale.ts';

test('a decimal scale gives the decimal that was sent, whatever the raw value', () => {
  const raw = fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 });
  const digits = fc.integer({ min: 1, max: 999_999 });
  fc.assert(
    fc.property(raw, digits, fc.integer({ min: 1, max: 12 }), fc.boolean(), (value, factor, decimals, isNegative) => {
      const sign = isNegative ? -1 : 1;
      // As a person would write it, and what the digits of the product say.
      const scale = Number(`${sign * factor}e-${decimals}`);
      const exact = Number(`${BigInt(value) * BigInt(sign * factor)}e-${decimals}`);
      assert.equal(scaling(scale)(value), exact === 0 ? scaling(scale)(0) : exact, `${value} * ${scale}`);
    }),
    { numRuns: 5_000 },
  );
});

test('known traps of binary fractions', () => {
  const cases: readonly (readonly [scale: number, raw: number, value: number])[] = [
    [0.1, 214, 21.4],
    [0.01, 2145, 21.45],
    [0.3, 3, 0.9],
    [0.005, 5550, 27.75],
    [-0.1, 3, -0.3],
    [1.1, 3, 3.3],
    [2.5, 3, 7.5],
    [1e-7, 480_100_000, 48.01],
    [1e-12, 3, 3e-12],
    [1 / 3, 7, 7 / 3],
    [0.333333333333, 9, 3],
    [300 / 512 / 100, 1000, 5.859375],
    [100, 9, 900],
    [0, 9, 0],
    [1, -(2 ** 31), -(2 ** 31)],
  ];
  for (const [scale, raw, value] of cases) assert.equal(scaling(scale)(raw), value, `${raw} * ${scale}`);
});

test('a scale that is no short decimal is multiplied with', () => {
  for (const scale of [Math.PI, 0.123456789012345, 1e300, 5e-324]) assert.equal(scaling(scale)(7), 7 * scale);
});

test('text with decimals of its own is scaled as well', () => {
  assert.equal(scaling(0.1)(21.5), 2.15);
  assert.equal(scaling(0.005)(21.43), 21.43 / 200);
});

test('an offset is added to the scaled value', () => {
  assert.equal(scaling(0.1, -40)(655), 25.5);
  assert.equal(scaling(1, 500)(513), 1013);
});

test('the scales of all profiles are fractions of whole numbers: a raw 1 has no remainder', () => {
  const scales = DEVICES.flatMap(({ models }) =>
    Object.values(models).flatMap(({ frames = [] }) =>
      frames.flatMap(({ fields = [] }) => fields.map(({ scale = 1 }) => scale)),
    ),
  );
  assert.ok(scales.length > 50);
  for (const scale of scales) assert.ok(`${scaling(scale)(1000)}`.length <= 8, `${scale}`);
});

test('rounding keeps so many decimals', () => {
  assert.equal(rounded(48.010_000_004, 8), 48.01);
  assert.equal(rounded(1.005, 1), 1);
  assert.equal(rounded(-21.456, 2), -21.46);
  assert.equal(rounded(12.5, 0), 13);
});
