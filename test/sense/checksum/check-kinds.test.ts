import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECK_KINDS, CHECKS } from '../../../src/sense/checksum/check-kinds.ts';
import { crc16Modbus, crc16Xmodem } from '../../../src/sense/checksum/crc16.ts';
import { createFixedFramer } from '../../../src/sense/frame/fixed-framer.ts';
import type { Check, Frame } from '../../../src/sense/profile.ts';
import { hex } from '../serial/plantower-bytes.ts';

/** A whole packet of a Davis Vantage, made up to the layout. */
const DAVIS =
  '4c4f4f00000201e174be022d8f020705f700ffffffffffffffffffffffffffffff3dffffffffffffff0c001700020000ffff' +
  '220078001504000000000000000000000000000000000000000000000000000000000000001603062d64022a070a0d56ac';

const PUBLISHED: readonly (readonly [string, Check])[] = [
  ['424d001c0005000d00160005000d001602fd00fc001d000f00060006970003c5', { kind: 'sum16be', from: 0, to: 30, at: 30 }],
  ['aac0d4043a0aa1601dab', { kind: 'sum8', from: 2, to: 8, at: 8 }],
  ['ff8601f40000000085', { kind: 'sum8_negated', from: 1, to: 8, at: 8 }],
  ['160501026400007e', { kind: 'sum8_negated', from: 0, to: 7, at: 7 }],
  ['61030c43db8c2e41d9e7ff42433a1b5007', { kind: 'crc16_modbus', from: 0, to: 15, at: 15 }],
  ['02112233', { kind: 'xor8', from: 1, to: 3, at: 3 }],
  [DAVIS, { kind: 'crc16_xmodem', from: 0, to: 97, at: 97 }],
];

function framesIn(bytes: Buffer, shape: Frame): number {
  let frames = 0;
  createFixedFramer([shape]).push(bytes, () => frames++);
  return frames;
}

test('every kind of check takes the frames that devices published, and none with a bit flipped', () => {
  assert.deepEqual([...new Set(PUBLISHED.map(([, { kind }]) => kind))].sort(), CHECK_KINDS.toSorted());
  for (const [text, check] of PUBLISHED) {
    const bytes = hex(text);
    const shape: Frame = { header: bytes.toString('hex', 0, 1), bytes: bytes.length, check };
    assert.equal(framesIn(bytes, shape), 1, check.kind);
    // The check itself as well, all the bytes it is said to take.
    const ends = check.at + CHECKS[check.kind].bytes;
    for (let at = check.from + 1; at < ends; at++) {
      if (at >= check.to && at < check.at) continue;
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1;
      assert.equal(framesIn(flipped, shape), 0, `${check.kind}, byte ${at}`);
    }
  }
});

test('the check values of the catalogues of CRCs', () => {
  assert.deepEqual([crc16Modbus(Buffer.from('123456789')), crc16Xmodem(Buffer.from('123456789'))], [0x4b37, 0x31c3]);
});
