// A packet to put in a store; not a real one.
import { randomBytes } from 'node:crypto';
import type { StoredPacket } from '../../src/store/packets.ts';

export function somePacket(change: Partial<StoredPacket> = {}): StoredPacket {
  return {
    id: randomBytes(16),
    origin: Buffer.alloc(32, 7),
    finding: 0,
    score: 0,
    bytes: randomBytes(140),
    own: false,
    hops: 1,
    receivedMs: 1_000_000,
    expiresS: 5_000,
    sentMs: undefined,
    ...change,
  };
}
