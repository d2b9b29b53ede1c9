// The key and its database belong together: a key that is older than its database must not begin at the first sequence.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { storePath } from '../../src/store/database.ts';
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
