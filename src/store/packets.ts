// Packets on disk: what was heard, to be weighed again after a restart, and what is ours and not sent yet (the outbox).
//
// Both have a cap that holds after every insertion (packet-room.ts says who gives way). All writing happens inside a job
// of the committer, and is done by row number: a row is found by its id in memory.
import { assert } from '../core/assert.ts';
import { nearerCopiesMax, outboxPacketsMax, storedPacketsMax } from '../core/limits.ts';
import type { OpenDatabase } from './database.ts';
import type { Known, KnownPackets } from './known-packets.ts';
import { createRoom, type Refusal, UNSENT } from './packet-room.ts';

export interface StoredPacket {
  /** 16 bytes. */
  readonly id: Buffer;
  /** Public key, 32 bytes. */
  readonly origin: Buffer;
  readonly finding: number;
  /** 0 to 100. */
  readonly score: number;
  /** As received or signed. */
  readonly bytes: Buffer;
  readonly own: boolean;
  readonly hops: number;
  readonly receivedMs: number;
  /** Issue plus lifetime, Unix seconds. */
  readonly expiresS: number;
  readonly sentMs: number | undefined;
  /** Of an outcome: a hash of its exact condition. The only one under a condition is kept longer. */
  readonly condition?: Buffer | undefined;
}

export interface Packets {
  /** Whether there is no room for another one of this origin, public key; of our own there always is. */
  refuses(origin: Buffer, finding?: number): Refusal | undefined;
  /** @returns false when it is there already, or was */
  add(packet: StoredPacket): boolean;
  get(id: Buffer): StoredPacket | undefined;
  /**
   * A copy came with fewer hops than any before, and may be passed on once more. The count is not signed, so this is
   * believed `nearerCopiesMax` times. @returns the packet as it was committed; undefined when the copy is no news
   */
  nearer(id: Buffer, hops: number): Buffer | undefined;
  /** Whether `nearer` would. */
  isNearer(id: Buffer, hops: number): boolean;
  /** The newest that have not expired, oldest of them first; of one origin a quarter, where others have as much to say. */
  recent(nowMs: number, limit: number): StoredPacket[];
  /** Our own that wait to be sent, oldest first. */
  unsent(limit: number): StoredPacket[];
  markSent(ids: readonly Buffer[], nowMs: number): void;
  /** Removes expired ones, a bounded number at a time. @returns packets removed since the last call, for any reason */
  prune(nowMs: number): number;
  /** Whether the packet itself is here, and not its id alone. */
  isHeld(id: Buffer): boolean;
  /** What came of an outcome (0 to 2), and of those of its origin (0 to 1): who is worth less is sent later and gives way first. */
  weigh(about: { readonly id: Buffer; readonly worth: number; readonly credit: number }): void;
  /** All of one finding, in the order they came. */
  ofFinding(finding: number): IterableIterator<Pick<StoredPacket, 'id' | 'origin' | 'bytes'>>;
  /** Called with the id of every packet that goes, for any reason, inside the job that removes it. */
  onGone(listener: (id: Buffer) => void): void;
}

type Row = Omit<StoredPacket, 'own' | 'sentMs' | 'condition'> & { own: number; sentMs: number | null };

const COLUMNS = `id, origin, finding, score, bytes, own, hops, received_ms AS receivedMs, expires_s AS expiresS, sent_ms AS sentMs`;

