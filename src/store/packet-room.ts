// Who gives way when the packets on disk reach their caps, and who is not taken in.
//
// Whoever has most gives way, down to the level of the others: first what nobody owes for, the oldest first. What somebody
// owes for gives way only to an origin that has less, and what is ours to nothing but ours. The only outcome under a condition
// gives way to no common one (rare-packets.ts). An id stays until its packet would have expired, so that nothing is taken in
// twice; where ids find no room, their origins are refused.
// Invariant: the caps hold after every insertion, and our unsent ones are no part of what makes room for others.
import { FINDING } from '../core/condition.ts';
import { prunedPacketsMax } from '../core/limits.ts';
import { idsMax, idsPerOriginMax, idsPerOriginMin, laterShareMax } from '../core/share-limits.ts';
import { givingWay } from '../core/turns.ts';
import type { OpenDatabase } from './database.ts';
import { type Known, type KnownPackets, type Origin, worthOf } from './known-packets.ts';
import { rarePackets } from './rare-packets.ts';

/** As events name it. */
export type Refusal = 'origin_full' | 'no_room';

export const UNSENT = 'own = 1 AND sent_ms IS NULL';

export interface Room {
  refuses(origin: Buffer, finding?: number): Refusal | undefined;
  /** After an insertion. */
  make(added: Known): void;
  /** @returns packets that went since the last call, for any reason */
  prune(nowMs: number): number;
}

export function createRoom(
  database: OpenDatabase,
  known: KnownPackets,
  caps: { readonly stored: number; readonly outbox: number; readonly onGone: (id: Buffer) => void },
): Room {
  const release = database.prepare<[number]>('UPDATE packets SET sent_ms = received_ms WHERE n = ?');
  const countUnsent = database.prepare<[], number>(`SELECT count(*) FROM packets WHERE ${UNSENT}`).pluck();
  const selectUnsent = database
    .prepare<[number], number>(`SELECT n FROM packets WHERE ${UNSENT} ORDER BY n LIMIT ?`)
    .pluck();
  const isUnsent = database.prepare<[number], number>(`SELECT 1 FROM packets WHERE n = ? AND ${UNSENT}`).pluck();
  const remember = database.prepare('INSERT INTO seen SELECT n, id, origin, expires_s FROM packets WHERE n = ?');
  const remove = database.prepare('DELETE FROM packets WHERE n = ?');
  const forget = database.prepare('DELETE FROM seen WHERE n = ?');
  let removed = 0;

  function giveWay(one: Known): void {
    remember.run(one.n);
    removed += remove.run(one.n).changes;
    known.strip(one);
    tellGone(one);
  }

  /** What was deposited stays here, and whoever comes to watch it is offered it. */
  function leaveOutbox(one: Known): void {
    if (one.condition === undefined) giveWay(one);
    else release.run(one.n);
  }

  function tellGone({ id }: Known): void {
    caps.onGone(Buffer.from(id, 'latin1'));
  }

  /** A hundredth more than needed where nobody misses it, so that a full table is not searched for every packet. */
  function makeRoom(added?: Known): void {
    const excess = known.rows - caps.stored;
    if (excess <= 0) return;
    const rows = [...known.all()].filter((one) => one.isStored && one !== added);
    const rare = rarePackets(rows, caps.stored);
    const common = rows.filter((one) => !one.isOwn && !rare.has(one));
    const idle = common.filter(({ debts }) => debts === 0).sort(worthLeast);
    for (const one of givingWay(idle, { originOf, count: excess + Math.floor(caps.stored / 100) })) giveWay(one);
    while (known.rows > caps.stored) {
      const most = greediest(common.filter(isStored)) ?? greediest([...rare].filter(isStored));
      if (!most) break;
      giveWay(most);
    }
    if (!added?.isOwn || known.rows <= caps.stored) return;
    const own = rows.filter(({ n, isOwn }) => isOwn && isUnsent.get(n) === undefined);
    for (const one of own.slice(0, known.rows - caps.stored)) giveWay(one);
  }

  function hasMost({ rows }: Pick<Origin, 'rows'>): boolean {
    for (const other of known.origins()) if (other.rows > rows + 1) return false;
    return true;
  }

  return {
    refuses(key, finding = 0) {
      if (finding > FINDING.outcome && known.laterRows >= caps.stored * laterShareMax) return 'no_room';
      const origin = known.origin(key) ?? { ids: 0, rows: 0 };
      if (origin.ids >= idsPerOriginMax || (known.ids >= idsMax && origin.ids >= idsPerOriginMin)) return 'origin_full';
      return known.rows >= caps.stored && known.idleRows === 0 && hasMost(origin) ? 'no_room' : undefined;
    },
    make(added) {
      const excess = added.isOwn ? countUnsent.get()! - caps.outbox : 0;
      if (excess > 0) for (const n of selectUnsent.all(excess)) leaveOutbox(known.at(n)!);
      makeRoom(added);
    },
    prune(nowMs) {
      const nowS = Math.floor(nowMs / 1000);
      const expired = [
        ...known
          .all()
          .filter(({ expiresS }) => expiresS <= nowS)
          .take(prunedPacketsMax),
      ];
      for (const one of expired) {
        removed += remove.run(one.n).changes;
        forget.run(one.n);
        if (one.isStored) tellGone(one);
        known.forget(one);
      }
      makeRoom();
      const total = removed;
      removed = 0;
      return total;
    },
  };
}

/** What did not come for those who followed it goes first, what did last; the others in the order they came. */
const worthLeast = (a: Known, b: Known): number => worthOf(a) - worthOf(b);
const originOf = ({ origin }: Known): Origin => origin;
const isStored = (one: Known): boolean => one.isStored;

/** The oldest of the origin that has most. @param rows the oldest first */
function greediest(rows: readonly Known[]): Known | undefined {
  return rows.reduce<Known | undefined>(
    (most, one) => (most && most.origin.rows >= one.origin.rows ? most : one),
    undefined,
  );
}
