import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textLineBytesMax } from '../../../src/core/limits.ts';
import type { Framer } from '../../../src/sense/frame/framer.ts';
import { createLineFramer } from '../../../src/sense/frame/line-framer.ts';
import { cut, cuts } from '../serial/pieces.ts';

function lines(pieces: readonly Buffer[], framer: Framer = createLineFramer()): string[] {
  const found: string[] = [];
  for (const piece of pieces) framer.push(piece, (line) => found.push(line.toString('latin1')));
  return found;
}

const text = fc.array(
  fc.nat(255).filter((byte) => byte !== 10 && byte !== 13),
  { maxLength: 60 },
);
const end = fc.constantFrom('\r\n', '\n', '\r', '\n\r', '\r\n\r\n');

test('lines come out whole, however they end and are cut; empty ones do not', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, end), { maxLength: 10 }), cuts, (parts, places) => {
      const stream = Buffer.concat(parts.flatMap(([bytes, ending]) => [Buffer.from(bytes), Buffer.from(ending)]));
      const wanted = parts.map(([bytes]) => Buffer.from(bytes).toString('latin1')).filter((line) => line !== '');
      assert.deepEqual(lines(cut(stream, places)), wanted);
    }),
  );
});

test('a line that never ends is dropped once, up to the next end', () => {
  const framer = createLineFramer();
  const endless = Array.from({ length: 10_000 }, () => Buffer.alloc(1_000, 0x41));
  assert.deepEqual(lines([...endless, Buffer.from('tail\nnext\n')], framer), ['next']);
  assert.equal(framer.dropped.too_long, 1);
  const longest = 'x'.repeat(textLineBytesMax);
  assert.deepEqual(lines([Buffer.from(`${longest}\n${longest}y\nz\n`)], framer), [longest, 'z']);
  assert.equal(framer.dropped.too_long, 2);
});

test('half a line before a silence is dropped, and so is its other half', () => {
  const framer = createLineFramer();
  assert.deepEqual(lines([Buffer.from('one\n21.')], framer), ['one']);
  framer.end(assert.fail);
  framer.end(assert.fail);
  assert.deepEqual(lines([Buffer.from('5,48\n21.6,47\n')], framer), ['21.6,47']);
  assert.equal(framer.dropped.truncated, 1);
  framer.end(assert.fail);
  assert.deepEqual(lines([Buffer.from('21.7,47\n')], framer), ['21.7,47']);
  assert.deepEqual([framer.dropped.truncated, framer.frames], [1, 3]);
});

test('listening to a device that speaks already: what comes before the first end is no line', () => {
  const framer = createLineFramer({ midway: true });
  assert.deepEqual(lines([Buffer.from('.5,'), Buffer.from('48\r\n21.6,47\r\n')], framer), ['21.6,47']);
  assert.equal(framer.dropped.truncated, 1);
  // It was between two lines.
  assert.deepEqual(lines([Buffer.from('\r\n21.6,47\r\n')], createLineFramer({ midway: true })), ['21.6,47']);
});
