// Decides who owes an acknowledgement for what: every neighbour that watches a packet, but not its origin nor its giver.
//
// A neighbour that says (anew) what it watches is owed what it has not, so what nobody could take is held and not lost.
// Invariant: rows are written in the job that commits the packet.
import type { Clock } from '../../core/clock.ts';
import { backlogPacketsMax, hopsMax, resendMsMin } from '../../core/limits.ts';
import type { WatchedTopics } from '../../packet/announcement.ts';
import type { Community } from '../../packet/community.ts';
import type { PublicKey } from '../../packet/gate.ts';
import type { Outcome } from '../../packet/outcome.ts';
import { parse } from '../../packet/packet.ts';
import type { Arrival } from '../arrival.ts';
import type { Peer } from '../session/peer-table.ts';
import type { Peers } from '../session/peers.ts';
import { isNarrow, isSameWay } from '../way.ts';
import type { Ledger } from './ledger.ts';
import { isAnnounced, watchedBy, watches } from './watching.ts';

/** What custody needs to know of a packet. */
export interface Consignment {
  readonly id: Buffer;
  readonly key: PublicKey;
  readonly outcome: Pick<Outcome, 'domain' | 'coarse' | 'fine'>;
}

/** How a packet came: from its arrival, and the hops its topic said. */
export type Handed = Pick<Arrival, 'via' | 'giver'> & { readonly hops: number };

export interface OwingParts {
  readonly peers: Pick<Peers, 'all' | 'at' | 'byNodeId'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly community: Community | undefined;
  /** What we watch ourselves. */
  readonly watched: readonly WatchedTopics[];
  /** Whether a neighbour has said that it lacks the key of an origin. */
  readonly isLacking: (peer: Peer, kid: Buffer) => boolean;
}

/** Inside the job that commits a packet. @param from undefined for our own */
export function owe(parts: OwingParts, packet: Consignment, from?: Handed): void {
  const { peers, ledger, clock, community } = parts;
  if (from && from.hops >= hopsMax) return;
  const nowMs = clock.now();
  const giving = from && giverOf(peers, packet, from);
  const beside = from ? heardBeside(peers, packet, from) : [];
  for (const peer of peers.all()) {
    const { bytes, nodeId } = peer.key;
    if (bytes.equals(packet.key.bytes) || parts.isLacking(peer, packet.key.kid) || beside.includes(peer)) continue;
    if (!watches(watchedBy(peer, parts), packet.outcome, community)) continue;
    if (peer === giving) ledger.custody.settle(packet.id, nodeId);
    else ledger.custody.owe(packet.id, nodeId, nowMs + resendMsMin);
  }
}

/**
 * Who is on the broker on which it came to us, and so heard it there: who published it there owes them, we do not. An original
 * whose origin is not known to be there may have been played by anybody: then they owe us as well.
 */
function heardBeside(peers: OwingParts['peers'], packet: Consignment, { via, hops, giver }: Handed): Peer[] {
  if (giver || !via.reachesAll) return [];
  const there = peers.all().filter(({ ways }) => ways.some((way) => isSameWay(way, via)));
  const isOriginThere = there.some(({ key, session }) => session && key.bytes.equals(packet.key.bytes));
  return there.length > 1 && (hops > 0 || isOriginThere) ? there : [];
}

/** Inside a job: a neighbour that says anew what it watches owes for what it has not acknowledged of the newest packets. */
export function oweBacklog(
  { ledger, clock, community }: Pick<OwingParts, 'ledger' | 'clock' | 'community'>,
  { key }: Peer,
  filters: readonly WatchedTopics[],
): void {
  const nowMs = clock.now();
  for (const { id, origin, bytes, hops } of ledger.packets.recent(nowMs, backlogPacketsMax)) {
    if (origin.equals(key.bytes) || hops >= hopsMax) continue;
    const parsed = parse(bytes);
    if (parsed.ok && watches(filters, parsed.packet.outcome, community)) ledger.custody.owe(id, key.nodeId, nowMs);
  }
}

/**
 * A session begins: who was away may have missed all it owes for. On a way that may be too small for an announcement, what
 * is assumed of the neighbour counts from now on.
 */
export function oweReturned(parts: Omit<OwingParts, 'peers' | 'isLacking'>, peer: Peer): void {
  const { ledger, clock, watched } = parts;
  ledger.custody.hurry(peer.key.nodeId, clock.now(), true);
  if (isNarrow(peer.ways[0]) && !isAnnounced(peer, clock)) ledger.commitNow(() => oweBacklog(parts, peer, watched));
}

/** Who handed a packet to us: of a STORE its sender, of an original its origin, else whoever is alone on that way. */
export function giverOf(
  peers: Pick<Peers, 'at' | 'byNodeId'>,
  packet: Consignment,
  { via, hops, giver }: Handed,
): Peer | undefined {
  if (giver) return peers.byNodeId(giver);
  return hops === 0 ? peers.byNodeId(packet.key.nodeId) : peers.at(via);
}
