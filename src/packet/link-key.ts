// The key of a link, derived by both ends with no round trip: one for each direction (protocol section 6).
//
//   HKDF-SHA-256(X25519(mont(own secret), mont(their key)), info = "qis/1/link" || sender || receiver)
//
// node:crypto has X25519 and HKDF; the conversion from Ed25519 (RFC 7748 section 4.1) is noble's.
import { createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import type { PublicKey } from './gate.ts';

export interface LinkKeys {
  /** 32 bytes, for what we send. */
  readonly send: Buffer;
  /** 32 bytes, for what we receive. */
  readonly receive: Buffer;
}

/** SubjectPublicKeyInfo and PKCS#8 of X25519 up to the 32 bytes (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b656e032100', 'hex');
const PKCS8_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex');
const INFO = Buffer.from('qis/1/link');

/**
 * @param seed the 32 secret bytes of our Ed25519 key
 * @returns undefined when the other key is no point of the curve, or contributes nothing
 */
export function deriveLinkKeys(seed: Buffer, own: PublicKey, other: PublicKey): LinkKeys | undefined {
  let shared: Buffer;
  try {
    const secret = Buffer.concat([PKCS8_HEAD, ed25519.utils.toMontgomerySecret(seed)]);
    const point = Buffer.concat([SPKI_HEAD, ed25519.utils.toMontgomery(other.bytes)]);
    shared = diffieHellman({
      privateKey: createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' }),
      publicKey: createPublicKey({ key: point, format: 'der', type: 'spki' }),
    });
  } catch {
    return undefined;
  }
  const derive = (sender: PublicKey, receiver: PublicKey) =>
    Buffer.from(hkdfSync('sha256', shared, '', Buffer.concat([INFO, sender.bytes, receiver.bytes]), 32));
  return { send: derive(own, other), receive: derive(other, own) };
}
