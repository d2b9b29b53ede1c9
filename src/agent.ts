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
import type { Clock } from './core/clock.ts';
import { FINDINGS } from './core/condition.ts';
import { OperatingError } from './core/errors.ts';
import type { Emit, PacketReason } from './core/events.ts';
import { hopsMax, outboxBatchMax } from './core/limits.ts';
import { QUANTITIES } from './core/quantities.ts';
import { channelKey, type Reading } from './core/reading.ts';
import type { Watch } from './detect/watch.ts';
import type { Community } from './distill/community.ts';
import { distillAnomaly, distillAnswer, type Issue, type Station } from './distill/distiller.ts';
import { topicOf } from './distill/fingerprint.ts';
import type { Identity } from './distill/identity.ts';
import type { Keyring } from './distill/keyring.ts';
import { expiresS, type Outcome } from './distill/outcome.ts';
import { issue, parse, type SignedPacket } from './distill/packet.ts';
import type { Surroundings } from './distill/surroundings.ts';
import { admit } from './route/admission.ts';
import type { Arrival } from './route/arrival.ts';
import type { Network } from './route/network.ts';
import { formatTopic } from './route/topic.ts';
import type { Store } from './store/store.ts';
import { basisOf } from './synthesize/basis.ts';
import { sightingOf } from './synthesize/sighting.ts';
import type { Conclusion, Synthesizer } from './synthesize/synthesizer.ts';

export interface AgentParts {
  readonly station: Station;
  readonly identity: Identity;
  readonly community: Community | undefined;
  readonly keyring: Keyring;
  readonly store: Store;
  readonly network: Network;
  readonly watch: Watch;
  readonly synthesizer: Synthesizer;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
  readonly emit: Emit;
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
  const { station, identity, community, keyring, store, network, watch, synthesizer, surroundings, clock, emit } =
    parts;
  const { profile } = station;
  const own = identity.publicKey;
  const phenomenonOf = (outcome: Outcome) => profile.phenomena[(outcome.coarse[0] ?? 0) - 1];
  const sighting = ({ id, key, outcome }: SignedPacket) => sightingOf(profile, { id, origin: key.nodeId, outcome });

  function reading(from: Reading): void {
    surroundings.note(from);
    const anomaly = watch.accept(from);
    if (anomaly) surviving(() => conclude(anomaly));
  }

  function conclude(anomaly: Anomaly): void {
    emit({ type: 'anomaly', ...anomaly, channel: channelKey(anomaly), unit: QUANTITIES[anomaly.quantity].unit });
    const packet = deposit((moment) => distillAnomaly(station, anomaly, moment));
    act(synthesizer.issued(sighting(packet), clock.now()));
  }

  /** Outcome -> signed, committed with its sequence, sent. */
  function deposit(outcome: (moment: Issue) => Outcome): SignedPacket {
    const nowMs = clock.now();
    const packet = store.commitNow(() => {
      let signed: SignedPacket | undefined;
      store.issue((sequence) => {
        const moment = { nowMs, clock: clock.quality(), sequence, surroundings: surroundings.attributes(nowMs) };
        signed = issue(outcome(moment), identity, community);
        store.seen.add(signed.id);
        return rowOf(signed, nowMs);
      });
      return signed!;
    });
    const { id, bytes, outcome: issued } = packet;
    emit({
      type: 'packet_issued',
      id: id.toString('hex'),
      ...named(issued),
      bytes: bytes.length,
      evidence: issued.evidence.map(hex),
    });
    send();
    return packet;
  }

  /** Empties the outbox. What was made without a clock waits until there is one (protocol section 2). */
  function send(): void {
    if (clock.quality() === 0) return;
    const waiting = store.packets.unsent(outboxBatchMax);
    if (waiting.length === 0) return;
    const isTaken = ({ bytes }: { bytes: Buffer }) => {
      const parsed = parse(bytes);
      return !parsed.ok || network.publish(topicOf(parsed.packet.outcome, community), bytes);
    };
    const ids = waiting.filter(isTaken).map(({ id }) => id);
    if (ids.length > 0) store.commitNow(() => store.packets.markSent(ids, clock.now()));
  }

  async function arrival(from: Arrival): Promise<void> {
    const drop = (reason: PacketReason) =>
      emit({ type: 'packet_dropped', reason, via: from.via, bytes: from.bytes.length });
    const admitted = admit(from, { keyring, own, community, clock, isSeen: store.seen.has });
    if (!admitted.ok) return drop(admitted.reason);
    const { packet, topic } = admitted;
    const row = { ...rowOf(packet, clock.now()), own: false, hops: topic.hops, sentMs: undefined };
    // Two copies may wait for the same commit: the first one to be entered is the one that counts.
    let isNew: boolean;
    try {
      isNew = await store.commit(() => store.seen.add(packet.id) && store.packets.add(row));
    } catch (error) {
      drop('store_failed');
      // Not settled, so it is not acknowledged either.
      throw error;
    }
    if (!isNew) return drop('duplicate');
    const seen = sighting(packet);
    const origin = keyring.nameOf(seen.origin);
    const { via, bytes } = from;
    emit({
      type: 'packet_received',
      id: seen.id,
      ...named(packet.outcome),
      origin,
      via,
      hops: topic.hops,
      bytes: bytes.length,
    });
    if (topic.hops < hopsMax) network.publish(formatTopic(topic.base, topic.hops + 1), bytes, { except: via });
    else drop('hop_limit');
    surviving(() => act(synthesizer.hear(seen, clock.now(), watch.views())));
  }

  function act(conclusions: readonly Conclusion[]): void {
    for (const conclusion of conclusions) {
      if (conclusion.kind === 'answer') {
        const quantity = phenomenonOf(conclusion.about.outcome)?.quantity;
        deposit((moment) => distillAnswer(station, basisOf(conclusion, quantity, watch.views()), moment));
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
    const told = { phenomenon: named(about.outcome).phenomenon, verdict, probability, about: about.id, evidence };
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

  function named(outcome: Outcome) {
    return { finding: FINDINGS[outcome.finding]!, phenomenon: phenomenonOf(outcome)?.name ?? 'unknown' };
  }

  return {
    reading,
    arrival,
    tick() {
      const nowMs = clock.now();
      for (const anomaly of watch.tick(nowMs)) surviving(() => conclude(anomaly));
      surviving(() => act(synthesizer.tick(nowMs, watch.views())));
      surviving(send);
    },
  };
}

const hex = (id: Buffer): string => id.toString('hex');

function rowOf({ id, key, bytes, outcome }: SignedPacket, receivedMs: number) {
  return { id, origin: key.bytes, finding: outcome.finding, bytes, receivedMs, expiresS: expiresS(outcome) };
}
