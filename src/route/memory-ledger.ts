// A ledger in memory, for nodes that only route: what they took in, and who owes an acknowledgement for it.
//
// Nothing is on disk, so a node that starts anew has forgotten all. Every table is capped, the oldest goes first, and none
// is made before it is needed. Invariant: a row goes with its packet, and an id is remembered longer than its packet.
import { nearerCopiesMax, resendMsMin } from '../core/limits.ts';
import { inTurns, urgencyOf, type Waiting } from '../core/turns.ts';
import { expiresS } from '../packet/outcome.ts';
import type { SignedPacket } from '../packet/packet.ts';
import type { Ledger } from './custody/ledger.ts';
import type { RouterLedger } from './router.ts';

interface Row {
  readonly peer: Buffer;
  /** Undefined once it is acknowledged. */
  dueMs: number | undefined;
  attempts: number;
}

interface Kept extends Waiting {
  readonly id: Buffer;
  readonly key: Buffer;
  readonly bytes: Buffer;
  hops: number;
  nearerCopies: number;
  readonly expiresS: number;
  /** One for each neighbour that watches it. */
  rows: readonly Row[];
}

export interface MemoryLedger extends Ledger, RouterLedger {
  /** A packet of its own; inside a job. */
  keep(packet: SignedPacket): void;
  /** Packets and neighbours, unacknowledged and not expired. */
  owed(nowMs: number): number;
}

/** @param packetsMax packets kept; of eight times as many the id is remembered */
export function memoryLedger(packetsMax: number): MemoryLedger {
  const seen = new Set<string>();
  const kept = new Map<string, Kept>();
  const at = (id: Buffer): Kept | undefined => kept.get(id.toString('hex'));
  const open = (nowMs: number): Kept[] => [...kept.values()].filter(({ expiresS }) => expiresS > nowMs / 1000);

  let last = 0;

  function add({ id, key, bytes, outcome }: SignedPacket, how: { hops: number; isOwn: boolean }): boolean {
    const hex = id.toString('hex');
    if (seen.has(hex)) return false;
    seen.add(hex);
    const { finding, score } = outcome;
    const waiting = { ...how, origin: key.bytes.toString('latin1'), urgency: urgencyOf(finding), score, n: ++last };
    kept.set(hex, { ...waiting, id, key: key.bytes, bytes, nearerCopies: 0, expiresS: expiresS(outcome), rows: [] });
    if (kept.size > packetsMax) kept.delete(kept.keys().next().value!);
    if (seen.size > 8 * packetsMax) seen.delete(seen.keys().next().value!);
    return true;
  }

  function isNearer(id: Buffer, hops: number): boolean {
    const packet = at(id);
    return packet !== undefined && !packet.isOwn && hops < packet.hops && packet.nearerCopies < nearerCopiesMax;
  }

  return {
    isSeen: (id) => seen.has(id.toString('hex')),
    enter: (packet, { hops }) => (add(packet, { hops, isOwn: false }) ? undefined : 'duplicate'),
    isNearer,
    nearer(id, hops) {
      const packet = at(id);
      if (!packet || !isNearer(id, hops)) return undefined;
      packet.hops = hops;
      packet.nearerCopies++;
      return packet.bytes;
    },
    keep: (packet) => void add(packet, { hops: 0, isOwn: true }),
    commitNow: (job) => job(),
    commit: async (job) => job(),
    custody: custodyOf(at, open),
    packets: {
      recent: (nowMs, limit) =>
        open(nowMs)
          .slice(-limit)
          .map(({ id, key, bytes, hops }) => ({ id, origin: key, bytes, hops })),
    },
    owed: (nowMs) => open(nowMs).reduce((sum, { rows }) => sum + rows.filter(isDue).length, 0),
  };
}

const NONE: ReadonlyMap<string, number> = new Map();

const isDue = ({ dueMs }: Row): boolean => dueMs !== undefined;

function standingOf(rows: readonly Row[]) {
  const nodes = (chosen: readonly Row[]) => chosen.map(({ peer }) => peer);
  return { owing: nodes(rows.filter(isDue)), has: nodes(rows.filter((row) => !isDue(row))) };
}

function custodyOf(at: (id: Buffer) => Kept | undefined, open: (nowMs: number) => Kept[]): Ledger['custody'] {
  /** When each origin had its last turn, at whatever neighbour; made when something is sent again. */
  let served: Map<string, number> | undefined;
  let turn = 0;
  const rowOf = (packet: Kept | undefined, peer: Buffer) => packet?.rows.find((row) => row.peer.equals(peer));
  return {
    owe(id, peer, dueMs) {
      const packet = at(id);
      if (packet && !rowOf(packet, peer)) packet.rows = [...packet.rows, { peer, dueMs, attempts: 0 }];
    },
    settle(id, peer) {
      const packet = at(id);
      if (!packet) return false;
      const others = packet.rows.filter((row) => !row.peer.equals(peer));
      packet.rows = [...others, { peer, dueMs: undefined, attempts: 0 }];
      return true;
    },
    standing: (id) => standingOf(at(id)?.rows ?? []),
    forgive(origin, peer) {
      for (const packet of open(0).filter(({ key }) => key.equals(origin))) {
        packet.rows = packet.rows.filter((row) => !isDue(row) || !row.peer.equals(peer));
      }
    },
    due(peer, nowMs, limit) {
      const rows = open(nowMs).flatMap((packet) => {
        const row = rowOf(packet, peer);
        return row?.dueMs !== undefined && row.dueMs <= nowMs ? [{ ...packet, ...row }] : [];
      });
      return inTurns(rows, { served: served ?? NONE, limit }).map(({ id, attempts, bytes, hops, isOwn }) => ({
        id,
        peer,
        attempts,
        bytes,
        hops: isOwn ? 0 : hops + 1,
      }));
    },
    postpone({ id, peer }, dueMs) {
      const packet = at(id);
      const row = rowOf(packet, peer);
      if (packet === undefined || row?.dueMs === undefined) return;
      Object.assign(row, { dueMs, attempts: row.attempts + 1 });
      served ??= new Map();
      served.set(packet.origin, ++turn);
    },
    hurry(peer, nowMs, wasAway = false) {
      for (const packet of open(nowMs)) {
        const row = rowOf(packet, peer);
        // What was sent a moment ago may be acknowledged yet.
        const laterThanMs = wasAway ? nowMs : nowMs + 2 * resendMsMin;
        if (row?.dueMs !== undefined && row.dueMs > laterThanMs) Object.assign(row, { dueMs: nowMs, attempts: 0 });
      }
    },
  };
}
