import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { signAnnouncement } from '../../../src/packet/announcement.ts';
import type { Item } from '../../../src/packet/canonical.ts';
import { address, tokens, topicOf } from '../../../src/packet/fingerprint.ts';
import { temporaryIdentity } from '../../../src/packet/identity.ts';
import type { Arrival } from '../../../src/route/arrival.ts';
import { type LinkFrame, parseFrame, sealFrame } from '../../../src/route/session/link-frame.ts';
import { VERBS } from '../../../src/route/session/verb.ts';
import { isLinkTopic, linkTopic } from '../../../src/route/topic.ts';
import { way } from '../ways.ts';
import { COARSE, pair, reasons, type TestGateway, watchedTopics, world } from './custody-fixture.ts';

suite('custody and bad input', () => {
  test('an acknowledgement for what was never sent is counted, one for what is not owed is not', async (t) => {
    const { a, b, net } = await pair(t);
    b.delivery.holding.acknowledge({ ...a.conclude(), id: Buffer.alloc(16, 3) }, { via: way('link:a'), hops: 0 });
    await net.settle();
    await new Promise(setImmediate);
    assert.deepEqual(
      reasons(a).filter((reason) => reason !== 'unknown_boot'),
      ['unexpected_ack'],
    );
    assert.equal(a.owed(), 0);
  });

  test('a STORE must name the address of what it carries', async (t) => {
    const { a, b, settle, frameFrom } = await speaking(t);
    const packet = a.conclude();
    await settle();
    const dropped = reasons(b).length;
    const to = address(packet.outcome);
    const arrival = b.delivery.frame(frameFrom({ verb: VERBS.store.number, address: to, body: packet.bytes }));
    assert.equal(arrival?.topic, topicOf(packet.outcome));
    assert.deepEqual(arrival?.giver, a.identity.publicKey.nodeId);
    for (const bad of [
      { address: address({ domain: 0, coarse: [1, 1, 1] }), body: packet.bytes },
      { address: to, body: packet.bytes.subarray(1) },
      { address: to, body: 7 },
    ]) {
      assert.equal(b.delivery.frame(frameFrom({ verb: VERBS.store.number, ...bad })), undefined);
    }
    assert.deepEqual(reasons(b).slice(dropped), ['address_mismatch', 'bad_body', 'bad_body']);
  });

  test('bodies that make no sense are counted, and the rest goes on', async (t) => {
    const { a, b, clock, pass, frameFrom } = await speaking(t);
    const dropped = reasons(b).length;
    const id = Buffer.alloc(16);
    // Valid, and of a key whose session this is not.
    const expiresS = Math.floor(clock.now() / 1000) + 3600;
    const ofAnother = signAnnouncement({ urls: [], filters: [], expiresS }, temporaryIdentity(), undefined);
    for (const [verb, body] of [
      [VERBS.ack.number, 1],
      [VERBS.ack.number, [id, Buffer.alloc(15)]],
      [VERBS.ack.number, Array.from({ length: 17 }, () => id)],
      [VERBS.announce.number, Buffer.alloc(80)],
      [VERBS.announce.number, ''],
      [VERBS.announce.number, ofAnother],
      [VERBS.ping.number, Buffer.alloc(7)],
      [13, 0],
    ] as const) {
      assert.equal(b.delivery.frame(frameFrom({ verb, body: body as Item })), undefined);
    }
    const bad = Array.from({ length: 7 }, () => 'bad_body');
    assert.deepEqual(reasons(b).slice(dropped), [...bad, 'unknown_verb']);
    const packet = a.conclude();
    await pass(1);
    assert(b.holds(packet));
  });

  /** What the real `a` would say to `b` in its session. */
  async function speaking(t: TestContext) {
    const captured: LinkFrame[] = [];
    const it = await pair(t);
    const { a, b, link, cut, pass } = it;
    a.loses = (topic, bytes) => {
      if (isLinkTopic(topic)) captured.push(parseFrame(bytes)!.frame);
      return false;
    };
    cut('a', 'b');
    link('a', 'b');
    await pass(1);
    const { boot, counter } = captured.at(-1)!;
    const keys = a.identity.linkKeys(b.identity.publicKey)!;
    let next = counter + 1000;
    const frameFrom = (said: Pick<LinkFrame, 'verb' | 'body' | 'address'>): Arrival => {
      const frame = { messageId: Buffer.alloc(8), boot, counter: next++, hops: 0, ...said };
      const topic = linkTopic(b.identity.publicKey.kid.toString('hex'));
      return { topic, bytes: sealFrame(frame, a.identity.publicKey.kid, keys.send), via: way('link:a') };
    };
    return { ...it, frameFrom };
  }

  test('of a shared broker, whoever stored a packet with us is told that we have it', async (t) => {
    const { a, b, c } = hub(t);
    const packet = a.conclude();
    b.delivery.holding.acknowledge(packet, { via: way('link:hub'), hops: 3 });
    assert.equal(b.sent.ack, 0);
    b.delivery.holding.acknowledge(packet, { via: way('link:hub'), hops: 3, giver: c.identity.publicKey.nodeId });
    b.delivery.holding.acknowledge(packet, { via: way('link:hub'), hops: 0 });
    await Promise.resolve();
    assert.equal(b.sent.ack, 2);
  });

  /** Three on one broker; what `b` sends goes nowhere, and is counted. */
  function hub(t: TestContext) {
    const it = world(t, { names: ['a', 'b', 'c'] });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => it.gateways.get(name)!) as [TestGateway, TestGateway, TestGateway];
    for (const other of [a, c]) b.delivery.introduce(other.identity.publicKey, way('link:hub'));
    b.loses = () => true;
    return { ...it, a, b, c };
  }

  test('what is watched from now on is told, down to the part of a cell', async (t) => {
    const { a, b, pass } = await pair(t);
    const part = tokens({ domain: 0, coarse: COARSE, fine: [0, 0, 9] })[5]!;
    const narrow = {
      domain: 0,
      tokens: [...watchedTopics().tokens, ...['', '', part].map((token) => Buffer.from(token, 'hex'))],
    };
    b.delivery.watch([narrow]);
    await pass(1);
    b.loses = () => true;
    a.conclude({ fine: [3, 2, 8, 0, 0, 0, 1] });
    assert.equal(a.owed(), 0, 'another part of the same cell');
    a.conclude({ fine: [3, 2, 9, 0, 0, 0, 1], sequence: 2 });
    assert.equal(a.owed(), 1);
  });

  test('watching something else owes nothing', async (t) => {
    const { a, pass } = await pair(t, { delivery: { watched: [watchedTopics([1, 2, 3])] } });
    a.conclude();
    assert.equal(a.owed(), 0);
    await pass(30);
    assert.equal(a.sent.store, 0);
  });
});
