// Reads the packets of one finding, and states, from the file of an agent that is not running.
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
  /** In the order asked for. */
  readonly states: readonly (string | undefined)[];
}

/**
 * @returns undefined when there is no file yet
 * @throws OperatingError already_running while an agent holds it, store_unusable
 */
export function readPacketsFile(folder: string, finding: number, keys: readonly StateKey[]): PacketsFile | undefined {
  const path = storePath(folder);
  let database: OpenDatabase | undefined;
  try {
    if (!statSync(path, { throwIfNoEntry: false })) return undefined;
    database = new Database(path, { fileMustExist: true, timeout: 0 });
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('query_only = ON');
    const select = database.prepare<[string], string>('SELECT value FROM state WHERE key = ?').pluck();
    return { packets: selectFinding(database).all(finding), states: keys.map((key) => select.get(key)) };
  } catch (error) {
    throw storeFailure(path, error);
  } finally {
    database?.close();
  }
}
