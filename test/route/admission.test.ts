import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Clock, ClockQuality } from '../../src/core/clock.ts';
import type { PacketReason } from '../../src/core/events.ts';
import { futureToleranceS, packetBytesMax } from '../../src/core/limits.ts';
import { community } from '../../src/packet/community.ts';
import { sign1Message, sigStructure } from '../../src/packet/cose.ts';
import { topicOf } from '../../src/packet/fingerprint.ts';
import { type Identity, temporaryIdentity } from '../../src/packet/identity.ts';
import { createKeyring, type Keyring } from '../../src/packet/keyring.ts';
import type { Outcome } from '../../src/packet/outcome.ts';
import { issue, payloadOf, type SignedPacket } from '../../src/packet/packet.ts';
import { type AdmissionOptions, admit } from '../../src/route/admission.ts';
import { way } from './ways.ts';

const NOW_S = 1_800_000_000;
const own = temporaryIdentity(Buffer.alloc(32, 1));
const north = temporaryIdentity(Buffer.alloc(32, 2));
const stranger = temporaryIdentity(Buffer.alloc(32, 3));

const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  version: 1,
  domain: 0,
  coarse: [1, 277, 376],
  fine: [3, 2],
  finding: 0,
  action: 0,
  score: 80,
  observed: 400,
  baseline: 100,
  spread: 15,
  samples: 9,
  confidence: 90,
  issued: NOW_S,
  age: 60,
  duration: 0,
  context: Buffer.alloc(4),
  sequence: 1,
  clock: 2,
  lifetime: 6,
  sensor: 1,
  evidence: [],
  ...changes,
});

const clock = (nowS: number, quality: ClockQuality = 2): Clock => ({ now: () => nowS * 1000, quality: () => quality });

function ringOf(...identities: Identity[]): Keyring {
  const keyring = createKeyring();
  for (const { publicKey } of identities) keyring.add(publicKey);
  return keyring;
}

const usual: AdmissionOptions = {
  keyring: ringOf(own, north),
  own: own.publicKey,
  community: undefined,
  clock: clock(NOW_S),
  isSeen: () => false,
};

interface Sent {
  readonly topic: string;
  readonly bytes: Buffer;
}

const sent = (packet: SignedPacket): Sent => ({ topic: topicOf(packet.outcome), bytes: packet.bytes });
const by = (identity: Identity, changes: Partial<Outcome> = {}) => issue(outcome(changes), identity);

function admitted({ topic, bytes }: Sent, options: Partial<AdmissionOptions> = {}) {
  return admit({ topic, bytes, via: way('link:north') }, { ...usual, ...options });
}

function reason(packet: Sent, options: Partial<AdmissionOptions> = {}): PacketReason | 'admitted' {
  const result = admitted(packet, options);
  return result.ok ? 'admitted' : result.reason;
}

/** The last bit of the signature turned: everything else holds. */
function broken({ topic, bytes }: Sent): Sent {
  const changed = Buffer.from(bytes);
  changed[changed.length - 64]! ^= 1;
  return { topic, bytes: changed };
}

/** An outcome under the kid of one, signed by another. */
function forged(kidOf: Identity, signer: Identity): Sent {
  const payload = payloadOf(outcome());
  const signature = signer.sign(sigStructure({ kind: 'packet', key: signer.publicKey }, payload));
  return { topic: topicOf(outcome()), bytes: sign1Message(kidOf.publicKey.kid, payload, signature) };
}

