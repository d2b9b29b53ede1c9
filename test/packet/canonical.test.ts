import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'cbor-x';
import fc from 'fast-check';
import { cborDepthMax, cborItemsMax, cborTextBytesMax } from '../../src/core/limits.ts';
import { type Item, isCanonical, readCanonical } from '../../src/packet/canonical.ts';

const { item } = fc.letrec<{ item: Item }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }),
    fc.constantFrom(23, 24, 255, 256, 65_535, 65_536, -24, -25, 2 ** 32 - 1),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.stringMatching(/^[ -~]{0,60}$/),
    fc.array(tie('item'), { maxLength: 6 }),
  ),
}));

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

test('what the encoder writes is read back, and written again gives the same bytes', () => {
  fc.assert(
    fc.property(item, (value) => {
      const bytes = Buffer.from(encode(value));
      const read = readCanonical(bytes);
      assert.deepEqual(read, value);
      assert.deepEqual(Buffer.from(encode(read)), bytes);
    }),
  );
});

test('one missing byte or one too many is refused', () => {
  fc.assert(
    fc.property(item, fc.nat(255), (value, extra) => {
      const bytes = Buffer.from(encode(value));
      assert.equal(isCanonical(bytes.subarray(0, -1)), false);
      assert.equal(isCanonical(Buffer.concat([bytes, Buffer.of(extra)])), false);
    }),
  );
});

test('any bytes are judged without an exception, and what passes has one encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const read = readCanonical(Buffer.from(bytes));
      if (read !== undefined) assert.deepEqual(Buffer.from(encode(read)), Buffer.from(bytes));
    }),
    { numRuns: 2_000 },
  );
});

test('everything outside the grammar is refused', () => {
  const cases: Record<string, string> = {
    nothing: '',
    'long form of 23': '1817',
    'long form of 255': '1900ff',
    'long form of 65,535': '1a0000ffff',
    '64 bits': '1b0000000100000000',
    'a negative one of 64 bits': '3b0000000000000000',
    'reserved length': '1c',
    'indefinite bytes': '5f4101ff',
    'indefinite array': '9f01ff',
    'a map': 'a0',
    'a tag': 'c101',
    'a float': 'fb3ff0000000000000',
    true: 'f5',
    undefined: 'f7',
    'control character': '610a',
    'not ASCII': '62c3a9',
    'bytes that are not there': '5affffffff',
    'items that are not there': '9affffffff',
    'two items': '0101',
  };
  for (const [name, bytes] of Object.entries(cases)) assert.equal(readCanonical(hex(bytes)), undefined, name);
});

test('depth, items and text have a cap', () => {
  const nested = (depth: number) => Buffer.concat([Buffer.alloc(depth, 0x81), Buffer.of(0)]);
  assert.equal(isCanonical(nested(cborDepthMax)), true);
  assert.equal(isCanonical(nested(cborDepthMax + 1)), false);
  const many = (items: number) => Buffer.from(encode(Array.from({ length: items }, () => 0)));
  assert.equal(isCanonical(many(cborItemsMax - 1)), true);
  assert.equal(isCanonical(many(cborItemsMax)), false);
  assert.equal(isCanonical(Buffer.from(encode('a'.repeat(cborTextBytesMax)))), true);
  assert.equal(isCanonical(Buffer.from(encode('a'.repeat(cborTextBytesMax + 1)))), false);
});
