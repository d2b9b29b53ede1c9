// The loop of one gateway, in reading order. Start here.
//
//     sense ──reading──> detect ──anomaly──> distill ──packet──> store ──> route ──> other gateways
//                                               ^                                        │
//                          answer, verdict ─────┤                                        │ arrival
//                                               └──── synthesize <── store <── admit <───┘
//
// Synchronous but for commits, and driven from outside: by sensors and sockets in a gateway, by a virtual clock in a
// replay. A disk that takes nothing is outlived: what needs it is left for later. Invariant: nothing leaves, is relayed or is
// weighed before it was committed.
import type { Anomaly } from './core/anomaly.ts';
import { type Domain, FINDING } from './core/condition.ts';
import { type DomainProfile, phenomenonOf } from './core/domain.ts';
import { QUANTITIES, type Quantity } from './core/quantities.ts';
import { channelKey, type Reading } from './core/reading.ts';
import type { Watch } from './detect/watch.ts';
import {
  type Deposited,
  distillAnomaly,
  distillAnswer,
  distillFault,
  distillLevel,
  type Station,
  sensorOf,
} from './distill/distiller.ts';
import type { Domains } from './distill/domains.ts';
import { createOutbox, type Outbox, type OutboxParts, rowOf } from './outbox.ts';
import type { Keyring } from './packet/keyring.ts';
import { isLater, type Outcome } from './packet/outcome.ts';
import type { SignedPacket } from './packet/packet.ts';
import type { AdmissionOptions } from './route/admission.ts';
import type { Arrival } from './route/arrival.ts';
import { createRates } from './route/rates.ts';
import { createRouter } from './route/router.ts';
import { createDiskWatch } from './store/disk-watch.ts';
import { unlessFull } from './store/failure.ts';
import type { AlarmConclusion } from './synthesize/alarm/alarm-watch.ts';
import type { Alarms } from './synthesize/alarm/alarms.ts';
import { basisOf } from './synthesize/basis.ts';
import { createEquivocation } from './synthesize/equivocation.ts';
import type { Explanation } from './synthesize/explained.ts';
import type { Reputation } from './synthesize/reputation.ts';
import { isFall, type Sighting, sightingOf } from './synthesize/sighting.ts';
import type { Conclusion, Synthesizer } from './synthesize/synthesizer.ts';
import { createToldGrounds, type ToldGrounds } from './synthesize/told-grounds.ts';

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
  /** Which sensors are being worked on. Absent: none ever is. */
  readonly maintenance?: PausedSensors | undefined;
  /** Absent: nothing has an alarm level. */
  readonly alarms?: Alarms;
  /** Keeps what others, and we ourselves, deposited. Absent: nobody asks for it. */
  readonly outcomes?: { note(packet: { id: Buffer; nodeId: Buffer; outcome: Outcome }): void };
  /** Learns from what came of it for those who followed it. Absent: nobody does. */
  readonly elections?: { heard(packet: { nodeId: Buffer; outcome: Outcome }, nowMs: number): void };
  /** Learns whom to listen to. Absent: what is watched never changes. */
  readonly vicinity?: { hear(sighting: Sighting): void; tick(nowMs: number): void };
  /** Keeps a packet until the key of its origin is announced; false when it has no room. Absent: it is dropped. */
  readonly park?: (arrival: Arrival) => boolean;
  /** Whether the operator wrote a key down, by node id in hex. Absent: all of them. */
  readonly isPinned?: (nodeId: string) => boolean;
  /** For the delay of relaying; in [0, 1). Absent: there is none. */
  readonly random?: () => number;
  /** Runs a job after so many ms of the clock. Absent: what is due waits for a tick. */
  readonly later?: (ms: number, job: () => void) => void;
  /** How a packet is verified; a replay shares the work between its gateways. */
  readonly open?: AdmissionOptions['open'];
}

export interface PausedSensors {
  /** Looks whether a maintenance is over. @returns which sensors are back, if any is */
  tick(): ((sensor: string) => boolean) | undefined;
}

export interface Agent {
  /** A reading of one of our sensors. */
  reading(reading: Reading): void;
  /** Bytes from the network, packets and link frames; settles once they are committed or dropped. */
  arrival(arrival: Arrival): Promise<void>;
  /** Issues what was deposited here, when its turn has come (Outbox). */
  readonly offer: Outbox['offer'];
  /** What time triggers; call it about once a second. */
  tick(): void;
  /** Conclusions that may not be issued yet: the time is not known, the process has just begun, or the disk takes nothing. */
  waiting(): number;
  /** Why what was concluded stands: all whose id, in hex, begins like this. */
  explain(prefix: string): Explanation[];
}

