import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { suite, type TestContext, test } from 'node:test';
import { type Line, openLine } from '../../src/sense/serial/serial-line.ts';
import { hasProgram, openSerialPair, type SerialPair } from '../../src/sim/serial-pair.ts';
import { requireProgram } from '../programs.ts';
import { type Recorder, recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** The port opened as the agent opens it; each byte that comes out. */
async function reading(t: TestContext, pair: SerialPair): Promise<{ line: Line; bytes: Recorder<number> }> {
  const bytes = recorder<number>();
  const onData = (chunk: Buffer) => chunk.forEach(bytes.add);
  const line = await openLine({
    path: pair.path,
    line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    onData,
  });
  t.after(() => line[Symbol.asyncDispose]());
  return { line, bytes };
}

async function pairOf(t: TestContext): Promise<SerialPair> {
  const pair = await openSerialPair(temporaryFolder(t), 'gateway-1');
  // A test may have disposed it.
  t.after(async () => {
    await Promise.allSettled([pair[Symbol.asyncDispose]()]);
  });
  return pair;
}

/** A machine that has no programs at all. */
function withoutPrograms(t: TestContext): void {
  const path = process.env.PATH;
  process.env.PATH = '';
  t.after(() => {
    process.env.PATH = path;
  });
}

suite('serial pair', { timeout: 20_000 }, () => {
  test('with socat it is a terminal that carries every byte, and is gone afterwards', async (t) => {
    if (!requireProgram(t, 'socat', 'apt install socat')) return;
    const pair = await pairOf(t);
    assert.equal(pair.kind, 'pty');
    const { line, bytes } = await reading(t, pair);
    await pair.write(EVERY_BYTE);
    assert.deepEqual(Buffer.from(await bytes.count(256)), EVERY_BYTE);
    await pair[Symbol.asyncDispose]();
    assert.match(await line.closed, /^unplugged/);
    assert.ok(!existsSync(pair.path));
  });

  test('a terminal nobody reads from fills up, and then takes no more; it never blocks', async (t) => {
    if (!requireProgram(t, 'socat', 'apt install socat')) return;
    const pair = await pairOf(t);
    const full = async () => {
      while (true) await pair.write(Buffer.alloc(4_096));
    };
    await assert.rejects(full(), { code: 'EAGAIN' });
  });

  test('without socat it is a TCP port that carries every byte', async (t) => {
    withoutPrograms(t);
    const pair = await pairOf(t);
    assert.equal(pair.kind, 'tcp');
    assert.match(pair.path, /^tcp:\/\/127\.0\.0\.1:\d+$/);
    const { line, bytes } = await reading(t, pair);
    // Until the far end has taken the connection there is nobody to write to.
    while (bytes.items.length === 0) {
      await pair.write(Buffer.from([0]));
      await new Promise(setImmediate);
    }
    const before = bytes.items.length;
    await pair.write(Buffer.from([255, ...EVERY_BYTE]));
    const from = (await bytes.until((byte) => byte === 255)) && bytes.items.indexOf(255) + 1;
    assert.ok(from > before - 1);
    const all = await bytes.count(from + 256);
    assert.deepEqual(Buffer.from(all.slice(from)), EVERY_BYTE);
    await pair[Symbol.asyncDispose]();
    assert.equal(await line.closed, 'connection closed');
  });

  test('a TCP pair that nobody reads from takes what is written', async (t) => {
    withoutPrograms(t);
    const pair = await pairOf(t);
    await pair.write(EVERY_BYTE);
    await pair[Symbol.asyncDispose]();
  });

  test('a program is there when it is in a folder of the path', (t) => {
    assert.ok(hasProgram('sh'));
    assert.ok(!hasProgram('no-such-program'));
    withoutPrograms(t);
    assert.ok(!hasProgram('sh'));
  });
});
