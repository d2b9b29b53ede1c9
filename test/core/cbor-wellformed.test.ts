import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, Encoder } from 'cbor-x';
import fc from 'fast-check';
import { checkCbor } from '../../src/core/cbor-wellformed.ts';

const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');

test('whole values pass: every example of RFC 8949 appendix A of its kind', () => {
  const good = [
    ...[
      '00',
      '1818',
      '1b000000e8d4a51000',
      '20',
      '3903e7',
      'f90000',
      'fa47c35000',
      'fb3ff199999999999a',
      'f4',
      'f6',
      'f7',
    ],
    ...['40', '4401020304', '60', '6449455446', '80', '83010203', '8301820203820405', 'a0', 'a201020304'],
    ...['5f42010243030405ff', '7f657374726561646d696e67ff', '9fff', '9f018202039f0405ffff', '83018202039f0405ff'],
    ...['bf61610161629f0203ffff', 'bfff', 'f820', 'f8ff'],
  ];
  for (const digits of good) assert.equal(checkCbor(hex(digits)), undefined, digits);
});

test('what is not well-formed is told', () => {
  const bad: [string, RegExp][] = [
    ['', /cut off/],
    ['18', /cut off/],
    ['1c', /reserved/],
    ['f800', /simple value/],
    ['f81f', /simple value/],
    ['0000', /1 bytes too many/],
    ['ff', /break/],
    ['81ff', /break/],
    ['bf01ff', /break/],
    ['a101ff', /break/],
    ['8201', /beyond the bytes/],
    ['9f01', /cut off/],
    ['43 0102', /longer than the bytes/],
    ['5b ffffffffffffffff 00', /longer than the bytes/],
    ['9b ffffffffffffffff 00', /beyond the bytes/],
    ['bb ffffffffffffffff 00', /beyond the bytes/],
    ['1f', /indefinite/],
    ['df', /indefinite/],
    ['5f6161ff', /another kind/],
    ['5f5f4101ffff', /another kind/],
    ['7f00ff', /another kind/],
    ['c100', /tag 1/],
    ['d8 1c 80', /tag 28/],
  ];
  for (const [digits, what] of bad) assert.match(checkCbor(hex(digits)) ?? 'nothing wrong', what, digits);
});

test('tags pass only by name, and are owed their content', () => {
  const tagged = hex('c48221196ab3');
  assert.match(checkCbor(tagged) ?? '', /tag 4/);
  assert.equal(checkCbor(tagged, { tags: [4] }), undefined);
  assert.match(checkCbor(hex('c4'), { tags: [4] }) ?? '', /cut off/);
});

test('many items and deep nesting end early', () => {
  assert.match(checkCbor(Buffer.concat([hex('9a00010000'), Buffer.alloc(65_536)])) ?? '', /more than 2048 items/);
  assert.match(checkCbor(Buffer.alloc(100_000, 0x81)) ?? '', /nesting deeper than 8/);
  assert.match(checkCbor(Buffer.alloc(100_000, 0x9f)) ?? '', /nesting deeper than 8/);
  assert.match(checkCbor(Buffer.alloc(100_000, 0xc4), { tags: [4] }) ?? '', /nesting deeper than 8/);
  assert.equal(checkCbor(hex('8181818181818180')), undefined);
  assert.match(checkCbor(hex('83010203'), { itemsMax: 2 }) ?? '', /more than 2 items/);
});

test('whatever an encoder makes passes, and no beginning of it does', () => {
  const encoder = new Encoder({ useRecords: false, mapsAsObjects: true, tagUint8Array: false });
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', maxDepth: 5 },
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.string(),
      fc.boolean(),
      fc.array(tie('node'), { maxLength: 6 }),
      fc.dictionary(fc.string({ minLength: 1 }), tie('node'), { maxKeys: 6 }),
    ),
  })).node;
  fc.assert(
    fc.property(value, fc.nat(), (made, cut) => {
      const bytes = encoder.encode(made);
      assert.equal(checkCbor(bytes), undefined);
      assert.notEqual(checkCbor(bytes.subarray(0, cut % bytes.length)), undefined);
    }),
  );
});

test('whatever the bytes, it answers; and what it lets through never claims more than is there', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      if (checkCbor(bytes) !== undefined) return;
      try {
        decode(Buffer.from(bytes));
      } catch (error) {
        assert.doesNotMatch(String(error), /end of (CBOR|buffer)|allocation|stack/i);
      }
    }),
    { numRuns: 2_000 },
  );
});
