// Opens the database file: durable, owned by one process, brought to the current version, never in the way of a start.
//
//     file ──damaged, or of another program or version──> <file>.damaged-<n>, and a new file
//       └──older──> <file>.backup, then the migrations
//
// Invariant: synchronous is FULL. better-sqlite3 leaves WAL at NORMAL, which lost rows in half of 1,500 power cuts.

import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AssertionError, assert } from '../core/assert.ts';
import { OperatingError } from '../core/errors.ts';
import { storeCacheBytesMax, storeLogBytesMax, storeLogPagesMax } from '../core/limits.ts';
import { setAside } from './damaged-file.ts';
import { isDamage, storeFailure } from './failure.ts';
import { keepPrivate } from './private-files.ts';
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
 * @throws OperatingError store_unusable (disk, permissions), already_running
 */
export function openDatabase(path: string, migrations: readonly string[] = MIGRATIONS): Opened {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite takes an empty file for a new one; it is also what a power cut can leave of a full one.
    const bytes = statSync(path, { throwIfNoEntry: false })?.size;
    const emptied = bytes === 0;
    try {
      // SQLite would take it for a new one, too.
      if (bytes && bytes < HEADER_BYTES) throw new ForeignError('was cut short');
      const recovered = emptied ? `${path} was empty, as a power cut can leave it; a new one was begun` : undefined;
      return { database: openFile(path, migrations), recovered, setAsideAs: undefined };
    } catch (error) {
      if (!isDamage(error) && !(error instanceof ForeignError)) throw error;
      const setAsideAs = setAside(path);
      const why = error instanceof ForeignError ? error.message : 'was damaged';
      const recovered = `${path} ${why}; it was set aside as ${basename(setAsideAs)} and a new one was begun`;
      return { database: openFile(path, migrations), recovered, setAsideAs };
    }
  } catch (error) {
    throw error instanceof OperatingError || error instanceof AssertionError ? error : storeFailure(path, error);
  }
}

function openFile(path: string, migrations: readonly string[]): OpenDatabase {
  if (path !== ':memory:') keepPrivate(path);
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
    // Both are fixed by the first table: of what a commit writes, half is pages that it changed a little.
    database.pragma('page_size = 512');
    database.pragma('auto_vacuum = INCREMENTAL');
  }
  const journal = database.pragma('journal_mode = WAL', { simple: true });
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma(`wal_autocheckpoint = ${storeLogPagesMax}`);
  database.pragma(`journal_size_limit = ${storeLogBytesMax}`);
  // Negative: in KiB, not pages. Set before the check, which reads every page there is.
  database.pragma(`cache_size = ${-storeCacheBytesMax / 1_024}`);
  assert(database.pragma('synchronous', { simple: true }) === SYNCHRONOUS_FULL, 'synchronous must be FULL');
  assert(journal === (database.memory ? 'memory' : 'wal'), 'the journal must be a write-ahead log');
}

/** In good order, but not a database that this qis can use: as good as damaged. */
class ForeignError extends Error {}

/** Less than this is no database: the length of SQLite's header. An empty one is a new one. */
const HEADER_BYTES = 100;

/** Reads the whole file: 25 ms for 18 MB. */
function check(database: OpenDatabase): void {
  const result = database.pragma('quick_check(1)', { simple: true });
  if (result !== 'ok') throw new Database.SqliteError(String(result), 'SQLITE_CORRUPT');
}

function migrate(database: OpenDatabase, migrations: readonly string[]): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > migrations.length) {
    const message = `was written by a newer qis, or by another program (version ${version}, this qis knows ${migrations.length})`;
    throw new ForeignError(message);
  }
  if (version < 0 || schemaOf(database) !== schemaAt(version, migrations)) {
    throw new ForeignError('lacks tables, or has others than qis makes');
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

/** As SQLite writes it down: every table and index, in the words that made it. */
function schemaOf(database: OpenDatabase): string {
  const rows = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
    .raw();
  return JSON.stringify(rows.all());
}

/** Of a file that the first migrations have made; 2 ms. */
function schemaAt(version: number, migrations: readonly string[]): string {
  const database = new Database(':memory:');
  try {
    for (const migration of migrations.slice(0, version)) database.exec(migration);
    return schemaOf(database);
  } finally {
    database.close();
  }
}

function backUp(database: OpenDatabase): void {
  const backup = `${database.name}.backup`;
  const unfinished = `${backup}.new`;
  rmSync(unfinished, { force: true });
  keepPrivate(unfinished);
  database.prepare('VACUUM INTO ?').run(unfinished);
  renameSync(unfinished, backup);
}
