// Single numbers: the last sequence used, when the last packet was issued, and the latest time known to have passed.
//
// They are written inside a job, together with what they stand for. A number is raised; only what shows that it came
// of a wrong clock sets it back (sequences.ts, time-keeper.ts).
import { assert } from '../core/assert.ts';
import type { OpenDatabase } from './database.ts';

export type MetaName = 'sequence' | 'issued_s' | 'time_floor_ms';

export interface Meta {
  /** 0 when it was never raised. */
  get(name: MetaName): number;
  /** Lower values change nothing. */
  raise(name: MetaName, value: number): void;
  /** Whatever it was. */
  set(name: MetaName, value: number): void;
}

export function createMeta(database: OpenDatabase): Meta {
  // Asked for every packet, by the clock.
  const select = selecting(database);
  const upsert = database.prepare<[string, number]>(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)',
  );
  const replace = database.prepare<[string, number]>('REPLACE INTO meta (key, value) VALUES (?, ?)');
  return {
    get: (name) => select.get(name) ?? 0,
    raise(name, value) {
      assert(database.inTransaction, 'numbers are raised inside a job');
      upsert.run(name, value);
    },
    set(name, value) {
      assert(database.inTransaction, 'numbers are set inside a job');
      replace.run(name, value);
    },
  };
}

/** Also for a file that is open for reading only. */
export function readMeta(database: OpenDatabase, name: MetaName): number {
  return selecting(database).get(name) ?? 0;
}

const selecting = (database: OpenDatabase) =>
  database.prepare<[string], number>('SELECT value FROM meta WHERE key = ?').pluck();
