// The key and its database belong together: a key that is older than its database must not begin at the first sequence.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folderProblem, openDataFolder } from '../../src/gateway/data-folder.ts';
import { openDatabase, storePath } from '../../src/store/database.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function firstSequence(folder: string) {
  const { store, keyIsNew } = await openDataFolder(folder);
  const { sequence } = store.summary();
  await store[Symbol.asyncDispose]();
  return { sequence, keyIsNew };
}

/** What no gateway reaches by issuing packets. */
const isBeyondUse = (sequence: number) => Math.abs(sequence - Date.now() / 1000) < 3600;

test('a new key begins with its database; both are found again', async (t) => {
  const folder = join(temporaryFolder(t), 'data');
  assert.deepEqual(await firstSequence(folder), { sequence: 0, keyIsNew: true });
  assert.deepEqual(await firstSequence(folder), { sequence: 0, keyIsNew: false });
});

test('a key whose database was lost goes on beyond any sequence that it used', async (t) => {
  const folder = temporaryFolder(t);
  await firstSequence(folder);
  rmSync(storePath(folder));
  const { sequence, keyIsNew } = await firstSequence(folder);
  assert.equal(keyIsNew, false);
  assert.ok(isBeyondUse(sequence), `${sequence}`);
  assert.equal((await firstSequence(folder)).sequence, sequence, 'once is enough');
});

function withCredentials(t: TestContext, folder: string): void {
  const before = process.env.CREDENTIALS_DIRECTORY;
  process.env.CREDENTIALS_DIRECTORY = folder;
  t.after(() => {
    if (before === undefined) delete process.env.CREDENTIALS_DIRECTORY;
    else process.env.CREDENTIALS_DIRECTORY = before;
  });
}

test('a key that systemd hands over may have been used elsewhere', async (t) => {
  const folder = temporaryFolder(t);
  const credentials = join(folder, 'credentials');
  mkdirSync(credentials);
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  writeFileSync(join(credentials, 'identity.pem'), pem);
  withCredentials(t, credentials);
  const { sequence, keyIsNew } = await firstSequence(join(folder, 'data'));
  assert.equal(keyIsNew, false);
  assert.ok(isBeyondUse(sequence), `${sequence}`);
});

test('nobody else reads what is in it, whatever the umask is and an older version left', async (t) => {
  const before = process.umask(0o022);
  t.after(() => process.umask(before));
  const folder = join(temporaryFolder(t), 'data');
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  const modes = () => Object.fromEntries(readdirSync(folder).map((name) => [name, mode(join(folder, name))]));
  {
    await using store = (await openDataFolder(folder)).store;
    store.commitNow(() => store.state.set('channels', '[]'));
    assert.equal(mode(folder), '700');
    assert.deepEqual(modes(), { 'identity.pem': '600', 'qis.db': '600', 'qis.db-wal': '600' });
  }
  const old = ['qis.db', 'qis.db-shm', 'qis.db.backup', 'qis.db.damaged-1', 'qis.db.damaged-1-wal'];
  for (const name of old) writeFileSync(join(folder, name), '', { flag: 'a' });
  for (const name of old) chmodSync(join(folder, name), 0o644);
  await firstSequence(folder);
  for (const [name, left] of Object.entries(modes())) assert.equal(left, '600', name);
  assert.ok(readdirSync(folder).includes('qis.db.damaged-1-wal'));
});

test('a copy made before a migration is for its owner, too', (t) => {
  const before = process.umask(0o022);
  t.after(() => process.umask(before));
  const path = join(temporaryFolder(t), 'qis.db');
  openDatabase(path, ['CREATE TABLE a (b)']).database.close();
  openDatabase(path, ['CREATE TABLE a (b)', 'CREATE TABLE c (d)']).database.close();
  assert.equal(statSync(`${path}.backup`).mode & 0o777, 0o600);
});

test('a folder that others can write holds no key', async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o775);
  assert.match(folderProblem(folder)!, /can be written to by others .* chmod go-w/);
  await assert.rejects(openDataFolder(folder), { code: 'store_unusable' });
  if (process.geteuid?.() === 0) {
    // Root checks the configuration of a service, and does not take over its folder.
    chmodSync(folder, 0o700);
    chownSync(folder, 12_345, 12_345);
    assert.equal(folderProblem(folder), undefined);
    await assert.rejects(openDataFolder(folder), { code: 'store_unusable', message: /belongs to another user/ });
  }
  assert.deepEqual(readdirSync(folder), []);
});
