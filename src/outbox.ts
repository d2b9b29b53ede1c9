// Our own packets on their way out: outcome -> its turn comes -> signed -> committed with its sequence -> sent.
//
// What may not be issued yet (turn.ts), or what the disk did not take, waits in memory as an outcome; what nobody could take stays in the outbox for the
// next call. Invariant: a packet is sent only after the commit that used up its sequence, so no two packets ever share one.
import type { Clock } from './core/clock.ts';
import { FINDING } from './core/condition.ts';
import { conclusionTurnsKept } from './core/deposit-limits.ts';
import type { AgentEvent, Emit } from './core/events.ts';
import { outboxBatchMax, uintMax, waitingOutcomesMax } from './core/limits.ts';
import type { Issue } from './distill/distiller.ts';
import type { Domains } from './distill/domains.ts';
import type { Surroundings } from './distill/surroundings.ts';
import type { Community } from './packet/community.ts';
import { fingerprint, topicOf } from './packet/fingerprint.ts';
import type { Identity } from './packet/identity.ts';
import { expiresS, type Outcome } from './packet/outcome.ts';
import { issue, parse, type SignedPacket } from './packet/packet.ts';
import type { Delivery } from './route/custody/delivery.ts';
import type { Network } from './route/network.ts';
import { unlessFull } from './store/failure.ts';
import type { Store } from './store/store.ts';
import { createTurn } from './store/turn.ts';

export interface OutboxParts {
  readonly domains: Pick<Domains, 'named'>;
  readonly identity: Identity;
  readonly community: Community | undefined;
  readonly store: Store;
  readonly network: Pick<Network, 'publish'>;
  /** Absent where nothing gets lost: in a replay. */
  readonly delivery?: Delivery;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
  /** Of the process, in ms of the clock's pace; nothing is issued at its beginning. Absent: for long (a replay). */
  readonly uptimeMs?: (() => number) | undefined;
  readonly emit: Emit;
}

/** A conclusion that may not be issued yet. */
interface Waiting {
  readonly outcome: Outcome;
  readonly sinceMs: number;
}

export interface Outbox {
  /** @returns undefined when its turn has not come, or the disk takes nothing: then it waits */
  deposit(outcome: (moment: Issue) => Outcome): SignedPacket | undefined;
  /**
   * Issues now or never: behind all that waits, and only while turns are left for conclusions.
   * @param alongside written in the same job @returns undefined when its turn has not come, or the disk takes nothing
   */
  offer(outcome: (moment: Issue) => Outcome, alongside: () => void): SignedPacket | undefined;
  /** Issues what waited and may be issued now, and sends what is in the outbox. @throws OperatingError store_unusable */
  send(): void;
  /** How many conclusions may not be issued yet. */
  waiting(): number;
}

