// States that survive a restart, as text by key: detectors, the synthesizer.
//
// Keys of sensors that left the configuration stay until the cap; those written longest ago go first.
import { assert } from '../core/assert.ts';
import { stateKeysMax } from '../core/limits.ts';
import type { OpenDatabase } from './database.ts';

export interface State {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  /** Brings the table back under its cap. */
  prune(): void;
}

export function createState(database: OpenDatabase, keysMax = stateKeysMax): State {
  const select = database.prepare<[string], string>('SELECT value FROM state WHERE key = ?').pluck();
  // REPLACE gives the row a new number, so the order of the numbers is the order of writing.
  const replace = database.prepare<[string, string]>('REPLACE INTO state (key, value) VALUES (?, ?)');
  const deleteOld = database.prepare<[number]>(
    'DELETE FROM state WHERE n IN (SELECT n FROM state ORDER BY n DESC LIMIT -1 OFFSET ?)',
  );
  return {
    get: (key) => select.get(key),
    set(key, value) {
      assert(database.inTransaction, 'states are written inside a job');
      replace.run(key, value);
    },
    prune() {
      assert(database.inTransaction, 'states are pruned inside a job');
      deleteOld.run(keysMax);
    },
  };
}
