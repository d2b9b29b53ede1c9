import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type BridgeMessage, decodeMessage, encodeCommand } from '../../src/sense/bridge/bridge-frame.ts';
import { cobsFrame, createCobsFramer } from '../../src/sense/frame/cobs-framer.ts';
import { noDrops } from '../../src/sense/frame/framer.ts';
import { cLibrary } from './c-library.ts';
import { vectors } from './vectors.ts';

function messages(bytes: Buffer): (BridgeMessage | string)[] {
  const framer = createCobsFramer();
  const all: (BridgeMessage | string)[] = [];
  framer.push(bytes, (frame) => all.push(decodeMessage(frame)));
  assert.deepEqual(framer.dropped, noDrops());
  return all;
}

async function begun(t: TestContext) {
  const library = await cLibrary(t);
  await library?.say('board 1 0 1');
  return library;
}

test('the library sends what the golden vectors say, and takes what they say', async (t) => {
  const library = await cLibrary(t);
  if (!library) return;
  for (const step of vectors.steps) {
    const { sent, orders } = await library.say(step.do);
    assert.deepEqual([sent.toString('hex'), orders], [step.sends, step.orders ?? []], step.do);
  }
});

const word = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: -300, max: 300 }));
const uint = fc.oneof(fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 300 }));
const byte = fc.nat({ max: 255 });

test('every reading arrives as it was given', async (t) => {
  const library = await begun(t);
  if (!library) return;
  let sequence = 0;
  const reading = fc.asyncProperty(uint, byte, word, async (boardMs, id, value) => {
    await library.say(`at ${boardMs}`);
    const { sent } = await library.say(`reading ${id} ${value}`);
    const raw = value === -(2 ** 31) ? null : value;
    const expected = { kind: 'reading', hash: vectors.hash, boot: 1, sequence: sequence++ & 0xff, boardMs, id, raw };
    assert.deepEqual(messages(sent), [expected]);
    assert.equal(sent.indexOf(0, 1), sent.length - 1);
  });
  await fc.assert(reading, { numRuns: 300 });
});

test('every command arrives as it was given, whatever came before', async (t) => {
  const library = await begun(t);
  if (!library) return;
  const code = fc.integer({ min: 2, max: 255 });
  const command = fc.asyncProperty(
    fc.uint8Array({ maxLength: 40 }),
    byte,
    code,
    byte,
    uint,
    async (noise, sequence, code, id, argument) => {
      await library.say(`receive ${Buffer.from(noise).toString('hex')}`);
      const bytes = cobsFrame(encodeCommand(sequence, { code, id, argument }));
      const { sent, orders } = await library.say(`receive ${bytes.toString('hex')}`);
      assert.deepEqual(orders, [`${code},${id},${argument}`]);
      assert.deepEqual(messages(sent), [{ kind: 'answer', hash: vectors.hash, boot: 1, sequence, result: 0 }]);
    },
  );
  await fc.assert(command, { numRuns: 300 });
});

test('noise moves nothing', async (t) => {
  const library = await begun(t);
  if (!library) return;
  const noise = fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
    const { sent, orders } = await library.say(`receive ${Buffer.from(bytes).toString('hex')}`);
    assert.deepEqual([sent.length, orders], [0, []]);
  });
  await fc.assert(noise, { numRuns: 300, seed: 1 });
});

test('the last eight readings are sent again from any number on', async (t) => {
  const library = await begun(t);
  if (!library) return;
  // The numbers wrap at 256.
  for (let i = 0; i < 300; i++) await library.say(`reading 0 ${i}`);
  for (const [from, first] of [
    [299, 299],
    [295, 295],
    [292, 292],
    [291, 292],
    [100, 292],
    [300, 300],
  ] as const) {
    const bytes = cobsFrame(encodeCommand(9, { code: 1, id: from & 0xff }));
    const [answer, ...readings] = messages((await library.say(`receive ${bytes.toString('hex')}`)).sent);
    assert.deepEqual(answer, { kind: 'answer', hash: vectors.hash, boot: 1, sequence: 9, result: first & 0xff });
    const values = Array.from({ length: 300 - first }, (_, i) => first + i);
    assert.deepEqual(
      readings.map((message) => typeof message === 'object' && 'raw' in message && message.raw),
      values,
    );
  }
});
