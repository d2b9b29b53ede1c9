// Every packet that lives, in memory: found by its id, counted by its origin. The rows on disk have numbers only.
//
//     id ──> number ──> row of `packets`, or of `seen` when the packet gave way and only its id is kept
//
// Read from the disk when the store opens. Invariant: a number is never given out twice in one run. So what a job entered
// that was then rolled back stands for a row that is not there, and goes when somebody looks; nothing else is undone.
import { FINDING } from '../core/condition.ts';
import { urgencyOf } from '../core/turns.ts';
import type { OpenDatabase } from './database.ts';

export interface Origin {
  /** Public key. */
  readonly key: string;
  /** Ids that are remembered, and of them those whose packets are stored, and of those the ones somebody owes for. */
  ids: number;
  rows: number;
  owedRows: number;
  /** What came of its outcomes, 0 to 1; 1 where nothing is known. */
  credit: number;
}

export interface Known {
  readonly n: number;
  readonly id: string;
  readonly origin: Origin;
  readonly isOwn: boolean;
  readonly urgency: number;
  /** Of a later version. */
  readonly isLater: boolean;
  readonly score: number;
  readonly expiresS: number;
  /** Of an outcome: which condition it was under. */
  readonly condition: string | undefined;
  hops: number;
  /** Copies that came with fewer hops and were passed on. */
  nearerCopies: number;
  /** False when it gave way, and only its id is left. */
  isStored: boolean;
  /** Neighbours that have not acknowledged it. */
  debts: number;
  /** What came of it, 0 to 2; 1 where nothing is known. */
  worth: number;
}

export interface Row {
  readonly id: Buffer;
  readonly origin: Buffer;
  readonly own: boolean;
  readonly finding: number;
  readonly score: number;
  readonly expiresS: number;
  readonly hops: number;
  readonly condition?: Buffer | null | undefined;
}

export interface KnownPackets {
  find(id: Buffer): Known | undefined;
  at(n: number): Known | undefined;
  /** With the next number. The caller writes the row. */
  enter(row: Row): Known;
  /** Its packet gives way; the id stays. */
  strip(known: Known): void;
  forget(known: Known): void;
  /** One neighbour more owes for it, or one less. */
  charge(known: Known, change: 1 | -1): void;
  /** In the order they came. */
  all(): IteratorObject<Known>;
  origin(key: Buffer): Readonly<Origin> | undefined;
  origins(): IteratorObject<Readonly<Origin>>;
  /** Ids, packets stored, and of those the ones that nobody owes for and that are not ours. */
  readonly ids: number;
  readonly rows: number;
  readonly idleRows: number;
  /** Packets stored that are of a later version. */
  readonly laterRows: number;
}

type Loaded = Omit<Row, 'own'> & { readonly n: number; readonly own: number; readonly stored: number };

const LOAD = `
  SELECT n, id, origin, own, finding, score, expires_s AS expiresS, hops, 1 AS stored, condition FROM packets
  UNION ALL SELECT n, id, origin, 0, 0, 0, expires_s, 0, 0, NULL FROM seen ORDER BY n`;

/** By which outcomes are sent, and give way; what is no outcome is worth 1. */
export const worthOf = ({ condition, worth, origin }: Known): number =>
  condition === undefined ? 1 : worth * origin.credit;

/** A string of 16 characters: half the memory of hex. */
export const textOf = (bytes: Buffer): string => bytes.toString('latin1');

export function createKnownPackets(database: OpenDatabase): KnownPackets {
  const byId = new Map<string, Known>();
  const byNumber = new Map<number, Known>();
  const origins = new Map<string, Origin>();
  /** Entered by a job whose commit was not seen yet. */
  const fresh = new Set<Known>();
  const hasRow = database.prepare<[number], number>('SELECT 1 FROM packets WHERE n = ?').pluck();
  let last = 0;
  const total = { rows: 0, idleRows: 0, laterRows: 0 };

  function count({ origin, isOwn, isLater, debts }: Known, change: 1 | -1): void {
    total.rows += change;
    if (isLater) total.laterRows += change;
    origin.rows += change;
    if (debts > 0) origin.owedRows += change;
    else if (!isOwn) total.idleRows += change;
  }

  function put(n: number, row: Row, isStored: boolean): Known {
    const { expiresS, score, hops, own: isOwn } = row;
    const [id, key] = [textOf(row.id), textOf(row.origin)];
    const origin = origins.get(key) ?? { key, ids: 0, rows: 0, owedRows: 0, credit: 1 };
    const urgency = urgencyOf(row.finding);
    const isLater = row.finding > FINDING.outcome;
    const condition = row.condition ? textOf(row.condition) : undefined;
    const counts = { nearerCopies: 0, debts: 0, worth: 1 };
    const known = { n, id, origin, isOwn, urgency, isLater, score, expiresS, condition, hops, isStored, ...counts };
    origins.set(key, origin);
    origin.ids++;
    byId.set(id, known);
    byNumber.set(n, known);
    if (isStored) count(known, 1);
    last = Math.max(last, n);
    return known;
  }

  function strip(known: Known): void {
    if (!known.isStored) return;
    count(known, -1);
    known.isStored = false;
  }

  function forget(known: Known): void {
    strip(known);
    fresh.delete(known);
    byNumber.delete(known.n);
    if (byId.get(known.id) === known) byId.delete(known.id);
    if (--known.origin.ids === 0) origins.delete(known.origin.key);
  }

  function confirm(known: Known): void {
    if (known.isStored && hasRow.get(known.n) === undefined) forget(known);
    // Inside a job it may still be rolled back.
    else if (!database.inTransaction) fresh.delete(known);
  }

  for (const row of database.prepare<[], Loaded>(LOAD).iterate())
    put(row.n, { ...row, own: row.own === 1 }, row.stored === 1);

  return {
    find(id) {
      const key = textOf(id);
      const found = byId.get(key);
      if (!database.inTransaction) fresh.forEach(confirm);
      else if (found && fresh.has(found)) confirm(found);
      return byId.get(key);
    },
    at: (n) => byNumber.get(n),
    enter(row) {
      const known = put(last + 1, row, true);
      fresh.add(known);
      return known;
    },
    strip,
    forget,
    charge(known, change) {
      if (known.isStored) count(known, -1);
      known.debts += change;
      if (known.isStored) count(known, 1);
    },
    all: () => byNumber.values(),
    origin: (key) => origins.get(textOf(key)),
    origins: () => origins.values(),
    get ids() {
      return byId.size;
    },
    get rows() {
      return total.rows;
    },
    get laterRows() {
      return total.laterRows;
    },
    get idleRows() {
      return total.idleRows;
    },
  };
}
