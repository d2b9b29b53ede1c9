import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FrameReason } from '../../../src/core/events.ts';
import { serialFrameBytesMax } from '../../../src/core/limits.ts';
import { createShdlcFramer } from '../../../src/sense/frame/shdlc-framer.ts';
import type { Frame } from '../../../src/sense/profile.ts';
import { cut, cuts } from '../serial/pieces.ts';
import { hex } from '../serial/plantower-bytes.ts';

const VALUES: Frame = { header: '00030028', bytes: 45 };
const NOTHING_NEW: Frame = { header: '00030000', bytes: 5 };
const FLAG = Buffer.of(0x7e);
// Published by someone who has an SPS30.
const PUBLISHED = hex(
  '7e00030028 40b9c67f 41036c8b 411e4ae2 4123aa92 420c5b7c 422efdba 4238cab3 423ab2c9 423afde9 3f4a1025 d67e',
);

/** Content with its sum, stuffed, without flags; written apart from src/ on purpose. */
function stuffed(content: Uint8Array): Buffer {
  const sum = content.reduce((total, byte) => total + byte, 0);
  const bytes = [...content, ~sum & 0xff];
  const escaped = new Map([0x7e, 0x7d, 0x11, 0x13].map((byte) => [byte, byte ^ 0x20]));
  return Buffer.from(bytes.flatMap((byte) => (escaped.has(byte) ? [0x7d, escaped.get(byte)!] : [byte])));
}
const values = (data: Uint8Array) => stuffed(Buffer.concat([hex('00030028'), data]));

function framed(pieces: readonly Buffer[], isEnd = true) {
  const framer = createShdlcFramer([VALUES, NOTHING_NEW]);
  const frames: [string, number][] = [];
  const onFrame = (frame: Buffer, shape: number) => frames.push([frame.toString('hex'), shape]);
  for (const piece of pieces) framer.push(piece, onFrame);
  if (isEnd) framer.end(onFrame);
  const dropped = Object.fromEntries(Object.entries(framer.dropped).filter(([, count]) => count > 0));
  return { frames, dropped };
}

// Data that needs stuffing as often as can be.
const data = fc
  .array(fc.oneof(fc.constantFrom(0x7e, 0x7d, 0x11, 0x13, 0x5e, 0x5d), fc.nat(255)), { minLength: 40, maxLength: 40 })
  .map((bytes) => Buffer.from(bytes));
const noise = fc
  .array(fc.oneof(fc.constantFrom(0x7e, 0x7d, 0x00, 0x03, 0x28), fc.nat(255)), { maxLength: 30 })
  .map((bytes) => Buffer.from(bytes));

test('a published frame, and one that has nothing new', () => {
  const { frames, dropped } = framed([PUBLISHED, hex('7e00030000fc7e')]);
  assert.deepEqual(
    frames.map(([frame, shape]) => [frame.length / 2, shape]),
    [
      [45, 0],
      [5, 1],
    ],
  );
  assert.deepEqual(dropped, {});
});

test('every good frame comes out unstuffed, whatever stands between, however it is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, data), { maxLength: 8 }), cuts, (parts, places) => {
      const stream = Buffer.concat(parts.flatMap(([junk, content]) => [junk, FLAG, values(content), FLAG]));
      const { frames } = framed(cut(stream, places));
      const good = frames.filter(([, shape]) => shape === 0).map(([frame]) => frame.slice(8, 88));
      const wanted = parts.map(([, content]) => content.toString('hex'));
      // Noise may happen to be a frame too; what was sent comes in its order.
      let at = 0;
      for (const frame of good) if (frame === wanted[at]) at++;
      assert.equal(at, wanted.length);
    }),
  );
});

test('what comes out and what is counted does not depend on the pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(noise, data.map(values)), { maxLength: 12 }), cuts, (parts, places) => {
      const stream = Buffer.concat(parts.flatMap((part) => [part, FLAG]));
      assert.deepEqual(framed(cut(stream, places)), framed([stream]));
    }),
  );
});

test('one flag may end a frame and begin the next', () => {
  const contents = [0x11, 0x7e, 0x7d].map((byte) => Buffer.alloc(40, byte));
  const { frames, dropped } = framed([
    Buffer.concat([FLAG, ...contents.flatMap((content) => [values(content), FLAG])]),
  ]);
  assert.equal(frames.length, 3);
  assert.deepEqual(dropped, {});
});

test('a sum that is stuffed itself', () => {
  for (let first = 0; first < 256; first++) {
    const content = Buffer.alloc(40);
    content[0] = first;
    assert.equal(framed([FLAG, values(content), FLAG]).frames.length, 1, `${first}`);
  }
});

test('says why', () => {
  const flipped = Buffer.from(PUBLISHED);
  flipped[9]! ^= 1;
  const long = Buffer.concat([FLAG, Buffer.alloc(serialFrameBytesMax + 1, 0x55), FLAG]);
  const reasons: readonly [Buffer, Partial<Record<FrameReason, number>>][] = [
    [flipped, { checksum: 1 }],
    [PUBLISHED.subarray(0, 20), { checksum: 1 }],
    [hex('7e0003002840 7d99 00 7e'), { stuffing: 1 }],
    [hex('7e0003002840 7d'), { stuffing: 1 }],
    [long, { too_long: 1 }],
    [hex('7e 00d20000 2d 7e'), { unknown_frame: 1 }],
    [Buffer.from('boot v1.2\r\n'), { noise: 11 }],
    [Buffer.concat([FLAG, Buffer.from('boot v1.2\r\n')]), { noise: 11 }],
  ];
  for (const [bytes, counts] of reasons) {
    const { frames, dropped } = framed([bytes, PUBLISHED]);
    assert.equal(frames.length, 1, bytes.toString('hex'));
    assert.deepEqual(dropped, counts);
  }
});

test('at the end: half a frame is told, and the rest of it is none', () => {
  const framer = createShdlcFramer([VALUES]);
  framer.push(PUBLISHED.subarray(0, 20), assert.fail);
  framer.end(assert.fail);
  framer.push(PUBLISHED.subarray(20), assert.fail);
  framer.end(assert.fail);
  assert.deepEqual([framer.dropped.truncated, framer.dropped.noise], [1, PUBLISHED.length - 21]);
});

test('10 MB of noise: nothing grows, and the next frame is read', () => {
  const framer = createShdlcFramer([VALUES]);
  const chunk = Buffer.alloc(65_536);
  let state = 1;
  for (let i = 0; i < 160; i++) {
    for (let at = 0; at < chunk.length; at++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      chunk[at] = state >>> 24;
    }
    // All at once, and without a flag for long.
    framer.push(i % 2 === 0 ? chunk : chunk.filter((byte) => byte !== 0x7e), () => {});
  }
  const before = framer.frames;
  let frames = 0;
  framer.push(Buffer.concat([FLAG, PUBLISHED]), () => frames++);
  assert.deepEqual([frames, framer.frames], [1, before + 1]);
});
