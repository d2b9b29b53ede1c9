// Link frames: what two gateways say to each other besides packets (protocol section 6). COSE_Mac0 (RFC 9052 section 6.2).
//
//   frame          84 | 4d a2 01 04 04 48 <kid> | a0 | bstr payload | 48 <tag>      algorithm 4: HMAC 256/64
//   payload        [verb, message id (8), boot (4), counter, hops, body]             body by the verb
//                  [6, message id (8), boot (4), counter, hops, address (16), body]  STORE says where to
//   MAC_structure  84 | 64 "MAC0" | 4d a2 01 04 04 48 <kid> | 40 | bstr payload
//
// The MAC is made anew at every hop and covers all of it. Invariant: reading never throws, and writing what was read
// gives the same bytes.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { encode } from 'cbor-x';
import { hopsMax, linkFrameBytesMax } from '../../core/limits.ts';
import { type Item, readCanonical } from '../../packet/canonical.ts';
import { verbAt } from './verb.ts';

export interface LinkFrame {
  readonly verb: number;
  /** 8 bytes. */
  readonly messageId: Buffer;
  /** 4 bytes: changes with every start of the sender. */
  readonly boot: Buffer;
  /** Rises within a boot. */
  readonly counter: number;
  readonly hops: number;
  /** 16 bytes; where the verb has one. */
  readonly address?: Buffer | undefined;
  /** ACK: ids of 16 bytes; PING, PONG: 8 bytes; ANNOUNCE, STORE: the signed message. */
  readonly body: Item;
}

/** A frame whose MAC was not checked yet. */
export interface SealedFrame {
  /** 8 bytes: whose key to try. */
  readonly kid: Buffer;
  readonly frame: LinkFrame;
  readonly payload: Buffer;
  readonly tag: Buffer;
}

const PROTECTED = Buffer.from('4da201040448', 'hex');
const MAC_HEAD = Buffer.concat([Buffer.from('8464', 'hex'), Buffer.from('MAC0'), PROTECTED]);
const TAG_BYTES = 8;
const KID_BYTES = 8;
const EMPTY_BSTR = Buffer.of(0x40);
const EMPTY_MAP = Buffer.of(0xa0);
const FRAME_HEAD = Buffer.concat([Buffer.of(0x84), PROTECTED]);
const TAG_HEAD = 0x40 | TAG_BYTES;

function macOf(key: Buffer, kid: Buffer, payload: Buffer): Buffer {
  const structure = Buffer.concat([MAC_HEAD, kid, EMPTY_BSTR, Buffer.from(encode(payload))]);
  return createHmac('sha256', key).update(structure).digest().subarray(0, TAG_BYTES);
}

export function sealFrame(frame: LinkFrame, kid: Buffer, key: Buffer): Buffer {
  return writeFrame(frame, kid, (payload) => macOf(key, kid, payload));
}

/** @param tagOf 8 bytes that prove who made the payload */
export function writeFrame(frame: LinkFrame, kid: Buffer, tagOf: (payload: Buffer) => Buffer): Buffer {
  const { verb, messageId, boot, counter, hops, address, body } = frame;
  const to = address ? [address] : [];
  const payload = Buffer.from(encode([verb, messageId, boot, counter, hops, ...to, body]));
  return Buffer.concat([FRAME_HEAD, kid, EMPTY_MAP, encode(payload), Buffer.of(TAG_HEAD), tagOf(payload)]);
}

/** The bytes of a frame around a body, encoded, of so many; where a verb has no address. */
export function frameBytesMax(bodyBytes: number): number {
  // Array, verb, message, boot, counter, hops; then the heads of the frame, its payload and its tag.
  const payloadBytes = 1 + 1 + 9 + 5 + 5 + 1 + bodyBytes;
  return FRAME_HEAD.length + KID_BYTES + EMPTY_MAP.length + 3 + payloadBytes + 1 + TAG_BYTES;
}

/** @returns undefined when it is no frame; `isAuthentic` says whose it is */
export function parseFrame(bytes: Buffer): SealedFrame | undefined {
  const kidAt = FRAME_HEAD.length;
  const payloadAt = kidAt + KID_BYTES + 1;
  const tagAt = bytes.length - TAG_BYTES;
  if (bytes.length > linkFrameBytesMax || tagAt - 1 <= payloadAt) return undefined;
  if (!bytes.subarray(0, kidAt).equals(FRAME_HEAD) || bytes[payloadAt - 1] !== 0xa0) return undefined;
  if (bytes[tagAt - 1] !== TAG_HEAD) return undefined;
  const payload = readCanonical(bytes.subarray(payloadAt, tagAt - 1));
  const frame = Buffer.isBuffer(payload) ? frameOf(readCanonical(payload)) : undefined;
  if (!frame) return undefined;
  return {
    kid: bytes.subarray(kidAt, kidAt + KID_BYTES),
    frame,
    payload: payload as Buffer,
    tag: bytes.subarray(tagAt),
  };
}

export function isAuthentic({ kid, payload, tag }: SealedFrame, key: Buffer): boolean {
  return timingSafeEqual(macOf(key, kid, payload), tag);
}

function frameOf(item: Item | undefined): LinkFrame | undefined {
  if (!Array.isArray(item) || item.length < 6 || item.length > 7) return undefined;
  const [verb, messageId, boot, counter, hops] = item;
  const address = item.length === 7 ? item[5] : undefined;
  const body = item.at(-1);
  if (!isUint(verb) || !isUint(counter) || !isUint(hops) || hops > hopsMax || body === undefined) return undefined;
  if (!isBytes(messageId, 8) || !isBytes(boot, 4)) return undefined;
  if (address !== undefined && !isBytes(address, 16)) return undefined;
  const known = verbAt(verb);
  if (known && (address !== undefined) !== known.hasAddress) return undefined;
  return { verb, messageId, boot, counter, hops, address, body };
}

const isUint = (item: Item | undefined): item is number => typeof item === 'number' && item >= 0;
const isBytes = (item: Item | undefined, length: number): item is Buffer =>
  Buffer.isBuffer(item) && item.length === length;
