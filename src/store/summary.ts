// Sums up what a store holds, in a few numbers.
//
// For a running agent's status, and for a look at the file of one that is stopped. The look takes the file for itself for
// a moment: so it fails while an agent holds it, and never shows half of what is being written.
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type OpenDatabase, storePath } from './database.ts';
import { storeFailure } from './failure.ts';
import { readMeta } from './meta.ts';
import { latestVerdicts, type StoredVerdict } from './verdicts.ts';

export interface StoreSummary {
  readonly packets: number;
  readonly unsent: number;
  /** Last sequence used, 0 before the first packet. */
  readonly sequence: number;
  /** Newest first, at most 10. */
  readonly verdicts: readonly StoredVerdict[];
}

const VERDICTS_SHOWN = 10;

export function summarise(database: OpenDatabase): StoreSummary {
  const count = (condition: string) =>
    database.prepare<[], number>(`SELECT count(*) FROM packets ${condition}`).pluck().get()!;
  return {
    packets: count(''),
    unsent: count('WHERE own = 1 AND sent_ms IS NULL'),
    sequence: readMeta(database, 'sequence'),
    verdicts: latestVerdicts(database, VERDICTS_SHOWN),
  };
}

/**
 * Looks at the file of an agent that is not running.
 * @returns undefined when there is none yet
 * @throws OperatingError already_running while an agent holds it, store_unusable
 */
export function summariseFile(folder: string): StoreSummary | undefined {
  const path = storePath(folder);
  let database: OpenDatabase | undefined;
  try {
    if (!statSync(path, { throwIfNoEntry: false })) return undefined;
    // A connection opened for reading only leaves its log and index files behind; one that owns the file clears up.
    database = new Database(path, { fileMustExist: true, timeout: 0 });
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('query_only = ON');
    return summarise(database);
  } catch (error) {
    throw storeFailure(path, error);
  } finally {
    database?.close();
  }
}
