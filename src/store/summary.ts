// Sums up what a store holds in a few numbers, and opens the file of a gateway that is stopped for a look.
//
// The look takes the file for itself for a moment: so it fails while a gateway holds it, and never shows half of what is
// being written. Invariant: it changes nothing.
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { OperatingError } from '../core/errors.ts';
import { type OpenDatabase, storePath } from './database.ts';
import { codeOf, storeFailure } from './failure.ts';
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

/** As `lookAt`. */
export function summariseFile(folder: string): StoreSummary | undefined {
  const path = storePath(folder);
  try {
    using file = openFile(path);
    return file && summarise(file.database);
  } catch (error) {
    throw failureOf(path, error);
  }
}

/**
 * Looks at the file of a gateway that is not running.
 * @returns undefined when there is none yet
 * @throws OperatingError already_running while a gateway holds it, store_unusable; and whatever the look throws
 */
export async function lookAt<T>(folder: string, look: (database: OpenDatabase) => Promise<T>): Promise<T | undefined> {
  const path = storePath(folder);
  try {
    using file = openFile(path);
    return file && (await look(file.database));
  } catch (error) {
    throw failureOf(path, error);
  }
}

function openFile(path: string): (Disposable & { readonly database: OpenDatabase }) | undefined {
  if (!statSync(path, { throwIfNoEntry: false })) return undefined;
  const database = new Database(path, { fileMustExist: true, timeout: 0 });
  try {
    // A connection opened for reading only leaves its log and index files behind; one that owns the file clears up.
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('query_only = ON');
    // Whoever else holds the file shows only when it is read.
    database.pragma('user_version');
    return { database, [Symbol.dispose]: () => void database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Of SQLite or of the file system; a mistake of whoever looks stays one. */
const failureOf = (path: string, error: unknown): unknown =>
  error instanceof OperatingError || codeOf(error) === '' ? error : storeFailure(path, error);
