// One file that holds a gateway: its database, and its key as a row of it.
//
//     database ──copied a few pages at a time──> checked ──> key and time added ──> one new file
//
// Whoever has the database open makes the copy, a running gateway or a command beside one that is stopped; what is written
// meanwhile is in it. Invariant: a backup is whole or not there.
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { chmod, open } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { setAside } from './damaged-file.ts';
import { type OpenDatabase, storePath } from './database.ts';
import { keepPrivate } from './private-files.ts';

export interface Backup {
  /** PEM; undefined where the key is kept elsewhere. */
  readonly key: Buffer | undefined;
  readonly madeMs: number;
}

/** Between these the event loop turns: 64 kB. */
const PAGES_AT_A_TIME = 128;

/**
 * @param target a new file in a folder of the caller's own, for its user alone
 * @throws OperatingError store_unusable
 */
export async function backUp(database: OpenDatabase, target: string, { key, madeMs }: Backup): Promise<void> {
  try {
    keepPrivate(target);
    await database.backup(target, { progress: () => PAGES_AT_A_TIME });
    const copy = new Database(target);
    try {
      // Else whoever reads the copy needs a log and an index beside it.
      copy.pragma('journal_mode = DELETE');
      assertWhole(copy, database.name);
      copy.exec('CREATE TABLE backup (made_ms INTEGER NOT NULL, key BLOB)');
      copy.prepare('INSERT INTO backup VALUES (?, ?)').run(madeMs, key ?? null);
    } finally {
      copy.close();
    }
    await chmod(target, 0o600);
    await synced(target);
  } catch (cause) {
    rmSync(target, { force: true });
    if (cause instanceof OperatingError) throw cause;
    throw new OperatingError('store_unusable', `cannot back up to ${target} (${reasonOf(cause)}); free some space`, {
      cause,
    });
  }
}
function assertWhole(database: OpenDatabase, path: string): void {
  const result = database.pragma('quick_check(1)', { simple: true });
  if (result !== 'ok')
    throw new OperatingError('store_unusable', `${path} is damaged (${result}); nothing was backed up`);
}

/** @throws OperatingError input_unreadable: it is no backup */
export function readBackup(path: string): Backup {
  let database: OpenDatabase | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true });
    assertWhole(database, path);
    const row = database
      .prepare<[], { madeMs: number; key: Buffer | null }>('SELECT made_ms AS madeMs, key FROM backup')
      .get();
    return { madeMs: row!.madeMs, key: row!.key ?? undefined };
  } catch (cause) {
    throw new OperatingError('input_unreadable', `${path} is not a backup that qis made (${reasonOf(cause)})`, {
      cause,
    });
  } finally {
    database?.close();
  }
}

/**
 * Puts the database of a backup in its place. What was there is set aside.
 * @param folder of a gateway that does not run
 * @returns where the database that was there is now
 */
export function restoreDatabase(backup: string, folder: string): string | undefined {
  const path = storePath(folder);
  const unfinished = `${path}.restored`;
  rmSync(unfinished, { force: true });
  copyFileSync(backup, unfinished);
  const database = new Database(unfinished);
  try {
    // The key must not stay behind in pages that are free.
    database.exec('PRAGMA secure_delete = ON; DROP TABLE backup');
  } finally {
    database.close();
  }
  sync(unfinished);
  const before = existsSync(path) ? setAside(path) : undefined;
  renameSync(unfinished, path);
  return before;
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

async function synced(path: string): Promise<void> {
  await using file = await open(path, 'r');
  await file.sync();
}
