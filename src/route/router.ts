// Takes every arrival the way a packet goes. The agent stands on it, and so does a node that only routes.
//
//     arrival ─┬ packet ─────────────────────────────────────┬─> admitted ─> committed ─> acknowledged ─> relayed ─> heard
//              └ link frame ─> delivery ─> packet it carries ─┘
//
// It needs no sensors, no database and no secret: what it is handed does the checking and the keeping.
// Invariant: what is not committed is neither acknowledged nor relayed nor heard, and every drop names its reason.
import type { ShownFinding } from '../core/condition.ts';
import type { Emit, PacketReason } from '../core/events.ts';
import { hopsMax } from '../core/limits.ts';
import { topicOf } from '../packet/fingerprint.ts';
import type { SignedPacket } from '../packet/packet.ts';
import { type AdmissionOptions, admit, type KnownCopy } from './admission.ts';
import type { Arrival } from './arrival.ts';
import type { Delivery } from './custody/delivery.ts';
import type { Holding } from './custody/holding.ts';
import type { Handed } from './custody/owing.ts';
import type { Network } from './network.ts';
import type { Rates } from './rates.ts';
import { createRelaying, type Relaying } from './relaying.ts';
import { isLinkTopic, linkTopic } from './topic.ts';

/** As much of custody as the way of an arrival needs. */
export interface RouterDelivery extends Pick<Delivery, 'owe' | 'refuse' | 'frame' | 'astray'> {
  readonly holding: Pick<Holding, keyof Holding>;
}

export interface RouterParts extends Omit<AdmissionOptions, 'isSeen' | 'refuseWay'> {
  readonly ledger: RouterLedger;
  readonly network: Pick<Network, 'publish'>;
  /** Absent where nothing gets lost; then link frames are dropped as what they are not: packets. */
  readonly delivery?: RouterDelivery | undefined;
  /** Keeps a packet until the key of its origin is announced; false when it has no room. Absent: it is dropped. */
  readonly park?: ((arrival: Arrival) => boolean) | undefined;
  /** A packet in words, for the event that tells of it. */
  readonly describe: (packet: SignedPacket) => { finding: ShownFinding; phenomenon: string; origin: string };
  /** The packet is committed and passed on. */
  readonly hear: (packet: SignedPacket) => void;
  readonly emit: Emit;
  /** For the delay of relaying; in [0, 1). Absent: there is none. */
  readonly random?: (() => number) | undefined;
  /** Runs a job after so many ms of the clock. Absent: what is due waits for a tick. */
  readonly later?: ((ms: number, job: () => void) => void) | undefined;
  /** Absent where nobody sends too much: in a simulation. */
  readonly rates?: Rates | undefined;
}

/** Where it is written down what was taken in. */
export interface RouterLedger {
  /** Whether a packet with this id was committed before. */
  isSeen(id: Buffer): boolean;
  /** Resolves after the commit; rejects when nothing was written. */
  commit<T>(job: () => T): Promise<T>;
  /** Inside a job. @returns undefined when it is taken in, else why not */
  enter(
    packet: SignedPacket,
    how: { readonly hops: number; readonly receivedMs: number },
  ): Extract<PacketReason, 'duplicate' | 'origin_full' | 'no_room'> | undefined;
  /**
   * Inside a job: a copy came with fewer hops than any before. @returns the packet as it was committed when it may be
   * passed on once more, else undefined
   */
  nearer(id: Buffer, hops: number): Buffer | undefined;
  /** Whether `nearer` would pass it on. */
  isNearer(id: Buffer, hops: number): boolean;
}

export interface Router {
  /** Bytes from the network. Settles once they are committed or dropped; rejects, and is not acknowledged, when neither is so. */
  arrival(arrival: Arrival): Promise<void>;
  /** Passes on what is due; call it about once a second. */
  tick(): void;
}

