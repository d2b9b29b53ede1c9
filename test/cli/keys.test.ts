// A key on its way from one gateway's screen into another one's configuration.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readConfig } from '../../src/config/config.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { checkRunnable } from '../../src/gateway/preflight.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { keyText } from '../../src/packet/key-text.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis } from './qis.ts';

/** A gateway's folder; its key as it is printed. */
async function gateway(t: TestContext): Promise<{ file: string; own: string; folder: string }> {
  const folder = temporaryFolder(t);
  const { identity, store } = await openDataFolder(join(folder, 'data'));
  await store[Symbol.asyncDispose]();
  return { folder, file: join(folder, 'qis.yaml'), own: keyText(identity.publicKey.bytes) };
}

const OTHER = keyText(temporaryIdentity(Buffer.alloc(32, 7)).publicKey.bytes);
const OWN = "is this gateway's own key; write the one that qis status shows at the other gateway";

async function problems(file: string, lists: string): Promise<string[]> {
  writeFileSync(file, `name: here\nbroker: off\n${lists}\n`);
  return (await checkRunnable(readConfig(file), file)).problems.map(({ message }) => message);
}

test('a printed key is taken, with its check and without', async (t) => {
  const { file } = await gateway(t);
  for (const key of [OTHER, OTHER.slice(0, 64)])
    assert.deepEqual(await problems(file, `neighbours: [{name: there, key: ${key}}]`), []);
});

test('one digit wrong is told by check and by run, with what to do', async (t) => {
  const { file, folder } = await gateway(t);
  const wrong = OTHER.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  const line = `neighbours[0].key: "${wrong}" is not the key that was printed: the check at its end does not fit; copy it again`;
  assert.deepEqual(await problems(file, `neighbours: [{name: there, key: ${wrong}}]`), [line]);
  assert.deepEqual(await qis(['run'], folder), { code: 1, stdout: '', stderr: `qis.yaml:3: ${line}\n` });
});

test("the own key as a neighbour's, or under another name, is told to be that", async (t) => {
  const { file, folder, own } = await gateway(t);
  const line = `neighbours[0].key: "${own.slice(0, 64)}" ${OWN}`;
  assert.deepEqual(await problems(file, `neighbours: [{name: there, key: ${own}}]`), [line]);
  assert.deepEqual(await qis(['run'], folder), { code: 1, stdout: '', stderr: `qis.yaml:3: ${line}\n` });
  const peer = (await problems(file, `peers: [{name: there, key: ${own}}]`)).join();
  assert.ok(peer.startsWith('peers[0].key: ') && peer.endsWith(OWN), peer);
});

test('status shows the key of a gateway that does not run', async (t) => {
  const { file, folder, own } = await gateway(t);
  writeFileSync(file, 'name: here\n');
  const { stdout } = await qis(['status'], folder);
  assert.ok(stdout.includes(`\n  public key: ${own}\n`), stdout);
});
