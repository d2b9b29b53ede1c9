// One gateway of the mesh that lies, with a valid key: what it cannot do to the packets of the others. Real agents, keys and stores.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { backlogFramesBurst, hopsMax } from '../../../src/core/limits.ts';
import { idsPerOriginMax, originPacketsBurst } from '../../../src/core/share-limits.ts';
import { topicOf } from '../../../src/packet/fingerprint.ts';
import { type Identity, temporaryIdentity } from '../../../src/packet/identity.ts';
import { issue, type SignedPacket } from '../../../src/packet/packet.ts';
import { formatTopic, isLinkTopic } from '../../../src/route/topic.ts';
import { way } from '../ways.ts';
import { SMOKE, START_MS, type TestGateway, verbOf, world } from './custody-fixture.ts';

const NAMES = ['a', 'b', 'c', 'insider'];
/** The fixture gives the fourth this seed. */
const INSIDER = temporaryIdentity(Buffer.alloc(32, 43));

/** Linked with `a` are `b` and `c`; the insider speaks by itself. */
async function hall(t: TestContext) {
  const it = world(t, { names: NAMES });
  const [a, b, c] = NAMES.map((name) => it.gateways.get(name)!) as [TestGateway, TestGateway, TestGateway];
  it.link('a', 'b');
  it.link('a', 'c');
  await it.pass(2);
  return { ...it, a, b, c };
}

function signed(identity: Identity, sequence: number): SignedPacket {
  return issue({ ...SMOKE, issued: START_MS / 1000, score: 100, sequence }, identity);
}

const arrive = (to: TestGateway, { outcome, bytes }: SignedPacket, { hops = 0, from = 'link:insider' } = {}) =>
  to.arrival({ topic: formatTopic(topicOf(outcome, undefined), hops), bytes, via: way(from) });

const dropped = ({ events }: TestGateway, reason: string): number =>
  events.filter((event) => event.type === 'packet_dropped' && event.reason === reason).length;

suite('an insider that floods', () => {
  test('is taken in at its rate; what others have in custody stays, and nothing captured is new again', async (t) => {
    const { a, c, clock, settle, cut } = await hall(t);
    cut('a', 'b');
    const honest = c.conclude();
    await settle();
    const flood = Array.from({ length: originPacketsBurst + 30 }, (_, n) => signed(INSIDER, n + 1));
    await Promise.all(flood.map((packet) => arrive(a, packet)));
    assert.equal(dropped(a, 'origin_rate'), 30);
    assert.equal(flood.filter((packet) => a.holds(packet)).length, originPacketsBurst);
    assert(a.holds(honest));
    const nodeId = NAMES.indexOf('b');
    const b = temporaryIdentity(Buffer.alloc(32, 40 + nodeId)).publicKey.nodeId;
    assert(a.store.custody.due(b, clock.now() + 60_000, 9).some(({ id }) => id.equals(honest.id)));
    await arrive(a, flood[0]!);
    await arrive(a, honest, { hops: 1 });
    assert.equal(dropped(a, 'duplicate'), 2);
    assert(originPacketsBurst < idsPerOriginMax, 'patience finds a second limit');
  });

  test('does not hold up the returning neighbour: what is ours and of others comes first', async (t) => {
    const { a, b, c, settle, pass, cut, link } = await hall(t);
    cut('a', 'b');
    await Promise.all(Array.from({ length: 400 }, (_, n) => arrive(a, signed(INSIDER, n + 1))));
    const [ours, theirs] = [a.conclude({ finding: 2, score: 0 }), c.conclude({ finding: 3, score: 0 })];
    await settle();
    await pass(20);
    link('a', 'b');
    await pass(2);
    assert(b.holds(ours) && b.holds(theirs));
  });
});

suite('a neighbour that was away for a moment', () => {
  test('is sent at once all it owes for, not after the time that an acknowledgement may take', async (t) => {
    const { a, b, pass, cut, link } = await hall(t);
    cut('a', 'b');
    const missed = Array.from({ length: backlogFramesBurst }, () => a.conclude());
    await pass(2);
    link('a', 'b');
    await pass(1);
    assert(missed.every((packet) => b.holds(packet)));
  });
});

suite('a copy that claims to have come far', () => {
  const far = { hops: hopsMax, from: 'link:insider' };

  test('does not keep a packet from those behind us: a nearer one is passed on, as it was committed', async (t) => {
    const { a, b, pass } = await hall(t);
    const packet = signed(INSIDER, 1);
    await arrive(a, packet, far);
    await pass(1);
    assert(a.holds(packet) && !b.holds(packet));
    const broken = { ...packet, bytes: Buffer.from(packet.bytes) };
    broken.bytes[broken.bytes.length - 1]! ^= 1;
    await arrive(a, broken, { hops: 3, from: 'link:c' });
    await pass(1);
    assert(b.holds(packet));
    assert.equal(a.store.packets.get(packet.id)?.hops, 3);
    assert.equal(a.owed(), 0);
  });

  test('makes us owe for it anew where the nearer one is lost on the way', async (t) => {
    const { a, b, pass } = await hall(t);
    const packet = signed(INSIDER, 1);
    await arrive(a, packet, far);
    a.loses = (topic) => !isLinkTopic(topic);
    await arrive(a, packet, { hops: 2 });
    await pass(1);
    assert.equal(a.owed(), 2);
    await pass(20);
    assert(b.holds(packet) && a.sent.store >= 2);
  });

  test('moves us twice, whatever it claims next', async (t) => {
    const { a, settle } = await hall(t);
    const packet = signed(INSIDER, 1);
    const relayed: string[] = [];
    a.loses = (topic, bytes) => {
      if (isLinkTopic(topic)) return verbOf(bytes) === 'store';
      relayed.push(topic.split('/').at(-1)!);
      return false;
    };
    for (const hops of [16, 9, 9, 12, 5, 3, 0]) await arrive(a, packet, { hops });
    await settle();
    assert.deepEqual(relayed, ['a', '6']);
  });
});
