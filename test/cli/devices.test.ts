import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { createTopicTally } from '../../src/cli/devices-topics.ts';
import { requireProgram } from '../programs.ts';
import { client, fixture, SENSOR } from '../route/mqtt/broker-fixture.ts';
import { emulatedSps30 } from '../sense/serial/emulated/sps30.ts';
import { pms5003 } from '../sense/serial/plantower-bytes.ts';
import { pseudoPort } from '../sense/serial/pseudo-port.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis } from './qis.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

test('list names every device and convention', async () => {
  const { code, stdout } = await qis(['devices', 'list', '--json']);
  const { serial, mqtt } = JSON.parse(stdout);
  assert.equal(code, 0);
  const plantower = serial.find(({ device }: { device: string }) => device === 'plantower-pmsx003');
  assert.deepEqual([plantower.line, plantower.models.includes('PMS5003ST')], ['9600 8N1', true]);
  assert.ok(mqtt.some(({ device }: { device: string }) => device === 'zigbee2mqtt'));
  assert.match((await qis(['devices', 'list'])).stdout, /plantower-pmsx003 +Plantower/);
});

test('wrong usage says what is right', async () => {
  for (const [args, says] of [
    [[], /say what to do: qis devices list, probe or watch/],
    [['probe'], /name the port/],
    [['watch'], /name the port or topic/],
    [['probe', '/dev/null', '--seconds', 'x'], /--seconds needs a number above 0/],
    [['watch', 'unheard/of'], /nothing tells what is on unheard\/of; name it with --device/],
    [['watch', '/dev/null', '--device', 'tasmota'], /tasmota speaks MQTT: name a topic instead of a port/],
    [['watch', '#', '--url', 'http://127.0.0.1:1883'], /--url takes the address of a broker: mqtt:\/\/host:1883/],
    [['watch', 'a/b', '--url', '127.0.0.1:1883'], /--url takes the address of a broker/],
    [['watch', '/dev/null', '--device', 'PMS50003'], /no device or model "PMS50003"; did you mean "PMS5003"/],
  ] as const) {
    const { code, stderr } = await qis(['devices', ...args]);
    assert.match(stderr, says);
    assert.equal(code, 2);
  }
});

test('probe names all models that the bytes fit, and guesses none', { timeout: 30_000 }, async (t) => {
  const socat = requireProgram(t, 'socat', 'apt install socat');
  if (!socat) return;
  const port = await pseudoPort(t, socat, join(temporaryFolder(t), 'ttySensor'));
  const speaking = setInterval(() => port.write(pms5003(12)), 50);
  t.after(() => clearInterval(speaking));
  const { code, stdout } = await qis(['devices', 'probe', port.path, '--seconds', '0.5', '--json']);
  assert.equal(code, 0);
  const models = JSON.parse(stdout).candidates.map(({ model }: { model: string }) => model);
  for (const model of ['PMS1003', 'PMS5003', 'PMS7003', 'PMS5003T', 'PMS5003S', 'HPMA115S0']) {
    assert.ok(models.includes(model), model);
  }
  for (const model of ['PMS3003', 'SDS011', 'ZH03B']) assert.ok(!models.includes(model), model);
});

test('probe finds a device that must be asked, and starts nothing', { timeout: 60_000 }, async (t) => {
  const socat = requireProgram(t, 'socat', 'apt install socat');
  if (!socat) return;
  const port = await pseudoPort(t, socat, join(temporaryFolder(t), 'ttySensor'));
  const sps30 = emulatedSps30(port);
  const { code, stdout } = await qis(['devices', 'probe', port.path, '--seconds', '0.1']);
  assert.equal(code, 0);
  assert.match(stdout, /it is this one:\n {2}SPS30 +sensirion-sps30 +115200 8N1, answers, but has no values now\n/);
  assert.deepEqual(sps30.told.items, ['read']);
  assert.equal(sps30.isMeasuring(), false);
});

test('probe says what is wrong with a port, and a signal ends it early', { timeout: 30_000 }, async (t) => {
  const socat = requireProgram(t, 'socat', 'apt install socat');
  if (!socat) return;
  const path = join(temporaryFolder(t), 'ttySensor');
  const missing = await qis(['devices', 'probe', path]);
  assert.deepEqual([missing.code, missing.stdout], [1, '']);
  assert.match(missing.stderr, /cannot open .*ttySensor: no such port; check the cable/);
  await pseudoPort(t, socat, path);
  const child = spawn(process.execPath, [MAIN, 'devices', 'probe', path, '--seconds', '60'], { stdio: 'pipe' });
  const exit = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  child.stderr.once('data', () => void child.kill('SIGINT'));
  assert.deepEqual(await once(lines, 'line'), ['stopped before anything was recognised']);
  assert.equal((await exit)[0], 1);
});

