// The client for other programs, on a real socket: what it asks, what it makes of the answers, and how it finds its gateway.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect } from '../../src/client/client.ts';
import { OperatingError } from '../../src/core/errors.ts';
import { type ControlRequest, exchange } from '../../src/observe/control-client.ts';
import { serveControl } from '../../src/observe/control-socket.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const RUN = { domain: 'finetune', where: { task: 'translation' }, action: 'lora', score: 0.7 };

/** A gateway's socket that answers as told. */
async function served(t: TestContext, answer: (request: ControlRequest) => unknown) {
  const folder = temporaryFolder(t);
  const asked: ControlRequest[] = [];
  const note = (request: ControlRequest) => {
    asked.push(request);
    return answer(request);
  };
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const socket = join(data, 'qis.sock');
  const serving = await serveControl(socket, { deposit: note, query: note, advise: note, status: note });
  t.after(() => serving[Symbol.asyncDispose]());
  return { folder, data, socket, asked };
}

test('each method asks what commands ask', async (t) => {
  const accepted = { state: 'accepted', id: 'ab' } as const;
  const refused = { state: 'refused', reason: 'score: 7 is not in 0 to 1' } as const;
  let results: readonly unknown[] = [accepted];
  const { socket, asked } = await served(t, ({ ask }) => (ask === 'deposit' ? { results } : { packets: [] }));
  const qis = await connect({ socket });
  assert.deepEqual(await qis.deposit(RUN), accepted);
  assert.deepEqual(await qis.report('cd', { worked: true, share: 0.8 }), accepted);
  await qis.report('cd', { worked: false });
  results = [accepted, refused];
  assert.deepEqual(await qis.deposit([RUN, { ...RUN, score: 7 }]), results);
  results = [refused];
  await assert.rejects(qis.deposit({ ...RUN, score: 7 }), {
    name: 'QisError',
    code: 'deposit_invalid',
    message: refused.reason,
  });
  assert.deepEqual(await qis.query({ domain: 'finetune', min_confidence: 0.5, top: 3 }), { packets: [] });
  await qis.advise({ domain: 'finetune', where: { task: 'code' } });
  await qis.status();
  assert.deepEqual(asked, [
    { ask: 'deposit', items: [RUN] },
    { ask: 'deposit', items: [{ about: 'cd', worked: true, score: 0.8 }] },
    { ask: 'deposit', items: [{ about: 'cd', worked: false }] },
    { ask: 'deposit', items: [RUN, { ...RUN, score: 7 }] },
    { ask: 'deposit', items: [{ ...RUN, score: 7 }] },
    { ask: 'query', domain: 'finetune', min_confidence: 0.5, top: 3 },
    { ask: 'advise', domain: 'finetune', where: { task: 'code' } },
    { ask: 'status' },
  ]);
});

test('what the gateway refuses, and none that answers, is an error with a code', async (t) => {
  const { socket } = await served(t, () => {
    throw new OperatingError('not_found', 'nothing was deposited');
  });
  const qis = await connect({ socket });
  await assert.rejects(qis.advise({ domain: 'air' }), {
    name: 'QisError',
    code: 'not_found',
    message: 'nothing was deposited',
  });
  await assert.rejects(qis.deposit(Array(201).fill(RUN)), {
    code: 'usage',
    message: /^201 deposits at once, and 200 may/,
  });
  await assert.rejects(connect({ socket: `${socket}.gone` }), { name: 'QisError', code: 'not_running' });
  await assert.rejects(connect({ socket, data: '.' }), {
    code: 'usage',
    message: /socket and data both name a gateway/,
  });
});

test('it finds its gateway by socket, by data folder and by configuration', async (t) => {
  const { folder, data } = await served(t, () => ({ name: 'roof' }));
  const config = join(folder, 'qis.yaml');
  for (const text of ['name: roof\n', 'name: roof\ndata: "./data"  # here\n', `{name: roof, data: ${data}}`]) {
    writeFileSync(config, text);
    assert.equal((await (await connect({ config })).status()).name, 'roof', text);
  }
  assert.equal((await (await connect({ data })).status()).name, 'roof');
  writeFileSync(config, 'data: [\n');
  await assert.rejects(connect({ config }), { code: 'config_invalid', message: /^cannot read .*qis.yaml \(/ });
  await assert.rejects(connect({ config: `${config}.gone` }), { code: 'config_missing' });
});

test('two requests are under way at once, the others wait; closing waits for all and takes no more', async (t) => {
  const held = Promise.withResolvers<void>();
  const two = Promise.withResolvers<void>();
  let [open, most] = [0, 0];
  const { socket } = await served(t, async () => {
    most = Math.max(most, ++open);
    if (open === 2) two.resolve();
    await held.promise;
    open--;
    return { packets: [] };
  });
  const qis = await connect({ socket });
  const asking = Array.from({ length: 20 }, () => qis.query({ domain: 'air' }));
  let isClosed = false;
  const closing = qis.close().then(() => {
    isClosed = true;
  });
  await assert.rejects(qis.status(), { code: 'closed' });
  assert.equal(isClosed, false);
  await two.promise;
  // By then a third would have come, too.
  await exchange(socket, { ask: 'pid' });
  held.resolve();
  await Promise.all(asking);
  await closing;
  assert.equal(most, 2);
});
