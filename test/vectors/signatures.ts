// Signatures on the edge of Ed25519, where libraries disagree (protocol section 1), made with the group itself.
//
// B is the base point, T a point of order 8, (a, A) a key pair. A signature (R, S) of M holds when R = [S]B - [h]A with
// h = SHA-512(R || A || M). Crafting one means choosing R and A and solving for S.
// Invariant: `valid` is what protocol section 1 says, not what some library says.
import { hash } from 'node:crypto';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';

interface EdgeSignature {
  readonly name: string;
  readonly public_key: string;
  readonly message: string;
  readonly signature: string;
  readonly valid: boolean;
}

type Point = ReturnType<typeof ed25519.Point.fromHex>;

const B = ed25519.Point.BASE;
const L = ed25519.Point.Fn.ORDER;
const P = 2n ** 255n - 19n;
const message = Buffer.from('qis-edge edge signature');

const numberLE = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const bytesLE = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
const mod = (value: bigint): bigint => ((value % L) + L) % L;
const encoded = (point: Point): Buffer => Buffer.from(point.toBytes());

function challenge(r: Buffer, a: Buffer): bigint {
  return mod(numberLE(hash('sha512', Buffer.concat([r, a, message]), 'buffer')));
}

const vector = (name: string, a: Buffer, r: Buffer, s: bigint, valid: boolean): EdgeSignature => ({
  name,
  public_key: a.toString('hex'),
  message: message.toString('hex'),
  signature: Buffer.concat([r, bytesLE(s)]).toString('hex'),
  valid,
});

/** A key with a component of order 8: [h]T vanishes only where 8 divides h, so a nonce is searched that has it so. */
function mixedKey(scalar: bigint, vanishing: boolean): { a: Buffer; r: Buffer; s: bigint } {
  const torsion = ed25519.Point.fromHex(ED25519_TORSION_SUBGROUP[1]!);
  const a = encoded(B.multiply(scalar).add(torsion));
  for (let nonce = 1n; ; nonce++) {
    const r = encoded(B.multiply(nonce));
    const h = challenge(r, a);
    if ((h % 8n === 0n) === vanishing) return { a, r, s: mod(nonce + h * scalar) };
  }
}

function nonCanonicalKeys(): EdgeSignature[] {
  return Array.from({ length: 19 }, (_, k) => {
    const a = bytesLE(P + BigInt(k));
    return vector(`A not canonical, y = p + ${k}`, a, encoded(B), 1n, false);
  });
}

export function edgeSignatures(seed: Buffer): EdgeSignature[] {
  const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(seed);
  const a = Buffer.from(pointBytes);
  const plain = Buffer.from(ed25519.sign(message, seed));
  const r = plain.subarray(0, 32);
  const s = numberLE(plain.subarray(32));
  const lowOrder = ED25519_TORSION_SUBGROUP.map((hex) => Buffer.from(hex, 'hex'));
  const identity = encoded(ed25519.Point.ZERO);
  const vanishing = mixedKey(scalar, true);
  const cofactored = mixedKey(scalar, false);
  return [
    vector('plain', a, r, s, true),
    vector('S + L', a, r, s + L, false),
    vector('S = L', a, r, L, false),
    vector('S + 8 L', a, r, s + 8n * L, false),
    vector('S with the top bits set', a, r, s | (7n << 253n), false),
    vector('one bit of R flipped', a, Buffer.concat([Buffer.of(r[0]! ^ 1), r.subarray(1)]), s, false),
    // R = 0 leaks the key, and whoever does it can sign one message in two ways.
    vector('R of order 1', a, identity, mod(challenge(identity, a) * scalar), false),
    // With A of order 1, (B, 1) is a "signature" of everything.
    ...lowOrder.map((low, i) => vector(`A of low order, torsion point ${i}`, low, encoded(B), 1n, false)),
    ...lowOrder.map((low, i) => vector(`R of low order, torsion point ${i}`, a, low, s, false)),
    vector('A of mixed order, holds without the cofactor', vanishing.a, vanishing.r, vanishing.s, true),
    vector('A of mixed order, holds only with the cofactor', cofactored.a, cofactored.r, cofactored.s, false),
    ...nonCanonicalKeys(),
  ];
}
