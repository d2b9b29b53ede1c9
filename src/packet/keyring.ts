// The public keys a gateway believes, found by kid. A kid is an index, not an identity (protocol section 1).
//
// Up to 4 keys may share a kid and each is tried; a new key never displaces an older one, so nobody can push a key out
// by grinding a kid that collides.
import { keysMax, keysPerKidMax } from '../core/limits.ts';
import type { PublicKey } from './gate.ts';

export interface Keyring {
  /** @returns false when the kid or the ring is full; true also for a key that is there already */
  add(key: PublicKey, name?: string): boolean;
  /** A key that is believed no longer. */
  remove(key: Buffer): void;
  candidates(kid: Buffer): readonly PublicKey[];
  /** The name given by the operator, else the first 8 digits of the node id. */
  nameOf(nodeId: string): string;
  readonly size: number;
}

const NONE: readonly PublicKey[] = [];

export function createKeyring(): Keyring {
  const byKid = new Map<string, PublicKey[]>();
  const names = new Map<string, string>();
  let size = 0;
  return {
    add(key, name) {
      const kid = key.kid.toString('hex');
      const sharing = byKid.get(kid) ?? [];
      const isKnown = sharing.some((held) => held.bytes.equals(key.bytes));
      if (!isKnown && (sharing.length >= keysPerKidMax || size >= keysMax)) return false;
      if (!isKnown) {
        byKid.set(kid, [...sharing, key]);
        size++;
      }
      if (name) names.set(key.nodeId.toString('hex'), name);
      return true;
    },
    remove(bytes) {
      for (const [kid, sharing] of byKid) {
        const left = sharing.filter((held) => !held.bytes.equals(bytes));
        size -= sharing.length - left.length;
        if (left.length > 0) byKid.set(kid, left);
        else byKid.delete(kid);
      }
    },
    candidates: (kid) => byKid.get(kid.toString('hex')) ?? NONE,
    nameOf: (nodeId) => names.get(nodeId) ?? nodeId.slice(0, 8),
    get size() {
      return size;
    },
  };
}