/** What `qis devices watch` prints, line by line, until it is enough. */
async function watched(args: readonly string[], count: number): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, [MAIN, 'devices', 'watch', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const exit = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (lines.push(line) === count) child.kill('SIGINT');
  }
  return { code: (await exit)[0], lines };
}

test('watch shows what a device at a port says', { timeout: 30_000 }, async (t) => {
  const socat = requireProgram(t, 'socat', 'apt install socat');
  if (!socat) return;
  const port = await pseudoPort(t, socat, join(temporaryFolder(t), 'ttySensor'));
  const speaking = setInterval(() => port.write(pms5003(12)), 50);
  t.after(() => clearInterval(speaking));
  const { code, lines } = await watched([port.path, '--device', 'PMS5003', '--json'], 12);
  assert.equal(code, 0);
  const pm = lines.map((line) => JSON.parse(line)).find((one) => one.quantity === 'pm2_5' && one.channel === '');
  assert.deepEqual([pm.value, pm.unit, pm.quality], [12, 'ug/m3', 'warming_up']);
});

test('watch shows what comes on a topic', { timeout: 30_000 }, async (t) => {
  const { broker } = await fixture(t, { accounts: [] });
  const sensor = await client(t, broker.port, SENSOR);
  const payload = '{"temperature":21.5,"humidity":40}';
  const speaking = setInterval(() => sensor.publish('zigbee2mqtt/my room/a.b', payload), 50);
  t.after(() => clearInterval(speaking));
  const { code, lines } = await watched(['zigbee2mqtt/#', '--url', `mqtt://127.0.0.1:${broker.port}`], 2);
  assert.equal(code, 0);
  assert.match(lines.join('\n'), /zigbee2mqtt\/my room\/a\.b +temperature +21\.5 degC/);
});

test("watch '#' lists the topics, how many messages each got, and what it looks like", {
  timeout: 30_000,
}, async (t) => {
  const { broker } = await fixture(t, { accounts: [] });
  const sensor = await client(t, broker.port, SENSOR);
  const publish = () => {
    sensor.publish('zigbee2mqtt/Balcony', '{"temperature":21.5}');
    sensor.publish('weather/roof', '{"pm25":12}');
    sensor.publish('raw/bytes', Buffer.from([0, 1, 255]));
  };
  const speaking = setInterval(publish, 50);
  t.after(() => clearInterval(speaking));
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const { code, stdout } = await qis(['devices', 'watch', '#', '--url', url, '--seconds', '1.5', '--json']);
  assert.equal(code, 0);
  const { topics, missed } = JSON.parse(stdout);
  assert.deepEqual(
    topics.map(({ topic, newest, looks_like }: Record<string, unknown>) => [topic, newest, looks_like]),
    [
      ['raw/bytes', '0001ff', []],
      ['weather/roof', '{"pm25":12}', []],
      ['zigbee2mqtt/Balcony', '{"temperature":21.5}', ['zigbee2mqtt']],
    ],
  );
  assert.ok(topics.every(({ messages }: { messages: number }) => messages > 1) && missed === 0);
  const odd = await qis(['devices', 'watch', 'a/#/b', '--url', url]);
  assert.deepEqual([odd.code, /"a\/#\/b" is not a topic filter/.test(odd.stderr)], [2, true]);
});

test("watch '#' names what to look at, once, and fails, where it never reached the broker", async (t) => {
  const { broker } = await fixture(t);
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const { code, stderr } = await qis(['devices', 'watch', '#', '--seconds', '0.5', '--url', url]);
  assert.equal(code, 1);
  assert.match(stderr, /^mqtt:\S+ it refused --username and --password-file; .*; it is tried again\n$/);
});

test('topics are counted up to a cap, and payloads are cut', () => {
  const tally = createTopicTally(2);
  for (const topic of ['a', 'b', 'c', 'a'])
    tally.note({ topic, payload: Buffer.from('é'.repeat(200)), retained: false, timeMs: 0 });
  assert.deepEqual([[...tally.topics.keys()], tally.topics.get('a')!.messages, tally.missed], [['a', 'b'], 2, 1]);
  assert.match(tally.topics.get('a')!.newest, /^é{60}\.\.\.$/);
});
