import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUANTITIES, QUANTITY_NAMES } from '../../../src/core/quantities.ts';
import { QUALITY_LIMITS } from '../../../src/sense/quality/quality-limits.ts';

test('every quantity has limits that can be broken, and not by its resolution', () => {
  for (const name of QUANTITY_NAMES) {
    const { step, share, flatMs } = QUALITY_LIMITS[name];
    const { min, max, resolution } = QUANTITIES[name];
    assert.ok(step === 0 || (step > 4 * resolution && step < max - min), `${name} ${step}`);
    assert.ok(share >= 0 && share < 1, name);
    assert.ok(flatMs === 0 || flatMs >= 3_600_000, name);
  }
});
