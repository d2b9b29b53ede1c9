import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { backlogFramesBurst, backlogFramesPerS, hopsMax } from '../../../src/core/limits.ts';
import type { SignedPacket } from '../../../src/packet/packet.ts';
import { isLinkTopic } from '../../../src/route/topic.ts';
import { openStore } from '../../../src/store/store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { way } from '../ways.ts';
import { pair, type TestGateway, verbOf, world } from './custody-fixture.ts';

const HOUR_S = 3600;

async function joined(t: TestContext, names: readonly string[], edges: readonly (readonly [string, string])[]) {
  const it = world(t, { names });
  for (const [x, y] of edges) it.link(x, y);
  await it.pass(2);
  return { ...it, all: [...it.gateways.values()] };
}

const received = ({ events }: TestGateway): string[] =>
  events.flatMap((event) => (event.type === 'packet_received' ? [event.id] : []));
const stores = (all: readonly TestGateway[]): number => all.reduce((sum, { sent }) => sum + sent.store, 0);
const warnings = ({ events }: TestGateway): string[] =>
  events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));

/** All that all owe, after everything was said. */
const owed = (all: readonly TestGateway[]): number => all.reduce((sum, gateway) => sum + gateway.owed(), 0);

suite('custody in good times', () => {
  test('a neighbour was heard when its packet came, not only when it spoke to us', async (t) => {
    const { a, b, clock, pass } = await pair(t);
    await pass(600, 60);
    const heard = () => a.delivery.peers()[0]!.heardMs;
    assert(clock.now() - heard() >= 600_000);
    b.conclude();
    await pass(1);
    assert.equal(clock.now() - heard(), 1_000);
  });

  test('neighbours announce what they watch, and each knows of the other', async (t) => {
    const { a, b } = await pair(t);
    assert.deepEqual(a.delivery.stats(), { peers: 1, announced: 1 });
    assert.deepEqual(b.delivery.stats(), { peers: 1, announced: 1 });
  });

  test('a packet is published, acknowledged after the commit, and never sent again', async (t) => {
    const { a, b, pass } = await pair(t);
    let heldWhenAcknowledged: boolean | undefined;
    b.loses = (topic, bytes) => {
      if (isLinkTopic(topic) && verbOf(bytes) === 'ack') heldWhenAcknowledged = b.holds(packet);
      return false;
    };
    const packet = a.conclude();
    assert.equal(a.owed(), 1);
    await pass(120);
    assert.equal(heldWhenAcknowledged, true);
    assert.equal(a.owed(), 0);
    assert.equal(stores([a, b]), 0);
    assert.deepEqual(received(b), [packet.id.toString('hex')]);
  });

  for (const [shape, names, edges] of [
    ['a triangle', ['a', 'b', 'c'], ['ab', 'bc', 'ca']],
    ['a ring of five', ['a', 'b', 'c', 'd', 'e'], ['ab', 'bc', 'cd', 'de', 'ea']],
    ['a line of four', ['a', 'b', 'c', 'd'], ['ab', 'bc', 'cd']],
  ] as const) {
    test(`in ${shape} all get all once, nobody owes anything, and nothing is sent again`, async (t) => {
      const links = edges.map((edge) => [edge[0]!, edge[1]!] as const);
      const { all, pass } = await joined(t, names, links);
      const packets = all.flatMap((gateway) => [gateway.conclude(), gateway.conclude()]);
      await pass(60);
      for (const gateway of all) {
        const wanted = packets.filter(({ key }) => key !== gateway.identity.publicKey);
        assert.deepEqual(received(gateway).toSorted(), wanted.map(({ id }) => id.toString('hex')).toSorted());
      }
      assert.equal(owed(all), 0);
      assert.equal(stores(all), 0);
    });
  }

  test('packets committed together are acknowledged together', async (t) => {
    const { a, b } = await pair(t);
    const packets = Array.from({ length: 20 }, () => a.conclude());
    const before = b.sent.ack;
    const from = { via: way('link:a'), hops: 0 };
    for (const packet of packets) b.delivery.holding.acknowledge(packet, from);
    await Promise.resolve();
    assert.equal(b.sent.ack - before, 2);
  });
});

