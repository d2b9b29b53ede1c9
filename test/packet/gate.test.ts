// The verification rule against the group itself (@noble/curves) and against the vectors others publish for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { LOW_ORDER, publicKey, publicKeyOf, signatureHolds } from '../../src/packet/gate.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { edgeSignatures } from '../vectors/signatures.ts';

const P = 2n ** 255n - 19n;

/** Every 32-byte string that some decoder takes for a point whose order divides 8. */
function lowOrderEncodings(): Set<string> {
  const found = new Set<string>();
  for (const hex of ED25519_TORSION_SUBGROUP) {
    const point = ed25519.Point.fromHex(hex);
    assert(point.multiplyUnsafe(8n).equals(ed25519.Point.ZERO));
    const { x, y } = point.toAffine();
    for (const alias of [y, y + P].filter((value) => value < 2n ** 255n)) {
      // x = 0 has no sign, so a lax decoder takes either bit for it.
      for (const sign of x === 0n ? [0n, 1n] : [x & 1n]) {
        found.add(
          Buffer.from((alias | (sign << 255n)).toString(16).padStart(64, '0'), 'hex')
            .reverse()
            .toString('hex'),
        );
      }
    }
  }
  return found;
}

test('the table holds exactly the encodings of low-order points', () => {
  const derived = lowOrderEncodings();
  assert.equal(derived.size, 14);
  assert.deepEqual([...LOW_ORDER].sort(), [...derived].sort());
});

test('keys of low order, of any other length, or not canonical are refused', () => {
  for (const hex of LOW_ORDER) assert.equal(publicKey(Buffer.from(hex, 'hex')), undefined);
  for (let k = 0n; k < 19n; k++) {
    for (const sign of [0n, 1n]) {
      const encoded = Buffer.from(((P + k) | (sign << 255n)).toString(16), 'hex').reverse();
      assert.equal(publicKey(encoded), undefined);
    }
  }
  const { bytes } = temporaryIdentity().publicKey;
  assert.equal(publicKey(bytes.subarray(1)), undefined);
  assert.equal(publicKey(Buffer.concat([bytes, Buffer.alloc(1)])), undefined);
  assert(publicKey(bytes));
});

test('the largest canonical y passes the gate', () => {
  const belowP = Buffer.from((P - 2n).toString(16), 'hex').reverse();
  assert(publicKey(belowP));
});

test('edge signatures are judged as the rule says', () => {
  for (const edge of edgeSignatures(Buffer.alloc(32, 4))) {
    const key = publicKey(Buffer.from(edge.public_key, 'hex'));
    const holds =
      key !== undefined && signatureHolds(key, Buffer.from(edge.message, 'hex'), Buffer.from(edge.signature, 'hex'));
    assert.equal(holds, edge.valid, edge.name);
  }
});

test('another library takes several of the edge signatures, so a rule of our own is needed', () => {
  const taken = edgeSignatures(Buffer.alloc(32, 4)).filter(({ valid, ...edge }) => {
    const [signature, message, key] = [edge.signature, edge.message, edge.public_key].map((hex) =>
      Buffer.from(hex, 'hex'),
    );
    return !valid && ed25519.verify(signature!, message!, key!);
  });
  assert(taken.some(({ name }) => name === 'R of order 1'));
  assert(taken.some(({ name }) => name === 'A of low order, torsion point 0'));
  assert(taken.some(({ name }) => name === 'A of mixed order, holds only with the cofactor'));
});

test('a point that is not on the curve verifies nothing', () => {
  let y = 2n;
  const encode = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
  const onCurve = (value: bigint) => {
    try {
      return ed25519.Point.fromBytes(encode(value)) !== undefined;
    } catch {
      return false;
    }
  };
  while (onCurve(y)) y++;
  const key = publicKey(encode(y));
  assert(key);
  assert.equal(
    signatureHolds(key, Buffer.from('m'), Buffer.from(ed25519.sign(Buffer.from('m'), Buffer.alloc(32, 1)))),
    false,
  );
});

test('signatures of another length are refused', () => {
  const { publicKey: key, sign } = temporaryIdentity();
  const signature = sign(Buffer.from('m'));
  assert.equal(signatureHolds(key, Buffer.from('m'), signature), true);
  assert.equal(signatureHolds(key, Buffer.from('m'), signature.subarray(0, 63)), false);
  assert.equal(signatureHolds(key, Buffer.from('m'), Buffer.concat([signature, Buffer.alloc(1)])), false);
});

test('a key is the same whichever way it comes in, and keeps its own bytes', () => {
  const { publicKey: key } = temporaryIdentity();
  assert.deepEqual(publicKeyOf(key.keyObject)?.bytes, key.bytes);
  const given = Buffer.from(key.bytes);
  const made = publicKey(given);
  given.fill(0);
  assert.deepEqual(made?.bytes, key.bytes);
  assert.deepEqual(made?.kid, key.nodeId.subarray(0, 8));
});
