// ANNOUNCE: a key, how to reach it, what it watches; signed by that key (protocol sections 1 and 4).
//
//   announcement = [1, public_key: bstr .size 32, [*8 url: tstr], [*128 filter], expires: uint]
//   filter       = [domain, [1*12 token]]       token: 4 bytes, or empty for any
//
// It travels inside a link frame as a COSE_Sign1 of kind `announce`. Its signature can serve as nothing else.
import { encode } from 'cbor-x';
import { assert } from '../core/assert.ts';
import type { Clock } from '../core/clock.ts';
import type { Domain } from '../core/condition.ts';
import {
  announcedFiltersMax,
  announcedTokensMax,
  announcedUrlsMax,
  announcementBytesMax,
  announcementLifetimeSMax,
  futureToleranceS,
} from '../core/limits.ts';
import { type Item, readCanonical } from './canonical.ts';
import type { Community } from './community.ts';
import { kidBytes, protectedHead, sign1Message, signatureBytes, sigStructure, verify1 } from './cose.ts';
import { type PublicKey, publicKey } from './gate.ts';
import type { Identity } from './identity.ts';

export interface WatchedTopics {
  readonly domain: Domain;
  /** The first of a topic, coarse and then fine; four bytes each; empty: any. */
  readonly tokens: readonly Buffer[];
}

export interface Announcement {
  readonly key: PublicKey;
  readonly urls: readonly string[];
  readonly filters: readonly WatchedTopics[];
  /** Unix seconds. */
  readonly expiresS: number;
}

export function signAnnouncement(
  said: Omit<Announcement, 'key'>,
  identity: Identity,
  community: Community | undefined,
): Buffer {
  const key = identity.publicKey;
  const filters = said.filters.map(({ domain, tokens }) => [domain, tokens]);
  const payload = Buffer.from(encode([1, key.bytes, said.urls, filters, said.expiresS]));
  const signature = identity.sign(sigStructure({ kind: 'announce', key, community }, payload));
  const message = sign1Message(key.kid, payload, signature);
  assert(message.length <= announcementBytesMax, 'an announcement must fit a link frame');
  return message;
}

/**
 * @returns undefined when malformed, not signed by the key it names, or not valid now: expired, or valid for longer than
 * allowed. A clock that was never set cannot judge the time, and the session it comes in says that it is fresh.
 */
export function readAnnouncement(
  bytes: Buffer,
  community: Community | undefined,
  clock: Clock,
): Announcement | undefined {
  const message = sign1Of(bytes);
  const said = message && announcementOf(readCanonical(message.payload));
  if (!message || !said || !isValidAt(said, clock)) return undefined;
  return verify1({ kind: 'announce', key: said.key, community }, message).valid ? said : undefined;
}

export function isValidAt({ expiresS }: Announcement, clock: Clock): boolean {
  const leftS = expiresS - clock.now() / 1000;
  return clock.quality() === 0 || (leftS >= 0 && leftS <= announcementLifetimeSMax + futureToleranceS);
}

/** The fixed parts are compared, as in cose.ts they have one spelling; the payload has a head of two or three bytes. */
function sign1Of(bytes: Buffer): { kid: Buffer; payload: Buffer; signature: Buffer } | undefined {
  const kidAt = 2 + protectedHead.length;
  const payloadAt = kidAt + kidBytes + 1;
  const signatureAt = bytes.length - signatureBytes;
  if (signatureAt - 2 <= payloadAt) return undefined;
  const kid = bytes.subarray(kidAt, kidAt + kidBytes);
  const payload = payloadOf(bytes.subarray(payloadAt, signatureAt - 2));
  const signature = bytes.subarray(signatureAt);
  if (!payload || !sign1Message(kid, payload, signature).equals(bytes)) return undefined;
  return { kid, payload, signature };
}

function payloadOf(bstr: Buffer): Buffer | undefined {
  const payload = readCanonical(bstr);
  return Buffer.isBuffer(payload) ? payload : undefined;
}

function announcementOf(item: Item | undefined): Announcement | undefined {
  if (!Array.isArray(item) || item.length !== 5) return undefined;
  const [version, bytes, urls, filters, expiresS] = item;
  const key = Buffer.isBuffer(bytes) ? publicKey(bytes) : undefined;
  if (version !== 1 || !key || typeof expiresS !== 'number' || expiresS < 0) return undefined;
  if (!Array.isArray(urls) || urls.length > announcedUrlsMax || !urls.every((url) => typeof url === 'string'))
    return undefined;
  if (!Array.isArray(filters) || filters.length > announcedFiltersMax) return undefined;
  const watched = filters.map(filterOf);
  if (watched.includes(undefined)) return undefined;
  return { key, urls: urls as string[], filters: watched as WatchedTopics[], expiresS };
}

function filterOf(item: Item): WatchedTopics | undefined {
  if (!Array.isArray(item) || item.length !== 2) return undefined;
  const [domain, tokens] = item;
  if ((typeof domain !== 'number' || domain < 0) && typeof domain !== 'string') return undefined;
  if (!Array.isArray(tokens) || tokens.length < 1 || tokens.length > announcedTokensMax) return undefined;
  if (!tokens.every((token) => Buffer.isBuffer(token) && (token.length === 4 || token.length === 0))) return undefined;
  return { domain, tokens: tokens as Buffer[] };
}
