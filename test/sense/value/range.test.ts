import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUANTITIES, QUANTITY_NAMES } from '../../../src/core/quantities.ts';
import { QUALITY } from '../../../src/core/reading.ts';
import { rangeQuality } from '../../../src/sense/value/range.ts';

test('the borders of the range are inside, what is beyond them is marked', () => {
  for (const name of QUANTITY_NAMES) {
    const { min, max, resolution } = QUANTITIES[name];
    for (const value of [min, max, (min + max) / 2]) assert.equal(rangeQuality(name, value), 0, `${name} ${value}`);
    for (const value of [min - resolution, max + resolution, Number.NaN, Infinity]) {
      assert.equal(rangeQuality(name, value), QUALITY.out_of_range, `${name} ${value}`);
    }
  }
});
