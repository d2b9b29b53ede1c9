import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { FrameReason } from '../../../src/core/events.ts';
import { framerBytesMax, serialFrameBytesMax } from '../../../src/core/limits.ts';
import { createFixedFramer } from '../../../src/sense/frame/fixed-framer.ts';
import type { Framer } from '../../../src/sense/frame/framer.ts';
import type { Frame } from '../../../src/sense/profile.ts';
import { cut, cuts } from '../serial/pieces.ts';
import { hex, plantowerBytes, pms5003 } from '../serial/plantower-bytes.ts';

const FRAME_BYTES = 32;
const SHAPE: Frame = {
  header: '424d001c',
  lengthAt: 2,
  bytes: FRAME_BYTES,
  check: { kind: 'sum16be', from: 0, to: 30, at: 30 },
};

const ANSWER: Frame = { header: '424d0004', bytes: 8, check: { kind: 'sum16be', from: 0, to: 6, at: 6 } };
/** Fits often, and its sum does too. */
const ANY_FIRST: Frame = { header: '..4d', bytes: 5, check: { kind: 'sum8', from: 3, to: 4, at: 4 } };

/** What comes out when the stream arrives in these pieces. */
function framed(chunks: readonly Uint8Array[], framer: Framer = createFixedFramer([SHAPE])): string[] {
  const frames: string[] = [];
  for (const chunk of chunks) framer.push(chunk, (frame) => frames.push(frame.toString('hex')));
  return frames;
}

/** The same, by looking at every place of the whole stream in turn. */
function naive(stream: Buffer): string[] {
  const frames: string[] = [];
  for (let at = 0; at + FRAME_BYTES <= stream.length; ) {
    const frame = stream.subarray(at, at + FRAME_BYTES);
    const sum = frame.subarray(0, -2).reduce((total, byte) => total + byte, 0);
    const isGood = frame.readUInt32BE(0) === 0x424d001c && frame.readUInt16BE(FRAME_BYTES - 2) === sum;
    if (isGood) frames.push(frame.toString('hex'));
    at += isGood ? FRAME_BYTES : 1;
  }
  return frames;
}

const goodFrame = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 13, maxLength: 13 })
  .map((words) => plantowerBytes(...words));
/** Noise that looks like the start of a frame as often as can be. */
const treacherous = fc
  .array(fc.constantFrom(0x42, 0x4d, 0x00, 0x1c, 0x14, 0xff), { maxLength: 40 })
  .map((bytes) => Buffer.from(bytes));
const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const broken = fc
  .tuple(goodFrame, fc.nat(FRAME_BYTES - 1), fc.integer({ min: 1, max: 255 }))
  .map(([frame, at, flip]) => {
    frame[at] = frame[at]! ^ flip;
    return frame;
  });
const torn = fc.tuple(goodFrame, fc.nat(FRAME_BYTES - 1)).map(([frame, length]) => frame.subarray(0, length));
const beheaded = fc.tuple(goodFrame, fc.nat(FRAME_BYTES - 1)).map(([frame, from]) => frame.subarray(from));
const otherModel = fc.constant(plantowerBytes(1, 2, 3, 4, 5, 6, 7, 8, 9));
const stream = fc
  .array(fc.oneof(goodFrame, goodFrame, noise, treacherous, broken, torn, beheaded, otherModel), { maxLength: 12 })
  .map((parts) => Buffer.concat(parts));

test('finds the frames of any stream, however it is cut', () => {
  fc.assert(
    fc.property(stream, cuts, (bytes, places) => {
      assert.deepEqual(framed(cut(bytes, places)), naive(bytes));
    }),
    { numRuns: 1_000 },
  );
});

test('every good frame comes out, in order, whatever stands between', () => {
  // Without the first byte of a header in it, noise can hide nothing.
  const plainNoise = fc
    .uint8Array({ maxLength: 80 })
    .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x42)));
  const plainFrame = fc.nat(999).map(pms5003);
  fc.assert(
    fc.property(fc.array(fc.tuple(plainNoise, plainFrame), { maxLength: 20 }), cuts, (parts, places) => {
      const got = framed(cut(Buffer.concat(parts.flat()), places));
      assert.deepEqual(
        got,
        parts.map(([, frame]) => frame.toString('hex')),
      );
    }),
  );
});

