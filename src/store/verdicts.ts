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

type Row = Pick<StoredVerdict, 'phenomenon' | 'verdict' | 'probability' | 'about'> & {
  readonly time_ms: number;
  readonly evidence: string;
  readonly neighbours?: number | null;
  readonly falls?: 0 | 1;
};

export function createVerdicts(database: OpenDatabase, verdictsMax = storedVerdictsMax): Verdicts {
  const insert = database.prepare(
    `INSERT INTO verdicts (time_ms, phenomenon, verdict, probability, about, evidence, neighbours, falls)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const deleteUpTo = database.prepare<[number]>('DELETE FROM verdicts WHERE n <= ?');
  return {
    add({ timeMs, phenomenon, verdict, probability, about, evidence, neighbours = null, falls = false }) {
      assert(database.inTransaction, 'verdicts are added inside a job');
      const ids = JSON.stringify(evidence);
      const row = [timeMs, phenomenon, verdict, probability, about, ids, neighbours, falls ? 1 : 0];
      const { lastInsertRowid } = insert.run(...row);
      deleteUpTo.run(Number(lastInsertRowid) - verdictsMax);
    },
    latest: (limit) => latestVerdicts(database, limit),
  };
}

/** Also for a file that is open for reading only, and may be of an earlier version: it lacks columns then. */
export function latestVerdicts(database: OpenDatabase, limit: number): StoredVerdict[] {
  return database
    .prepare<[number], Row>('SELECT * FROM verdicts ORDER BY n DESC LIMIT ?')
    .all(limit)
    .map(({ time_ms: timeMs, phenomenon, verdict, probability, about, evidence, neighbours, falls }) => ({
      timeMs,
      phenomenon,
      verdict,
      probability,
      about,
      evidence: JSON.parse(evidence) as string[],
      ...(typeof neighbours === 'number' && { neighbours }),
      ...(falls === 1 && { falls: true }),
    }));
}
