import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { serialFrameBytesMax } from '../../../src/core/limits.ts';
import { crc16CcittFalse } from '../../../src/sense/checksum/crc16.ts';
import { cobsFrame, createCobsFramer } from '../../../src/sense/frame/cobs-framer.ts';
import { noDrops } from '../../../src/sense/frame/framer.ts';
import { vectors } from '../../firmware-bridge/vectors.ts';
import { cut, cuts } from '../serial/pieces.ts';

function read(pieces: Iterable<Buffer>, isEnd = false) {
  const framer = createCobsFramer();
  const frames: string[] = [];
  const take = (frame: Buffer) => frames.push(frame.toString('hex'));
  for (const piece of pieces) framer.push(piece, take);
  if (isEnd) framer.end(take);
  assert.equal(framer.frames, frames.length);
  const dropped = Object.fromEntries(Object.entries(framer.dropped).filter(([, count]) => count > 0));
  return { frames, dropped };
}

const hex = (text: string) => Buffer.from(text, 'hex');

test('golden vectors', () => {
  for (const [bytes, crc] of vectors.crc) assert.equal(crc16CcittFalse(hex(bytes)).toString(16), crc);
  for (const [plain, coded] of vectors.frames) {
    assert.equal(cobsFrame(hex(plain)).toString('hex'), coded);
    assert.deepEqual(read([hex(coded)]), { frames: [plain], dropped: {} });
  }
});

/** A frame of `bytes` with its check, none of them zero. */
function withoutZeros(bytes: number): Buffer {
  for (let fill = 1; ; fill++) {
    const frame = Buffer.alloc(bytes - 2, fill);
    const crc = crc16CcittFalse(frame);
    if (crc & 0xff && crc >> 8) return Buffer.concat([frame, Buffer.from([crc >> 8, crc & 0xff])]);
  }
}

test('a run of 254 bytes at the end may be followed by a code or by nothing', () => {
  const frame = withoutZeros(254);
  const plain = frame.subarray(0, 252).toString('hex');
  const short = Buffer.concat([hex('00ff'), frame, hex('00')]);
  const long = Buffer.concat([hex('00ff'), frame, hex('0100')]);
  assert.deepEqual(read([short, long]), { frames: [plain, plain], dropped: {} });
  assert.ok([short, long].some((form) => form.equals(cobsFrame(frame.subarray(0, 252)))));
  const next = withoutZeros(255);
  assert.deepEqual(cobsFrame(next.subarray(0, 253)).subarray(0, 3), hex(`00ff${next.toString('hex', 0, 1)}`));
  assert.deepEqual(read([cobsFrame(next.subarray(0, 253))]).frames, [next.toString('hex', 0, 253)]);
});

test('whatever goes in comes out, in any pieces', () => {
  const frame = fc.uint8Array({ minLength: 2, maxLength: serialFrameBytesMax - 2 });
  const some = fc.array(fc.oneof(frame, fc.constant(new Uint8Array(254).fill(7)), fc.constant(new Uint8Array(70))));
  fc.assert(
    fc.property(some, cuts, (all, places) => {
      const stream = Buffer.concat(all.map(cobsFrame));
      const expected = { frames: all.map((plain) => Buffer.from(plain).toString('hex')), dropped: {} };
      assert.deepEqual(read(cut(stream, places)), expected);
    }),
  );
});

test('what goes wrong is counted by its reason, and the next frame is read', () => {
  const good = cobsFrame(hex('1304850102'));
  const plain = '1304850102';
  const bad = Buffer.from(good);
  bad[4]! ^= 0x40;
  const cases: [string, Buffer, object][] = [
    ['wrong bits', bad, { checksum: 1 }],
    ['torn, then the next', good.subarray(0, 6), { stuffing: 1 }],
    ['shifted', good.subarray(3), { stuffing: 1 }],
    ['too short', hex('0003112200'), { length: 1 }],
    ['banner', Buffer.from('ets Jun  8 2016 00:22:57\r\nrst:0x1 (POWERON_RESET)\r\n'), { stuffing: 1 }],
    ['too long', Buffer.alloc(1000, 0x01), { too_long: 1 }],
    ['twice', good, {}],
    ['only delimiters', Buffer.alloc(1000), {}],
  ];
  for (const [name, before, dropped] of cases) {
    const { frames, ...rest } = read([before, good]);
    assert.deepEqual([frames.at(-1), rest.dropped], [plain, dropped], name);
  }
  assert.deepEqual(read([good, good.subarray(0, 6)], true), { frames: [plain], dropped: { truncated: 1 } });
  assert.deepEqual(read([good], true).dropped, {});
});

test('noise makes no frames and no exceptions, and what follows it is read', () => {
  const good = cobsFrame(hex('1304850102'));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (noise) => {
      assert.equal(read([Buffer.from(noise), good]).frames.at(-1), '1304850102');
    }),
  );
});

test('a framer that has dropped nothing says so', () => {
  assert.deepEqual(createCobsFramer().dropped, noDrops());
});
