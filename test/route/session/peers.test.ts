import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { virtualClock } from '../../../src/core/clock.ts';
import type { LinkFrameReason } from '../../../src/core/events.ts';
import { handshakesBurst, peersMax } from '../../../src/core/limits.ts';
import { signAnnouncement } from '../../../src/packet/announcement.ts';
import { type Identity, temporaryIdentity } from '../../../src/packet/identity.ts';
import { createKeyring } from '../../../src/packet/keyring.ts';
import type { Arrival } from '../../../src/route/arrival.ts';
import type { Heard } from '../../../src/route/session/dispatch.ts';
import { type LinkFrame, parseFrame, sealFrame } from '../../../src/route/session/link-frame.ts';
import { createPeers } from '../../../src/route/session/peers.ts';
import { sealsOf } from '../../../src/route/session/seals.ts';
import { VERBS } from '../../../src/route/session/verb.ts';
import { linkTopic } from '../../../src/route/topic.ts';
import type { Way } from '../../../src/route/way.ts';
import { verbOf } from '../custody/custody-fixture.ts';
import { way } from '../ways.ts';

const NOW_MS = Date.UTC(2026, 5, 1);
const us = temporaryIdentity(Buffer.alloc(32, 1));
const them = temporaryIdentity(Buffer.alloc(32, 2));
const WAY = way('link:them');

interface Sent {
  readonly bytes: Buffer;
  readonly via: Way;
}

function open({ isOpen = false, knows = [them] as readonly Identity[] } = {}) {
  const clock = virtualClock(NOW_MS);
  const keyring = createKeyring();
  for (const { publicKey } of knows) keyring.add(publicKey);
  const sent: Sent[] = [];
  const down = new Set<string>();
  const dropped: LinkFrameReason[] = [];
  const learned: Buffer[] = [];
  const heard: Heard[] = [];
  const hearing = (said: Heard) => void heard.push(said);
  const opened = createPeers({
    seals: sealsOf(us, undefined, clock),
    keyring,
    isOpen,
    clock,
    randomBytes,
    handlers: { ack: hearing, announce: hearing, store: hearing },
    network: { send: (_topic, bytes, via) => !down.has(via.id) && sent.push({ bytes, via }) > 0 },
    emit: (event) => void (event.type === 'link_frame_dropped' && dropped.push(event.reason)),
    announcement: () => announcementOf(us),
    onKey: (kid) => void learned.push(kid),
  });
  /** What reached a handler. */
  const hear = (arrival: Arrival): Heard | undefined => {
    assert.equal(opened.hear(arrival), undefined);
    return heard.shift();
  };
  const peers = { ...opened, hear };
  return { clock, keyring, peers, sent, down, dropped, learned };
}

type Opened = ReturnType<typeof open>;

const announcementOf = (who: Identity): Buffer =>
  signAnnouncement({ urls: [], filters: [], expiresS: NOW_MS / 1000 + 3600 }, who, undefined);

/** The other end: a start of `who`, which seals frames to us. */
function speaker(who: Identity = them, boot = 1) {
  let counter = 0;
  const keys = who.linkKeys(us.publicKey)!;
  const seal = (verb: number, body: LinkFrame['body'], at = counter++): Buffer => {
    const frame = { verb, messageId: Buffer.alloc(8), boot: Buffer.alloc(4, boot), counter: at, hops: 0, body };
    return sealFrame(frame, who.publicKey.kid, keys.send);
  };
  return { seal, who };
}

const ownTopic = linkTopic(us.publicKey.kid.toString('hex'));
const arrival = (bytes: Buffer, via = WAY) => ({ topic: ownTopic, bytes, via });

/** What we challenged with, last. */
function challengeOf(sent: readonly Sent[]): Buffer {
  const ping = sent.findLast(({ bytes }) => verbOf(bytes) === 'ping');
  return parseFrame(ping!.bytes)!.frame.body as Buffer;
}

