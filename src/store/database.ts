// Opens the database file: durable, owned by one process, brought to the current version, never in the way of a start.
//
//     file ──damaged──> <file>.damaged-<n>, and a new file
//       └──older──> <file>.backup, then the migrations
//
// Invariant: synchronous is FULL. better-sqlite3 leaves WAL at NORMAL, which lost rows in half of 1,500 power cuts.

import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AssertionError, assert } from '../core/assert.ts';
import { OperatingError } from '../core/errors.ts';
import { storeCacheBytesMax, storeLogBytesMax } from '../core/limits.ts';
import { setAside } from './damaged-file.ts';
import { isDamage, storeFailure } from './failure.ts';
import { MIGRATIONS } from './schema.ts';

export type OpenDatabase = Database.Database;

/** Somebody may be looking (summary.ts). */
const BUSY_MS = 1_000;
const SYNCHRONOUS_FULL = 2;

export interface Opened {
  readonly database: OpenDatabase;
  /** What became of a file that could not be used, when there was one. */
  readonly recovered: string | undefined;
  /** Where it is now; undefined also when nothing was left in it. */
  readonly setAsideAs: string | undefined;
}

export function storePath(folder: string): string {
  return folder === ':memory:' ? folder : join(folder, 'qis.db');
}

/**
 * @param path of the file, or ':memory:'
 * @throws OperatingError store_unusable (disk, permissions, a file of a newer version), already_running
 */
export function openDatabase(path: string, migrations: readonly string[] = MIGRATIONS): Opened {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite takes an empty file for a new one; it is also what a power cut can leave of a full one.
    const emptied = statSync(path, { throwIfNoEntry: false })?.size === 0;
    try {
      const recovered = emptied ? `${path} was empty, as a power cut can leave it; a new one was begun` : undefined;
      return { database: openFile(path, migrations), recovered, setAsideAs: undefined };
    } catch (error) {
      if (!isDamage(error)) throw error;
      const setAsideAs = setAside(path);
      const recovered = `${path} was damaged; it was set aside as ${basename(setAsideAs)} and a new one was begun`;
      return { database: openFile(path, migrations), recovered, setAsideAs };
    }
  } catch (error) {
    throw error instanceof OperatingError || error instanceof AssertionError ? error : storeFailure(path, error);
  }
}

function openFile(path: string, migrations: readonly string[]): OpenDatabase {
  const database = new Database(path, { timeout: BUSY_MS });
  try {
    configure(database);
    check(database);
    migrate(database, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function configure(database: OpenDatabase): void {
  // One process owns the file: sequences and dedupe depend on it. It also keeps the WAL index off the disk.
  database.pragma('locking_mode = EXCLUSIVE');
  if (database.pragma('page_count', { simple: true }) === 0) {
    // Both are fixed by the first table: small pages write a third less per packet.
    database.pragma('page_size = 1024');
    database.pragma('auto_vacuum = INCREMENTAL');
  }
  const journal = database.pragma('journal_mode = WAL', { simple: true });
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma(`journal_size_limit = ${storeLogBytesMax}`);
  // Negative: in KiB, not pages. Set before the check, which reads every page there is.
  database.pragma(`cache_size = ${-storeCacheBytesMax / 1_024}`);
  assert(database.pragma('synchronous', { simple: true }) === SYNCHRONOUS_FULL, 'synchronous must be FULL');
  assert(journal === (database.memory ? 'memory' : 'wal'), 'the journal must be a write-ahead log');
}

/** Reads the whole file: 25 ms for 18 MB. */
function check(database: OpenDatabase): void {
  const result = database.pragma('quick_check(1)', { simple: true });
  if (result !== 'ok') throw new Database.SqliteError(String(result), 'SQLITE_CORRUPT');
}

function migrate(database: OpenDatabase, migrations: readonly string[]): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > migrations.length) {
    const message = `${database.name} was written by a newer qis (version ${version}, this one knows ${migrations.length}); install that qis again, or move the file away to start anew`;
    throw new OperatingError('store_unusable', message);
  }
  if (version > 0 && version < migrations.length) backUp(database);
  for (let next = version; next < migrations.length; next++) {
    database
      .transaction(() => {
        database.exec(migrations[next]!);
        database.pragma(`user_version = ${next + 1}`);
      })
      .immediate();
  }
}

function backUp(database: OpenDatabase): void {
  const backup = `${database.name}.backup`;
  const unfinished = `${backup}.new`;
  rmSync(unfinished, { force: true });
  database.prepare('VACUUM INTO ?').run(unfinished);
  renameSync(unfinished, backup);
}
