// What nobody sees while all goes well: who is not asked, who waits, and what is not said twice.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { backlogFramesBurst, backlogFramesPerS } from '../../../src/core/limits.ts';
import { isLinkTopic, linkTopic } from '../../../src/route/topic.ts';
import { somePacket } from '../../store/some-packet.ts';
import { pair, type TestGateway, verbOf, world } from './custody-fixture.ts';

async function line(t: TestContext, names: readonly string[]) {
  const it = world(t, { names });
  for (const [index, name] of names.slice(1).entries()) it.link(names[index]!, name);
  await it.pass(2);
  return { ...it, all: names.map((name) => it.gateways.get(name)!) };
}

const losesAcks = (topic: string, bytes: Buffer): boolean => isLinkTopic(topic) && verbOf(bytes) === 'ack';

suite('who handed a packet over', () => {
  test('is not asked to acknowledge it: a neighbour that relayed it', async (t) => {
    const { all, settle } = await line(t, ['a', 'b', 'c']);
    const [a, b, c] = all as [TestGateway, TestGateway, TestGateway];
    // Or it would acknowledge the echo, and nobody could tell.
    b.loses = losesAcks;
    const packet = a.conclude();
    await settle();
    assert(c.holds(packet));
    assert.equal(c.owed(), 0);
  });

  test('is not asked to acknowledge it: a neighbour that sent it alone', async (t) => {
    const { all, settle, pass } = await line(t, ['a', 'b', 'c']);
    const [a, b, c] = all as [TestGateway, TestGateway, TestGateway];
    b.loses = (topic, bytes) => !isLinkTopic(topic) || losesAcks(topic, bytes);
    const packet = a.conclude();
    await settle();
    assert.equal(c.holds(packet), false);
    await pass(30);
    assert(c.holds(packet) && b.sent.store > 0);
    assert.equal(c.owed(), 0);
  });
});

suite('two neighbours that acknowledge nothing', () => {
  async function silent(t: TestContext) {
    const it = world(t, { names: ['a', 'b', 'c'] });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => it.gateways.get(name)!) as [TestGateway, TestGateway, TestGateway];
    it.link('a', 'b');
    it.link('a', 'c');
    await it.pass(2);
    b.loses = losesAcks;
    c.loses = losesAcks;
    for (let n = 0; n < 150; n++) a.conclude();
    await it.settle();
    const topics = [b, c].map(({ identity }) => linkTopic(identity.publicKey.kid.toString('hex')));
    const sent = [0, 0];
    a.loses = (topic, bytes) => {
      if (isLinkTopic(topic) && verbOf(bytes) === 'store') sent[topics.indexOf(topic)]!++;
      return false;
    };
    return { ...it, sent };
  }

  test('have half of a burst each', async (t) => {
    const { clock, gateways, sent, settle } = await silent(t);
    clock.advanceTo(clock.now() + 16_000);
    gateways.get('a')!.tick();
    await settle();
    assert.deepEqual(sent, [backlogFramesBurst / 2, backlogFramesBurst / 2]);
  });

  test('take turns at having the larger half', async (t) => {
    const { pass, sent } = await silent(t);
    await pass(15 + 20);
    const [b, c] = sent as [number, number];
    assert(b + c > 15 * backlogFramesPerS, `${b} + ${c}`);
    assert(Math.abs(b - c) <= 2, `${b} and ${c}`);
  });
});

suite('a neighbour that announces itself again', () => {
  test('as before is no news: it is owed nothing more, and nobody is told', async (t) => {
    const { a, b, pass, cut, link } = await pair(t);
    const known = () => a.events.filter(({ type }) => type === 'peer_known').length;
    const before = known();
    const { bytes } = b.conclude();
    await pass(1);
    // One that nobody owes for: a backlog would bring it.
    const stray = somePacket({ bytes, expiresS: 2 ** 31 });
    a.store.commitNow(() => a.store.packets.add(stray));
    cut('a', 'b');
    link('a', 'b');
    const announced = b.sent.announce;
    await pass(7 * 3600, 60);
    assert(b.sent.announce > announced);
    assert.deepEqual([known(), a.owed()], [before, 0]);
  });

  test('makes what waits due at once; no other frame does', async (t) => {
    const { a, b, pass, cut, link } = await pair(t);
    let hurried = 0;
    const { hurry } = a.store.custody;
    t.mock.method(a.store.custody, 'hurry', (...args: Parameters<typeof hurry>) => {
      hurried++;
      hurry(...args);
    });
    for (let n = 0; n < 10; n++) (n % 2 ? a : b).conclude();
    await pass(60);
    assert(b.sent.ack > 0 && a.owed() === 0);
    assert.equal(hurried, 0);
    cut('a', 'b');
    link('a', 'b');
    await pass(1);
    // The way that opened, and the announcement that came over it.
    assert.equal(hurried, 2);
  });
});
