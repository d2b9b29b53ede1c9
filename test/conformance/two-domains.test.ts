// A second domain that an operator wrote, beside `air`: through a replay, and on two live gateways.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connectAsync } from 'mqtt';
import { stringify } from 'yaml';
import { type Config, checkConfig } from '../../src/config/config.ts';
import { acceleratedClock, virtualClock } from '../../src/core/clock.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { openGateway, runRecordings } from '../../src/gateway/gateway.ts';
import { seededRandom } from '../../src/sim/random.ts';
import { qis } from '../cli/qis.ts';
import { freePorts } from '../mosquitto.ts';
import { recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NOISE = new URL('../../examples/noise.yaml', import.meta.url).pathname;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const PLACE = { latitude: 48.01, longitude: 7.85 };

const READINGS = [
  { column: 'pm', quantity: 'pm2_5', unit: 'ug/m3' },
  { column: 'db', quantity: 'noise', unit: 'dB' },
];

/** Two days of ordinary air and street, a row a minute; a loud and dusty hour at the end when asked for. */
function recording(seed: number, { loud = false, days = 2 } = {}): string {
  const random = seededRandom(seed);
  const rows = Array.from({ length: days * 1440 }, (_, i) => {
    const isLoud = loud && i > days * 1440 - 120 && i < days * 1440 - 60;
    const pm = 11 + random() + (isLoud ? 80 : 0);
    const db = 45 + 2 * random() + (isLoud ? 40 : 0);
    return `${(START_MS - days * DAY_MS + i * MINUTE_MS) / 1000},${pm.toFixed(1)},${db.toFixed(1)}`;
  });
  return `time,pm,db\n${rows.join('\n')}\n`;
}

function manifest(folder: string, domains: object): void {
  copyFileSync(NOISE, join(folder, 'noise.yaml'));
  const stations = ['a', 'b', 'c'].map((id, i) => {
    writeFileSync(join(folder, `${id}.csv`), recording(i + 1, { loud: true }));
    return { id, file: `${id}.csv`, latitude: PLACE.latitude + i * 0.002, longitude: PLACE.longitude };
  });
  const timestamp = { column: 'time', format: 'unix' };
  writeFileSync(join(folder, 'manifest.yaml'), stringify({ timestamp, ...domains, readings: READINGS, stations }));
}

async function alertsOf(folder: string): Promise<string[]> {
  const { code, stderr } = await qis(['replay', 'manifest.yaml', '--out', 'alerts.csv'], folder);
  assert.deepEqual([code, stderr], [0, '']);
  const [, ...lines] = readFileSync(join(folder, 'alerts.csv'), 'utf8').trim().split('\n');
  return lines.map((line) => line.split(',')).map(([sensor, , kind, phenomenon]) => `${sensor} ${kind} ${phenomenon}`);
}

test('a replay judges two domains at the same time, or one of the two', async (t) => {
  const folder = temporaryFolder(t);
  manifest(folder, { domains: ['air', './noise.yaml'] });
  const both = await alertsOf(folder);
  for (const id of ['a', 'b', 'c']) {
    for (const phenomenon of ['pm2_5', 'noise']) assert.ok(both.includes(`${id} event ${phenomenon}`), both.join('\n'));
  }
  manifest(folder, { domain: './noise.yaml' });
  const noise = await alertsOf(folder);
  assert.ok(noise.includes('a event noise') && noise.every((alert) => alert.endsWith('noise')), noise.join('\n'));
  manifest(folder, {});
  assert.ok((await alertsOf(folder)).every((alert) => alert.endsWith('pm2_5')));
});

function configOf(folder: string, settings: object): Config {
  const written = { data: './data', location: PLACE, domains: ['air', './noise.yaml'], ...settings };
  const { config, problems } = checkConfig(stringify(written), join(folder, 'qis.yaml'));
  assert.ok(config, JSON.stringify(problems));
  return config;
}

/** @returns its public key */
async function taught(folder: string, name: string, seed: number): Promise<string> {
  mkdirSync(folder);
  copyFileSync(NOISE, join(folder, 'noise.yaml'));
  writeFileSync(join(folder, 'days.csv'), recording(seed));
  const replay = { file: 'days.csv', timestamp: { column: 'time', format: 'unix' } };
  const config = configOf(folder, { name, broker: 'off', sensors: [{ name: 'roof', replay, readings: READINGS }] });
  const { identity, store } = await openDataFolder(config.data);
  await runRecordings({ config, identity, store, clock: virtualClock(), emit: () => {}, tickMs: 1000 });
  await store[Symbol.asyncDispose]();
  return identity.publicKey.bytes.toString('hex');
}

async function live(t: TestContext, config: Config) {
  const { identity, store } = await openDataFolder(config.data);
  const clock = acceleratedClock({ wallMs: Date.now(), shownMs: START_MS, factor: 240 });
  const events = recorder<AgentEvent>();
  const emit = (event: AgentEvent) => events.add(event);
  const gateway = await openGateway({ config, identity, store, clock, emit, tickMs: 20 });
  t.after(async () => {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
  return { gateway, events };
}

test('live gateways watch, tell and confirm both domains at the same time', { timeout: 60_000 }, async (t) => {
  const root = temporaryFolder(t);
  const names = ['a', 'b'];
  const ports = await freePorts(2);
  const folders = names.map((name) => join(root, name));
  const keys = await Promise.all(folders.map((folder, i) => taught(folder, names[i]!, i + 1)));
  const readings = READINGS.map(({ column: key, ...reading }) => ({ key, ...reading }));
  const gateways = [];
  for (const [i, folder] of folders.entries()) {
    const other = names[1 - i]!;
    const account = { username: names[i], password: 'secret' };
    const config = configOf(folder, {
      name: names[i],
      sensors: [{ name: 'roof', mqtt: { topic: 'street' }, readings }],
      broker: {
        port: ports[i],
        accounts: [
          { name: other, password: 'secret', role: 'gateway' },
          { name: 'meter', password: 'secret', role: 'sensor' },
        ],
      },
      neighbours: [{ name: other, url: `mqtt://127.0.0.1:${ports[1 - i]}`, key: keys[1 - i], ...account }],
    });
    gateways.push(await live(t, config));
  }
  await Promise.all(gateways.map(({ events }) => events.until(({ type }) => type === 'link_up')));
  const random = seededRandom(9);
  for (const port of ports) {
    const meter = await connectAsync(`mqtt://127.0.0.1:${port}`, { username: 'meter', password: 'secret' });
    t.after(() => meter.endAsync(true));
    const timer = setInterval(() => {
      void meter.publishAsync('street', JSON.stringify({ pm: 90 + random(), db: 86 + random() }));
    }, 40);
    t.after(() => clearInterval(timer));
  }
  for (const { events } of gateways) {
    for (const phenomenon of ['pm2_5', 'noise']) {
      const isOurs = (event: AgentEvent) => 'phenomenon' in event && event.phenomenon === phenomenon;
      await events.until((event) => event.type === 'packet_received' && event.finding === 'event' && isOurs(event));
      await events.until((event) => event.type === 'verdict' && event.verdict === 'event' && isOurs(event));
    }
  }
});
