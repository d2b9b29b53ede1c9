// A community: gateways that share a secret key, so that outsiders cannot guess where a condition lives.
//
// The key turns the hashes of fingerprint.ts into HMACs, and its id enters what is signed (protocol sections 1 and 3).
// It encrypts nothing: whoever may read the broker reads the packets.

import { hash } from 'node:crypto';
import { assert } from '../core/assert.ts';

export const communityKeyBytes = 32;

export interface Community {
  /** 32 secret bytes. */
  readonly key: Buffer;
  /** 16 bytes that tell communities apart and reveal nothing of the key. */
  readonly id: Buffer;
}

export function community(key: Buffer): Community {
  assert(key.length === communityKeyBytes, 'a community key is 32 bytes');
  const id = hash('sha256', Buffer.concat([Buffer.from('qis/1/community'), key]), 'buffer').subarray(0, 16);
  return { key: Buffer.from(key), id };
}
