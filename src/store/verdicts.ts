// Keeps what was concluded, in a ring for `qis status`.
//
// Rows are numbered as they come, so what is older than the newest storedVerdictsMax is known without counting.
// Invariant: never more rows than that.
import { assert } from '../core/assert.ts';
import type { AgentEvent } from '../core/events.ts';
import { storedVerdictsMax } from '../core/limits.ts';
import type { OpenDatabase } from './database.ts';

export type StoredVerdict = Omit<Extract<AgentEvent, { type: 'verdict' }>, 'type'> & { readonly timeMs: number };

export interface Verdicts {
  add(verdict: StoredVerdict): void;
  /** Newest first. */
  latest(limit: number): StoredVerdict[];
}

type Row = Omit<StoredVerdict, 'evidence'> & { evidence: string };

export function createVerdicts(database: OpenDatabase, verdictsMax = storedVerdictsMax): Verdicts {
  const insert = database.prepare(
    'INSERT INTO verdicts (time_ms, phenomenon, verdict, probability, about, evidence) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const deleteUpTo = database.prepare<[number]>('DELETE FROM verdicts WHERE n <= ?');
  return {
    add({ timeMs, phenomenon, verdict, probability, about, evidence }) {
      assert(database.inTransaction, 'verdicts are added inside a job');
      const { lastInsertRowid } = insert.run(timeMs, phenomenon, verdict, probability, about, JSON.stringify(evidence));
      deleteUpTo.run(Number(lastInsertRowid) - verdictsMax);
    },
    latest: (limit) => latestVerdicts(database, limit),
  };
}

/** Also for a file that is open for reading only. */
export function latestVerdicts(database: OpenDatabase, limit: number): StoredVerdict[] {
  return database
    .prepare<[number], Row>(
      `SELECT time_ms AS timeMs, phenomenon, verdict, probability, about, evidence
       FROM verdicts ORDER BY n DESC LIMIT ?`,
    )
    .all(limit)
    .map((row) => ({ ...row, evidence: JSON.parse(row.evidence) as string[] }));
}
