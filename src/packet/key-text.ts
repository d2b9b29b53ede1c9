// Public keys as people copy them: 64 hexadecimal digits, a dash, and four more that check them.
//
// The four are the last of SHA-256 over the 32 bytes, so one wrong digit passes once in 65,536 times. Keys without them are
// read too: they were printed that way, and other programs write them so.
import { createHash } from 'node:crypto';

const KEY = /^([0-9a-f]{64})(?:-([0-9a-f]{4}))?$/i;

const checkOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(-4);

/** `<64 digits>-<4 digits>` */
export function keyText(bytes: Buffer): string {
  return `${bytes.toString('hex')}-${checkOf(bytes)}`;
}

/** @returns the 32 bytes, or `says`: why it is not a key, and what to do */
export function readKeyText(text: string): { readonly bytes: Buffer } | { readonly says: string } {
  const [, digits, check] = KEY.exec(text) ?? [];
  if (digits === undefined)
    return {
      says: 'is not a public key; write its 64 hexadecimal digits and the check at its end (qis init prints them)',
    };
  const bytes = Buffer.from(digits, 'hex');
  if (check !== undefined && check.toLowerCase() !== checkOf(bytes))
    return { says: 'is not the key that was printed: the check at its end does not fit; copy it again' };
  return { bytes };
}
