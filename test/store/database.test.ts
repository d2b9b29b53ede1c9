import assert from 'node:assert/strict';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { damagedFilesMax } from '../../src/core/limits.ts';
import { openDatabase, storePath } from '../../src/store/database.ts';
import { codeOf, storeFailure } from '../../src/store/failure.ts';
import { MIGRATIONS } from '../../src/store/schema.ts';
import { openStore } from '../../src/store/store.ts';
import { summariseFile } from '../../src/store/summary.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const pragma = (database: Database.Database, name: string) => database.pragma(name, { simple: true });

test('a new file is durable, has small pages and takes little memory', (t) => {
  const path = join(temporaryFolder(t), 'data', 'qis.db');
  const { database, recovered } = openDatabase(path);
  assert.equal(recovered, undefined);
  assert.equal(pragma(database, 'journal_mode'), 'wal');
  assert.equal(pragma(database, 'synchronous'), 2);
  assert.equal(pragma(database, 'page_size'), 512);
  assert.equal(pragma(database, 'auto_vacuum'), 2);
  assert.equal(pragma(database, 'foreign_keys'), 1);
  assert.equal(pragma(database, 'user_version'), MIGRATIONS.length);
  database.close();
  const again = openDatabase(path);
  assert.equal(pragma(again.database, 'synchronous'), 2);
  assert.equal(pragma(again.database, 'cache_size'), -2048);
  assert.equal(pragma(again.database, 'mmap_size'), 0);
  again.database.close();
});

test('a file in use is refused and left alone', (t) => {
  const path = join(temporaryFolder(t), 'qis.db');
  const { database } = openDatabase(path);
  assert.throws(() => openDatabase(path), { code: 'already_running', message: /in use by another qis/ });
  database.exec("INSERT INTO meta VALUES ('sequence', 1)");
  database.close();
});

test('an older file is copied, then migrated; a migration that fails changes nothing', (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'qis.db');
  const first = ['CREATE TABLE a (x); INSERT INTO a VALUES (42)'];
  const second = [...first, 'ALTER TABLE a ADD COLUMN y'];
  openDatabase(path, first).database.close();
  assert.deepEqual(readdirSync(folder), ['qis.db']);

  assert.throws(() => openDatabase(path, [...first, 'CREATE TABLE b (x); CREATE TABLE b (x)']), {
    code: 'store_unusable',
  });
  const { database } = openDatabase(path, second);
  assert.deepEqual(database.prepare('SELECT * FROM a').all(), [{ x: 42, y: null }]);
  database.close();
  assert.deepEqual(readdirSync(folder).sort(), ['qis.db', 'qis.db.backup']);
  const backup = new Database(`${path}.backup`, { readonly: true });
  assert.deepEqual(backup.prepare('SELECT * FROM a').all(), [{ x: 42 }]);
  backup.close();

  const older = openDatabase(path, first);
  assert.match(older.recovered ?? '', /newer qis, .* \(version 2, .*; it was set aside as qis\.db\.damaged-1/);
  older.database.close();
  const newer = new Database(`${path}.damaged-1`, { readonly: true });
  assert.deepEqual(newer.prepare('SELECT * FROM a').all(), [{ x: 42, y: null }], 'nothing of it is lost');
  newer.close();
});

test('packets of a file of version 3 keep who owes for them and who has them', async (t) => {
  const folder = temporaryFolder(t);
  const { database } = openDatabase(storePath(folder), MIGRATIONS.slice(0, 3));
  const [id, peer, other] = [1, 2, 3].map((fill) => Buffer.alloc(16, fill)) as [Buffer, Buffer, Buffer];
  const insert = 'INSERT INTO packets (n, id, origin, finding, bytes, own, hops, received_ms, expires_s) VALUES';
  database.prepare(`${insert} (7, ?, ?, 0, x'00', 0, 2, 5, 99)`).run(id, Buffer.alloc(32, 9));
  database
    .prepare('INSERT INTO custody (id, peer, due_ms, settled_ms) VALUES (?, ?, 5, NULL), (?, ?, NULL, 6)')
    .run(id, peer, id, other);
  database.close();
  await using store = openStore(folder, { now: () => 0 });
  assert.equal(store.seen.has(id), true);
  assert.deepEqual(store.custody.due(peer, 10, 9), [{ id, peer, attempts: 0, bytes: Buffer.alloc(1), hops: 3 }]);
  store.commitNow(() => store.custody.owe(id, other, 0));
  assert.equal(store.custody.owed(10), 1, 'who has it is not asked again');
});

