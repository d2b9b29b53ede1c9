// Custody: a packet is ours to deliver until every neighbour that watches it has acknowledged it (protocol section 4).
//
//     commit ── owe: a row for each neighbour that watches ──> publish once, to all
//                  │ ACK, sent after their commit ──> settled
//                  └ none in time ──> STORE to that neighbour alone, with back-off ──> ... ──> ACK, or it expires
//
// A neighbour that says (anew) what it watches is owed what it has not: so what nobody could take is held, not lost.
// Live traffic goes first; what is sent again is paced. Invariant: rows are written in the job that commits the packet.
import type { Clock } from '../../core/clock.ts';
import type { Emit, LinkFrameReason } from '../../core/events.ts';
import {
  acksPerFrameMax,
  announcementLifetimeSMax,
  backlogFramesBurst,
  backlogFramesPerS,
  backlogPacketsMax,
  hopsMax,
  resendMsMax,
  resendMsMin,
  resendsTold,
} from '../../core/limits.ts';
import { isValidAt, readAnnouncement, signAnnouncement, type WatchedTopics } from '../../packet/announcement.ts';
import type { Item } from '../../packet/canonical.ts';
import type { Community } from '../../packet/community.ts';
import { address, topicOf } from '../../packet/fingerprint.ts';
import type { PublicKey } from '../../packet/gate.ts';
import type { Identity } from '../../packet/identity.ts';
import type { Keyring } from '../../packet/keyring.ts';
import type { Outcome } from '../../packet/outcome.ts';
import { parse } from '../../packet/packet.ts';
import type { Arrival } from '../arrival.ts';
import type { Network } from '../network.ts';
import { VERB } from '../session/link-frame.ts';
import { createPace } from '../session/pace.ts';
import { createPeers, type Heard, type Peer } from '../session/peers.ts';
import { formatTopic } from '../topic.ts';
import { createAcknowledgements } from './acknowledgements.ts';
import { sameFilters, watches } from './watching.ts';

/** Where it is written down who owes what; `store/custody.ts` is one. Writing happens inside a job. */
export interface Ledger {
  commitNow<T>(job: () => T): T;
  /** Grouped with what else is written; resolves after the commit. */
  commit<T>(job: () => T): Promise<T>;
  readonly custody: {
    owe(id: Buffer, peer: Buffer, dueMs: number): void;
    settle(id: Buffer, peer: Buffer, nowMs: number): boolean;
    due(peer: Buffer, nowMs: number, limit: number): Owed[];
    postpone(owed: Owed, dueMs: number): void;
    hurry(peer: Buffer, nowMs: number): void;
  };
  readonly packets: {
    recent(nowMs: number, limit: number): { id: Buffer; origin: Buffer; bytes: Buffer; hops: number }[];
  };
}

interface Owed {
  readonly id: Buffer;
  readonly peer: Buffer;
  readonly attempts: number;
  readonly bytes: Buffer;
  /** As it is sent: 0 for our own. */
  readonly hops: number;
}

export interface DeliveryOptions {
  readonly identity: Identity;
  readonly keyring: Keyring;
  readonly community: Community | undefined;
  readonly isOpen: boolean;
  readonly network: Pick<Network, 'send'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly random: () => number;
  /** What this gateway watches, and where it can be dialled. */
  readonly watched: readonly WatchedTopics[];
  readonly urls: readonly string[];
  /** A stranger is believed from now on: what waited for its key may come in. */
  readonly onKey?: (kid: Buffer) => void;
}

/** What custody needs to know of a packet. */
export interface Consignment {
  readonly id: Buffer;
  readonly key: PublicKey;
  readonly outcome: Pick<Outcome, 'domain' | 'coarse'>;
}

/** How a packet came: from its arrival, and the hops its topic said. */
export type Handed = Pick<Arrival, 'via' | 'giver'> & { readonly hops: number };

export interface Delivery {
  /** Inside the job that commits a packet. @param from undefined for our own */
  owe(packet: Consignment, from: Handed | undefined): void;
  /** The packet is committed, now or before: whoever handed it over may stop. */
  acknowledge(packet: Consignment, from: Handed): void;
  /** A link frame. @returns the packet it carries, as if it had arrived on its topic */
  frame(arrival: Arrival): Arrival | undefined;
  /** A link to a gateway whose key is known came up. */
  introduce(key: PublicKey, via: string): void;
  /** Sends again what is due; call it about once a second. */
  tick(): void;
  stats(): { readonly peers: number; readonly announced: number };
}

