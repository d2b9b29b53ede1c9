// `qis backup` of a gateway that runs or is stopped, `qis restore` where none runs, and `qis time reset`.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createBackupCopies } from '../../src/gateway/backup-copy.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { controlPath } from '../../src/observe/control-address.ts';
import { serveControl } from '../../src/observe/control-socket.ts';
import { somePacket } from '../store/some-packet.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis } from './qis.ts';

const dotted = (data: string) => readdirSync(data).filter((name) => name.startsWith('.'));

/** A folder with a configuration; what holds the database in it is as good as a running gateway. */
function place(t: TestContext) {
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  writeFileSync(join(folder, 'qis.yaml'), JSON.stringify({ name: 'roof', broker: 'off', sensors: [] }));
  return { folder, data, open: () => openDataFolder(data) };
}

test('a running gateway is backed up, and a stopped one is what it was then', async (t) => {
  const { folder, data, open } = place(t);
  const { store, identity } = await open();
  const use = () => store.commitNow(() => store.issue(() => somePacket()));
  store.commitNow(() => store.state.set('channels', '[1]'));
  use();
  const copies = createBackupCopies(data, store, { now: () => 1_000, quality: () => 2 });
  const socket = controlPath(data, {});
  const asked = async (folderOf: () => unknown) => {
    const backup = async () => ({ folder: await folderOf(), holds_key: true });
    await using _ = await serveControl(socket, { backup });
    return await qis(['backup', 'roof.backup'], folder);
  };
  const led = await asked(() => '../x');
  assert.match(led.stderr, /did not say where/, 'a name that leads out of its folder');
  const made = await asked(async () => (await copies.make()).folder);
  assert.deepEqual([made.code, made.stderr], [0, '']);
  assert.equal(statSync(join(folder, 'roof.backup')).mode & 0o777, 0o600);
  assert.match((await qis(['backup', 'roof.backup'], folder)).stderr, /exists already/);
  store.commitNow(() => store.state.set('channels', '[2]'));
  use();
  const refused = await qis(['restore', 'roof.backup'], folder);
  assert.deepEqual([refused.code, /a gateway uses .*; it may be starting/.test(refused.stderr)], [1, true]);
  const [one, two] = await Promise.allSettled([copies.make(), copies.make()]);
  assert.deepEqual([one.status, two.status, dotted(data).length], ['fulfilled', 'rejected', 1], 'one at a time');
  createBackupCopies(data, store, { now: Date.now, quality: () => 2 });
  assert.deepEqual(dotted(data), [], 'what a crash left behind goes at the next start');
  await store[Symbol.asyncDispose]();

  assert.equal((await qis(['restore', 'roof.backup'], folder)).code, 0);
  const pem = readFileSync(join(data, 'identity.pem'), 'latin1').split('\n')[1]!;
  assert(!readFileSync(join(data, 'qis.db'), 'latin1').includes(pem), 'no key in the database');
  const again = await open();
  assert.equal(again.store.recovered, undefined);
  assert.deepEqual([again.store.state.get('channels'), again.store.summary().sequence], ['[1]', 1]);
  assert(again.identity.publicKey.bytes.equals(identity.publicKey.bytes));
  await again.store[Symbol.asyncDispose]();
  assert(existsSync(join(data, 'qis.db.damaged-1')), 'what was there is still there');
});

test('a backup makes a gateway elsewhere, unless there is another one', async (t) => {
  const [from, to] = [place(t), place(t)];
  const { store, identity } = await from.open();
  await store[Symbol.asyncDispose]();
  const file = join(from.folder, 'b');
  assert.equal((await qis(['backup', file], from.folder)).code, 0, 'a stopped one, too');
  assert.deepEqual(readdirSync(from.data).sort(), ['identity.pem', 'qis.db']);
  assert.equal((await qis(['restore', file], to.folder)).code, 0);
  const moved = await to.open();
  await moved.store[Symbol.asyncDispose]();
  assert(moved.identity.publicKey.bytes.equals(identity.publicKey.bytes));
  const other = place(t);
  await (await other.open()).store[Symbol.asyncDispose]();
  const refused = await qis(['restore', file], other.folder);
  assert.deepEqual([refused.code, /holds another key/.test(refused.stderr)], [1, true]);
  writeFileSync(file, 'no backup');
  assert.match((await qis(['restore', file], other.folder)).stderr, /is not a backup that qis made/);
});

test('a time that came of a wrong clock is forgotten where the gateway is stopped, too', async (t) => {
  const { folder, open } = place(t);
  const { store } = await open();
  store.commitNow(() => store.raiseTimeFloor(2e12));
  assert.match((await qis(['time', 'reset'], folder)).stderr, /it may be starting, so ask again/);
  await store[Symbol.asyncDispose]();
  assert.match((await qis(['time', 'reset'], folder)).stdout, /^2033-05-18T.* is no longer/);
  const again = await open();
  assert.equal(again.store.timeFloorMs(), 0);
  await again.store[Symbol.asyncDispose]();
  assert.equal((await qis(['time'], folder)).code, 2);
});
