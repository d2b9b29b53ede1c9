// Keeps who still owes us an acknowledgement for what: one row for each packet (protocol section 4, custody).
//
// On disk is who owes and who acknowledged; when to ask again is kept in memory, because after a restart everything is due.
// So an attempt writes nothing, and an acknowledgement waits for the next job that writes: what a crash forgets of it costs
// one more STORE. A row stays after it was acknowledged, as long as its packet may be offered again, so that a neighbour
// that says anew what it watches is not sent what it has. Invariant: never more than `owedMax` open rows; when there are
// more, the least urgent go, those of origins that have far more than the others first, a hundredth at a time and counted.
import { assert } from '../core/assert.ts';
import { backlogPacketsMax, owedMax, resendMsMin } from '../core/limits.ts';
import { inTurns } from '../core/turns.ts';
import type { OpenDatabase } from './database.ts';
import { createDebts, type Debt } from './debts.ts';
import { type Known, type KnownPackets, textOf } from './known-packets.ts';
import { createNeighbours, NUMBER_BYTES } from './neighbours.ts';

export interface OwedPacket {
  readonly id: Buffer;
  /** Node id of the neighbour, 16 bytes. */
  readonly peer: Buffer;
  /** How often it was sent again. */
  readonly attempts: number;
  readonly bytes: Buffer;
  /** Hops it has when we send it: 0 for our own, one more than it came with for others'. */
  readonly hops: number;
}

export interface Custody {
  /** The neighbour must acknowledge the packet; from `dueMs` on it is sent again. No-op when it has it already. */
  owe(id: Buffer, peer: Buffer, dueMs: number): void;
  /** The neighbour has the packet, whether it was owed or not. @returns false when we do not hold that packet */
  settle(id: Buffer, peer: Buffer): boolean;
  /** Node ids of those who owe for a packet, and of those who have it. */
  standing(id: Buffer): { readonly owing: readonly Buffer[]; readonly has: readonly Buffer[] };
  /** The neighbour cannot check what this origin signs: it owes nothing any more for its packets. @param origin public key */
  forgive(origin: Buffer, peer: Buffer): void;
  /** What one neighbour owes: sent, due and not expired; our own first, then the origins in turn. */
  due(peer: Buffer, nowMs: number, limit: number): OwedPacket[];
  /** It was sent again. */
  postpone(owed: Pick<OwedPacket, 'id' | 'peer'>, dueMs: number): void;
  /** What waits for a later attempt is due now; of a neighbour that was away, all it owes, also what was just sent. */
  hurry(peer: Buffer, nowMs: number, wasAway?: boolean): void;
  /** Gives up what has expired, and forgets what is of no use. @returns open rows that went since the last call, and why */
  shed(nowMs: number): { expired: number; shed: number };
  /** Packets and neighbours, unacknowledged and not expired; of one neighbour, or of all. @param peer node id */
  owed(nowMs: number, peer?: Buffer): number;
  /** Writes the acknowledgements that wait for it. */
  save(): void;
}

type Sent = { id: Buffer; bytes: Buffer; own: number; hops: number; sentMs: number | null };
type Stored = { n: number; owing: Buffer; has: Buffer };

