// States that survive a restart, as text by key: what the detectors and the alarms learned, what others' word counts, whom to
// listen to, what came of outcomes, words that were told, which sensors are worked on; and what was written to see whether the disk takes anything.
//
// There are as many rows as there are keys, so the table needs no cap.
import { assert } from '../core/assert.ts';
import type { OpenDatabase } from './database.ts';

export type StateKey =
  | 'channels'
  | 'reputation'
  | 'alarms'
  | 'vicinity'
  | 'elections'
  | 'words'
  | 'maintenance'
  | 'disk_probe';

export interface State {
  get(key: StateKey): string | undefined;
  set(key: StateKey, value: string): void;
}

export function createState(database: OpenDatabase): State {
  const select = database.prepare<[string], string>('SELECT value FROM state WHERE key = ?').pluck();
  const replace = database.prepare<[string, string]>('REPLACE INTO state (key, value) VALUES (?, ?)');
  return {
    get: (key) => select.get(key),
    set(key, value) {
      assert(database.inTransaction, 'states are written inside a job');
      replace.run(key, value);
    },
  };
}
