// Single numbers that must never go back: the last sequence used, and the latest time known to have passed.
//
// They are raised inside a job, together with what they stand for.
// Invariant: a number on disk only grows.
import { assert } from '../core/assert.ts';
import type { OpenDatabase } from './database.ts';

export type MetaName = 'sequence' | 'time_floor_ms';

export interface Meta {
  /** 0 when it was never raised. */
  get(name: MetaName): number;
  /** Lower values change nothing. */
  raise(name: MetaName, value: number): void;
}

export function createMeta(database: OpenDatabase): Meta {
  const upsert = database.prepare<[string, number]>(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)',
  );
  return {
    get: (name) => readMeta(database, name),
    raise(name, value) {
      assert(database.inTransaction, 'numbers are raised inside a job');
      upsert.run(name, value);
    },
  };
}

/** Also for a file that is open for reading only. */
export function readMeta(database: OpenDatabase, name: MetaName): number {
  return database.prepare<[string], number>('SELECT value FROM meta WHERE key = ?').pluck().get(name) ?? 0;
}