export function createRouter(parts: RouterParts): Router {
  const { ledger, delivery, park, rates, describe, hear, emit } = parts;
  const ownLinkTopic = linkTopic(parts.own.kid.toString('hex'));
  const relaying = createRelaying(parts);
  const admission: AdmissionOptions = { ...parts, isSeen: (id) => ledger.isSeen(id), refuseWay: rates?.refuseWay };

  /** @returns the packet that the frame carries, as if it had arrived on its topic */
  function carried(from: Arrival): Arrival | undefined {
    if (from.topic === ownLinkTopic) return delivery?.frame(from);
    delivery?.astray(from);
    emit({ type: 'link_frame_dropped', reason: 'not_for_us', via: from.via.id });
    return undefined;
  }

  async function packet(from: Arrival): Promise<void> {
    const admitted = admit(from, admission);
    if (!admitted.ok) {
      if (admitted.known) again(admitted.known, handed(from, admitted.known.hops), delivery, relaying);
      if (admitted.unknown) delivery?.refuse(admitted.unknown.kid, handed(from, admitted.unknown.hops));
      if (admitted.known) await passOnNearer(parts, relaying, admitted.known, from);
      if (admitted.reason !== 'unknown_key' || !park) return drop(emit, admitted.reason, from);
      return park(from) ? undefined : drop(emit, 'parked_full', from);
    }
    const { packet: signed, topic } = admitted;
    const refusal = rates?.refuseOrigin(signed.key) ?? (await committed(parts, { signed, hops: topic.hops, from }));
    // What is not taken in stays with whoever has it.
    if (refusal && refusal !== 'duplicate') return drop(emit, refusal, from);
    const how = handed(from, topic.hops);
    if (refusal) {
      again(signed, how, delivery, relaying);
      return drop(emit, refusal, from);
    }
    delivery?.holding.acknowledge(signed, how);
    const { via, bytes } = from;
    const id = signed.id.toString('hex');
    emit({ type: 'packet_received', id, ...describe(signed), via: via.id, hops: topic.hops, bytes: bytes.length });
    if (topic.hops >= hopsMax) drop(emit, 'hop_limit', from);
    else relaying.pass({ packet: signed, base: topic.base, bytes, from: how });
    hear(signed);
  }

  return {
    async arrival(from) {
      const arrived = delivery && isLinkTopic(from.topic) ? carried(from) : from;
      if (arrived) await packet(arrived);
    },
    tick: relaying.tick,
  };
}

/** A copy of what is committed: whoever hands it over may stop as well. */
function again(
  packet: KnownCopy | SignedPacket,
  from: Handed,
  delivery: RouterDelivery | undefined,
  relaying: Relaying,
): void {
  delivery?.holding.again(packet, from);
  relaying.heard(packet.id, from.via);
}

function drop(emit: Emit, reason: PacketReason, { via, bytes }: Arrival): void {
  emit({ type: 'packet_dropped', reason, via: via.id, bytes: bytes.length });
}

interface Incoming {
  readonly signed: SignedPacket;
  readonly hops: number;
  readonly from: Arrival;
}

/** @returns why it was not taken in: `duplicate` for the second of two copies that waited for the same commit */
async function committed(
  parts: RouterParts,
  { signed, hops, from }: Incoming,
): Promise<ReturnType<RouterLedger['enter']>> {
  const { ledger, delivery, clock, emit } = parts;
  const receivedMs = clock.now();
  try {
    return await ledger.commit(() => {
      const refusal = ledger.enter(signed, { hops, receivedMs });
      if (!refusal) delivery?.owe(signed, handed(from, hops));
      return refusal;
    });
  } catch (error) {
    drop(emit, 'store_failed', from);
    // Not settled, so it is not acknowledged either.
    throw error;
  }
}

/**
 * The count of hops is not signed: a copy that claims many, and comes first, would keep the packet from those behind us. So
 * one that came with fewer is passed on as well, as it was committed: nothing of the copy itself has been checked.
 */
async function passOnNearer(
  parts: RouterParts,
  relaying: Pick<Relaying, 'passNearer'>,
  known: KnownCopy,
  from: Arrival,
): Promise<void> {
  const { ledger, delivery, community } = parts;
  const { id, hops, outcome } = known;
  // The check is repeated inside the job; most copies are no nearer, and a commit costs a write.
  if (!ledger.isNearer(id, hops)) return;
  const bytes = await ledger.commit(() => {
    const held = ledger.nearer(id, hops);
    if (held) delivery?.owe(known, handed(from, hops));
    return held;
  });
  if (!bytes) return;
  relaying.passNearer({ packet: known, base: topicOf(outcome, community), bytes, from: handed(from, hops) });
}

function handed({ via, giver }: Arrival, hops: number): Handed {
  return { via, hops, ...(giver && { giver }) };
}
