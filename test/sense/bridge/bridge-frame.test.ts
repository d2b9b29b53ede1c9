import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeMessage, encodeCommand, encodeHello } from '../../../src/sense/bridge/bridge-frame.ts';
import { cobsFrame, createCobsFramer } from '../../../src/sense/frame/cobs-framer.ts';
import { vectors } from '../../firmware-bridge/vectors.ts';

function decoded(stream: string): unknown[] {
  const all: unknown[] = [];
  createCobsFramer().push(Buffer.from(stream, 'hex'), (frame) => {
    const message = decodeMessage(frame);
    const isHello = typeof message === 'object' && message.kind === 'hello';
    all.push(isHello ? { ...message, text: message.text.toString('latin1') } : message);
  });
  return all;
}

test('golden vectors: what a board sends', () => {
  for (const step of vectors.steps) assert.deepEqual(decoded(step.sends), step.means, step.do);
});

test('golden vectors: what a host sends', () => {
  for (const [part, hex] of vectors.hello) assert.equal(cobsFrame(encodeHello(part)).toString('hex'), hex);
  for (const [sequence, order, hex] of vectors.commands) {
    assert.equal(cobsFrame(encodeCommand(sequence, order)).toString('hex'), hex);
  }
});

test('frames that are no message say why', () => {
  const cases: [string, unknown][] = [
    ['2300820102', 'unsupported'],
    ['0300820102', 'unsupported'],
    ['1600820102', 'unknown_frame'],
    ['140046000000000200', 'unknown_frame'],
    ['1300', 'malformed'],
    ['130083010203', 'malformed'],
    ['1300840102030405', 'malformed'],
    ['13008401020363616263', 'malformed'],
    ['130084010203f4', 'malformed'],
    ['130084010203fb3ff8000000000000', 'malformed'],
    ['1300840102031b0000000100000000', 'malformed'],
    ['1100840102030400', 'malformed'],
    ['12008101', 'malformed'],
    ['1200a10102', 'malformed'],
    ['12009f', 'malformed'],
  ];
  for (const [hex, reason] of cases) assert.equal(decodeMessage(Buffer.from(hex, 'hex')), reason, hex);
});

test('items that a later minor version adds are left alone', () => {
  const [heartbeat] = [decodeMessage(Buffer.from('120583010263616263', 'hex'))];
  assert.deepEqual(heartbeat, { kind: 'heartbeat', hash: 1, boot: 0, next: 5, boardMs: 2 });
});

test('no bytes make it throw', () => {
  const type = fc.constantFrom(0x11, 0x12, 0x13, 0x15, 0x16, 0x21);
  fc.assert(
    fc.property(type, fc.uint8Array({ maxLength: 60 }), (kind, payload) => {
      decodeMessage(Buffer.from([kind, 0, ...payload]));
      decodeMessage(Buffer.from([kind, 0, 0x85, ...payload]));
    }),
    { numRuns: 2000 },
  );
});