export function createAgent(parts: AgentParts): Agent {
  const { domains, work, keyring, store, delivery, qualityControl, watch, alarms, vicinity, clock, emit } = parts;
  const { surroundings, maintenance } = parts;
  const outbox = createOutbox(parts, open);
  const watchDisk = createDiskWatch(parts);
  /** Between two readings nothing changes for the packets that come in. */
  let seenHere: ReturnType<Watch['views']> | undefined;
  const views = () => {
    seenHere ??= watch.views().filter(({ isPaused }) => !isPaused);
    return seenHere;
  };
  const grounds = createToldGrounds();
  const tell = createTeller(parts, grounds);
  const isContradiction = createWitness(parts);
  const sighting = ({ id, key, outcome }: SignedPacket) =>
    sightingOf(domains.of(outcome.domain), { id, origin: key.nodeId, outcome });
  const router = createRouter({
    ...parts,
    rates: createRates(parts),
    own: parts.identity.publicKey,
    ledger: {
      isSeen: store.seen.has,
      commit: store.commit,
      enter(packet, { hops, receivedMs }) {
        const refusal = store.packets.refuses(packet.key.bytes, packet.outcome.finding);
        if (refusal && !store.seen.has(packet.id)) return refusal;
        const row = { ...rowOf(packet, receivedMs), own: false, hops, sentMs: undefined };
        return store.packets.add(row) ? undefined : 'duplicate';
      },
      isNearer: store.packets.isNearer,
      nearer: store.packets.nearer,
    },
    describe: ({ key, outcome }) => ({
      ...domains.named(outcome),
      origin: keyring.nameOf(key.nodeId.toString('hex')),
    }),
    hear: (packet) => unlessFull(() => hear(packet)),
  });

  function conclude(anomaly: Anomaly): void {
    emit({ type: 'anomaly', ...anomaly, channel: channelKey(anomaly), unit: QUANTITIES[anomaly.quantity].unit });
    if (!isDeposited(anomaly)) return;
    // Every channel that is watched is of a quantity of one of our domains.
    const { station } = work.get(domains.ofQuantity(anomaly.quantity)!.id)!;
    outbox.deposit((moment) => distillAnomaly(station, anomaly, moment));
  }

  /** An event or fault of ours is open for votes from when it was issued, or has ended. */
  function open(packet: SignedPacket): void {
    note(packet);
    if (packet.outcome.finding > FINDING.cleared) return;
    act(work.get(packet.outcome.domain)!.synthesizer.issued(sighting(packet), clock.now()));
  }

  function note({ id, key: { nodeId }, outcome }: SignedPacket): void {
    if (outcome.finding === FINDING.outcome && store.packets.isHeld(id)) parts.outcomes?.note({ id, nodeId, outcome });
    if (outcome.finding === FINDING.verdict) parts.elections?.heard({ nodeId, outcome }, clock.now());
  }

  function alarm({ told, level, phenomenon, ...where }: AlarmConclusion): void {
    const { unit } = QUANTITIES[phenomenon.quantity];
    for (const one of told) {
      const at = { phenomenon: phenomenon.name, sensor: where.sensor, unit };
      const { grounds: _, ...shown } = one;
      emit({ type: 'alarm', id: grounds.alarm(one, { ...at, timeMs: clock.now() }), ...shown, ...at });
    }
    const { station } = work.get(where.domain)!;
    for (const { kind, cause, observed: value, confidence } of told)
      if (kind === 'fault' && cause !== 'disagreement')
        outbox.deposit((moment) => distillFault(station, { ...where, phenomenon, value, confidence }, moment));
    if (level) outbox.deposit((moment) => distillLevel(station, { ...level, ...where, phenomenon }, moment));
  }

  function hear(packet: SignedPacket): void {
    if (isLater(packet.outcome)) return;
    const seen = sighting(packet);
    const at = work.get(packet.outcome.domain);
    if (isContradiction(seen, packet) || !at) return;
    if (isDeposit(domains.of(packet.outcome.domain)!, packet.outcome)) {
      note(packet);
      return;
    }
    alarms?.hear(seen);
    vicinity?.hear(seen);
    act(at.synthesizer.hear(seen, clock.now(), views()));
  }

  /** Every sensor of a quantity is being worked on: the others hear nothing of it from here. */
  function isUnseen(quantity: Quantity | undefined): boolean {
    const channels = watch.views().filter((view) => view.quantity === quantity);
    return channels.length > 0 && channels.every(({ isPaused }) => isPaused);
  }

  function act(conclusions: readonly Conclusion[]): void {
    for (const conclusion of conclusions) {
      if (conclusion.kind !== 'answer') tell(conclusion);
      else {
        const { station } = work.get(conclusion.about.outcome.domain)!;
        const quantity = phenomenonOf(station.profile, conclusion.about.outcome)?.quantity;
        if (isUnseen(quantity)) continue;
        outbox.deposit((moment) => distillAnswer(station, basisOf(conclusion, quantity, views()), moment));
      }
    }
  }

  return {
    reading(from) {
      seenHere = undefined;
      const judged = qualityControl(from);
      surroundings.note(judged);
      const anomaly = watch.accept(judged);
      if (anomaly) unlessFull(() => conclude(anomaly));
      for (const concluded of alarms?.accept(judged) ?? []) unlessFull(() => alarm(concluded));
    },
    arrival: router.arrival,
    offer: outbox.offer,
    tick() {
      const nowMs = clock.now();
      seenHere = undefined;
      const isBack = unlessFull(() => maintenance?.tick());
      if (isBack) {
        watch.resume(isBack, nowMs);
        alarms?.resume(isBack);
      }
      for (const anomaly of watch.tick(nowMs)) unlessFull(() => conclude(anomaly));
      for (const concluded of alarms?.tick() ?? []) unlessFull(() => alarm(concluded));
      for (const { synthesizer } of work.values()) unlessFull(() => act(synthesizer.tick(nowMs, views())));
      unlessFull(() => vicinity?.tick(nowMs));
      unlessFull(outbox.send);
      unlessFull(router.tick);
      if (delivery) unlessFull(delivery.tick);
      watchDisk();
    },
    waiting: outbox.waiting,
    explain: (prefix) => [
      ...[...work.values()].flatMap(({ synthesizer }) => synthesizer.explain(prefix)),
      ...grounds.explain(prefix),
    ],
  };
}