function begin(peers: Opened['peers'], sent: readonly Sent[], { seal }: ReturnType<typeof speaker>): void {
  peers.hear(arrival(seal(VERBS.ack.number, [])));
  peers.hear(arrival(seal(VERBS.pong.number, challengeOf(sent))));
}

const verbs = (sent: readonly Sent[]) => sent.map(({ bytes }) => verbOf(bytes));

suite('sessions', () => {
  test('an unknown boot is challenged, and nothing is heard before the answer', () => {
    const { peers, sent, dropped } = open();
    const theirs = speaker();
    assert.equal(peers.hear(arrival(theirs.seal(VERBS.ack.number, []))), undefined);
    assert.deepEqual(verbs(sent), ['ping']);
    assert.equal(peers.hear(arrival(theirs.seal(VERBS.pong.number, Buffer.alloc(8)))), undefined);
    assert.equal(peers.hear(arrival(theirs.seal(VERBS.ack.number, []))), undefined);
    peers.hear(arrival(theirs.seal(VERBS.pong.number, challengeOf(sent))));
    assert.equal(peers.hear(arrival(theirs.seal(VERBS.ack.number, [])))?.frame.verb, VERBS.ack.number);
    assert.deepEqual(dropped, ['unknown_boot', 'unknown_boot']);
  });

  test('a frame is heard once, and none of an earlier start', () => {
    const { peers, sent, dropped } = open();
    const before = speaker();
    begin(peers, sent, before);
    const recorded = [before.seal(VERBS.ack.number, []), before.seal(VERBS.ack.number, [])];
    assert(peers.hear(arrival(recorded[1]!)));
    assert(peers.hear(arrival(recorded[0]!)), 'a little out of order is fine');
    assert.equal(peers.hear(arrival(recorded[0]!)), undefined);
    const unheard = before.seal(VERBS.ack.number, []);
    begin(peers, sent, speaker(them, 2));
    assert.equal(peers.hear(arrival(unheard)), undefined);
    assert.deepEqual(dropped, ['unknown_boot', 'replayed', 'unknown_boot', 'unknown_boot']);
  });

  test('within a session nothing is sent for what is heard: no challenge, no introduction', () => {
    const { peers, sent } = open();
    const theirs = speaker();
    begin(peers, sent, theirs);
    const before = sent.length;
    for (let n = 0; n < 20; n++) assert(peers.hear(arrival(theirs.seal(VERBS.ack.number, []))));
    assert(peers.hear(arrival(theirs.seal(VERBS.announce.number, announcementOf(them)))));
    assert.equal(sent.length, before);
  });

  test('a PING is answered with a PONG and an ANNOUNCE; of those that come together so many, and with one ANNOUNCE', () => {
    const { peers, sent, dropped, clock } = open();
    const { seal } = speaker();
    for (let i = 0; i < 50; i++) peers.hear(arrival(seal(VERBS.ping.number, Buffer.alloc(8, i))));
    assert.equal(verbs(sent).filter((verb) => verb === 'pong').length, handshakesBurst);
    assert.equal(verbs(sent).filter((verb) => verb === 'ping').length, 1);
    assert.deepEqual(verbs(sent).filter((verb) => verb === 'announce').length, 1, 'they count it against us');
    assert.equal(sent.length, handshakesBurst + 2);
    assert.equal(dropped.filter((reason) => reason === 'rate').length, 50 - handshakesBurst);
    clock.advanceTo(NOW_MS + 5_000);
    peers.hear(arrival(seal(VERBS.ping.number, Buffer.alloc(8))));
    assert.equal(verbs(sent).filter((verb) => verb === 'pong').length, handshakesBurst + 1);
    assert.equal(verbs(sent).filter((verb) => verb === 'announce').length, 2, 'the first one may have been lost');
  });

  test('recorded frames played from elsewhere neither move the way nor make a storm', () => {
    const { peers, sent } = open();
    const theirs = speaker();
    const old = Array.from({ length: 100 }, () => speaker(them, 9).seal(VERBS.announce.number, announcementOf(them)));
    begin(peers, sent, theirs);
    const before = sent.length;
    for (const bytes of old) peers.hear(arrival(bytes, way('client:thief')));
    assert(sent.length - before <= handshakesBurst);
    assert.equal(peers.at(WAY)?.key.bytes.equals(them.publicKey.bytes), true);
    assert.equal(peers.at(way('client:thief')), undefined);
    assert(peers.hear(arrival(theirs.seal(VERBS.ack.number, []))));
  });

  test('frames go back along the newest way, and along another when that is down', () => {
    const { peers, sent, down } = open();
    const theirs = speaker();
    begin(peers, sent, theirs);
    const heard = peers.hear(arrival(theirs.seal(VERBS.ack.number, []), way('client:them')));
    peers.say(heard!.peer, 'ack', { body: [] });
    assert.equal(sent.at(-1)?.via.id, 'client:them');
    down.add('client:them');
    assert.equal(peers.say(heard!.peer, 'ack', { body: [] }), 'sent');
    assert.equal(sent.at(-1)?.via.id, WAY.id);
    down.add(WAY.id);
    assert.equal(peers.say(heard!.peer, 'ack', { body: [] }), 'down');
  });

  test('who does not answer is introduced to again, ever more seldom', () => {
    const { peers, sent, clock } = open();
    peers.introduce(them.publicKey, WAY);
    assert.deepEqual(verbs(sent), ['announce', 'ping']);
    for (let s = 1; s <= 86_400; s++) {
      clock.advanceTo(NOW_MS + s * 1000);
      peers.tick();
    }
    const attempts = verbs(sent).filter((verb) => verb === 'announce').length;
    assert(attempts > 20 && attempts < 40, `${attempts}`);
    begin(peers, sent, speaker());
    peers.byNodeId(them.publicKey.nodeId)!.announcement = { key: them.publicKey, urls: [], filters: [], expiresS: 0 };
    const before = sent.length;
    clock.advanceTo(NOW_MS + 100 * 86_400_000);
    peers.tick();
    assert.equal(sent.length, before);
  });
});

