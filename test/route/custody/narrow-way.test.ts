// Custody on ways that link frames do not fit: 140 bytes, one SMS.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { acksPerFrameMax, backlogFramesBurst } from '../../../src/core/limits.ts';
import { frameBytesMax, sealFrame } from '../../../src/route/session/link-frame.ts';
import { isLinkTopic } from '../../../src/route/topic.ts';
import { way } from '../ways.ts';
import { pair, type TestGateway, world } from './custody-fixture.ts';

const ROOM = 140;
const EVIDENCE = [Buffer.alloc(16, 1)];

const narrowPair = (t: TestContext) => pair(t, { payloadBytesMax: ROOM });

const held = ({ events }: TestGateway) =>
  events.flatMap((event) => (event.type === 'no_room' && event.what === 'packet' ? event.bytes : []));

suite('custody on a narrow way', () => {
  test('a session begins without an announcement, and who is there is taken to watch what we watch', async (t) => {
    const { a, b, pass } = await narrowPair(t);
    assert.deepEqual(a.delivery.stats(), { peers: 1, announced: 0 });
    const [wanted, other] = [a.conclude(), a.conclude({ coarse: [1, 2, 3] })];
    assert.equal(a.owed(), 1, 'of what we do not watch ourselves it is owed nothing');
    await pass(1);
    assert(b.holds(wanted) && !b.holds(other));
    assert.equal(a.owed(), 0);
    // Nothing is left to be said, so nothing is said.
    const pings = a.sent.ping;
    await pass(24 * 3600, 60);
    assert.equal(a.sent.ping, pings);
  });

  test('what the other had not when the session began comes after it', async (t) => {
    const { gateways, pass, link } = world(t, { names: ['a', 'b'], payloadBytesMax: ROOM });
    const [a, b] = [gateways.get('a')!, gateways.get('b')!];
    const packet = a.conclude();
    assert.equal(a.owed(), 0, 'nobody is there yet');
    link('a', 'b');
    await pass(20);
    assert(b.holds(packet));
    assert.equal(a.owed(), 0);
  });

  test('what was lost is sent again as it was published, because a frame around it does not fit', async (t) => {
    const { a, b, pass } = await narrowPair(t);
    a.loses = (topic) => !isLinkTopic(topic);
    const packet = a.conclude();
    await pass(1);
    assert.equal(b.holds(packet), false);
    a.loses = () => false;
    await pass(30);
    assert(b.holds(packet));
    assert.equal(a.sent.store, 0);
    assert.equal(a.owed(), 0);
  });

  test('what is too large is held and counted, and does not hold up what fits', async (t) => {
    const { a, b, pass } = await narrowPair(t);
    const large = Array.from({ length: 2 * backlogFramesBurst }, () => a.conclude({ evidence: EVIDENCE }));
    a.loses = () => true;
    const small = a.conclude();
    await pass(1);
    a.loses = () => false;
    await pass(60);
    assert(b.holds(small) && large.every((packet) => !b.holds(packet)));
    assert.equal(a.owed(), large.length);
    assert.deepEqual(new Set(held(a)), new Set(large.map(({ bytes }) => bytes.length)));
    assert.equal(held(a).length, large.length, 'once each, until its next turn');
  });

  test('acknowledgements are cut to fit', async (t) => {
    const { a, b } = await narrowPair(t);
    const packets = Array.from({ length: 10 }, () => a.conclude());
    const before = b.sent.ack;
    for (const packet of packets)
      b.delivery.holding.acknowledge(packet, { via: way('link:a', { payloadBytesMax: ROOM }), hops: 0 });
    await Promise.resolve();
    // Five ids fit.
    assert.equal(b.sent.ack - before, 2);
  });

  test('no frame is larger than is reckoned', () => {
    const frame = { verb: 0, messageId: Buffer.alloc(8), boot: Buffer.alloc(4), counter: 2 ** 32 - 1, hops: 0 };
    for (const count of [1, 5, acksPerFrameMax]) {
      const body = Array.from({ length: count }, () => Buffer.alloc(16));
      const { length } = sealFrame({ ...frame, body }, Buffer.alloc(8), Buffer.alloc(32));
      const reckoned = frameBytesMax(1 + 17 * count);
      assert(length <= reckoned && length > reckoned - 3, `${length} of ${reckoned}`);
    }
  });
});