/** A severity class that changed inside an event is told to the operator alone. */
const isDeposited = (anomaly: Anomaly): anomaly is Deposited => anomaly.kind !== 'level';

type TellerParts = Pick<AgentParts, 'domains' | 'store' | 'watch' | 'alarms' | 'identity' | 'clock' | 'emit'>;

/** Tells the operator: the log now, the verdict table for later. */
function createTeller(parts: TellerParts, grounds: ToldGrounds) {
  const { domains, store, watch, alarms, identity, clock, emit } = parts;
  return (conclusion: Exclude<Conclusion, { kind: 'answer' }>): void => {
    const { probability, evidence } = conclusion;
    if (conclusion.kind === 'advisory') {
      // A guess by distance and speed: only until the alarm of this phenomenon has learned to warn by itself.
      if (alarms?.of(conclusion.quantity)?.warns()) return;
      const inMinutes = Math.max(0, Math.round((conclusion.atMs - clock.now()) / 60_000));
      const distanceKm = Math.round(conclusion.distanceM / 100) / 10;
      const when = { inMinutes, distanceKm, ...(conclusion.falls && { falls: true }) };
      const id = grounds.advisory(conclusion, clock.now());
      emit({ type: 'advisory', id, phenomenon: conclusion.quantity, probability, ...when, evidence });
      return;
    }
    const { verdict, about, neighbours } = conclusion;
    const { phenomenon } = domains.named(about.outcome);
    const way = isFall(domains.of(about.outcome.domain), about) && { falls: true };
    const told = { phenomenon, verdict, probability, about: about.id, evidence, neighbours, ...way };
    const sensor = sensorOf(about.outcome, watch.views(), identity.contextTag);
    emit({ type: 'verdict', ...told, ...(sensor !== undefined && { sensor }) });
    unlessFull(() => store.commitNow(() => store.verdicts.add({ ...told, timeMs: clock.now() })));
  };
}

/** What somebody deposited, or says of a deposit: it states no phenomenon, so it is no sighting of one. */
function isDeposit(profile: DomainProfile, outcome: Outcome): boolean {
  const { finding } = outcome;
  return finding === FINDING.outcome || (finding === FINDING.verdict && phenomenonOf(profile, outcome) === undefined);
}

/** Two valid packets of one key that cannot both be true prove it to anyone: both are kept, and the key counts no more. */
function createWitness({ work, keyring, store, emit }: Pick<AgentParts, 'work' | 'keyring' | 'store' | 'emit'>) {
  const equivocation = createEquivocation();
  /** @returns whether the packet contradicts one that was heard before; neither is weighed then */
  return (seen: Sighting, packet: SignedPacket): boolean => {
    const other = equivocation.check(seen);
    if (other === undefined) return false;
    for (const { reputation } of work.values()) reputation?.condemn(seen.origin);
    emit({ type: 'equivocation', origin: keyring.nameOf(seen.origin), ids: [other, seen.id] });
    // Written down at once, also where the other packet is no longer here: what is known of a key outlives a power cut.
    const before = store.packets.get(Buffer.from(other, 'hex'))?.bytes ?? Buffer.alloc(0);
    store.commitNow(() => store.proofs.add({ origin: packet.key.bytes, first: before, second: packet.bytes }));
    return true;
  };
}