test('verdicts of a file of version 5 are shown before and after it is brought up to date', async (t) => {
  const folder = temporaryFolder(t);
  const { database } = openDatabase(storePath(folder), MIGRATIONS.slice(0, 5));
  database
    .prepare(
      "INSERT INTO verdicts (time_ms, phenomenon, verdict, probability, about, evidence) VALUES (1, ?, ?, 1, '', ?)",
    )
    .run('co2', 'local', '["ab"]');
  database.close();
  const kept = [{ timeMs: 1, phenomenon: 'co2', verdict: 'local', probability: 1, about: '', evidence: ['ab'] }];
  assert.deepEqual(summariseFile(folder)?.verdicts, kept);
  await using store = openStore(folder, { now: () => 0 });
  assert.deepEqual(store.verdicts.latest(9), kept);
});

function overwrite(path: string, bytes: Buffer, at: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

function change(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

const DAMAGES: Record<string, (path: string) => void> = {
  'a text file': (path) => writeFileSync(path, 'this is no database\n'.repeat(100)),
  'a broken header': (path) => overwrite(path, Buffer.alloc(100, 0xff), 0),
  'a broken page': (path) => overwrite(path, Buffer.alloc(3_000, 0xff), 1024),
  'a file cut short': (path) => truncateSync(path, 5_000),
  'one byte': (path) => truncateSync(path, 1),
  'a foreign version': (path) => change(path, 'PRAGMA user_version = 4000000'),
  'a negative version': (path) => change(path, 'PRAGMA user_version = -1'),
  'a version that was forgotten': (path) => change(path, 'PRAGMA user_version = 0'),
  'a missing table': (path) => change(path, 'DROP TABLE state'),
  'a missing index': (path) => change(path, 'DROP INDEX outbox'),
  'a table of another program': (path) => change(path, 'DROP TABLE meta; CREATE TABLE meta (a)'),
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  test(`${name} is set aside and a new file begun`, (t) => {
    const path = join(temporaryFolder(t), 'qis.db');
    openDatabase(path).database.close();
    damage(path);
    const damaged = readFileSync(path);
    const { database, recovered, setAsideAs } = openDatabase(path);
    assert.match(recovered ?? '', /; it was set aside as qis\.db\.damaged-1 and a new one was begun$/);
    assert.equal(setAsideAs, `${path}.damaged-1`);
    assert.deepEqual(readFileSync(setAsideAs), damaged);
    assert.equal(pragma(database, 'user_version'), MIGRATIONS.length);
    database.close();
  });
}

test('an emptied file is reported and used', (t) => {
  const path = join(temporaryFolder(t), 'qis.db');
  writeFileSync(path, '');
  const { database, recovered } = openDatabase(path);
  assert.match(recovered ?? '', /was empty/);
  database.close();
  assert.equal(openDatabase(path).recovered, undefined);
});

test('only the newest damaged files are kept', (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'qis.db');
  for (let i = 0; i < 4; i++) {
    writeFileSync(path, `damaged ${i}`.repeat(200));
    openDatabase(path).database.close();
  }
  const kept = readdirSync(folder).filter((name) => name.includes('damaged'));
  assert.equal(kept.length, damagedFilesMax);
  assert.deepEqual(kept.sort(), ['qis.db.damaged-3', 'qis.db.damaged-4']);
});

test('a folder that cannot be used is one error with the path', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'taken', 'qis.db'), { recursive: true });
  for (const path of [join(folder, 'file', 'qis.db'), join(folder, 'taken', 'qis.db')]) {
    assert.throws(
      () => openDatabase(path),
      (error: Error) =>
        codeOf(error) === 'store_unusable' && error.message.includes(path) && /check/.test(error.message),
    );
  }
});

test('failures of the disk say what to do', () => {
  const said = (code: string) => storeFailure('/data/qis.db', new Database.SqliteError('failed', code)).message;
  assert.match(said('SQLITE_FULL'), /no space left for \/data\/qis\.db; free/);
  assert.match(said('SQLITE_READONLY_DIRECTORY'), /cannot write \/data\/qis\.db; give/);
  assert.match(said('SQLITE_CORRUPT_INDEX'), /damaged; start qis again/);
  assert.match(said('SQLITE_IOERR_FSYNC'), /check the disk/);
});
