// Which Ed25519 signatures are valid (protocol section 1): a rule all gateways agree on, whatever their OpenSSL.
//
// Libraries differ on points of low order, on encodings that are not canonical and on S >= L; whoever holds a key could
// split the mesh with one of those. So they are refused here, and only then is node:crypto asked, which checks
// encode([S]B - [h]A) == R byte for byte (RFC 8032 section 5.1.7, without the cofactor).
// Invariant: what depends on the key alone is checked once, in publicKey(); signatureHolds() checks R and S.

import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { assert } from '../core/assert.ts';

/** A key that passed the gate. Make it once per key: the import costs as much as a verification. */
export interface PublicKey {
  /** 32 bytes, RFC 8032 section 5.1.5. */
  readonly bytes: Buffer;
  /** H16(bytes). */
  readonly nodeId: Buffer;
  /** First 8 bytes of the nodeId; an index, not an identity. */
  readonly kid: Buffer;
  readonly keyObject: KeyObject;
}

export const publicKeyBytes = 32;
const signatureBytes = 64;

/** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410 section 4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** The order of the base point, little-endian (RFC 8032 section 5.1). */
const L = Buffer.from('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex');

/** y of every point whose order divides 8, in every encoding below 2^255: p and p+1 stand for 0 and 1. */
const LOW_ORDER_Y = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

/** The 14 encodings of low-order points in hex: each y with the sign bit clear and set. */
export const LOW_ORDER: ReadonlySet<string> = new Set(
  LOW_ORDER_Y.flatMap((hex) => {
    const signed = Buffer.from(hex, 'hex');
    signed[31]! |= 0x80;
    return [hex, signed.toString('hex')];
  }),
);

/** y < p = 2^255 - 19. The other slip, x = 0 with the sign bit set, occurs only at low-order points. */
function isCanonical(bytes: Buffer): boolean {
  if ((bytes[31]! & 0x7f) !== 0x7f || bytes[0]! < 0xed) return true;
  for (let i = 1; i < 31; i++) if (bytes[i] !== 0xff) return true;
  return false;
}

/** @returns undefined when these are not 32 bytes of a canonical key of high order */
export function publicKey(bytes: Buffer): PublicKey | undefined {
  if (bytes.length !== publicKeyBytes || !isCanonical(bytes) || LOW_ORDER.has(bytes.toString('hex'))) return undefined;
  const own = Buffer.from(bytes);
  const nodeId = hash('sha256', own, 'buffer').subarray(0, 16);
  const keyObject = createPublicKey({ key: Buffer.concat([SPKI_HEAD, own]), format: 'der', type: 'spki' });
  return { bytes: own, nodeId, kid: nodeId.subarray(0, 8), keyObject };
}

/** The gate's view of a key that node:crypto holds, private or public; undefined when it is not Ed25519 or refused. */
export function publicKeyOf(keyObject: KeyObject): PublicKey | undefined {
  if (keyObject.asymmetricKeyType !== 'ed25519') return undefined;
  const key = keyObject.type === 'private' ? createPublicKey(keyObject) : keyObject;
  const spki = key.export({ format: 'der', type: 'spki' });
  assert(spki.length === SPKI_HEAD.length + publicKeyBytes);
  return publicKey(spki.subarray(SPKI_HEAD.length));
}

/** S < L, both little-endian; S is the second half of the signature. */
function isReduced(signature: Buffer): boolean {
  for (let i = 31; i >= 0; i--) {
    const byte = signature[32 + i]!;
    if (byte !== L[i]) return byte < L[i]!;
  }
  return false;
}

export function signatureHolds(key: PublicKey, message: Buffer, signature: Buffer): boolean {
  if (signature.length !== signatureBytes || !isReduced(signature)) return false;
  if (LOW_ORDER.has(signature.toString('hex', 0, 32))) return false;
  return verify(null, message, key.keyObject, signature);
}
