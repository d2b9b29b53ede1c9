// Deposits that wait their turn, on disk in the order they came: a power cut loses none of them.
//
// What one says is text to the store. Invariant: a deposit leaves in the same job that issues its packet, so it is issued
// once; a later one has the higher number.
import { assert } from '../core/assert.ts';
import type { OpenDatabase } from './database.ts';

export interface QueuedDeposit {
  readonly n: number;
  readonly body: string;
}

export interface DepositQueue {
  /** Inside a job. @returns its number */
  add(body: string): number;
  /** The first ones, in order. */
  first(limit: number): QueuedDeposit[];
  /** Inside a job. */
  remove(n: number): void;
  count(): number;
}

export function createDepositQueue(database: OpenDatabase): DepositQueue {
  const insert = database.prepare<[string]>('INSERT INTO deposits (body) VALUES (?)');
  const select = database.prepare<[number], QueuedDeposit>('SELECT n, body FROM deposits ORDER BY n LIMIT ?');
  const remove = database.prepare<[number]>('DELETE FROM deposits WHERE n = ?');
  const count = database.prepare<[], number>('SELECT count(*) FROM deposits').pluck();
  return {
    add(body) {
      assert(database.inTransaction, 'deposits are queued inside a job');
      return Number(insert.run(body).lastInsertRowid);
    },
    first: (limit) => select.all(limit),
    remove(n) {
      assert(database.inTransaction, 'deposits leave inside a job');
      remove.run(n);
    },
    count: () => count.get()!,
  };
}