suite('frames that go unheard', () => {
  test('each has its reason', () => {
    const { peers, dropped, sent } = open();
    const theirs = speaker();
    begin(peers, sent, theirs);
    dropped.length = 0;
    const stranger = speaker(temporaryIdentity(Buffer.alloc(32, 3)));
    const forged = theirs.seal(VERBS.ack.number, []);
    forged[forged.length - 1]! ^= 1;
    const own = sealFrame(parseFrame(theirs.seal(VERBS.ack.number, []))!.frame, us.publicKey.kid, Buffer.alloc(32));
    for (const bad of [
      arrival(Buffer.alloc(40)),
      arrival(own),
      arrival(stranger.seal(VERBS.ack.number, [])),
      arrival(stranger.seal(VERBS.announce.number, announcementOf(stranger.who))),
      arrival(forged),
      arrival(theirs.seal(VERBS.ping.number, 7)),
    ]) {
      assert.equal(peers.hear(bad), undefined);
    }
    const expected = ['malformed', 'own_frame', 'stranger', 'stranger', 'bad_mac', 'bad_body'];
    assert.deepEqual(dropped, expected);
  });

  test('an unknown verb uses up its counter, in a session; outside of one it brings a challenge', () => {
    const { peers, dropped, sent } = open();
    const theirs = speaker();
    peers.hear(arrival(theirs.seal(99, 'text')));
    assert.deepEqual([verbs(sent), dropped.splice(0)], [['ping'], ['unknown_boot']]);
    begin(peers, sent, theirs);
    dropped.length = 0;
    for (const verb of [4, 99]) peers.hear(arrival(theirs.seal(verb, 7, 20)));
    assert.deepEqual(dropped, ['unknown_verb', 'replayed']);
  });

  test('a frame that was sent to somebody else, or back to its sender, is not heard', () => {
    const { peers, dropped } = open();
    const third = temporaryIdentity(Buffer.alloc(32, 3));
    const frame = parseFrame(speaker().seal(VERBS.ack.number, []))!.frame;
    const toThird = sealFrame(frame, them.publicKey.kid, them.linkKeys(third.publicKey)!.send);
    const reflected = sealFrame(frame, them.publicKey.kid, us.linkKeys(them.publicKey)!.send);
    peers.hear(arrival(toThird));
    peers.hear(arrival(reflected));
    assert.deepEqual(dropped, ['bad_mac', 'bad_mac']);
    assert.equal(peers.all().length, 0, 'and takes no place');
  });
});

