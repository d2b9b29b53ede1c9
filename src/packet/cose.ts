// COSE_Sign1 as this protocol uses it (RFC 9052 section 4.2): one header, one algorithm, laid out by hand.
//
//   message        84 | 4d a2 01 32 04 48 <kid> | a0 | bstr payload | 58 40 <signature>
//   Sig_structure  84 | 6a "Signature1" | 4d a2 01 32 04 48 <kid> | bstr external_aad | bstr payload
//   external_aad   "qis/1/<kind>" || public key || community id, if any
//
// The context costs no bytes on the wire, and no signature can serve as another kind, under another key or in another
// community. Invariant: both layouts are canonical CBOR, so one message has one Sig_structure and one id.

import { hash } from 'node:crypto';
import { assert } from '../core/assert.ts';
import type { Community } from './community.ts';
import { type PublicKey, publicKeyBytes, signatureHolds } from './gate.ts';

export type SignedKind = 'packet' | 'announce' | 'receipt' | 'member' | 'bundle';

export const signatureBytes = 64;
export const kidBytes = 8;
const idBytes = 16;
const communityIdBytes = 16;

/** {1: -19, 4: kid} up to the kid: algorithm Ed25519 of RFC 9864. */
export const protectedHead = Buffer.from('a201320448', 'hex');

const MESSAGE_HEAD = Buffer.concat([Buffer.from('844d', 'hex'), protectedHead]);
const STRUCTURE_HEAD = Buffer.concat([
  Buffer.from('846a'.concat(Buffer.from('Signature1').toString('hex'), '4d'), 'hex'),
  protectedHead,
]);
const SIGNATURE_HEAD = Buffer.from('5840', 'hex');
const EMPTY_MAP = 0xa0;

const CONTEXTS: Record<SignedKind, Buffer> = {
  packet: Buffer.from('qis/1/packet'),
  announce: Buffer.from('qis/1/announce'),
  receipt: Buffer.from('qis/1/receipt'),
  member: Buffer.from('qis/1/member'),
  bundle: Buffer.from('qis/1/bundle'),
};

/** What a signature speaks of, besides the payload. */
export interface SignContext {
  readonly kind: SignedKind;
  readonly key: PublicKey;
  readonly community?: Community | undefined;
}

/** Bytes of the head of a byte string, shortest form. */
function headBytes(length: number): number {
  assert(length < 0x1_0000, 'longer than anything this protocol signs');
  return length < 24 ? 1 : length < 0x100 ? 2 : 3;
}

/** Writes the head of a byte string; returns where its content goes. */
function writeHead(target: Buffer, at: number, length: number): number {
  if (length < 24) return target.writeUInt8(0x40 | length, at);
  if (length < 0x100) return target.writeUInt8(length, target.writeUInt8(0x58, at));
  return target.writeUInt16BE(length, target.writeUInt8(0x59, at));
}

function put(target: Buffer, at: number, source: Buffer): number {
  target.set(source, at);
  return at + source.length;
}

/** The bytes that are signed (RFC 9052 section 4.4). */
export function sigStructure({ kind, key, community }: SignContext, payload: Buffer): Buffer {
  const context = CONTEXTS[kind];
  const aadBytes = context.length + publicKeyBytes + (community ? communityIdBytes : 0);
  const fixed = STRUCTURE_HEAD.length + kidBytes + headBytes(aadBytes) + aadBytes;
  const bytes = Buffer.allocUnsafe(fixed + headBytes(payload.length) + payload.length);
  let at = put(bytes, 0, STRUCTURE_HEAD);
  at = put(bytes, at, key.kid);
  at = writeHead(bytes, at, aadBytes);
  at = put(bytes, at, context);
  at = put(bytes, at, key.bytes);
  if (community) at = put(bytes, at, community.id);
  at = writeHead(bytes, at, payload.length);
  at = put(bytes, at, payload);
  assert(at === bytes.length);
  return bytes;
}

/** H16(Sig_structure): names what was said, by whom, in which community; the signature is no part of it. */
export function signedId(structure: Buffer): Buffer {
  return hash('sha256', structure, 'buffer').subarray(0, idBytes);
}

/** The whole message, untagged. */
export function sign1Message(kid: Buffer, payload: Buffer, signature: Buffer): Buffer {
  const head = Buffer.allocUnsafe(headBytes(payload.length));
  writeHead(head, 0, payload.length);
  return Buffer.concat([MESSAGE_HEAD, kid, Buffer.of(EMPTY_MAP), head, payload, SIGNATURE_HEAD, signature]);
}

/** A parsed COSE_Sign1 whose grammar was checked. */
export interface Sign1 {
  readonly kid: Buffer;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

/**
 * Holds a message against one key. The id depends on the key, because the key is part of what is signed; it means
 * something only when `valid`. A message with the kid of another key is not valid, whatever its signature.
 */
export function verify1(context: SignContext, message: Sign1): { id: Buffer; valid: boolean } {
  const structure = sigStructure(context, message.payload);
  const valid = message.kid.equals(context.key.kid) && signatureHolds(context.key, structure, message.signature);
  return { id: signedId(structure), valid };
}