export function createCustody(database: OpenDatabase, known: KnownPackets, rowsMax = owedMax): Custody {
  const replace = database.prepare('REPLACE INTO custody (n, owing, has) SELECT n, ?, ? FROM packets WHERE n = ?');
  const removeSettled = database.prepare("DELETE FROM custody WHERE n >= ? AND n < ? AND owing = x''");
  const owing = database.prepare<[number], Buffer>('SELECT owing FROM custody WHERE n = ?').pluck();
  const countOwing = database
    .prepare<[], number>(`SELECT coalesce(sum(length(owing)), 0) / ${NUMBER_BYTES} FROM custody`)
    .pluck();
  const select = database.prepare<[number], Sent>(
    'SELECT id, bytes, own, hops, sent_ms AS sentMs FROM packets WHERE n = ?',
  );
  const nodes = createNeighbours(database);
  const debts = createDebts(known, rowsMax);
  /** Packets whose rows are not as they are here. */
  const changed = new Set<Known>();
  /** What came before is not offered again, so it need not be known who has it. */
  let offeredFrom = 0;
  let lost = 0;

  for (const row of database.prepare<[], Stored>('SELECT n, owing, has FROM custody').iterate()) {
    const packet = known.at(row.n);
    if (!packet) continue;
    for (const peer of nodes.read(row.has)) debts.settle(packet, peer);
    for (const peer of nodes.read(row.owing)) debts.open(packet, peer, 0);
  }

  function save(): void {
    for (const packet of changed) {
      const { open, has } = debts.about(packet);
      if (packet.isStored) replace.run(nodes.write(open), nodes.write(packet.n < offeredFrom ? [] : has), packet.n);
    }
    changed.clear();
  }

  function drop({ packet, peer }: Debt): void {
    debts.drop(packet, peer);
    changed.add(packet);
  }

  function makeRoom(): void {
    const excess = debts.excess();
    excess.forEach(drop);
    lost += excess.length;
  }

  /** Rows go with their packets, and with jobs that were rolled back. */
  function recount(): void {
    if (countOwing.get() === debts.size) return;
    for (const debt of [...debts.all()]) {
      const isOwing = nodes.read(owing.get(debt.packet.n)).some((peer) => peer.equals(debt.peer));
      if (isOwing) continue;
      debts.drop(debt.packet, debt.peer);
      lost++;
    }
  }

  /** Our own have a time to be acknowledged as well, from when they left the outbox. */
  function isSent({ packet: { n } }: Debt, backMs: number, nowMs: number): boolean {
    const sentMs = select.get(n)?.sentMs ?? Number.POSITIVE_INFINITY;
    return sentMs <= nowMs - resendMsMin || sentMs < backMs;
  }

  return {
    save,
    owe(id, peer, dueMs) {
      assert(database.inTransaction, 'packets are owed inside a job');
      const packet = known.find(id);
      if (!packet?.isStored || !debts.open(packet, peer, dueMs)) return;
      changed.add(packet);
      makeRoom();
      save();
    },
    settle(id, peer) {
      const packet = known.find(id);
      if (!packet?.isStored) return false;
      if (debts.settle(packet, peer)) changed.add(packet);
      if (database.inTransaction) save();
      return true;
    },
    standing(id) {
      const packet = known.find(id);
      if (!packet) return { owing: [], has: [] };
      const { open, has } = debts.about(packet);
      return { owing: open, has };
    },
    forgive(origin, peer) {
      assert(database.inTransaction, 'packets are forgiven inside a job');
      const key = textOf(origin);
      for (const debt of [...debts.of(peer).open.values()]) if (debt.origin === key) drop(debt);
      save();
    },
    due(peer, nowMs, limit) {
      const { open, served, backMs } = debts.of(peer);
      const isDue = (debt: Debt) =>
        debt.dueMs <= nowMs &&
        debt.packet.isStored &&
        debt.packet.expiresS > Math.floor(nowMs / 1000) &&
        (!debt.isOwn || isSent(debt, backMs, nowMs));
      return inTurns(open.values().filter(isDue), { served, limit }).flatMap(({ packet, attempts }) => {
        const row = select.get(packet.n);
        if (!row) return [];
        const { id, bytes, own, hops } = row;
        return [{ id, peer, attempts, bytes, hops: own === 1 ? 0 : hops + 1 }];
      });
    },
    postpone({ id, peer }, dueMs) {
      const packet = known.find(id);
      if (packet) debts.postpone(packet, peer, dueMs);
    },
    hurry: (peer, nowMs, wasAway = false) =>
      debts.hurry(peer, { nowMs, laterThanMs: wasAway ? nowMs : nowMs + 2 * resendMsMin }),
    shed(nowMs) {
      assert(database.inTransaction, 'packets are given up inside a job');
      save();
      recount();
      const expired = [...debts.all().filter(({ packet }) => packet.expiresS <= Math.floor(nowMs / 1000))];
      expired.forEach(drop);
      makeRoom();
      save();
      const from = offeredSince(known, nowMs);
      removeSettled.run(offeredFrom, from);
      debts.forgetBefore(from);
      nodes.forgetBut(debts.peers());
      offeredFrom = Math.max(offeredFrom, from);
      const shed = lost;
      lost = 0;
      return { expired: expired.length, shed };
    },
    owed(nowMs, peer) {
      const open = peer ? debts.of(peer).open.values() : debts.all();
      return open.reduce((sum, { packet: { isStored, expiresS } }) => {
        return isStored && expiresS > Math.floor(nowMs / 1000) ? sum + 1 : sum;
      }, 0);
    },
  };
}

/** The oldest of those that are offered to who says anew what it watches (packets.ts, `recent`). */
function offeredSince(known: KnownPackets, nowMs: number): number {
  const alive = known.all().filter(({ isStored, expiresS }) => isStored && expiresS > Math.floor(nowMs / 1000));
  const numbers = [...alive.map(({ n }) => n)];
  return numbers.at(-backlogPacketsMax) ?? 0;
}
