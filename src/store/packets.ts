// Packets on disk: what was heard, to be weighed again after a restart, and what is ours and not sent yet (the outbox).
//
// Both have a cap that holds after every insertion. The oldest go first; our unsent ones are no part of what makes room
// for others. All writing happens inside a job of the committer.
import { assert } from '../core/assert.ts';
import { outboxPacketsMax, prunedPacketsMax, storedPacketsMax } from '../core/limits.ts';
import type { OpenDatabase } from './database.ts';

export interface StoredPacket {
  /** 16 bytes. */
  readonly id: Buffer;
  /** Public key, 32 bytes. */
  readonly origin: Buffer;
  readonly finding: number;
  /** As received or signed. */
  readonly bytes: Buffer;
  readonly own: boolean;
  readonly hops: number;
  readonly receivedMs: number;
  /** Issue plus lifetime, Unix seconds. */
  readonly expiresS: number;
  readonly sentMs: number | undefined;
}

export interface Packets {
  /** @returns false when it is there already */
  add(packet: StoredPacket): boolean;
  get(id: Buffer): StoredPacket | undefined;
  /** The newest that have not expired, oldest of them first. */
  recent(nowMs: number, limit: number): StoredPacket[];
  /** Our own that wait to be sent, oldest first. */
  unsent(limit: number): StoredPacket[];
  markSent(ids: readonly Buffer[], nowMs: number): void;
  /** Removes expired ones, a bounded number at a time. @returns packets removed since the last call, for any reason */
  prune(nowMs: number): number;
}

type Row = Omit<StoredPacket, 'own' | 'sentMs'> & { own: number; sentMs: number | null };

const COLUMNS = `id, origin, finding, bytes, own, hops, received_ms AS receivedMs, expires_s AS expiresS, sent_ms AS sentMs`;
const UNSENT = 'own = 1 AND sent_ms IS NULL';

export function createPackets(
  database: OpenDatabase,
  caps = { stored: storedPacketsMax, outbox: outboxPacketsMax },
): Packets {
  const insert = database.prepare(
    `INSERT OR IGNORE INTO packets (id, origin, finding, bytes, own, hops, received_ms, expires_s, sent_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = database.prepare<[Buffer], Row>(`SELECT ${COLUMNS} FROM packets WHERE id = ?`);
  const selectRecent = database.prepare<[number, number], Row>(
    `SELECT ${COLUMNS} FROM packets WHERE expires_s > ? ORDER BY n DESC LIMIT ?`,
  );
  const selectUnsent = database.prepare<[number], Row>(
    `SELECT ${COLUMNS} FROM packets WHERE ${UNSENT} ORDER BY n LIMIT ?`,
  );
  const updateSent = database.prepare('UPDATE packets SET sent_ms = ? WHERE id = ?');
  const room = roomMaker(database, caps);

  return {
    add(packet) {
      assert(database.inTransaction, 'packets are added inside a job');
      const { id, origin, finding, bytes, own, hops, receivedMs, expiresS, sentMs } = packet;
      const values = [id, origin, finding, bytes, own ? 1 : 0, hops, receivedMs, expiresS, sentMs ?? null];
      if (insert.run(...values).changes === 0) return false;
      room.added(own);
      return true;
    },
    get(id) {
      const row = select.get(id);
      return row && packetOf(row);
    },
    recent: (nowMs, limit) =>
      selectRecent
        .all(Math.floor(nowMs / 1000), limit)
        .map(packetOf)
        .reverse(),
    unsent: (limit) => selectUnsent.all(limit).map(packetOf),
    markSent(ids, nowMs) {
      assert(database.inTransaction, 'packets are marked inside a job');
      for (const id of ids) updateSent.run(nowMs, id);
    },
    prune(nowMs) {
      assert(database.inTransaction, 'packets are pruned inside a job');
      return room.prune(nowMs);
    },
  };
}

function packetOf(row: Row): StoredPacket {
  return { ...row, own: row.own === 1, sentMs: row.sentMs ?? undefined };
}

/** Keeps the caps. `rows` is an upper bound: a rolled back job makes it too high, and the next count puts it right. */
function roomMaker(database: OpenDatabase, caps: { stored: number; outbox: number }) {
  const count = database.prepare<[], number>('SELECT count(*) FROM packets').pluck();
  const countUnsent = database.prepare<[], number>(`SELECT count(*) FROM packets WHERE ${UNSENT}`).pluck();
  const deleteWhere = (condition: string) =>
    database.prepare(`DELETE FROM packets WHERE n IN (SELECT n FROM packets ${condition})`);
  const deleteOldest = deleteWhere(`WHERE NOT (${UNSENT}) ORDER BY n LIMIT ?`);
  const deleteUnsent = deleteWhere(`WHERE ${UNSENT} ORDER BY n LIMIT ?`);
  const deleteExpired = deleteWhere('WHERE expires_s <= ? ORDER BY expires_s LIMIT ?');
  let rows = count.get()!;
  let removed = 0;

  function makeRoom(): void {
    if (rows <= caps.stored) return;
    rows = count.get()!;
    // A hundredth more than needed, so that a full table is counted once in a while and not for every packet.
    if (rows > caps.stored) remove(deleteOldest.run(rows - caps.stored + Math.floor(caps.stored / 100)).changes);
  }

  function remove(changes: number): void {
    rows -= changes;
    removed += changes;
  }

  return {
    added(own: boolean): void {
      rows++;
      const excess = own ? countUnsent.get()! - caps.outbox : 0;
      if (excess > 0) remove(deleteUnsent.run(excess).changes);
      makeRoom();
    },
    prune(nowMs: number): number {
      remove(deleteExpired.run(Math.floor(nowMs / 1000), prunedPacketsMax).changes);
      makeRoom();
      const total = removed;
      removed = 0;
      return total;
    },
  };
}
