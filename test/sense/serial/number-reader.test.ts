import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NUMBER_TYPES, type NumberType } from '../../../src/sense/profile.ts';
import { numberBytes, numberReader } from '../../../src/sense/serial/number-reader.ts';

/** Bytes of a big-endian number, in the order that the letters of a type ask for. */
const ORDERS: Readonly<Record<string, readonly number[]>> = {
  be: [0, 1, 2, 3],
  le: [3, 2, 1, 0],
  cdab: [2, 3, 0, 1],
  badc: [1, 0, 3, 2],
};

function written(type: NumberType, value: number): Buffer {
  const big = Buffer.alloc(4);
  if (type.startsWith('f')) big.writeFloatBE(value);
  else big.writeInt32BE(value | 0);
  const bytes = big.subarray(4 - numberBytes(type));
  const order = ORDERS[type.replace(/^.\d+/, '')] ?? [0];
  const places = order.filter((place) => place < bytes.length);
  return Buffer.from([0xee, ...places.map((place) => bytes[place]!), 0xee]);
}

test('every type reads back what was written in its order', () => {
  for (const type of NUMBER_TYPES) {
    const bits = 8 * numberBytes(type);
    const range = type.startsWith('i')
      ? { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 }
      : { min: 0, max: 2 ** bits - 1 };
    const numbers = type.startsWith('f') ? fc.float() : fc.integer(range);
    fc.assert(
      fc.property(numbers, (value) => assert.ok(Object.is(numberReader(type)(written(type, value), 1), value), type)),
    );
  }
});

test('the words of published Modbus values', () => {
  const bytes = Buffer.from('43db8c2e', 'hex');
  assert.ok(Math.abs(numberReader('f32be')(bytes, 0) - 439.095) < 1e-3);
  assert.ok(Math.abs(numberReader('f32cdab')(Buffer.from('8c2e43db', 'hex'), 0) - 439.095) < 1e-3);
  assert.ok(Math.abs(numberReader('f32badc')(Buffer.from('db432e8c', 'hex'), 0) - 439.095) < 1e-3);
});
