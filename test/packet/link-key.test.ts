import assert from 'node:assert/strict';
import { hkdfSync } from 'node:crypto';
import { test } from 'node:test';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { type PublicKey, publicKey } from '../../src/packet/gate.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { deriveLinkKeys } from '../../src/packet/link-key.ts';

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

test('both ends derive the same keys, one for each direction, as an independent X25519 does', () => {
  fc.assert(
    fc.property(seed, seed, (first, second) => {
      const [a, b] = [temporaryIdentity(first), temporaryIdentity(second)];
      const [ofA, ofB] = [a.linkKeys(b.publicKey), b.linkKeys(a.publicKey)];
      assert(ofA && ofB);
      assert.deepEqual(ofA.send, ofB.receive);
      assert.deepEqual(ofA.receive, ofB.send);
      if (!first.equals(second)) assert.notDeepEqual(ofA.send, ofA.receive);

      const shared = x25519.getSharedSecret(
        ed25519.utils.toMontgomerySecret(first),
        ed25519.utils.toMontgomery(b.publicKey.bytes),
      );
      const info = Buffer.concat([Buffer.from('qis/1/link'), a.publicKey.bytes, b.publicKey.bytes]);
      assert.deepEqual(ofA.send, Buffer.from(hkdfSync('sha256', shared, '', info, 32)));
    }),
    { numRuns: 40 },
  );
});

test('every other pair has other keys', () => {
  const identities = [1, 2, 3].map((n) => temporaryIdentity(Buffer.alloc(32, n)));
  const keys = identities.flatMap((one) =>
    identities.filter((other) => other !== one).map((other) => one.linkKeys(other.publicKey)!.send.toString('hex')),
  );
  assert.equal(new Set(keys).size, 6);
});

test('a key that is no point, or that contributes nothing, gives no keys', () => {
  const own = temporaryIdentity(Buffer.alloc(32, 1)).publicKey;
  const lowOrder = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ];
  const noPoint = '0200000000000000000000000000000000000000000000000000000000000000';
  for (const hex of [...lowOrder, noPoint]) {
    const bytes = Buffer.from(hex, 'hex');
    // The gate refuses those of low order already; this is what stands behind it.
    const other: PublicKey = publicKey(bytes) ?? { ...own, bytes };
    assert.equal(deriveLinkKeys(Buffer.alloc(32, 1), own, other), undefined, hex);
  }
});
