// What the watchdog is fed by: a loop that turns and a commit that comes through; a full disk is no reason for a restart.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAlive } from '../../src/cli/run.ts';
import { openStore } from '../../src/store/store.ts';
import { realDisk } from '../full-disk.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const opened = (folder: string) => openStore(folder, { now: Date.now });

test('alive is who commits, after the event loop has turned', async () => {
  const store = opened(':memory:');
  let isTold = false;
  const asked = isAlive(store).then((isWell) => {
    isTold = true;
    return isWell;
  });
  await Promise.resolve();
  assert.equal(isTold, false, 'a loop that does not turn says nothing');
  assert.equal(await asked, true);
  await store[Symbol.asyncDispose]();
  assert.equal(await isAlive(store), false, 'a database that is closed under the gateway');
});

test('a disk that takes nothing restarts nobody', async (t) => {
  const disk = realDisk(t);
  if (!disk) return;
  await using store = opened(temporaryFolder(t));
  disk.fill();
  await assert.rejects(
    store.commit(() => store.state.set('alarms', '')),
    { code: 'store_unusable' },
  );
  assert.equal(await isAlive(store), true);
  disk.free();
});

test('a commit that never comes is no sign of life', async () => {
  let isTold = false;
  void isAlive({ commit: () => new Promise(() => {}) }).finally(() => {
    isTold = true;
  });
  await new Promise(setImmediate);
  assert.equal(isTold, false);
});