test('each byte is part of a frame, noise, of a candidate that was counted, or held for more to come', () => {
  fc.assert(
    fc.property(stream, cuts, (bytes, places) => {
      const framer = createFixedFramer([SHAPE]);
      framed(cut(bytes, places), framer);
      const { checksum, length, noise: lost } = framer.dropped;
      const rest = bytes.length - framer.frames * FRAME_BYTES - lost - length;
      assert.ok(rest >= 0 && rest < (checksum + 1) * FRAME_BYTES, `${rest} bytes unaccounted for`);
    }),
    { numRuns: 500 },
  );
});

test('what is counted does not depend on the pieces', () => {
  fc.assert(
    fc.property(stream, cuts, (bytes, places) => {
      const tell = (pieces: readonly Buffer[]) => {
        const framer = createFixedFramer([SHAPE, ANSWER, ANY_FIRST]);
        const told: unknown[] = [];
        const onFrame = (frame: Buffer, shape: number) => told.push(frame.toString('hex'), shape);
        for (const piece of pieces) framer.push(piece, onFrame);
        told.push({ ...framer.dropped });
        framer.end(onFrame);
        return [...told, framer.dropped];
      };
      assert.deepEqual(tell(cut(bytes, places)), tell([bytes]));
    }),
  );
});

test('a frame that begins inside a bad one is found', () => {
  const whole = pms5003(12);
  for (let length = 1; length < FRAME_BYTES; length++) {
    const framer = createFixedFramer([SHAPE]);
    const frames = framed([whole.subarray(0, length), whole, pms5003(13)], framer);
    assert.deepEqual(frames, [whole.toString('hex'), pms5003(13).toString('hex')], `torn after ${length} bytes`);
  }
});

test('a header inside the data is data', () => {
  const inside = plantowerBytes(0x424d, 0x001c, 0x424d, 0x001c, 5, 0x424d, 0x001c, 1, 2, 3, 4, 0x424d, 0x001c);
  assert.deepEqual(framed([inside, inside]), [inside.toString('hex'), inside.toString('hex')]);
});

test('says why: sum, length, noise', () => {
  const wrongSum = pms5003(12);
  wrongSum[31] = wrongSum[31]! ^ 1;
  const reasons: readonly [Buffer, Partial<Record<FrameReason, number>>][] = [
    [wrongSum, { checksum: 1 }],
    [pms5003(12).subarray(0, 20), { checksum: 1 }],
    [plantowerBytes(1, 2, 3, 4, 5, 6, 7, 8, 9), { length: 1, noise: 23 }],
    [Buffer.from('hello, world'), { noise: 12 }],
    [Buffer.concat([wrongSum, Buffer.from('noise')]), { checksum: 1, noise: 5 }],
  ];
  for (const [bytes, counts] of reasons) {
    const framer = createFixedFramer([SHAPE]);
    assert.equal(framed([bytes, pms5003(1)], framer).length, 1);
    const counted = Object.entries(framer.dropped).filter(([, count]) => count > 0);
    assert.deepEqual(Object.fromEntries(counted), counts);
  }
});

test('at the end: what is torn is counted once, and what it hid comes out', () => {
  const long: Frame = { header: '01', bytes: 200, check: { kind: 'sum8', from: 0, to: 199, at: 199 } };
  const framer = createFixedFramer([SHAPE, long]);
  const frames: string[] = [];
  const onFrame = (frame: Buffer) => frames.push(frame.toString('hex'));
  framer.push(Buffer.concat([Buffer.of(1, 9, 9), pms5003(5), pms5003(6).subarray(0, 9)]), onFrame);
  assert.deepEqual(frames, []);
  framer.end(onFrame);
  assert.deepEqual(frames, [pms5003(5).toString('hex')]);
  assert.deepEqual([framer.dropped.truncated, framer.dropped.noise], [1, 0]);
  // Nothing is left of it.
  framer.push(pms5003(6).subarray(9), onFrame);
  framer.end(onFrame);
  assert.equal(frames.length, 1);
});

test('at the end: bytes that are not yet a header are noise', () => {
  for (const [bytes, reason] of [
    ['42', 'noise'],
    ['424d', 'truncated'],
    ['424d00', 'truncated'],
  ] as const) {
    const framer = createFixedFramer([SHAPE]);
    framer.push(hex(bytes), () => {});
    framer.end(() => {});
    assert.ok(framer.dropped[reason] > 0, bytes);
  }
});

