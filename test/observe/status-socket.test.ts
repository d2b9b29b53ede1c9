import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sharedFolderProblem } from '../../src/core/private-folder.ts';
import { readStatus, serveStatus, statusPath } from '../../src/observe/status-socket.ts';
import { runNode } from '../cli/qis.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function socketIn(t: TestContext): string {
  return join(temporaryFolder(t), 'qis.sock');
}

test('whoever asks gets what is true now, and only the owner may', async (t) => {
  const path = socketIn(t);
  assert.equal(await readStatus(path), undefined);
  let asked = 0;
  {
    await using _ = await serveStatus(path, () => ({ asked: ++asked }));
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(await readStatus(path), { pid: process.pid, asked: 1 });
    assert.deepEqual(await readStatus(path), { pid: process.pid, asked: 2 });
  }
  assert.equal(existsSync(path), false);
  assert.equal(await readStatus(path), undefined);
});

test('a second agent is told the pid of the first', async (t) => {
  const path = socketIn(t);
  await using _ = await serveStatus(path, () => ({}));
  await assert.rejects(
    serveStatus(path, () => ({})),
    { code: 'already_running', message: new RegExp(`pid ${process.pid}`) },
  );
  assert.deepEqual(await readStatus(path), { pid: process.pid });
});

test('the socket of an agent that was killed is replaced', async (t) => {
  const path = socketIn(t);
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await runNode(['-e', script]);
  assert.ok(existsSync(path));
  assert.equal(await readStatus(path), undefined);
  await using _ = await serveStatus(path, () => ({}));
  assert.deepEqual(await readStatus(path), { pid: process.pid });
});

test('a file of that name is left alone', async (t) => {
  const path = socketIn(t);
  writeFileSync(path, 'mine');
  await assert.rejects(
    serveStatus(path, () => ({})),
    { code: 'port_unavailable', message: /a file of that name exists/ },
  );
  assert.ok(existsSync(path));
});

test('a client that never reads does not keep the agent from stopping', async (t) => {
  const path = socketIn(t);
  const serving = await serveStatus(path, () => ({ much: 'x'.repeat(5_000_000) }));
  const client = connect(path);
  client.pause();
  await once(client, 'connect');
  await serving[Symbol.asyncDispose]();
  client.destroy();
  assert.equal(existsSync(path), false);
});

test('an answer that is no status is an error with its path', async (t) => {
  const path = socketIn(t);
  for (const answer of ['hello', 'x'.repeat(2_000_000)]) {
    const server = createServer((socket) => socket.on('error', () => {}).end(answer)).listen(path);
    await once(server, 'listening');
    await assert.rejects(readStatus(path), { code: 'agent_silent', message: /qis\.sock/ });
    server.close();
    await once(server, 'close');
  }
});

test('the path is in the runtime folder, else in the data folder', () => {
  assert.equal(statusPath('/var/lib/qis', {}), '/var/lib/qis/qis.sock');
  assert.equal(statusPath('/var/lib/qis', { RUNTIME_DIRECTORY: '/run/qis:/run/other' }), '/run/qis/qis.sock');
});

test('a folder with a long name holds its own socket: none stands where others could take its name', async (t) => {
  const folder = join(temporaryFolder(t), 'x'.repeat(120));
  assert.equal(await readStatus(statusPath(folder, {})), undefined);
  mkdirSync(folder, { mode: 0o700 });
  const path = statusPath(folder, {});
  assert.equal(await readStatus(path), undefined);
  {
    await using _ = await serveStatus(path, () => ({ gateway: 'roof-1' }));
    assert.deepEqual(readdirSync(folder), ['qis.sock']);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(await readStatus(path), { pid: process.pid, gateway: 'roof-1' });
    const second = serveStatus(path, () => ({}));
    await assert.rejects(second, { code: 'already_running' });
  }
  assert.deepEqual(readdirSync(folder), []);
});

test("a folder that others can write, or that is another user's, gets no socket", async (t) => {
  const path = socketIn(t);
  for (const mode of [0o777, 0o1777, 0o770]) {
    chmodSync(dirname(path), mode);
    const says = { code: 'port_unavailable', message: /can be written to by others/ };
    await assert.rejects(
      serveStatus(path, () => ({})),
      says,
    );
  }
  chmodSync(dirname(path), 0o755);
  await using _ = await serveStatus(path, () => ({}));
  assert.match(sharedFolderProblem({ uid: 1, mode: 0o700 }, 0)!, /belongs to another user/);
  assert.equal(sharedFolderProblem({ uid: 1, mode: 0o40755 }, 1), undefined);
});
