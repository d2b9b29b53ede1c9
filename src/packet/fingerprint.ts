// A condition -> the names everyone derives from it and nobody transmits (protocol section 3).
//
//   fingerprint  H("qis/1/fingerprint" || cbor([domain, coarse, fine]))    the exact condition
//   address      H16("qis/1/address" || cbor([domain, coarse]))            where it lives in the mesh
//   token[i]     H4("qis/1/token" || cbor([domain, i, ordinal]))           one topic level per ordinal
//
// In a community H is HMAC-SHA-256 under its key. That keeps outsiders from guessing where a condition lives, no more.
// Invariant: equal conditions give equal names on every gateway, so the CBOR is the canonical one of the packet.
import { createHmac, hash } from 'node:crypto';
import { encode } from 'cbor-x';
import type { Condition, Domain } from '../core/condition.ts';
import { tokensCachedMax } from '../core/limits.ts';
import type { Community } from './community.ts';

function derive(label: string, items: unknown[], community: Community | undefined): Buffer {
  const message = Buffer.concat([Buffer.from(label), encode(items)]);
  return community ? createHmac('sha256', community.key).update(message).digest() : hash('sha256', message, 'buffer');
}

/** 32 bytes. */
export function fingerprint({ domain, coarse, fine }: Condition, community?: Community): Buffer {
  return derive('qis/1/fingerprint', [domain, coarse, fine], community);
}

/** 16 bytes. */
export function address({ domain, coarse }: Omit<Condition, 'fine'>, community?: Community): Buffer {
  return derive('qis/1/address', [domain, coarse], community).subarray(0, 16);
}

/** Ordinals repeat: the tokens of a packet are mostly those of the one before. Emptied when full. */
const cache = new Map<string, string>();

function token(place: { domain: Domain; index: number; ordinal: number }, community: Community | undefined): string {
  const { domain, index, ordinal } = place;
  // A number and its digits as a name cannot meet: names begin with a letter.
  const name = `${domain}/${index}/${ordinal}/${community ? community.id.toString('latin1') : ''}`;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const made = derive('qis/1/token', [domain, index, ordinal], community).toString('hex', 0, 4);
  if (cache.size >= tokensCachedMax) cache.clear();
  cache.set(name, made);
  return made;
}

/** One per ordinal, coarse then fine, 8 lower-case hex digits each. Those of the coarse ordinals come without `fine`. */
export function tokens(
  { domain, coarse, fine = [] }: Omit<Condition, 'fine'> & Partial<Condition>,
  community?: Community,
): string[] {
  return [...coarse, ...fine].map((ordinal, index) => token({ domain, index, ordinal }, community));
}

/** The topic of an original packet; a relayed copy adds its hop count (protocol section 4). */
export function topicOf(condition: Condition, community?: Community): string {
  return `qis/1/${condition.domain}/${tokens(condition, community).join('/')}`;
}
