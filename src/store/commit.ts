// Grouped commits: jobs that arrive together share one transaction, and nobody hears of a job before its COMMIT.
//
//     commit(job) ──queue──┬─ next turn of the event loop ─┐
//                          ├─ commitJobsMax jobs ──────────┼─> BEGIN, a savepoint each, COMMIT ──> promises
//                          └─ flush() ─────────────────────┘
//
// Invariant: a job that throws undoes itself alone; when COMMIT fails every job of the group is rejected.
import { assert } from '../core/assert.ts';
import { commitJobsMax } from '../core/limits.ts';
import type { OpenDatabase } from './database.ts';
import { isStoreFailure, storeFailure } from './failure.ts';

/** Synchronous work on the store's tables. It may run later, so it must not rely on what it read before. */
export type Job<T> = () => T;

export interface Committer {
  /** Resolves after the COMMIT; rejects with what the job threw, or with OperatingError store_unusable. */
  commit<T>(job: Job<T>): Promise<T>;
  /** At once, alone, after what is queued: for virtual time, and where nothing else runs. Throws what `commit` rejects with. */
  commitNow<T>(job: Job<T>): T;
  /** Commits what is queued, now. */
  flush(): void;
}

interface Queued {
  readonly job: Job<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function createCommitter(database: OpenDatabase): Committer {
  const inTransaction = database.transaction((job: Job<unknown>) => job());
  let queue: Queued[] = [];
  let scheduled: NodeJS.Immediate | undefined;

  const failure = (error: unknown) => (isStoreFailure(error) ? storeFailure(database.name, error) : error);

  function runOne({ job, resolve, reject }: Queued): () => void {
    try {
      const value = inTransaction(job);
      return () => resolve(value);
    } catch (error) {
      // SQLite ends the whole transaction by itself on a full disk and the like.
      if (!database.inTransaction) throw error;
      return () => reject(failure(error));
    }
  }

  function flush(): void {
    assert(!database.inTransaction, 'a job must not commit');
    clearImmediate(scheduled);
    scheduled = undefined;
    const group = queue;
    queue = [];
    if (group.length === 0) return;
    let outcomes: (() => void)[];
    try {
      outcomes = inTransaction.immediate(() => group.map(runOne)) as (() => void)[];
    } catch (error) {
      for (const { reject } of group) reject(failure(error));
      return;
    }
    for (const outcome of outcomes) outcome();
  }

  return {
    flush,
    commit: <T>(job: Job<T>) =>
      new Promise<T>((resolve, reject) => {
        queue.push({ job, resolve: resolve as (value: unknown) => void, reject });
        if (queue.length >= commitJobsMax && !database.inTransaction) flush();
        else scheduled ??= setImmediate(flush);
      }),
    commitNow<T>(job: Job<T>): T {
      flush();
      try {
        return inTransaction.immediate(job) as T;
      } catch (error) {
        throw failure(error);
      }
    },
  };
}
