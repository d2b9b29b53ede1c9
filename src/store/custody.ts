// Keeps who still owes us an acknowledgement for what: one row for each packet and neighbour (protocol section 4, custody).
//
// A row stays after it was acknowledged, as long as its packet may be offered again, so that a neighbour that says anew
// what it watches is not sent what it has. Invariant: never more than `owedMax` open rows; when there are more, the least
// urgent go, a hundredth at a time, and are counted. A row goes with its packet.
import { assert } from '../core/assert.ts';
import { FINDING } from '../core/condition.ts';
import { backlogPacketsMax, owedMax, resendMsMin } from '../core/limits.ts';
import type { OpenDatabase } from './database.ts';

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
  settle(id: Buffer, peer: Buffer, nowMs: number): boolean;
  /** The neighbour cannot check what this origin signs: it owes nothing any more for its packets. */
  forgive(origin: Buffer, peer: Buffer): void;
  /** What one neighbour owes: sent, due and not expired; the longest due first. */
  due(peer: Buffer, nowMs: number, limit: number): OwedPacket[];
  /** It was sent again. */
  postpone(owed: Pick<OwedPacket, 'id' | 'peer'>, dueMs: number): void;
  /** The neighbour is back: what waits for a later attempt is due now. */
  hurry(peer: Buffer, nowMs: number): void;
  /** Gives up what has expired, and forgets what is of no use. @returns open rows that went since the last call, and why */
  shed(nowMs: number): { expired: number; shed: number };
  /** Packets and neighbours, unacknowledged and not expired. */
  owed(nowMs: number): number;
}

/** Events, faults and verdicts are what the mesh is for; then changes; answers of others say the same again. */
const LESS_URGENT = `CASE packets.finding WHEN ${FINDING.confirm} THEN 0 WHEN ${FINDING.refute} THEN 0
  WHEN ${FINDING.level} THEN 1 WHEN ${FINDING.cleared} THEN 1 ELSE 2 END`;

export function createCustody(database: OpenDatabase, rowsMax = owedMax): Custody {
  const insert = database.prepare('INSERT OR IGNORE INTO custody (id, peer, due_ms) VALUES (?, ?, ?)');
  const insertSettled = database.prepare('INSERT INTO custody (id, peer, settled_ms) VALUES (?, ?, ?)');
  const update = database.prepare(
    'UPDATE custody SET settled_ms = ?, due_ms = NULL WHERE id = ? AND peer = ? AND settled_ms IS NULL',
  );
  const has = database.prepare<[Buffer, Buffer], number>('SELECT 1 FROM custody WHERE id = ? AND peer = ?').pluck();
  const hasPacket = database.prepare<[Buffer], number>('SELECT 1 FROM packets WHERE id = ?').pluck();
  // Our own have a time to be acknowledged as well, from when they left the outbox.
  const selectDue = database.prepare<[Buffer, number, number, number, number], OwedPacket>(
    `SELECT custody.id, peer, attempts, bytes, CASE own WHEN 1 THEN 0 ELSE hops + 1 END AS hops
     FROM custody JOIN packets USING (id)
     WHERE peer = ? AND due_ms <= ? AND expires_s > ? AND (own = 0 OR sent_ms <= ?) ORDER BY due_ms LIMIT ?`,
  );
  const updateDue = database.prepare(
    'UPDATE custody SET due_ms = ?, attempts = attempts + 1 WHERE id = ? AND peer = ? AND due_ms IS NOT NULL',
  );
  const updateBack = database.prepare('UPDATE custody SET due_ms = ?, attempts = 0 WHERE peer = ? AND due_ms > ?');
  const deleteOrigin = database.prepare<[Buffer, Buffer]>(
    `DELETE FROM custody WHERE peer = ? AND due_ms IS NOT NULL
     AND EXISTS (SELECT 1 FROM packets WHERE packets.id = custody.id AND origin = ?)`,
  );
  const selectCount = database.prepare<[], number>('SELECT count(*) FROM custody WHERE due_ms IS NOT NULL').pluck();
  const selectOwed = database
    .prepare<[number], number>(
      'SELECT count(*) FROM custody JOIN packets USING (id) WHERE due_ms IS NOT NULL AND expires_s > ?',
    )
    .pluck();
  const deleteExpired = database.prepare<[number]>(
    `DELETE FROM custody WHERE due_ms IS NOT NULL AND id IN (SELECT id FROM packets WHERE expires_s <= ?)`,
  );
  const deleteLeast = database.prepare<[number]>(
    `DELETE FROM custody WHERE (id, peer) IN (SELECT custody.id, peer FROM custody JOIN packets USING (id)
     WHERE due_ms IS NOT NULL ORDER BY ${LESS_URGENT}, packets.n LIMIT ?)`,
  );
  const deleteUseless = database.prepare<[number, number]>(
    `DELETE FROM custody WHERE due_ms IS NULL
     AND id NOT IN (SELECT id FROM packets WHERE expires_s > ? ORDER BY n DESC LIMIT ?)`,
  );
  /** Open rows. A rolled back job or a packet that was removed makes it too high; the next count puts it right. */
  let open = selectCount.get()!;
  let lost = 0;

  function makeRoom(): void {
    if (open <= rowsMax) return;
    recount();
    if (open > rowsMax) {
      const { changes } = deleteLeast.run(open - rowsMax + Math.floor(rowsMax / 100));
      open -= changes;
      lost += changes;
    }
  }

  function recount(): void {
    const counted = selectCount.get()!;
    lost += open - counted;
    open = counted;
  }

  return {
    owe(id, peer, dueMs) {
      assert(database.inTransaction, 'packets are owed inside a job');
      open += insert.run(id, peer, Math.floor(dueMs)).changes;
      makeRoom();
    },
    settle(id, peer, nowMs) {
      assert(database.inTransaction, 'packets are settled inside a job');
      const settledMs = Math.floor(nowMs);
      if (update.run(settledMs, id, peer).changes > 0) open--;
      else if (has.get(id, peer) === undefined) {
        if (hasPacket.get(id) === undefined) return false;
        insertSettled.run(id, peer, settledMs);
      }
      return true;
    },
    forgive(origin, peer) {
      assert(database.inTransaction, 'packets are forgiven inside a job');
      open -= deleteOrigin.run(peer, origin).changes;
    },
    due: (peer, nowMs, limit) =>
      selectDue.all(peer, Math.floor(nowMs), Math.floor(nowMs / 1000), Math.floor(nowMs - resendMsMin), limit),
    postpone({ id, peer }, dueMs) {
      assert(database.inTransaction, 'packets are postponed inside a job');
      updateDue.run(Math.floor(dueMs), id, peer);
    },
    hurry(peer, nowMs) {
      assert(database.inTransaction, 'packets are hurried inside a job');
      updateBack.run(Math.floor(nowMs), peer, Math.floor(nowMs) + 2 * resendMsMin);
    },
    shed(nowMs) {
      assert(database.inTransaction, 'packets are given up inside a job');
      const nowS = Math.floor(nowMs / 1000);
      recount();
      const expired = deleteExpired.run(nowS).changes;
      open -= expired;
      makeRoom();
      deleteUseless.run(nowS, backlogPacketsMax);
      const shed = Math.max(0, lost);
      lost = 0;
      return { expired, shed };
    },
    owed: (nowMs) => selectOwed.get(Math.floor(nowMs / 1000))!,
  };
}
