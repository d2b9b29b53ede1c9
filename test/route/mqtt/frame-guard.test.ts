import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { bytesPerToken } from '../../../src/core/broker-limits.ts';
import { FrameGuard, type FrameGuardOptions, type FramePayer } from '../../../src/route/mqtt/frame-guard.ts';
import { Pace } from '../../../src/route/session/pace.ts';
import { connectFrame, frame, publishFrame, rawSocket } from './raw-client.ts';

const limits: FrameGuardOptions = { frameBytesMax: 1_000, backlogBytesMax: 100_000 };

/** A guard on the accepting end of a real connection. */
async function guarded(t: TestContext, options: FrameGuardOptions): Promise<{ guard: FrameGuard; far: Socket }> {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const far = await rawSocket(address.port);
  const [near] = await accepted;
  server.close();
  const guard = new FrameGuard(near, options);
  t.after(() => {
    far.destroy();
    guard.destroy();
  });
  return { guard, far };
}

/** What comes through until `bytes` are there. */
async function read(guard: FrameGuard, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < bytes) {
    const chunk: Buffer | null = guard.read();
    if (!chunk) {
      await once(guard, 'readable');
      continue;
    }
    chunks.push(chunk);
    total += chunk.length;
  }
  return Buffer.concat(chunks);
}

const closing = (guard: FrameGuard) => new Promise<void>((resolve) => guard.once('close', () => resolve()));

async function refusal(guard: FrameGuard): Promise<string> {
  guard.resume();
  const [error] = (await once(guard, 'error')) as [Error];
  assert(guard.destroyed);
  return error.message;
}