suite('custody when things get lost', () => {
  const lost = (topic: string) => !isLinkTopic(topic);

  test('what did not arrive is sent again to that neighbour alone', async (t) => {
    const { all, gateways, pass } = await joined(t, ['a', 'b', 'c'], [['a', 'b'] as const, ['a', 'c'] as const]);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => gateways.get(name)!) as [TestGateway, TestGateway, TestGateway];
    a.loses = lost;
    const packet = a.conclude();
    await pass(1);
    a.loses = () => false;
    b.loses = (topic, bytes) => isLinkTopic(topic) && verbOf(bytes) === 'ack';
    await pass(20);
    assert(b.holds(packet) && c.holds(packet));
    assert.equal(a.owed(), 1);
    b.loses = () => false;
    await pass(60);
    assert.equal(owed(all), 0);
    assert.deepEqual([received(b).length, received(c).length], [1, 1]);
  });

  test('with back-off, until it expires', async (t) => {
    const { a, b, pass } = await pair(t);
    b.loses = (topic) => isLinkTopic(topic);
    a.conclude({ lifetime: 2 });
    await pass(HOUR_S);
    // 15, 30, 60 ... s, then every 15 minutes.
    const inFirstHour = a.sent.store;
    assert(inFirstHour >= 6 && inFirstHour <= 12, `${inFirstHour}`);
    assert.match(warnings(a).join(), /^b does not acknowledge/);
    assert.equal(warnings(a).length, 1);
    await pass(HOUR_S + 60);
    const sent = a.sent.store;
    await pass(HOUR_S);
    assert.equal(a.sent.store, sent);
    const given = a.store.commitNow(() => a.store.custody.shed(START + 4 * HOUR_S * 1000));
    assert.deepEqual(given, { expired: 1, shed: 0 });
  });

  test('a neighbour that is back is sent what it missed, paced, newest traffic first', async (t) => {
    const { a, b, pass, cut, link } = await pair(t);
    cut('a', 'b');
    const missed = Array.from({ length: 100 }, () => a.conclude());
    await pass(60);
    const before = a.sent.store;
    link('a', 'b');
    const live = a.conclude();
    await pass(1);
    assert(b.holds(live));
    assert(a.sent.store - before <= backlogFramesBurst + 2 * backlogFramesPerS);
    await pass(100 / backlogFramesPerS + 20);
    assert(missed.every((packet) => b.holds(packet)));
    assert.equal(a.owed(), 0);
    assert.equal(received(b).length, 101);
  });

  test('while a way is down nothing is written', async (t) => {
    const { a, pass, cut } = await pair(t);
    cut('a', 'b');
    a.conclude();
    await pass(20);
    let written = 0;
    const postpone = a.store.custody.postpone;
    t.mock.method(a.store.custody, 'postpone', (...args: Parameters<typeof postpone>) => {
      written++;
      postpone(...args);
    });
    await pass(300);
    assert.equal(written, 0);
    assert.equal(a.owed(), 1);
  });

  test('a link that flaps for an hour loses nothing and doubles nothing', async (t) => {
    const { a, b, pass, cut, link } = await pair(t);
    const packets: SignedPacket[] = [];
    for (let i = 0; i < 120; i++) {
      if (i % 2 === 0) cut('a', 'b');
      else link('a', 'b');
      packets.push((i % 3 === 0 ? a : b).conclude());
      await pass(30);
    }
    link('a', 'b');
    await pass(120);
    for (const packet of packets) assert(a.holds(packet) && b.holds(packet));
    assert.equal(owed([a, b]), 0);
    assert.equal(received(a).length + received(b).length, packets.length);
    assert(stores([a, b]) < 4 * packets.length, `${stores([a, b])} for ${packets.length}`);
  });

  test('one that never acknowledges does not hold up the others', async (t) => {
    const { gateways, pass } = await joined(t, ['a', 'b', 'c'], [['a', 'b'] as const, ['a', 'c'] as const]);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => gateways.get(name)!) as [TestGateway, TestGateway, TestGateway];
    b.loses = (topic) => isLinkTopic(topic);
    a.loses = lost;
    const packets = Array.from({ length: 60 }, () => a.conclude());
    await pass(15 + 2 * (60 / backlogFramesPerS) + 5);
    assert(packets.every((packet) => c.holds(packet)));
  });
});

