// The loop of one gateway, in reading order. Start here.
//
//     sense ──reading──> detect ──anomaly──> distill ──packet──> store ──> route ──> other gateways
//                                               ^                                        │
//                          answer, verdict ─────┤                                        │ arrival
//                                               └──── synthesize <── store <── admit <───┘
//
// Synchronous but for commits, and driven from outside: by sensors and sockets in a gateway, by a virtual clock in a
// replay. Invariant: nothing leaves, is relayed or is weighed before it was committed.
import type { Anomaly } from './core/anomaly.ts';
import type { Domain } from './core/condition.ts';
import { phenomenonOf } from './core/domain.ts';
import { OperatingError } from './core/errors.ts';
import type { PacketReason } from './core/events.ts';
import { hopsMax } from './core/limits.ts';
import { QUANTITIES } from './core/quantities.ts';
import { channelKey, type Reading } from './core/reading.ts';
import type { Watch } from './detect/watch.ts';
import { distillAnomaly, distillAnswer, type Station } from './distill/distiller.ts';
import type { Domains } from './distill/domains.ts';
import { createOutbox, type OutboxParts, rowOf } from './outbox.ts';
import type { Keyring } from './packet/keyring.ts';
import type { SignedPacket } from './packet/packet.ts';
import { type AdmissionOptions, admit } from './route/admission.ts';
import type { Arrival } from './route/arrival.ts';
import type { Handed } from './route/custody/delivery.ts';
import { formatTopic, type PacketTopic } from './route/topic.ts';
import { basisOf } from './synthesize/basis.ts';
import { createEquivocation } from './synthesize/equivocation.ts';
import type { Reputation } from './synthesize/reputation.ts';
import { type Sighting, sightingOf } from './synthesize/sighting.ts';
import type { Conclusion, Synthesizer } from './synthesize/synthesizer.ts';

/** A domain at work: where we stand in its terms, who weighs its packets, and what the word of others counts there. */
export interface DomainWork {
  readonly station: Station;
  readonly synthesizer: Synthesizer;
  /** Absent where nobody's word is worth less than another's. */
  readonly reputation?: Pick<Reputation, 'condemn'>;
}

export interface AgentParts extends OutboxParts {
  readonly domains: Domains;
  /** One for each of the domains, by its id. */
  readonly work: ReadonlyMap<Domain, DomainWork>;
  /** Every reading passes it first, whatever its source. */
  readonly qualityControl: (reading: Reading) => Reading;
  readonly keyring: Keyring;
  readonly watch: Watch;
  /** Keeps a packet until the key of its origin is announced; false when it has no room. Absent: it is dropped. */
  readonly park?: (arrival: Arrival) => boolean;
  /** How a packet is verified; a replay shares the work between its gateways. */
  readonly open?: AdmissionOptions['open'];
}

export interface Agent {
  /** A reading of one of our sensors. */
  reading(reading: Reading): void;
  /** Bytes from the network; settles once they are committed or dropped. */
  arrival(arrival: Arrival): Promise<void>;
  /** What time triggers; call it about once a second. */
  tick(): void;
}

