// The gate between the network and the loop: an arrival is admitted whole, or dropped for one named reason.
//
//     topic -> size -> grammar -> key -> id seen? -> time -> rate of the way -> signature -> topic derived = topic claimed
//
// Cheap tests come first. The id of a packet does not depend on its signature, so a duplicate is known without a
// verification; ids enter the table of seen ones only after verification and commit (protocol section 4).
import type { Clock } from '../core/clock.ts';
import type { PacketReason } from '../core/events.ts';
import { futureToleranceS } from '../core/limits.ts';
import type { Community } from '../packet/community.ts';
import { topicOf } from '../packet/fingerprint.ts';
import type { PublicKey } from '../packet/gate.ts';
import type { Keyring } from '../packet/keyring.ts';
import { expiresS, type Outcome } from '../packet/outcome.ts';
import { idOf, open, parse, type SignedPacket } from '../packet/packet.ts';
import type { Arrival } from './arrival.ts';
import { type PacketTopic, parseTopic } from './topic.ts';
import type { Way } from './way.ts';

export interface AdmissionOptions {
  readonly keyring: Keyring;
  /** Our own key; it is part of the ring, so that a forgery under it is told from an echo. */
  readonly own: PublicKey;
  readonly community: Community | undefined;
  readonly clock: Clock;
  /** Whether a packet with this id was committed before. */
  readonly isSeen: (id: Buffer) => boolean;
  /** Why no signature is checked for this way now: it brought too many. */
  readonly refuseWay?: ((via: Way) => PacketReason | undefined) | undefined;
  /** How a signature is checked; where many gateways share a process, one check serves all of them. */
  readonly open?: typeof open | undefined;
}

export type Admitted =
  | { readonly ok: true; readonly packet: SignedPacket; readonly topic: PacketTopic }
  | {
      readonly ok: false;
      readonly reason: PacketReason;
      /** Of an origin whose key is not known: which, and how this copy came. */
      readonly unknown?: { readonly kid: Buffer; readonly hops: number };
      readonly known?: KnownCopy;
    };

/** Of a duplicate: what we have already, and how this copy came. */
export interface KnownCopy {
  readonly id: Buffer;
  readonly key: PublicKey;
  readonly outcome: Outcome;
  readonly hops: number;
}

const drop = (reason: PacketReason): Admitted => ({ ok: false, reason });

export function admit({ topic: name, bytes, via }: Arrival, options: AdmissionOptions): Admitted {
  const { keyring, own, community, clock, isSeen, open: check = open } = options;
  const topic = parseTopic(name);
  if (!topic) return drop('bad_topic');
  const parsed = parse(bytes);
  if (!parsed.ok) return drop(parsed.reason);
  const { packet } = parsed;
  const keys = keyring.candidates(packet.kid);
  if (keys.length === 0) {
    return { ok: false, reason: 'unknown_key', unknown: { kid: packet.kid, hops: topic.hops } };
  }
  for (const key of keys) {
    const id = idOf(packet, key, community);
    if (!isSeen(id)) continue;
    if (key.bytes.equals(own.bytes)) return drop('own_echo');
    return { ok: false, reason: 'duplicate', known: { id, key, outcome: packet.outcome, hops: topic.hops } };
  }
  const nowS = clock.now() / 1000;
  if (clock.quality() === 2 && packet.outcome.issued > nowS + futureToleranceS) return drop('future');
  if (expiresS(packet.outcome) <= nowS) return drop('expired');
  const refused = options.refuseWay?.(via);
  if (refused) return drop(refused);
  const signed = check(packet, keys, community);
  if (!signed) return drop('bad_signature');
  // Not one of those we committed: somebody else signs with our key, or our database was lost.
  if (signed.key.bytes.equals(own.bytes)) return drop('own_key');
  if (topicOf(packet.outcome, community) !== topic.base) return drop('topic_mismatch');
  return { ok: true, packet: signed, topic };
}
