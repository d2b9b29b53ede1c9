import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQuantity, QUANTITIES, QUANTITY_NAMES } from '../../src/core/quantities.ts';
import { converter } from '../../src/core/units.ts';

test('every quantity has a range, and a resolution well inside it', () => {
  for (const name of QUANTITY_NAMES) {
    const { min, max, resolution } = QUANTITIES[name];
    assert.ok(min < max, name);
    assert.ok(resolution > 0 && resolution < max - min, name);
  }
});

test('every unit of the table is one that can be written', () => {
  for (const name of QUANTITY_NAMES) assert.ok(converter(QUANTITIES[name].unit, name), name);
});

test('names are lower case and end where a topic or a file may end', () => {
  for (const name of QUANTITY_NAMES) assert.match(name, /^[a-z][a-z0-9_]{0,23}$/);
});

test('only what is in the table is a quantity', () => {
  for (const name of QUANTITY_NAMES) assert.ok(isQuantity(name));
  for (const name of ['', 'PM2_5', 'pm2.5', 'toString', '__proto__', 'constructor']) assert.ok(!isQuantity(name), name);
});