export function createPackets(
  database: OpenDatabase,
  known: KnownPackets,
  caps = { stored: storedPacketsMax, outbox: outboxPacketsMax },
): Packets {
  const insert = database.prepare(
    `INSERT INTO packets (n, id, origin, finding, score, bytes, own, hops, received_ms, expires_s, sent_ms, condition)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = database.prepare<[number], Row>(`SELECT ${COLUMNS} FROM packets WHERE n = ?`);
  const selectUnsent = database.prepare<[number], Row>(
    `SELECT ${COLUMNS} FROM packets WHERE ${UNSENT} ORDER BY n LIMIT ?`,
  );
  const updateSent = database.prepare('UPDATE packets SET sent_ms = ? WHERE n = ?');
  const updateHops = database.prepare('UPDATE packets SET hops = ? WHERE n = ?');
  let gone: (id: Buffer) => void = () => {};
  const room = createRoom(database, known, { ...caps, onGone: (id) => gone(id) });

  const at = ({ n }: Known): StoredPacket[] => {
    const row = select.get(n);
    return row ? [packetOf(row)] : [];
  };

  function nearer(id: Buffer, hops: number): Known | undefined {
    const found = known.find(id);
    const isNews = found?.isStored && !found.isOwn && hops < found.hops && found.nearerCopies < nearerCopiesMax;
    return isNews ? found : undefined;
  }

  return {
    isNearer: (id, hops) => nearer(id, hops) !== undefined,
    refuses: room.refuses,
    add(packet) {
      assert(database.inTransaction, 'packets are added inside a job');
      const { id, origin, finding, score, bytes, own, hops, receivedMs, expiresS, sentMs, condition } = packet;
      if (known.find(id)) return false;
      const entered = known.enter(packet);
      const values = [
        entered.n,
        id,
        origin,
        finding,
        score,
        bytes,
        own ? 1 : 0,
        hops,
        receivedMs,
        expiresS,
        sentMs ?? null,
        condition ?? null,
      ];
      insert.run(...values);
      room.make(entered);
      return true;
    },
    get(id) {
      const found = known.find(id);
      return found && at(found)[0];
    },
    nearer(id, hops) {
      assert(database.inTransaction, 'packets are changed inside a job');
      const found = nearer(id, hops);
      if (!found) return undefined;
      found.hops = hops;
      found.nearerCopies++;
      updateHops.run(hops, found.n);
      return at(found)[0]?.bytes;
    },
    recent(nowMs, limit) {
      const newest = [...known.all()].filter(({ isStored, expiresS }) => isStored && expiresS > nowMs / 1000).reverse();
      return fairly(newest, limit).flatMap(at);
    },
    unsent: (limit) => selectUnsent.all(limit).map(packetOf),
    markSent(ids, nowMs) {
      assert(database.inTransaction, 'packets are marked inside a job');
      for (const id of ids) updateSent.run(nowMs, known.find(id)?.n ?? 0);
    },
    prune(nowMs) {
      assert(database.inTransaction, 'packets are pruned inside a job');
      return room.prune(nowMs);
    },
    isHeld: (id) => known.find(id)?.isStored === true,
    weigh({ id, worth, credit }) {
      const found = known.find(id);
      if (!found) return;
      found.worth = worth;
      found.origin.credit = credit;
    },
    ofFinding: (finding) => selectFinding(database).iterate(finding),
    onGone(listener) {
      gone = listener;
    },
  };
}

/** Also of a file that is open for reading only. */
export function selectFinding(database: OpenDatabase) {
  return database.prepare<[number], Pick<StoredPacket, 'id' | 'origin' | 'bytes'>>(
    'SELECT id, origin, bytes FROM packets WHERE finding = ? ORDER BY n',
  );
}

function packetOf(row: Row): StoredPacket {
  return { ...row, own: row.own === 1, sentMs: row.sentMs ?? undefined };
}

/** @param newest the newest first @returns the oldest first */
function fairly(newest: readonly Known[], limit: number): Known[] {
  const share = Math.ceil(limit / 4);
  const counts = new Map<unknown, number>();
  const [within, beyond]: [Known[], Known[]] = [[], []];
  for (const one of newest) {
    const count = (counts.get(one.origin) ?? 0) + 1;
    counts.set(one.origin, count);
    (count <= share ? within : beyond).push(one);
    if (within.length === limit) break;
  }
  return [...within, ...beyond.slice(0, limit - within.length)].sort((a, b) => a.n - b.n);
}
