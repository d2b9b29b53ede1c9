// Grouped commits: jobs that arrive together share one transaction, and nobody hears of a job before its COMMIT.
//
//     commit(job) ──queue──┬─ next turn of the event loop ─┐
//                          ├─ commitJobsMax jobs ──────────┼─> BEGIN, a savepoint each, COMMIT ──> promises
//                          └─ flush() ─────────────────────┘
//
// Invariant: a job that throws undoes itself alone; when COMMIT fails every job of the group is rejected. Whether the disk
// takes anything is known from the last transaction (`problem`).
import { assert } from '../core/assert.ts';
import { commitJobsMax } from '../core/limits.ts';
import type { OpenDatabase } from './database.ts';
import { isDiskFailure, isStoreFailure, storeFailure } from './failure.ts';

/** Synchronous work on the store's tables. It may run later, so it must not rely on what it read before. */
export type Job<T> = () => T;

export interface Committer {
  /** Resolves after the COMMIT; rejects with what the job threw, or with OperatingError store_unusable. */
  commit<T>(job: Job<T>): Promise<T>;
  /** At once, alone, after what is queued: for virtual time, and where nothing else runs. Throws what `commit` rejects with. */
  commitNow<T>(job: Job<T>): T;
  /** Commits what is queued, now. */
  flush(): void;
  /** Runs what is no transaction of its own, such as a pragma that writes. Throws what `commit` rejects with. */
  outside<T>(job: Job<T>): T;
  /** Why the disk took nothing when it was written to last, in a sentence; undefined when it did. */
  problem(): string | undefined;
}

interface Queued {
  readonly job: Job<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function createCommitter(database: OpenDatabase): Committer {
  const inTransaction = database.transaction((job: Job<unknown>) => job());
  const changes = database.prepare<[], number>('SELECT total_changes()').pluck();
  let queue: Queued[] = [];
  let scheduled: NodeJS.Immediate | undefined;
  let problem: string | undefined;

  function failure(error: unknown): unknown {
    if (!isStoreFailure(error)) return error;
    const told = storeFailure(database.name, error);
    if (isDiskFailure(error)) problem = told.message;
    return told;
  }

  function committing<T>(job: () => T): T {
    const [known, written] = [problem, changes.get()!];
    problem = undefined;
    let isWritten = false;
    try {
      const value = inTransaction.immediate(job) as T;
      isWritten = changes.get()! !== written;
      return value;
    } finally {
      // A transaction that failed for another reason, or wrote nothing, says nothing of the disk.
      if (!isWritten) problem ??= known;
    }
  }

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
      outcomes = committing(() => group.map(runOne));
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
        return committing(job);
      } catch (error) {
        throw failure(error);
      }
    },
    outside<T>(job: Job<T>): T {
      try {
        return job();
      } catch (error) {
        throw failure(error);
      }
    },
    problem: () => problem,
  };
}
