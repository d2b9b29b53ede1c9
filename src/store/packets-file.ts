// Reads the packets of one finding, and one state, from the file of an agent that is not running.
//
// The look takes the file for itself for a moment, as that of summary.ts does. Invariant: nothing is written.
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type OpenDatabase, storePath } from './database.ts';
import { storeFailure } from './failure.ts';
import { type StoredPacket, selectFinding } from './packets.ts';
import type { StateKey } from './state.ts';

export interface PacketsFile {
  readonly packets: readonly Pick<StoredPacket, 'id' | 'origin' | 'bytes'>[];
  readonly state: string | undefined;
}

/**
 * @returns undefined when there is no file yet
 * @throws OperatingError already_running while an agent holds it, store_unusable
 */
export function readPacketsFile(folder: string, finding: number, state: StateKey): PacketsFile | undefined {
  const path = storePath(folder);
  let database: OpenDatabase | undefined;
  try {
    if (!statSync(path, { throwIfNoEntry: false })) return undefined;
    database = new Database(path, { fileMustExist: true, timeout: 0 });
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('query_only = ON');
    const value = database.prepare<[string], string>('SELECT value FROM state WHERE key = ?').pluck().get(state);
    return { packets: selectFinding(database).all(finding), state: value };
  } catch (error) {
    throw storeFailure(path, error);
  } finally {
    database?.close();
  }
}
