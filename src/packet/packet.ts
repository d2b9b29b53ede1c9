// The outcome packet: outcome -> signed bytes, and back (protocol section 2).
//
//   issue:  outcome -> cbor-x -> scan -> sign -> bytes
//   parse:  bytes -> size -> scan -> cbor-x -> Packet          what it says; nobody vouches for it yet
//   open:   Packet + key -> SignedPacket                       who said it, and its id
//
// The id hashes the signed bytes, and those contain the public key, which the packet does not carry (only its kid). So a
// packet has no id before its key is known, and an id names one content of one key.
// Invariant: what issue() makes passes the same scanner as what strangers send.

import { decode, encode } from 'cbor-x';
import { assert } from '../core/assert.ts';
import type { PacketReason } from '../core/events.ts';
import { packetBytesMax } from '../core/limits.ts';
import type { Community } from './community.ts';
import { sign1Message, signedId, sigStructure, verify1 } from './cose.ts';
import type { PublicKey } from './gate.ts';
import type { Identity } from './identity.ts';
import { type Outcome, outcomeFrom, outcomeItems } from './outcome.ts';
import { scanOutcome, scanPacket } from './scanner.ts';

/** A well-formed packet. Its buffers are views of `bytes`: who keeps one keeps them all, who reuses them copies first. */
export interface Packet {
  readonly bytes: Buffer;
  readonly outcome: Outcome;
  /** 8 bytes: which keys to try. */
  readonly kid: Buffer;
  readonly protectedBytes: Buffer;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

/** A packet whose signature held under `key`. */
export interface SignedPacket extends Packet {
  readonly key: PublicKey;
  /** H16(Sig_structure), 16 bytes. */
  readonly id: Buffer;
}

export type Parsed =
  | { readonly ok: true; readonly packet: Packet }
  /** `reason` for the counters, `detail` for people: what is wrong and where. */
  | { readonly ok: false; readonly reason: Extract<PacketReason, 'too_large' | 'malformed'>; readonly detail: string };

/** Bytes of a whole packet -> its unverified parts. Never throws. */
export function parse(bytes: Buffer): Parsed {
  const detail = scanPacket(bytes);
  if (detail !== undefined) {
    return { ok: false, reason: bytes.length > packetBytesMax ? 'too_large' : 'malformed', detail };
  }
  return { ok: true, packet: decoded(bytes) };
}

/** @param bytes what the scanner passed */
function decoded(bytes: Buffer): Packet {
  // cbor-x leaves a DataView behind on the buffer it reads, so it gets views of its own.
  const [protectedBytes, , payload, signature] = decode(bytes.subarray()) as [Buffer, object, Buffer, Buffer];
  const outcome = outcomeFrom(decode(payload.subarray()) as unknown[]);
  return { bytes, outcome, kid: protectedBytes.subarray(-8), protectedBytes, payload, signature };
}

/** Holds a packet against one key. The id means something only when `valid` (see cose.ts). */
export function verify(packet: Packet, key: PublicKey, community?: Community): { id: Buffer; valid: boolean } {
  return verify1({ kind: 'packet', key, community }, packet);
}

/** The id the packet has if this key signed it: known without a verification, because no signature enters it. */
export function idOf(packet: Packet, key: PublicKey, community?: Community): Buffer {
  return signedId(sigStructure({ kind: 'packet', key, community }, packet.payload));
}

/** Tries every key that shares the packet's kid (protocol section 1); undefined when none of them signed it. */
export function open(packet: Packet, keys: Iterable<PublicKey>, community?: Community): SignedPacket | undefined {
  for (const key of keys) {
    if (!key.kid.equals(packet.kid)) continue;
    const { id, valid } = verify(packet, key, community);
    if (valid) return { ...packet, key, id };
  }
  return undefined;
}

/** The payload of an outcome; asserts that it is within the grammar. */
export function payloadOf(outcome: Outcome): Buffer {
  const payload = Buffer.from(encode(outcomeItems(outcome)));
  const fault = scanOutcome(payload);
  assert(fault === undefined, fault);
  return payload;
}

/** Signs an outcome. Asserts that it is within the grammar and the size cap. */
export function issue(outcome: Outcome, identity: Identity, community?: Community): SignedPacket {
  const key = identity.publicKey;
  const payload = payloadOf(outcome);
  const structure = sigStructure({ kind: 'packet', key, community }, payload);
  const bytes = sign1Message(key.kid, payload, identity.sign(structure));
  const fault = scanPacket(bytes);
  assert(fault === undefined, fault);
  return { ...decoded(bytes), key, id: signedId(structure) };
}
