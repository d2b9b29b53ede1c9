// A neighbour that lacks an origin's key says so, and is owed nothing of that origin until it announces itself anew.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { keyText } from '../../../src/packet/key-text.ts';
import { memoryLedger } from '../../../src/route/memory-ledger.ts';
import { way } from '../ways.ts';
import { pair, type TestGateway, watchedTopics, world } from './custody-fixture.ts';

/** c - a - b, and b does not know the key of c. */
async function line(t: TestContext, isOpen = false) {
  const it = world(t, { names: ['a', 'b', 'c'], isOpen, knows: (own, other) => !(own === 'b' && other === 'c') });
  it.link('c', 'a');
  it.link('a', 'b');
  await it.pass(2);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => it.gateways.get(name)!) as [TestGateway, TestGateway, TestGateway];
  return { ...it, a, b, c };
}

const warnings = ({ events }: TestGateway): string[] =>
  events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));

test('what it cannot check it refuses once, and it is sent none of it, now or later', async (t) => {
  const { a, b, c, pass } = await line(t);
  c.conclude();
  assert.equal(a.owed() + c.owed() > 0, true);
  await pass(3);
  assert.deepEqual([a.owed(), b.sent.refuse], [0, 1]);
  for (let i = 0; i < 3; i++) c.conclude();
  await pass(120);
  assert.deepEqual([a.owed(), a.sent.store, b.sent.refuse], [0, 0, 1]);
  const key = keyText(c.identity.publicKey.bytes);
  assert.deepEqual(warnings(a), [
    `b does not have the key of c, ${key}, so nothing of c gets there: they enter it there under peers, and restart`,
  ]);
  const own = a.conclude();
  await pass(3);
  assert.deepEqual([b.holds(own), a.owed()], [true, 0]);
});

test('what it refuses again after each announcement is told once an hour', async (t) => {
  const { a, b, c, pass } = await line(t);
  c.conclude({ lifetime: 24 });
  await pass(3);
  for (let n = 0; n < 4; n++) {
    b.delivery.watch([watchedTopics()]);
    await pass(1_200, 10);
  }
  assert(b.sent.refuse >= 4, `${b.sent.refuse}`);
  assert.equal(warnings(a).length, 2);
});

test('once its key is announced it is owed what it refused', async (t) => {
  const { a, b, c, link, pass } = await line(t, true);
  const packet = c.conclude();
  await pass(3);
  assert.deepEqual([b.holds(packet), a.owed(), b.sent.refuse], [false, 0, 1]);
  a.loses = () => false;
  link('b', 'c');
  c.loses = (topic, bytes) => topic.startsWith('qis/') || bytes.length > 200;
  await pass(30);
  assert.equal(b.holds(packet), true);
  assert.ok(a.sent.store > 0);
  assert.equal(a.owed(), 0);
});

test('a refusal of a key that nobody here has, or that was refused already, does nothing', async (t) => {
  const { a, b, pass } = await pair(t);
  const packet = a.conclude();
  b.delivery.refuse(Buffer.alloc(8, 9), { via: way('link:a'), hops: 1 });
  await pass(3);
  assert.deepEqual([b.sent.refuse, a.owed(), b.holds(packet)], [1, 0, true]);
  assert.deepEqual(warnings(a), []);
});

test('what is forgiven is the open rows of one origin and one neighbour, in memory as on disk', async (t) => {
  const { a, b, pass } = await pair(t);
  b.loses = () => true;
  const [first, second] = [a.conclude(), a.conclude()];
  const other = Buffer.alloc(16, 5);
  const memory = memoryLedger(10);
  for (const packet of [first, second]) memory.keep(packet);
  for (const ledger of [a.store, memory]) {
    ledger.commitNow(() => {
      ledger.custody.settle(second.id, b.identity.publicKey.nodeId);
      ledger.custody.owe(first.id, b.identity.publicKey.nodeId, 0);
      ledger.custody.owe(first.id, other, 0);
      ledger.custody.forgive(Buffer.alloc(32), other);
      ledger.custody.forgive(a.identity.publicKey.bytes, b.identity.publicKey.nodeId);
      // What was acknowledged stays so.
      ledger.custody.owe(second.id, b.identity.publicKey.nodeId, 0);
    });
  }
  assert.deepEqual([a.owed(), memory.owed(0)], [1, 1]);
  await pass(1);
});