/** Announced well before the last announcement ends, so that a lost one can be repeated. */
const REANNOUNCE_MS = (announcementLifetimeSMax * 1000) / 8;

export function createDelivery(options: DeliveryOptions): Delivery {
  const { identity, community, ledger, clock, emit, random, keyring } = options;
  const announcement = () => {
    const expiresS = Math.floor(clock.now() / 1000) + announcementLifetimeSMax / 2;
    return signAnnouncement({ urls: options.urls, filters: options.watched, expiresS }, identity, community);
  };
  const peers = createPeers({ ...options, announcement });
  const acknowledgements = createAcknowledgements(peers);
  const pace = createPace(clock, { burst: backlogFramesBurst, perS: backlogFramesPerS });
  /** Of whom the operator was told that they do not acknowledge. */
  const told = new WeakSet<Peer>();
  let announcedMs = clock.now();
  let turn = 0;

  const nameOf = ({ key }: Peer) => keyring.nameOf(key.nodeId.toString('hex'));
  const isAnnounced = ({ announcement: said }: Peer) => said !== undefined && isValidAt(said, clock);
  const wants = (peer: Peer, outcome: Consignment['outcome']): boolean =>
    isAnnounced(peer) && watches(peer.announcement!, outcome, community);

  /** Who handed a packet to us: of a STORE its sender, of an original its origin, else whoever is alone on that way. */
  function giver(packet: Consignment, { via, hops, giver: nodeId }: Handed): Peer | undefined {
    if (nodeId) return peers.byNodeId(nodeId);
    return hops === 0 ? peers.byNodeId(packet.key.nodeId) : peers.at(via);
  }

  function drop(reason: LinkFrameReason, via: string): void {
    emit({ type: 'link_frame_dropped', reason, via });
  }

  function onAck(peer: Peer, body: Item, via: string): void {
    const ids = Array.isArray(body) ? body.filter((id): id is Buffer => Buffer.isBuffer(id) && id.length === 16) : [];
    if (!Array.isArray(body) || ids.length !== body.length || ids.length > acksPerFrameMax) {
      drop('bad_body', via);
      return;
    }
    const nowMs = clock.now();
    told.delete(peer);
    ledger
      .commit(() => ids.map((id) => ledger.custody.settle(id, peer.key.nodeId, nowMs)))
      .then(
        (settled) => settled.includes(false) && drop('unexpected_ack', via),
        // Nothing is lost by it: the packet is sent again, and acknowledged again.
        () => {},
      );
  }

  function onAnnounce(peer: Peer, body: Item, via: string): void {
    const said = Buffer.isBuffer(body) ? readAnnouncement(body, community, clock) : undefined;
    if (!said?.key.bytes.equals(peer.key.bytes)) {
      drop('bad_body', via);
      return;
    }
    // While an announcement is over, nothing is owed.
    const isNew = !isAnnounced(peer) || !sameFilters(peer.announcement, said);
    ledger.commitNow(() => {
      ledger.custody.hurry(peer.key.nodeId, clock.now());
      if (isNew) oweBacklog(peer, (outcome) => watches(said, outcome, community));
    });
    peer.announcement = said;
    if (isNew) emit({ type: 'peer_known', peer: nameOf(peer), filters: said.filters.length });
  }

  function oweBacklog({ key }: Peer, isWanted: (outcome: Outcome) => boolean): void {
    const nowMs = clock.now();
    for (const { id, origin, bytes, hops } of ledger.packets.recent(nowMs, backlogPacketsMax)) {
      if (origin.equals(key.bytes) || hops >= hopsMax) continue;
      const parsed = parse(bytes);
      if (parsed.ok && isWanted(parsed.packet.outcome)) ledger.custody.owe(id, key.nodeId, nowMs);
    }
  }

  function onStore({ peer, body, address: claimed, hops }: Heard, via: string): Arrival | undefined {
    const parsed = Buffer.isBuffer(body) ? parse(body) : undefined;
    const outcome = parsed?.ok ? parsed.packet.outcome : undefined;
    if (!outcome || !claimed?.equals(address(outcome, community))) {
      drop(outcome ? 'address_mismatch' : 'bad_body', via);
      return undefined;
    }
    return {
      topic: formatTopic(topicOf(outcome, community), hops),
      bytes: body as Buffer,
      via,
      giver: peer.key.nodeId,
    };
  }

  /** @returns when to try again if no acknowledgement comes; undefined when there is no way to the peer now */
  function sendAgain(peer: Peer, { bytes, hops, attempts }: Owed): number | undefined {
    const parsed = parse(bytes);
    if (!parsed.ok) return clock.now() + resendMsMax;
    // A client that went away is not noticed, so another attempt takes another way.
    const first = attempts % Math.max(1, peer.ways.length);
    const ways = [...peer.ways.slice(first), ...peer.ways.slice(0, first)];
    const to = address(parsed.packet.outcome, community);
    if (!peers.say(peer, 'store', { body: bytes, address: to, hops }, ways)) return undefined;
    if (attempts === resendsTold) tell(peer);
    return Math.round(clock.now() + Math.min(resendMsMin * 2 ** attempts, resendMsMax) * (0.5 + random()));
  }

  function tell(peer: Peer): void {
    if (told.has(peer)) return;
    told.add(peer);
    const message = `${nameOf(peer)} does not acknowledge all it is sent: see whether it is up, and whether it has the key of each gateway around`;
    emit({ type: 'warning', message });
  }

  /** A little to each neighbour that is there: one that never acknowledges does not hold up the others. */
  function sendDue(): void {
    const nowMs = clock.now();
    const ready = peers.all().filter((peer) => peer.session && isAnnounced(peer));
    const tried: { owed: Owed; dueMs: number }[] = [];
    let left = pace.allowance();
    turn++;
    for (let i = 0; i < ready.length && left > 0; i++) {
      const peer = ready[(turn + i) % ready.length]!;
      for (const owed of ledger.custody.due(peer.key.nodeId, nowMs, Math.ceil(left / (ready.length - i)))) {
        const dueMs = sendAgain(peer, owed);
        // Nothing is written while the way is down; its rows hurry when it is up again.
        if (dueMs === undefined) break;
        tried.push({ owed, dueMs });
        left--;
      }
    }
    pace.take(tried.length);
    if (tried.length === 0) return;
    ledger.commitNow(() => {
      for (const { owed, dueMs } of tried) ledger.custody.postpone(owed, dueMs);
    });
  }

  return {
    owe(packet, from) {
      if (from && from.hops >= hopsMax) return;
      const nowMs = clock.now();
      const giving = from && giver(packet, from);
      for (const peer of peers.all()) {
        if (peer.key.bytes.equals(packet.key.bytes) || !wants(peer, packet.outcome)) continue;
        if (peer === giving) ledger.custody.settle(packet.id, peer.key.nodeId, nowMs);
        else ledger.custody.owe(packet.id, peer.key.nodeId, nowMs + resendMsMin);
      }
    },
    acknowledge(packet, from) {
      const peer = giver(packet, from);
      if (peer) acknowledgements.note(peer, packet.id, from.via);
    },
    frame(arrival) {
      const heard = peers.hear(arrival);
      if (!heard) return undefined;
      const { peer, verb, body } = heard;
      if (verb === VERB.store) return onStore(heard, arrival.via);
      if (verb === VERB.ack) onAck(peer, body, arrival.via);
      else if (verb === VERB.announce) onAnnounce(peer, body, arrival.via);
      else drop('unknown_verb', arrival.via);
      return undefined;
    },
    introduce(key, via) {
      const peer = peers.introduce(key, via);
      // A full disk must not keep a link from opening; then its rows wait for their time.
      if (peer?.session) ledger.commit(() => ledger.custody.hurry(key.nodeId, clock.now())).catch(() => {});
    },
    tick() {
      peers.tick();
      sendDue();
      // Either way: a clock that was set may have made the last announcement one of another year.
      if (Math.abs(clock.now() - announcedMs) < REANNOUNCE_MS) return;
      announcedMs = clock.now();
      const said = { body: announcement() };
      for (const peer of peers.all()) peers.say(peer, 'announce', said);
    },
    stats: () => ({ peers: peers.all().length, announced: peers.all().filter(isAnnounced).length }),
  };
}