const START = Date.UTC(2026, 5, 1);

suite('custody over restarts', () => {
  test('what was owed before a restart is sent after the neighbour announced itself', async (t) => {
    const folder = temporaryFolder(t);
    const now = () => START;
    const first = world(t, { names: ['a', 'b'], store: (name) => openStore(`${folder}/${name}`, { now }) });
    first.link('a', 'b');
    await first.pass(2);
    first.cut('a', 'b');
    const a = first.gateways.get('a')!;
    const packet = a.conclude();
    assert.equal(a.owed(), 1);
    for (const { store } of first.gateways.values()) await store[Symbol.asyncDispose]();

    const second = world(t, { names: ['a', 'b'], store: (name) => openStore(`${folder}/${name}`, { now }) });
    const again = second.gateways.get('a')!;
    assert.equal(again.owed(), 1);
    await second.pass(60);
    assert.equal(again.sent.store, 0);
    second.link('a', 'b');
    await second.pass(30);
    assert(second.gateways.get('b')!.holds(packet));
    assert.equal(again.owed(), 0);
  });

  test('a neighbour met for the first time is offered what it watches, and nothing it gave or has', async (t) => {
    const it = world(t, { names: ['a', 'b', 'c'] });
    it.link('b', 'c');
    const [a, b, c] = ['a', 'b', 'c'].map((name) => it.gateways.get(name)!) as [TestGateway, TestGateway, TestGateway];
    await it.pass(2);
    const packets = [b.conclude(), c.conclude(), b.conclude({ coarse: [1, 10, 10] })];
    const farthest = a.conclude();
    await it.pass(5);
    const row = {
      id: Buffer.alloc(16, 9),
      origin: c.identity.publicKey.bytes,
      finding: 0,
      score: 0,
      bytes: packets[1]!.bytes,
    };
    const spent = { ...row, own: false, hops: hopsMax, receivedMs: START, expiresS: START, sentMs: undefined };
    b.store.commitNow(() => b.store.packets.add(spent));
    it.link('a', 'b');
    await it.pass(60);
    assert(a.holds(packets[0]!) && a.holds(packets[1]!) && !a.holds(packets[2]!));
    assert(b.holds(farthest) && c.holds(farthest));
    assert.equal(received(a).length, 2);
    assert.equal(owed([a, b, c]), 0);
  });

  test('an announcement that ran out owes nothing, and the next one brings what was missed', async (t) => {
    const { a, b, pass, cut, link } = await pair(t);
    cut('a', 'b');
    await pass(25 * HOUR_S, 60);
    assert.deepEqual(a.delivery.stats(), { peers: 1, announced: 0 });
    const packet = a.conclude();
    assert.equal(a.owed(), 0);
    link('a', 'b');
    await pass(30);
    assert(b.holds(packet));
  });

  test('what waits in the outbox for a clock is not sent by another door', async (t) => {
    const { a, b, clock, pass } = await pair(t);
    t.mock.method(clock, 'quality', () => 0);
    const packet = a.conclude({ clock: 0 });
    await pass(60);
    assert(!b.holds(packet));
    assert.equal(a.sent.store, 0);
    t.mock.restoreAll();
    await pass(1);
    assert(b.holds(packet));
    assert.equal(a.sent.store, 0);
  });
});