suite('frame guard', { timeout: 20_000 }, () => {
  test('frames of every size up to the limit pass unchanged, however they are cut', async (t) => {
    const { guard, far } = await guarded(t, limits);
    const bodies = [0, 1, 127, 128, 129, 500, 996, 997];
    const sent = Buffer.concat(bodies.map((bytes) => frame(0x30, Buffer.alloc(bytes, 7))));
    const cuts = fc.sample(fc.array(fc.nat(sent.length), { minLength: 1, maxLength: 20 }), { numRuns: 20, seed: 1 });
    for (const cut of cuts) {
      const received = read(guard, sent.length);
      const ends = [...cut.sort((a, b) => a - b), sent.length];
      let from = 0;
      for (const end of ends) {
        far.write(sent.subarray(from, end));
        from = end;
      }
      assert.deepEqual(await received, sent);
    }
  });

  test('byte by byte', async (t) => {
    const { guard, far } = await guarded(t, limits);
    const sent = Buffer.concat([connectFrame('x'), publishFrame('a/b', Buffer.alloc(300, 1))]);
    far.setNoDelay(true);
    const received = read(guard, sent.length);
    for (const byte of sent) await new Promise((resolve) => far.write(Buffer.from([byte]), resolve));
    assert.deepEqual(await received, sent);
  });

  test('a frame one byte too large is refused at its length field', async (t) => {
    const { guard, far } = await guarded(t, limits);
    const announced = frame(0x30, Buffer.alloc(998)).subarray(0, 3);
    far.write(announced);
    assert.match(await refusal(guard), /^a frame of 1001 bytes/);
  });

  test('a length field of five bytes is refused', async (t) => {
    const { guard, far } = await guarded(t, limits);
    far.write(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]));
    assert.match(await refusal(guard), /malformed/);
  });

  test('noise ends in order or by refusal, and nothing is invented', async (t) => {
    for (const noise of fc.sample(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), { numRuns: 30, seed: 2 })) {
      const { guard, far } = await guarded(t, limits);
      const chunks: Buffer[] = [];
      guard.on('data', (chunk) => chunks.push(chunk));
      guard.on('error', () => {});
      const closed = closing(guard);
      far.end(noise);
      await closed;
      const passed = Buffer.concat(chunks);
      assert.deepEqual(passed, Buffer.from(noise).subarray(0, passed.length));
    }
  });

  const payer = (perS: number, burst = 10): FramePayer => ({
    pace: new Pace({ now: () => performance.now() }, { burst, perS }),
  });
  const frames = (count: number) =>
    Buffer.concat(Array.from({ length: count }, (_, index) => publishFrame('a', Buffer.from([index]))));

  test('frames above the burst wait', async (t) => {
    const { guard, far } = await guarded(t, { ...limits, payer: payer(0.001) });
    far.write(frames(25));
    assert.deepEqual(await read(guard, frames(10).length), frames(10));
    assert.equal(guard.read(), null);
  });

  test('frames above the burst come later, and none is lost', async (t) => {
    const { guard, far } = await guarded(t, { ...limits, payer: payer(200) });
    far.write(frames(35));
    assert.deepEqual(await read(guard, frames(35).length), frames(35));
  });

  test('a long frame costs more than a short one', async (t) => {
    const { guard, far } = await guarded(t, { ...limits, frameBytesMax: 100_000, payer: payer(0.001) });
    const long = publishFrame('a', Buffer.alloc(9 * bytesPerToken));
    far.write(Buffer.concat([long, frames(3)]));
    assert.deepEqual(await read(guard, long.length), long);
    assert.equal(guard.read(), null);
  });

  test('connections with one payer have one burst between them', async (t) => {
    const shared = payer(0.001);
    const first = await guarded(t, { ...limits, payer: shared });
    const second = await guarded(t, { ...limits, payer: shared });
    first.far.write(frames(7));
    assert.deepEqual(await read(first.guard, frames(7).length), frames(7));
    second.far.write(frames(7));
    assert.deepEqual(await read(second.guard, frames(3).length), frames(3));
    assert.equal(second.guard.read(), null);
  });

  test('whoever pays later pays for what passed before, and then more may pass', async (t) => {
    const later = payer(0.001, 12);
    const { guard, far } = await guarded(t, { ...limits, payer: payer(0.001) });
    far.write(frames(15));
    assert.deepEqual(await read(guard, frames(10).length), frames(10));
    guard.chargeTo(later);
    assert.equal(later.pace.allowance(), 0);
    assert.deepEqual(await read(guard, frames(2).length), frames(12).subarray(-frames(2).length));
    assert.equal(guard.read(), null);
  });

  test('what is held when the other end closes is thrown away', async (t) => {
    const { guard, far } = await guarded(t, { ...limits, payer: payer(0.001) });
    const closed = closing(guard);
    far.write(frames(25));
    assert.deepEqual(await read(guard, frames(10).length), frames(10));
    far.end();
    await closed;
  });

  test('what waits for all connections of a payer is counted, and given back', async (t) => {
    let waitingBytes = 0;
    const backlog = (changeBytes: number) => {
      waitingBytes += changeBytes;
      return undefined;
    };
    const counting = { ...payer(0.001), backlog };
    const { guard, far } = await guarded(t, { ...limits, payer: counting });
    far.pause();
    for (let n = 0; n < 2_000 && waitingBytes < 50_000; n++) {
      guard.write(Buffer.alloc(20_000));
      await new Promise(setImmediate);
    }
    assert(waitingBytes >= 50_000, `${waitingBytes}`);
    assert.equal(waitingBytes, guard.writableLength);
    guard.destroy();
    assert.equal(waitingBytes, 0);
  });

  test('acknowledgements hardly count', async (t) => {
    const { guard, far } = await guarded(t, { ...limits, payer: payer(0.001) });
    const acks = Buffer.concat(Array.from({ length: 100 }, (_, id) => frame(0x40, Buffer.from([0, id]))));
    far.write(acks);
    assert.deepEqual(await read(guard, acks.length), acks);
  });

  test('whoever reads slowly holds the sender back', async (t) => {
    const { guard, far } = await guarded(t, limits);
    const sentBytes = 5_000_000;
    far.write(Buffer.concat(Array.from({ length: sentBytes / 1_000 }, () => frame(0x30, Buffer.alloc(997)))));
    let waitingBytes = 0;
    for (let bytes = 0; bytes < sentBytes; bytes += 1_000) {
      while (!guard.read(1_000)) await once(guard, 'readable');
      waitingBytes = Math.max(waitingBytes, guard.readableLength);
      await new Promise(setImmediate);
    }
    assert(waitingBytes < 500_000, `${waitingBytes}`);
  });

  test('a reader who does not read is cut off, with everything that waited for it', async (t) => {
    const { guard, far } = await guarded(t, limits);
    far.pause();
    guard.resume();
    const failed = once(guard, 'error') as Promise<[Error]>;
    let written = 0;
    let waiting = 0;
    const fill = () => {
      if (guard.destroyed) return;
      waiting = Math.max(waiting, guard.writableLength);
      written += 50_000;
      guard.write(Buffer.alloc(50_000));
      setImmediate(fill);
    };
    fill();
    assert.match((await failed)[0].message, /more than 100000 bytes/);
    assert(written > limits.backlogBytesMax);
    assert(waiting <= limits.backlogBytesMax, `${waiting} bytes waited`);
  });

  test('an orderly end passes through after what came before it, both ways', async (t) => {
    const { guard, far } = await guarded(t, limits);
    const sent = publishFrame('a/b', Buffer.from('last words'));
    const farEnded = once(far, 'end');
    far.resume();
    far.end(sent);
    assert.deepEqual(await read(guard, sent.length), sent);
    guard.resume();
    await closing(guard);
    await farEnded;
  });

  test('a reset connection destroys the guard', async (t) => {
    const { guard, far } = await guarded(t, limits);
    guard.on('error', () => {});
    guard.resume();
    const closed = closing(guard);
    far.resetAndDestroy();
    await closed;
  });
});
