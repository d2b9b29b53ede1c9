// The bundle that a field unit runs: every command is in it, and what is loaded late is found.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { connectAsync } from 'mqtt';
import { runNode } from '../cli/qis.ts';
import { freePorts } from '../mosquitto.ts';
import { ROOT } from '../source-tree.ts';
import { installed } from './installed-bundle.ts';

test('the bundle has every command, every device and every convention', async (t) => {
  const folder = installed(t);
  const run = (args: readonly string[], input?: string) =>
    runNode([join(folder, 'src/qis.cjs'), ...args], folder, {}, input);
  const [source, bundled] = await Promise.all([runNode([join(ROOT, 'src/main.ts'), '--help']), run(['--help'])]);
  assert.equal(bundled.stdout, source.stdout);

  const recordings = [
    { id: 1, device: 'SDS011', hex: 'AAC0D4043A0AA1601DAB' },
    { id: 2, device: 'tasmota', topic: 'tele/yard/SENSOR', payload: '{"SDS0X1":{"PM2.5":7.5}}' },
    { id: 3, device: 'sparkplug', topic: 'spBv1.0/g/NBIRTH/n', payload_hex: '08e0a499ffbc311801' },
    { id: 4, device: 'firmware-bridge', hex: '00' },
  ];
  const { stdout, code } = await run(['decode'], recordings.map((one) => JSON.stringify(one)).join('\n'));
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(code, 0);
  assert.deepEqual(
    records.map(({ source, readings }) => [source, readings.length]),
    [
      ['A160', 2],
      ['yard', 1],
      ['g/n', 0],
      [null, 0],
    ],
  );

  writeFileSync(join(folder, 'qis.yaml'), 'name: a\nsensors: [{device: PMS5003, port: /dev/a}]\n');
  assert.equal((await run(['config', 'check'])).stdout, 'qis.yaml is in order\n');
});

test('the bundle runs a gateway with a link and a convention, and stops', { timeout: 30_000 }, async (t) => {
  const folder = installed(t);
  const [port, elsewhere] = await freePorts(2);
  const config = {
    name: 'a',
    data: './data',
    broker: { port },
    sensors: [{ name: 'zigbee', device: 'zigbee2mqtt', mqtt: {} }],
    neighbours: [{ name: 'b', url: `mqtt://127.0.0.1:${elsewhere}` }],
  };
  writeFileSync(join(folder, 'qis.yaml'), JSON.stringify(config));
  const env = { ...process.env, XDG_RUNTIME_DIR: folder };
  const program = join(folder, 'src/qis.cjs');
  const child = spawn(process.execPath, [program, 'run', '--json'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const event = async (type: string) => {
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      if (JSON.parse(line.value).type === type) return;
    }
    assert.fail(`it ended before ${type}`);
  };
  await event('link_down');
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  t.after(() => client.endAsync(true));
  await client.publishAsync('zigbee2mqtt/my room/a.b', '{"pm25":12}', { qos: 1 });
  await client.publishAsync('zigbee2mqtt/my room/a.b/availability', 'offline', { qos: 1 });
  await event('sensor_online');
  const status = await runNode([program, 'status', '--json'], folder, { XDG_RUNTIME_DIR: folder });
  const [channel] = JSON.parse(status.stdout).channels;
  assert.deepEqual([channel.key, channel.online], ['zigbee/my room/a.b/pm2_5', false]);
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null]);
});