suite('strangers', () => {
  test('where membership is open, an announced key is believed, told, and challenged', () => {
    const { peers, sent, learned, keyring } = open({ isOpen: true, knows: [] });
    const theirs = speaker();
    peers.hear(arrival(theirs.seal(VERBS.announce.number, announcementOf(them))));
    assert.deepEqual(learned, [them.publicKey.kid]);
    assert.equal(keyring.candidates(them.publicKey.kid).length, 1);
    assert.deepEqual(verbs(sent), ['ping']);
    begin(peers, sent, theirs);
    assert(peers.hear(arrival(theirs.seal(VERBS.ack.number, []))));
  });

  test('is heard announcing itself, and saying nothing else', () => {
    const { peers, dropped, learned } = open({ isOpen: true, knows: [] });
    const { seal } = speaker();
    for (const [verb, body] of [
      [VERBS.ack, []],
      [VERBS.ack, [Buffer.alloc(16)]],
      [VERBS.ping, Buffer.alloc(8)],
      [VERBS.pong, Buffer.alloc(8)],
      [VERBS.announce, 7],
    ] as const) {
      peers.hear(arrival(seal(verb.number, body as LinkFrame['body'])));
    }
    assert.deepEqual(dropped, Array(5).fill('stranger'));
    assert.equal(learned.length + peers.all().length, 0);
  });

  test('nobody is believed through the announcement of another, or without its key', () => {
    const { peers, learned, dropped, keyring } = open({ isOpen: true, knows: [] });
    const third = speaker(temporaryIdentity(Buffer.alloc(32, 3)));
    peers.hear(arrival(third.seal(VERBS.announce.number, announcementOf(them))));
    const frame = parseFrame(third.seal(VERBS.announce.number, announcementOf(them)))!.frame;
    peers.hear(arrival(sealFrame(frame, them.publicKey.kid, Buffer.alloc(32))));
    assert.deepEqual(dropped, ['bad_body', 'bad_mac']);
    assert.equal(learned.length + keyring.size, 0);
  });

  test('those who never answer give way; those who speak keep their place', () => {
    const { peers, sent, dropped, clock } = open({ isOpen: true });
    const first = speaker();
    begin(peers, sent, first);
    const visitors: Identity[] = [];
    for (let n = 0; n < peersMax + 20; n++) {
      const seed = Buffer.alloc(32, 77);
      seed.writeUInt32BE(n);
      const who = temporaryIdentity(seed);
      visitors.push(who);
      clock.advanceTo(clock.now() + 10);
      peers.hear(
        arrival(speaker(who).seal(VERBS.announce.number, announcementOf(who)), way(`client:visitor-${n % 8}`)),
      );
    }
    assert.equal(peers.all().length, peersMax);
    // Of those, the ones that were silent for longest.
    const isThere = visitors.map(({ publicKey }) => peers.byNodeId(publicKey.nodeId) !== undefined);
    assert.deepEqual([isThere.lastIndexOf(false), isThere.indexOf(true)], [20, 21]);
    assert.equal(dropped.includes('too_many_peers'), false);
    assert(peers.hear(arrival(first.seal(VERBS.ack.number, []))));
  });
});
