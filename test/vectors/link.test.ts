// The golden vectors of links: making them again changes nothing, and they stand without our code.
import assert from 'node:assert/strict';
import { createHmac, createPublicKey, hkdfSync, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { decode, encode } from 'cbor-x';
import { virtualClock } from '../../src/core/clock.ts';
import { readAnnouncement } from '../../src/packet/announcement.ts';
import { community } from '../../src/packet/community.ts';
import { isAuthentic, parseFrame } from '../../src/route/session/link-frame.ts';
import { linkVectors, linkVectorsUrl } from './link.ts';
import { smoke } from './smoke.ts';

const text = readFileSync(linkVectorsUrl, 'utf8');
const file = JSON.parse(text) as {
  keys: Record<'alice_seed' | 'bob_seed' | 'alice_to_bob' | 'bob_to_alice', string>;
  frames: { name: string; payload: string; frame: string }[];
  announcements: { name: string; community: string | null; announcement: string }[];
};
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const KEY = bytes(file.keys.alice_to_bob);

test('making the vectors again gives the identical file', () => {
  assert.equal(linkVectors(), text, 'run: npm run vectors, and look at what changed');
});

test('the keys are those of an independent X25519, one for each direction', () => {
  const [alice, bob] = [bytes(file.keys.alice_seed), bytes(file.keys.bob_seed)];
  const [ofAlice, ofBob] = [ed25519.getPublicKey(alice), ed25519.getPublicKey(bob)];
  const shared = x25519.getSharedSecret(ed25519.utils.toMontgomerySecret(bob), ed25519.utils.toMontgomery(ofAlice));
  const derive = (sender: Uint8Array, receiver: Uint8Array) =>
    Buffer.from(hkdfSync('sha256', shared, '', Buffer.concat([Buffer.from('qis/1/link'), sender, receiver]), 32));
  assert.equal(derive(ofAlice, ofBob).toString('hex'), file.keys.alice_to_bob);
  assert.equal(derive(ofBob, ofAlice).toString('hex'), file.keys.bob_to_alice);
});

test('every frame has the MAC of RFC 9052 section 6.3, and is authentic in its direction alone', () => {
  for (const { name, payload, frame } of file.frames) {
    const [head, unprotected, content, tag] = decode(bytes(frame)) as [Buffer, object, Buffer, Buffer];
    assert.deepEqual(unprotected, {}, name);
    assert.equal(content.toString('hex'), payload, name);
    const structure = Buffer.from(encode(['MAC0', head, Buffer.alloc(0), content]));
    assert.deepEqual(tag, createHmac('sha256', KEY).update(structure).digest().subarray(0, 8), name);
    const sealed = parseFrame(bytes(frame));
    assert(sealed && isAuthentic(sealed, KEY), name);
    assert.equal(isAuthentic(sealed, bytes(file.keys.bob_to_alice)), false, name);
  }
});

test('every announcement is signed as the protocol says', () => {
  const clock = virtualClock(smoke.issued * 1000);
  const spki = bytes('302a300506032b6570032100');
  for (const { name, community: secret, announcement } of file.announcements) {
    const member = secret === null ? undefined : community(bytes(secret));
    const said = readAnnouncement(bytes(announcement), member, clock);
    assert.equal(said?.filters.length, 2, name);
    const [head, , payload, signature] = decode(bytes(announcement)) as [Buffer, object, Buffer, Buffer];
    const key = (decode(payload) as [number, Buffer])[1];
    const context = Buffer.concat([Buffer.from('qis/1/announce'), key, member?.id ?? Buffer.alloc(0)]);
    const structure = Buffer.from(encode(['Signature1', head, context, payload]));
    const keyObject = createPublicKey({ key: Buffer.concat([spki, key]), format: 'der', type: 'spki' });
    assert.equal(verify(null, structure, keyObject, signature), true, name);
  }
});