test('several shapes at once: each frame comes with its shape, a short one inside a long header too', () => {
  const framer = createFixedFramer([SHAPE, ANSWER]);
  const shapes: number[] = [];
  framer.push(Buffer.concat([hex('424d0004e1000174'), pms5003(1), hex('424d0004e1000175')]), (_frame, shape) =>
    shapes.push(shape),
  );
  framer.end(() => {});
  assert.deepEqual(shapes, [1, 0]);
  assert.deepEqual([framer.dropped.checksum, framer.dropped.noise], [1, 0]);
});

test('a header may leave bytes open, and a frame may have an end', () => {
  const reply: Frame = { header: '..0304', bytes: 9, check: { kind: 'crc16_modbus', from: 0, to: 7, at: 7 } };
  assert.equal(framed([hex('aa 01030400d301c28bcb 00')], createFixedFramer([reply])).length, 1);
  const closed: Frame = { header: 'aac0', bytes: 10, trailer: 'ab', check: { kind: 'sum8', from: 2, to: 8, at: 8 } };
  const framer = createFixedFramer([closed]);
  const [good, open] = [hex('aac0d4043a0aa1601dab'), hex('aac0d4043a0aa1601dac')];
  assert.deepEqual(framed([open, good], framer), [good.toString('hex')]);
  assert.equal(framer.dropped.checksum, 1);
});

test('a megabyte in one push is as good as byte by byte', () => {
  const frames = Array.from({ length: 32_768 }, (_, i) => pms5003(i % 1000));
  const got = framed([Buffer.concat(frames)]);
  assert.equal(got.length, frames.length);
  assert.equal(got.at(-1), frames.at(-1)!.toString('hex'));
});

/** What is still held: between two collections the heap grows by garbage, as much as V8 likes. */
function collectedMemory(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage();
}

test('10 MB of noise leave nothing behind', () => {
  const framer = createFixedFramer([SHAPE]);
  let state = 1;
  const chunk = Buffer.alloc(65_536);
  const push = () => {
    for (let i = 0; i < chunk.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      // Every eighth byte or so begins a header.
      chunk[i] = state >>> 29 === 0 ? 0x42 : state >>> 24;
    }
    framer.push(chunk, () => {});
  };
  push();
  const before = collectedMemory();
  for (let i = 0; i < 160; i++) push();
  const after = collectedMemory();
  assert.ok(after.arrayBuffers - before.arrayBuffers <= framerBytesMax, 'no buffer grows');
  assert.ok(after.heapUsed - before.heapUsed < 2_000_000, `${after.heapUsed - before.heapUsed} bytes more on the heap`);
  const dropped = Object.values(framer.dropped).reduce((sum, count) => sum + count, 0);
  assert.ok(dropped + framer.frames * FRAME_BYTES > 160 * chunk.length);
  assert.deepEqual(framed([pms5003(7)], framer), [pms5003(7).toString('hex')]);
});

test('without a check, a frame in which another begins was torn: the other one is read', () => {
  const shapes: Frame[] = [
    { header: 'fffa02', bytes: 5 },
    { header: 'fffa01', bytes: 4 },
  ];
  const torn = (stream: string) => {
    const framer = createFixedFramer(shapes);
    const frames = framed(
      [...hex(stream)].map((byte) => Uint8Array.of(byte)),
      framer,
    );
    framer.end((frame) => frames.push(frame.toString('hex')));
    return { frames, truncated: framer.dropped.truncated };
  };
  for (const rest of ['fffa02', 'fffa0202', 'fffa01']) {
    assert.deepEqual(torn(`${rest}fffa0202bc`), { frames: ['fffa0202bc'], truncated: 1 }, rest);
  }
  assert.deepEqual(torn('fffa0202fffffa0202bc'), { frames: ['fffa0202ff', 'fffa0202bc'], truncated: 0 });
  const last = createFixedFramer(shapes);
  assert.deepEqual(framed([hex('fffa0202ff')], last), [], 'the next byte may tell');
  last.end((frame) => assert.equal(frame.toString('hex'), 'fffa0202ff'));
  assert.equal(last.frames, 1);
});

test('a frame that cannot be is a mistake in a profile', () => {
  for (const wrong of [{ bytes: serialFrameBytesMax + 1 }, { header: '42 4d' }, { header: '' }, { bytes: 3 }]) {
    assert.throws(() => createFixedFramer([{ ...SHAPE, ...wrong }]), { name: 'AssertionError' });
  }
});
