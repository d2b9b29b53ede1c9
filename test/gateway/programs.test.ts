// A program beside a gateway that runs, over its broker: what was answered is on disk, and verdicts come as they are told.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connectAsync } from 'mqtt';
import { stringify } from 'yaml';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { FEEDER, gatewayProcess } from '../conformance/gateway-process.ts';
import { freePorts } from '../mosquitto.ts';
import { recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const LIMIT = { timeout: 20_000 };
const TUNER = { username: 'tuner', password: 'tuner secret' };
const WHERE = { task: 'translation', tags: ['swahili'] };
const RUN = { domain: 'finetune', where: WHERE, action: { name: 'lora', rank: 16 }, score: 0.7, effect: 0.04 };

/** A gateway with one sensor and accounts for it and for a program, as a process on an accelerated clock. */
async function gateway(t: TestContext) {
  const root = temporaryFolder(t);
  const folder = join(root, 'data');
  const [port] = (await freePorts(1)) as [number];
  const { identity, store } = await openDataFolder(folder);
  await store[Symbol.asyncDispose]();
  const config = {
    name: 'roof',
    clock: 'synchronised',
    domains: ['air', 'finetune'],
    sensors: [{ name: 's0', mqtt: { topic: 'air/0' }, readings: [{ key: 'pm', quantity: 'pm2_5', unit: 'ug/m3' }] }],
    broker: {
      port,
      accounts: [
        { name: FEEDER.username, password: FEEDER.password, role: 'sensor' },
        { name: TUNER.username, password: TUNER.password, role: 'program' },
      ],
    },
  };
  const file = join(root, 'qis.yaml');
  writeFileSync(file, stringify(config));
  const origin = `${Date.now()}:${Date.now()}`;
  const args = ['run', '--json', '--config', file, '--clock-origin', origin, '--clock-factor', '100'];
  return gatewayProcess(t, { name: 'roof', port, nodeId: identity.publicKey.nodeId, folder, args });
}

type Answer = { ok: boolean; answer: Record<string, unknown>; error?: { code: string; message: string } };

/** A program that hears its answers and verdicts. */
async function program(t: TestContext, port: number) {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { ...TUNER, reconnectPeriod: 0 }, false);
  client.on('error', () => {});
  t.after(() => client.endAsync(true));
  const heard = recorder<{ topic: string; said: Answer }>();
  client.on('message', (topic, payload) => heard.add({ topic, said: JSON.parse(payload.toString()) }));
  await client.subscribeAsync(['qis-local/1/answer/tuner/#', 'qis-local/1/verdict/#'], { qos: 1 });
  const ask = async (verb: string, id: string, payload: unknown): Promise<Answer> => {
    await client.publishAsync(`qis-local/1/${verb}/tuner/${id}`, JSON.stringify(payload), { qos: 1 });
    return (await heard.until(({ topic }) => topic === `qis-local/1/answer/tuner/${id}`)).said;
  };
  return { ask, heard };
}

test(
  'what was answered survives kill -9; the same table answers commands and programs; verdicts name their sensor',
  LIMIT,
  async (t) => {
    const roof = await gateway(t);
    await roof.start();
    const before = await program(t, roof.port);
    const wrong = { ...RUN, score: 700 };
    const { ok, answer } = await before.ask('deposit', 'a', [RUN, { ...RUN, score: 0.8 }, wrong]);
    await roof.kill();
    const results = answer.results as { state: string; id?: string; reason?: string }[];
    assert.deepEqual([ok, results.map(({ state }) => state)], [true, ['accepted', 'accepted', 'refused']]);
    assert.match(results[2]!.reason ?? '', /^score: 700 is not in 0 to 1/);

    await roof.start();
    const { ask, heard } = await program(t, roof.port);
    const found = await ask('query', 'b', { domain: 'finetune', where: WHERE });
    const ids = (found.answer.packets as { id: string }[]).map(({ id }) => id);
    assert.deepEqual(ids.toSorted(), [results[0]!.id, results[1]!.id].toSorted());
    const advised = await ask('advise', 'c', { domain: 'finetune', where: WHERE });
    assert.equal((advised.answer.action as { name: string }).name, 'lora');
    const own = await ask('report', 'd', { about: ids[0], worked: true });
    assert.match(JSON.stringify(own.answer), /"refused".*is a deposit of this gateway itself/);
    assert.equal((await ask('advise', 'e', { domain: 'finetun' })).error?.code, 'usage');

    await roof.feed();
    const { topic, said } = await heard.until((message) => message.topic.startsWith('qis-local/1/verdict/'));
    const { time, probability, words, id, ...rest } = said as unknown as Record<string, unknown>;
    assert.equal(topic, 'qis-local/1/verdict/s0');
    assert.deepEqual(rest, { sensor: 's0', phenomenon: 'pm2_5', verdict: 'fault' });
    assert.match(`${words} ${id} ${time}`, /^PM2.5: the sensor is at fault, \d+% [0-9a-f]{32} \d{4}-\d\d-\d\dT/);
    assert.ok((probability as number) < 0.5);
  },
);
