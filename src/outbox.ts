// Our own packets on their way out: outcome -> signed -> committed with its sequence -> sent.
//
// What nobody could take, or what was made without a clock, stays in the outbox for the next call. Invariant: a packet is
// sent only after the commit that used up its sequence, so no two packets ever share one.
import type { Clock } from './core/clock.ts';
import type { Emit } from './core/events.ts';
import { futureToleranceS, outboxBatchMax } from './core/limits.ts';
import type { Issue } from './distill/distiller.ts';
import type { Domains } from './distill/domains.ts';
import type { Surroundings } from './distill/surroundings.ts';
import type { Community } from './packet/community.ts';
import { topicOf } from './packet/fingerprint.ts';
import type { Identity } from './packet/identity.ts';
import { expiresS, type Outcome } from './packet/outcome.ts';
import { issue, parse, type SignedPacket } from './packet/packet.ts';
import type { Delivery } from './route/custody/delivery.ts';
import type { Network } from './route/network.ts';
import type { Store } from './store/store.ts';

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
  readonly emit: Emit;
}

export interface Outbox {
  /** @throws OperatingError store_unusable; then nothing was kept and nothing was sent */
  deposit(outcome: (moment: Issue) => Outcome): SignedPacket;
  send(): void;
}

export function createOutbox(parts: OutboxParts): Outbox {
  const { domains, identity, community, store, network, delivery, surroundings, clock, emit } = parts;

  function deposit(outcome: (moment: Issue) => Outcome): SignedPacket {
    const nowMs = issueTime(store.timeFloorMs(), clock.now());
    const packet = store.commitNow(() => {
      store.raiseTimeFloor(nowMs);
      let signed: SignedPacket | undefined;
      store.issue((sequence) => {
        const moment = { nowMs, clock: clock.quality(), sequence, surroundings: surroundings.attributes(nowMs) };
        signed = issue(outcome(moment), identity, community);
        store.seen.add(signed.id);
        return rowOf(signed, nowMs);
      });
      delivery?.owe(signed!, undefined);
      return signed!;
    });
    const { id, bytes, outcome: issued } = packet;
    const evidence = issued.evidence.map((about) => about.toString('hex'));
    const says = domains.named(issued);
    emit({ type: 'packet_issued', id: id.toString('hex'), ...says, bytes: bytes.length, evidence });
    send();
    return packet;
  }

  function send(): void {
    // What was made without a clock waits until there is one (protocol section 2).
    if (clock.quality() === 0) return;
    const waiting = store.packets.unsent(outboxBatchMax);
    if (waiting.length === 0) return;
    // What has expired while it waited is of no use to anyone.
    const nowS = clock.now() / 1000;
    const isTaken = ({ bytes, expiresS: endS }: { bytes: Buffer; expiresS: number }) => {
      if (endS <= nowS) return true;
      const parsed = parse(bytes);
      return !parsed.ok || network.publish(topicOf(parsed.packet.outcome, community), bytes);
    };
    const ids = waiting.filter(isTaken).map(({ id }) => id);
    if (ids.length > 0) store.commitNow(() => store.packets.markSent(ids, clock.now()));
  }

  return { deposit, send };
}

/**
 * A clock that is corrected may step back a little. Packets must not: a later one with an earlier time would be taken as
 * proof of a cloned key (protocol section 7). Further back is no correction, and the clock's quality says so.
 */
function issueTime(floorMs: number, nowMs: number): number {
  return nowMs < floorMs && floorMs - nowMs <= futureToleranceS * 1000 ? floorMs : nowMs;
}

/** What the store keeps of a packet, received or issued. */
export function rowOf({ id, key, bytes, outcome }: SignedPacket, receivedMs: number) {
  return { id, origin: key.bytes, finding: outcome.finding, bytes, receivedMs, expiresS: expiresS(outcome) };
}