suite('admission', () => {
  test('a good packet enters with its origin, its id and its hops', () => {
    const packet = by(north);
    const result = admitted({ ...sent(packet), topic: `${topicOf(packet.outcome)}/a` });
    assert.ok(result.ok);
    assert.deepEqual(result.packet.id, packet.id);
    assert.equal(result.packet.key, usual.keyring.candidates(north.publicKey.kid)[0]);
    assert.equal(result.topic.hops, 10);
    assert.equal(result.topic.base, topicOf(packet.outcome));
  });

  test('each reason to drop', () => {
    const good = sent(by(north));
    const known = by(north);
    const isSeen = (id: Buffer) => id.equals(known.id);
    assert.equal(reason({ ...good, topic: 'sensors/roof' }), 'bad_topic');
    assert.equal(reason({ ...good, bytes: Buffer.alloc(packetBytesMax + 1) }), 'too_large');
    assert.equal(reason({ ...good, bytes: good.bytes.subarray(0, -1) }), 'malformed');
    assert.equal(reason({ ...good, bytes: Buffer.alloc(0) }), 'malformed');
    assert.equal(reason(sent(by(stranger))), 'unknown_key');
    assert.equal(reason(sent(known), { isSeen }), 'duplicate');
    assert.equal(reason(sent(by(own)), { isSeen: () => true }), 'own_echo');
    assert.equal(reason(sent(by(own))), 'own_key', 'of another machine, or from before the database was lost');
    assert.equal(reason(sent(by(north, { issued: NOW_S + futureToleranceS + 1 }))), 'future');
    assert.equal(reason(sent(by(north, { issued: NOW_S - 7 * 3600 }))), 'expired');
    assert.equal(reason(broken(good)), 'bad_signature');
    assert.equal(
      reason({ ...good, topic: topicOf({ domain: 0, coarse: [1, 277, 377], fine: [3, 2] }) }),
      'topic_mismatch',
    );
    assert.equal(
      reason({ ...good, topic: topicOf({ domain: 1, coarse: [1, 277, 376], fine: [3, 2] }) }),
      'topic_mismatch',
    );
  });

  test('a signature by another is refused, also under our own kid', () => {
    assert.equal(reason(forged(north, stranger)), 'bad_signature');
    assert.equal(reason(forged(own, stranger)), 'bad_signature');
    assert.equal(reason(forged(own, north)), 'bad_signature');
    assert.equal(reason(forged(north, own)), 'bad_signature');
  });

  test('a copy of what is known is a duplicate, whatever became of its signature or its topic', () => {
    const known = by(north);
    const isSeen = (id: Buffer) => id.equals(known.id);
    assert.equal(reason(broken(sent(known)), { isSeen }), 'duplicate');
    assert.equal(reason({ ...sent(known), topic: 'qis/1/0/00000000' }, { isSeen }), 'duplicate');
    assert.equal(
      reason(sent(known), { isSeen, clock: clock(NOW_S + 86_400) }),
      'duplicate',
      'also when it has expired',
    );
    assert.equal(reason(broken(sent(by(own))), { isSeen: () => true }), 'own_echo');
  });

  test('a broken copy does not stand in the way of the real packet', () => {
    const known = new Set<string>();
    const isSeen = (id: Buffer) => known.has(id.toString('hex'));
    const packet = by(north);
    assert.equal(reason(broken(sent(packet)), { isSeen }), 'bad_signature');
    assert.equal(reason(sent(packet), { isSeen }), 'admitted');
  });

  test('is asked for what is cheap before what costs', () => {
    const asked: Buffer[] = [];
    const isSeen = (id: Buffer) => asked.push(id) < 0;
    const late = { issued: NOW_S - 7 * 3600 };
    assert.equal(reason({ topic: 'x', bytes: Buffer.alloc(600) }), 'bad_topic', 'topic before size');
    assert.equal(
      reason({ ...sent(by(stranger, late)), topic: topicOf(outcome()) }, { isSeen }),
      'unknown_key',
      'key before time',
    );
    assert.equal(asked.length, 0);
    assert.equal(reason(broken(sent(by(north, late))), { isSeen }), 'expired', 'time before signature');
    assert.equal(asked.length, 1);
    const elsewhere = topicOf({ domain: 0, coarse: [9], fine: [] });
    assert.equal(reason({ ...broken(sent(by(north))), topic: elsewhere }), 'bad_signature', 'signature before topic');
  });

  test('time is judged to the second', () => {
    const at = (issued: number, options: Partial<AdmissionOptions> = {}) =>
      reason(sent(by(north, { issued, lifetime: 1 })), options);
    assert.equal(at(NOW_S + futureToleranceS), 'admitted');
    assert.equal(at(NOW_S + futureToleranceS + 1), 'future');
    assert.equal(at(NOW_S - 3599), 'admitted');
    assert.equal(at(NOW_S - 3600), 'expired');
  });

  test('only a synchronised clock knows what the future is', () => {
    const ahead = sent(by(north, { issued: NOW_S + 10 * 365 * 86_400 }));
    assert.equal(reason(ahead, { clock: clock(NOW_S, 2) }), 'future');
    assert.equal(reason(ahead, { clock: clock(NOW_S, 1) }), 'admitted');
    assert.equal(reason(ahead, { clock: clock(0, 0) }), 'admitted');
  });

  test('of several keys that share a kid each is tried', () => {
    const packet = by(north);
    const { kid } = north.publicKey;
    const sharing = [stranger, own].map(({ publicKey }) => ({ ...publicKey, kid }));
    const keyring = createKeyring();
    for (const key of [...sharing, north.publicKey]) keyring.add(key);
    const result = admitted(sent(packet), { keyring });
    assert.ok(result.ok);
    assert.deepEqual(result.packet.key, north.publicKey);
    assert.equal(reason(broken(sent(packet)), { keyring }), 'bad_signature');
    assert.equal(reason(sent(packet), { keyring, isSeen: (id) => id.equals(packet.id) }), 'duplicate');
  });

  test('a community has topics and signatures of its own', () => {
    const [ours, theirs] = [community(Buffer.alloc(32, 1)), community(Buffer.alloc(32, 2))];
    const packet = issue(outcome(), north, ours);
    const inside = { topic: topicOf(packet.outcome, ours), bytes: packet.bytes };
    assert.equal(reason(inside, { community: ours }), 'admitted');
    assert.equal(reason(inside, { community: theirs }), 'bad_signature');
    assert.equal(reason(inside), 'bad_signature');
    assert.equal(reason(sent(packet), { community: ours }), 'topic_mismatch');
  });
});
