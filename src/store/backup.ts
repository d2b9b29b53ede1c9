// One file that holds a gateway: its database, and its key as a row of it.
//
//     qis.db and its log, copied while nobody rewrites them ──> opened, checked ──> one new file with the key
//
// A running gateway owns its database, so the copy is taken beside it: the file changes only at a checkpoint, which shows
// in its time and in the head of the log, and what is appended to the log meanwhile is left out.
// Invariant: a backup is whole or not there.
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { setAside } from './damaged-file.ts';
import { type OpenDatabase, storePath } from './database.ts';

export interface Backup {
  /** PEM; undefined where the key is kept elsewhere. */
  readonly key: Buffer | undefined;
  readonly madeMs: number;
}

const ATTEMPTS = 20;
/** The head of a write-ahead log: its salts change when it is begun anew. */
const LOG_HEAD_BYTES = 32;

/**
 * @param folder of the gateway, running or not
 * @throws OperatingError store_unusable
 */
export function backUp(folder: string, target: string, { key, madeMs }: Backup): void {
  const scratch = mkdtempSync(join(dirname(target), '.qis-backup-'));
  try {
    const copy = join(scratch, 'qis.db');
    copyQuiet(storePath(folder), copy);
    const whole = join(scratch, 'whole');
    const database = new Database(copy);
    try {
      assertWhole(database, copy);
      database.prepare('VACUUM INTO ?').run(whole);
    } finally {
      database.close();
    }
    chmodSync(whole, 0o600);
    addKey(whole, { key, madeMs });
    sync(whole);
    renameSync(whole, target);
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    throw new OperatingError('store_unusable', `cannot back up to ${target} (${reasonOf(cause)}); name another file`, {
      cause,
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function copyQuiet(path: string, copy: string): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = stateOf(path);
    copyFileSync(path, copy);
    rmSync(`${copy}-wal`, { force: true });
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    if (stateOf(path) === before) return;
  }
  throw new OperatingError(
    'store_unusable',
    `${path} is written to all the time; try again, or stop the gateway first`,
  );
}

/** What changes when the file itself is rewritten, or its log begun anew. */
function stateOf(path: string): string {
  const { mtimeNs, size } = statSync(path, { bigint: true });
  return `${mtimeNs}/${size}/${headOf(`${path}-wal`)}`;
}

function headOf(log: string): string {
  if (!existsSync(log)) return '';
  const file = openSync(log, 'r');
  try {
    const head = Buffer.alloc(LOG_HEAD_BYTES);
    return head.toString('hex', 0, readSync(file, head));
  } finally {
    closeSync(file);
  }
}

function assertWhole(database: OpenDatabase, path: string): void {
  const result = database.pragma('quick_check(1)', { simple: true });
  if (result !== 'ok')
    throw new OperatingError('store_unusable', `${path} is damaged (${result}); nothing was backed up`);
}

function addKey(path: string, { key, madeMs }: Backup): void {
  const database = new Database(path);
  try {
    database.exec('CREATE TABLE backup (made_ms INTEGER NOT NULL, key BLOB)');
    database.prepare('INSERT INTO backup VALUES (?, ?)').run(madeMs, key ?? null);
  } finally {
    database.close();
  }
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