/** @param onIssued called for each packet, after its commit */
export function createOutbox(parts: OutboxParts, onIssued: (packet: SignedPacket) => void = () => {}): Outbox {
  const { domains, identity, community, store, network, delivery, surroundings, clock, uptimeMs, emit } = parts;
  const nextTurn = createTurn({ store, clock, uptimeMs, onBack: (fromS) => emit(wentBack(fromS)) });
  const passedMs = uptimeMs ?? clock.now;
  const waiting: Waiting[] = [];

  function deposit(outcome: (moment: Issue) => Outcome): SignedPacket | undefined {
    const packet = waiting.length === 0 ? unlessFull(() => issueNow(outcome)) : undefined;
    if (!packet) {
      wait(outcome);
      return undefined;
    }
    tell(packet);
    unlessFull(publish);
    return packet;
  }

  function offer(outcome: (moment: Issue) => Outcome, alongside: () => void): SignedPacket | undefined {
    if (waiting.length > 0) return undefined;
    const packet = unlessFull(() => {
      const nowMs = nextTurn(conclusionTurnsKept);
      return nowMs === undefined ? undefined : commitAt(nowMs, outcome, alongside);
    });
    if (packet) tell(packet);
    return packet;
  }

  function issueNow(outcome: (moment: Issue) => Outcome): SignedPacket | undefined {
    const nowMs = nextTurn();
    return nowMs === undefined ? undefined : commitAt(nowMs, outcome);
  }

  function commitAt(nowMs: number, outcome: (moment: Issue) => Outcome, alongside?: () => void): SignedPacket {
    return store.commitNow(() => {
      alongside?.();
      let signed: SignedPacket | undefined;
      store.issue((sequence) => {
        signed = issue(outcome(momentOf(nowMs, sequence)), identity, community);
        return rowOf(signed, nowMs);
      });
      store.noteIssued(signed!.outcome.issued);
      delivery?.owe(signed!, undefined);
      return signed!;
    });
  }

  function tell(packet: SignedPacket): void {
    const { id, bytes, outcome: issued } = packet;
    const evidence = issued.evidence.map((about) => about.toString('hex'));
    const says = domains.named(issued);
    emit({ type: 'packet_issued', id: id.toString('hex'), ...says, bytes: bytes.length, evidence });
    onIssued(packet);
  }

  const momentOf = (nowMs: number, sequence: number): Issue => ({
    nowMs,
    clock: clock.quality(),
    sequence,
    surroundings: surroundings.attributes(nowMs),
  });

  function wait(outcome: (moment: Issue) => Outcome): void {
    if (waiting.length >= waitingOutcomesMax) {
      waiting.shift();
      emit({
        type: 'warning',
        message: 'a conclusion was given up: too many wait to be issued (see clock in qis status)',
      });
    }
    waiting.push({ outcome: outcome(momentOf(clock.now(), 0)), sinceMs: passedMs() });
  }

  /** Their time has gone on, whatever the clock was set to meanwhile; what would have expired is of no use to anyone. */
  function issueWaiting(): void {
    for (let first = waiting[0]; first; first = waiting[0]) {
      const { outcome, sinceMs } = first;
      const waitedS = Math.max(0, Math.round((passedMs() - sinceMs) / 1000));
      const isOfUse = waitedS < outcome.lifetime * 3600;
      const nowMs = isOfUse ? nextTurn() : 0;
      if (nowMs === undefined) return;
      const age = Math.min(uintMax, outcome.age + waitedS);
      const issued = Math.round(nowMs / 1000);
      const packet = isOfUse
        ? commitAt(nowMs, ({ clock: quality, sequence }) => ({ ...outcome, issued, age, clock: quality, sequence }))
        : undefined;
      waiting.shift();
      if (packet) tell(packet);
    }
  }

  function send(): void {
    issueWaiting();
    publish();
  }

  function publish(): void {
    // What was made without a clock waits until there is one (protocol section 2).
    if (clock.quality() === 0) return;
    const unsent = store.packets.unsent(outboxBatchMax);
    if (unsent.length === 0) return;
    // What has expired while it waited is of no use to anyone.
    const nowS = clock.now() / 1000;
    const isTaken = ({ bytes, expiresS: endS }: { bytes: Buffer; expiresS: number }) => {
      if (endS <= nowS) return true;
      const parsed = parse(bytes);
      return !parsed.ok || network.publish(topicOf(parsed.packet.outcome, community), bytes);
    };
    const ids = unsent.filter(isTaken).map(({ id }) => id);
    if (ids.length > 0) store.commitNow(() => store.packets.markSent(ids, clock.now()));
  }

  return { deposit, offer, send, waiting: () => waiting.length };
}

/** Of a fingerprint: enough to tell conditions apart within one store. */
const CONDITION_BYTES = 8;

function wentBack(fromS: number): AgentEvent {
  const until = new Date(fromS * 1000).toISOString();
  return {
    type: 'warning',
    message: `the clock was wrong once: packets of this gateway are numbered up to ${until}; numbering goes back to the present, and no number is used again`,
  };
}

/** What the store keeps of a packet, received or issued. */
export function rowOf({ id, key, bytes, outcome }: SignedPacket, receivedMs: number) {
  return {
    ...(outcome.finding === FINDING.outcome && { condition: fingerprint(outcome).subarray(0, CONDITION_BYTES) }),
    id,
    origin: key.bytes,
    finding: outcome.finding,
    score: outcome.score,
    bytes,
    receivedMs,
    expiresS: expiresS(outcome),
  };
}
