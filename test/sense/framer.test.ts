import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AgentEvent, FrameReason } from '../../src/core/events.ts';
import { framerBytesMax, serialFrameBytesMax } from '../../src/core/limits.ts';
import { createFramer, dropReporter, type Framer } from '../../src/sense/framer.ts';
import { plantowerBytes, pms5003 } from './plantower-bytes.ts';

const FRAMING = { kind: 'header_length_sum16', header: '424d' } as const;
const FRAME_BYTES = 32;

/** What comes out when the stream arrives in these pieces. */
function framed(chunks: readonly Uint8Array[], framer: Framer = createFramer(FRAMING, FRAME_BYTES)): string[] {
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

function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return edges.slice(1).map((edge, at) => stream.subarray(edges[at], edge));
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
const cuts = fc.array(fc.nat(), { maxLength: 20 });

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

test('each byte is part of a frame, counted under a reason, or held for more to come', () => {
  fc.assert(
    fc.property(stream, cuts, (bytes, places) => {
      const framer = createFramer(FRAMING, FRAME_BYTES);
      framed(cut(bytes, places), framer);
      const { checksum, length, noise: lost } = framer.dropped;
      const held = bytes.length - framer.frames * FRAME_BYTES - checksum - length - lost;
      assert.ok(held >= 0 && held < FRAME_BYTES, `${held} bytes unaccounted for`);
    }),
    { numRuns: 500 },
  );
});

test('a frame that begins inside a bad one is found', () => {
  const whole = pms5003(12);
  for (let length = 1; length < FRAME_BYTES; length++) {
    const framer = createFramer(FRAMING, FRAME_BYTES);
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
  const reasons: readonly [Buffer, FrameReason, number][] = [
    [wrongSum, 'checksum', 1],
    [plantowerBytes(1, 2, 3, 4, 5, 6, 7, 8, 9), 'length', 1],
    [Buffer.from('hello, world'), 'noise', 12],
  ];
  for (const [bytes, reason, count] of reasons) {
    const framer = createFramer(FRAMING, FRAME_BYTES);
    assert.equal(framed([bytes, pms5003(1)], framer).length, 1);
    assert.equal(framer.dropped[reason], count, reason);
  }
});

test('a megabyte in one push is as good as byte by byte', () => {
  const frames = Array.from({ length: 32_768 }, (_, i) => pms5003(i % 1000));
  const got = framed([Buffer.concat(frames)]);
  assert.equal(got.length, frames.length);
  assert.equal(got.at(-1), frames.at(-1)!.toString('hex'));
});

test('10 MB of noise leave nothing behind', () => {
  const framer = createFramer(FRAMING, FRAME_BYTES);
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
  const before = process.memoryUsage();
  for (let i = 0; i < 160; i++) push();
  const after = process.memoryUsage();
  assert.ok(after.arrayBuffers - before.arrayBuffers <= framerBytesMax, 'no buffer grows');
  assert.ok(after.heapUsed - before.heapUsed < 8_000_000, `${after.heapUsed - before.heapUsed} bytes more on the heap`);
  const dropped = Object.values(framer.dropped).reduce((sum, count) => sum + count, 0);
  assert.ok(dropped + framer.frames * FRAME_BYTES > 160 * chunk.length);
  assert.deepEqual(framed([pms5003(7)], framer), [pms5003(7).toString('hex')]);
});

test('a frame longer than the limit is a mistake in a profile', () => {
  assert.throws(() => createFramer(FRAMING, serialFrameBytesMax + 1), { name: 'AssertionError' });
});

test('what was dropped is told once, by reason', () => {
  const events: AgentEvent[] = [];
  const framer = createFramer(FRAMING, FRAME_BYTES);
  const report = dropReporter(framer, 'roof', (event) => events.push(event));
  report();
  assert.deepEqual(events, []);
  framed([Buffer.from('noise'), plantowerBytes(1, 2, 3, 4, 5, 6, 7, 8, 9), pms5003(1)], framer);
  report();
  report();
  assert.deepEqual(events, [
    { type: 'frame_dropped', sensor: 'roof', reason: 'length', count: 1 },
    { type: 'frame_dropped', sensor: 'roof', reason: 'noise', count: 28 },
  ]);
});
