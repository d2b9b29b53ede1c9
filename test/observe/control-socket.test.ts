import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { OperatingError } from '../../src/core/errors.ts';
import { sharedFolderProblem } from '../../src/core/private-folder.ts';
import { controlPath } from '../../src/observe/control-address.ts';
import { askGateway, exchange, readStatus } from '../../src/observe/control-client.ts';
import { type ControlHandlers, serveControl } from '../../src/observe/control-socket.ts';
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
    await using _ = await serveControl(path, { status: () => ({ asked: ++asked }) });
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(await readStatus(path), { asked: 1 });
    assert.deepEqual(await readStatus(path), { asked: 2 });
  }
  assert.equal(existsSync(path), false);
  assert.equal(await readStatus(path), undefined);
});

test('a second agent is told the pid of the first', async (t) => {
  const path = socketIn(t);
  await using _ = await serveControl(path, {});
  await assert.rejects(serveControl(path, {}), { code: 'already_running', message: new RegExp(`pid ${process.pid}`) });
  assert.equal((await exchange(path, { ask: 'pid' }))?.pid, process.pid);
});

test('the socket of an agent that was killed is replaced', async (t) => {
  const path = socketIn(t);
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await runNode(['-e', script]);
  assert.ok(existsSync(path));
  assert.equal(await readStatus(path), undefined);
  await using _ = await serveControl(path, {});
  assert.equal((await exchange(path, { ask: 'pid' }))?.pid, process.pid);
});

test('a file of that name is left alone', async (t) => {
  const path = socketIn(t);
  writeFileSync(path, 'mine');
  await assert.rejects(serveControl(path, {}), { code: 'port_unavailable', message: /a file of that name exists/ });
  assert.ok(existsSync(path));
});

test('a client that never reads does not keep the agent from stopping', async (t) => {
  const path = socketIn(t);
  const serving = await serveControl(path, { much: () => 'x'.repeat(5_000_000) });
  const client = connect(path);
  client.pause();
  await once(client, 'connect');
  client.write('{"ask":"much"}\n');
  await serving[Symbol.asyncDispose]();
  client.destroy();
  assert.equal(existsSync(path), false);
});

test('what is asked goes to its handler, and comes back as it answers or as the error that it throws', async (t) => {
  const path = socketIn(t);
  const handlers: ControlHandlers = {
    add: async ({ a, b }) => Number(a) + Number(b),
    nothing: () => undefined,
    refuse() {
      throw new OperatingError('not_found', 'there is no packet ab');
    },
    fail() {
      throw new TypeError('a mistake');
    },
  };
  await using _ = await serveControl(path, handlers);
  assert.equal(await askGateway(path, { ask: 'add', a: 1, b: 2 }), 3);
  assert.equal(await askGateway(path, { ask: 'nothing' }), null);
  await assert.rejects(askGateway(path, { ask: 'refuse' }), { code: 'not_found', message: 'there is no packet ab' });
  await assert.rejects(askGateway(path, { ask: 'fail' }), { code: 'internal', message: 'a mistake' });
  for (const ask of ['constructor', 'toString', 'missing'])
    await assert.rejects(askGateway(path, { ask }), { code: 'usage', message: /cannot be asked for/ });
});

test('a client that sends what is no request is told so; one that sends too much is cut off', async (t) => {
  const path = socketIn(t);
  let handled = 0;
  await using _ = await serveControl(path, { status: () => ++handled });
  for (const line of ['', 'hello\n', 'null\n', '[1]\n', '{"ask":1}\n', '{"ask":"none"}\n{"ask":"status"}\n']) {
    const client = connect(path);
    client.end(line);
    assert.equal(JSON.parse(await text(client)).ok, false, line);
  }
  const client = connect(path);
  const closed = new Promise((done) => client.on('error', () => {}).on('close', done));
  client.write(`{"ask":"status","x":"${'x'.repeat(1_100_000)}`);
  client.resume();
  await closed;
  assert.equal(handled, 0);
});

test('an answer that is no status is an error with its path', async (t) => {
  const path = socketIn(t);
  for (const answer of ['hello', 'x'.repeat(2_000_000)]) {
    const server = createServer((socket) =>
      socket
        .on('error', () => {})
        .resume()
        .end(answer),
    ).listen(path);
    await once(server, 'listening');
    await assert.rejects(readStatus(path), { code: 'agent_silent', message: /qis\.sock/ });
    server.close();
    await once(server, 'close');
  }
});

test('the path is in the runtime folder, else in the data folder', () => {
  assert.equal(controlPath('/var/lib/qis', {}), '/var/lib/qis/qis.sock');
  assert.equal(controlPath('/var/lib/qis', { RUNTIME_DIRECTORY: '/run/qis:/run/other' }), '/run/qis/qis.sock');
});

test('a folder with a long name holds its own socket: none stands where others could take its name', async (t) => {
  const folder = join(temporaryFolder(t), 'x'.repeat(120));
  assert.equal(await readStatus(controlPath(folder, {})), undefined);
  mkdirSync(folder, { mode: 0o700 });
  const path = controlPath(folder, {});
  assert.equal(await readStatus(path), undefined);
  {
    await using _ = await serveControl(path, { status: () => ({ gateway: 'roof-1' }) });
    assert.deepEqual(readdirSync(folder), ['qis.sock']);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(await readStatus(path), { gateway: 'roof-1' });
    const second = serveControl(path, {});
    await assert.rejects(second, { code: 'already_running' });
  }
  assert.deepEqual(readdirSync(folder), []);
});

test("a folder that others can write, or that is another user's, gets no socket", async (t) => {
  const path = socketIn(t);
  for (const mode of [0o777, 0o1777, 0o770]) {
    chmodSync(dirname(path), mode);
    const says = { code: 'port_unavailable', message: /can be written to by others/ };
    await assert.rejects(serveControl(path, {}), says);
  }
  chmodSync(dirname(path), 0o755);
  await using _ = await serveControl(path, {});
  assert.match(sharedFolderProblem({ uid: 1, mode: 0o700 }, 0)!, /belongs to another user/);
  assert.equal(sharedFolderProblem({ uid: 1, mode: 0o40755 }, 1), undefined);
});