export function createAgent(parts: AgentParts): Agent {
  const { domains, work, identity, community, keyring, store, network, delivery } = parts;
  const { qualityControl, watch, park, surroundings, clock, emit } = parts;
  const own = identity.publicKey;
  const outbox = createOutbox(parts);
  const equivocation = createEquivocation();
  const sighting = ({ id, key, outcome }: SignedPacket) =>
    sightingOf(domains.of(outcome.domain), { id, origin: key.nodeId, outcome });

  function reading(from: Reading): void {
    const judged = qualityControl(from);
    surroundings.note(judged);
    const anomaly = watch.accept(judged);
    if (anomaly) surviving(() => conclude(anomaly));
  }

  function conclude(anomaly: Anomaly): void {
    emit({ type: 'anomaly', ...anomaly, channel: channelKey(anomaly), unit: QUANTITIES[anomaly.quantity].unit });
    // Every channel that is watched is of a quantity of one of our domains.
    const { station, synthesizer } = work.get(domains.ofQuantity(anomaly.quantity)!.id)!;
    const packet = outbox.deposit((moment) => distillAnomaly(station, anomaly, moment));
    act(synthesizer.issued(sighting(packet), clock.now()));
  }

  async function arrival(from: Arrival): Promise<void> {
    const drop = (reason: PacketReason) =>
      emit({ type: 'packet_dropped', reason, via: from.via, bytes: from.bytes.length });
    const admitted = admit(from, { keyring, own, community, clock, isSeen: store.seen.has, open: parts.open });
    if (!admitted.ok) {
      // Whoever hands over what we have may stop as well.
      if (admitted.known) delivery?.acknowledge(admitted.known, handed(from, admitted.known.hops));
      if (admitted.reason !== 'unknown_key' || !park) return drop(admitted.reason);
      return park(from) ? undefined : drop('parked_full');
    }
    const { packet, topic } = admitted;
    const row = { ...rowOf(packet, clock.now()), own: false, hops: topic.hops, sentMs: undefined };
    // Two copies may wait for the same commit: the first one to be entered is the one that counts.
    let isNew: boolean;
    try {
      isNew = await store.commit(() => {
        if (!store.seen.add(packet.id) || !store.packets.add(row)) return false;
        delivery?.owe(packet, handed(from, topic.hops));
        return true;
      });
    } catch (error) {
      drop('store_failed');
      // Not settled, so it is not acknowledged either.
      throw error;
    }
    delivery?.acknowledge(packet, handed(from, topic.hops));
    if (!isNew) return drop('duplicate');
    const seen = sighting(packet);
    const origin = keyring.nameOf(seen.origin);
    const { via, bytes } = from;
    emit({
      type: 'packet_received',
      id: seen.id,
      ...domains.named(packet.outcome),
      origin,
      via,
      hops: topic.hops,
      bytes: bytes.length,
    });
    relay(packet, topic, from);
    surviving(() => hear(seen, packet));
  }

  function hear(seen: Sighting, packet: SignedPacket): void {
    const other = equivocation.check(seen);
    if (other === undefined) {
      const at = work.get(packet.outcome.domain);
      if (at) act(at.synthesizer.hear(seen, clock.now(), watch.views()));
      return;
    }
    // Both packets are valid, so together they prove it to anyone; neither counts.
    for (const { reputation } of work.values()) reputation?.condemn(seen.origin);
    emit({ type: 'equivocation', origin: keyring.nameOf(seen.origin), ids: [other, seen.id] });
    const before = store.packets.get(Buffer.from(other, 'hex'))?.bytes;
    if (before)
      store.commitNow(() => store.proofs.add({ origin: packet.key.bytes, first: before, second: packet.bytes }));
  }

  function relay({ id }: SignedPacket, { base, hops }: PacketTopic, { bytes, via }: Arrival): void {
    if (hops >= hopsMax) {
      emit({ type: 'packet_dropped', reason: 'hop_limit', via, bytes: bytes.length });
      return;
    }
    network.publish(formatTopic(base, hops + 1), bytes, { except: via });
    emit({ type: 'packet_relayed', id: id.toString('hex'), hops: hops + 1 });
  }

  function act(conclusions: readonly Conclusion[]): void {
    for (const conclusion of conclusions) {
      if (conclusion.kind === 'answer') {
        const { station } = work.get(conclusion.about.outcome.domain)!;
        const quantity = phenomenonOf(station.profile, conclusion.about.outcome)?.quantity;
        outbox.deposit((moment) => distillAnswer(station, basisOf(conclusion, quantity, watch.views()), moment));
      } else tell(conclusion);
    }
  }

  /** To the operator: the log now, the verdict table for later. */
  function tell(conclusion: Exclude<Conclusion, { kind: 'answer' }>): void {
    const { probability, evidence } = conclusion;
    if (conclusion.kind === 'advisory') {
      const inMinutes = Math.max(0, Math.round((conclusion.atMs - clock.now()) / 60_000));
      const distanceKm = Math.round(conclusion.distanceM / 100) / 10;
      emit({ type: 'advisory', phenomenon: conclusion.quantity, probability, inMinutes, distanceKm, evidence });
      return;
    }
    const { verdict, about } = conclusion;
    const told = {
      phenomenon: domains.named(about.outcome).phenomenon,
      verdict,
      probability,
      about: about.id,
      evidence,
    };
    emit({ type: 'verdict', ...told });
    store.commitNow(() => store.verdicts.add({ ...told, timeMs: clock.now() }));
  }

  /** A full disk is told and outlived: sensing goes on, and what cannot be kept is not sent. Anything else is fatal. */
  function surviving(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof OperatingError && error.code === 'store_unusable')) throw error;
      emit({ type: 'warning', message: error.message });
    }
  }

  return {
    reading,
    arrival,
    tick() {
      const nowMs = clock.now();
      for (const anomaly of watch.tick(nowMs)) surviving(() => conclude(anomaly));
      for (const { synthesizer } of work.values()) surviving(() => act(synthesizer.tick(nowMs, watch.views())));
      surviving(outbox.send);
      if (delivery) surviving(delivery.tick);
    },
  };
}

function handed({ via, giver }: Arrival, hops: number): Handed {
  return { via, hops, ...(giver && { giver }) };
}
