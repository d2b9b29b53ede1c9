// Gateways as `qis run` opens them: from a configuration, over real brokers, sockets and files, with sensors that talk.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { connectAsync } from 'mqtt';
import { stringify } from 'yaml';
import { type Config, checkConfig } from '../../src/config/config.ts';
import { acceleratedClock, type Clock, virtualClock } from '../../src/core/clock.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { type Gateway, openGateway, runRecordings } from '../../src/gateway/gateway.ts';
import { plantowerFrame } from '../../src/sim/plantower-frame.ts';
import { freePorts } from '../mosquitto.ts';
import { type Recorder, recorder } from '../recorder.ts';
import { quietAir, START_MS, STEP_MS } from '../region.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Seconds of the gateways' clock in one of ours. */
const FACTOR = 120;
const TICK_MS = 25;
const MQTT_TOPIC = 'zigbee2mqtt/balcony';

interface Running {
  readonly gateway: Gateway;
  readonly events: Recorder<AgentEvent>;
  stop(): Promise<void>;
}

type Of<Type extends AgentEvent['type']> = Extract<AgentEvent, { type: Type }>;

function configOf(folder: string, settings: object): Config {
  const { config, problems } = checkConfig(
    stringify({ data: join(folder, 'data'), ...settings }),
    join(folder, 'qis.yaml'),
  );
  assert.ok(config, JSON.stringify(problems));
  return config;
}

/** A column of values, one every ten seconds. */
function table(folder: string, values: readonly number[], untilMs = START_MS): object {
  const file = join(folder, 'recorded.csv');
  const rows = values.map((value, i) => `${(untilMs - (values.length - i) * STEP_MS) / 1000},${value}`);
  writeFileSync(file, `time,pm25\n${rows.join('\n')}\n`);
  const replay = { file, timestamp: { column: 'time', format: 'unix' } };
  const readings = [{ column: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' }];
  return { name: 'here', broker: 'off', location: PLACE, sensors: [{ name: 'roof', replay, readings }] };
}

const PLACE = { latitude: 48.01, longitude: 7.85 };

function quietDays(days: number): number[] {
  const air = quietAir(1);
  return Array.from({ length: (days * DAY_MS) / STEP_MS }, air);
}

async function replayed(config: Config) {
  const { identity, store } = await openDataFolder(config.data);
  const events = recorder<AgentEvent>();
  const clock = virtualClock();
  try {
    const emit = (event: AgentEvent) => events.add(event);
    await runRecordings({ config, identity, store, clock, emit, tickMs: 1000 });
    const saved = JSON.parse(store.state.get('channels') ?? '[]') as { sensor: string; quantity: string }[];
    return { saved, events, nowMs: clock.now(), summary: store.summary(), publicKey: identity.publicKey };
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

async function running(config: Config, clock: Clock): Promise<Running> {
  const { identity, store } = await openDataFolder(config.data);
  const events = recorder<AgentEvent>();
  const emit = (event: AgentEvent) => events.add(event);
  const gateway = await openGateway({ config, identity, store, clock, emit, tickMs: TICK_MS });
  let stopped: Promise<void> | undefined;
  const close = async () => {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  };
  return {
    gateway,
    events,
    stop: () => {
      stopped ??= close();
      return stopped;
    },
  };
}

/** A serial device server: whoever connects gets every frame. */
async function serialServer(t: TestContext): Promise<{ port: string; write(frame: Buffer): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const write = (frame: Buffer) => {
    for (const socket of sockets) socket.write(frame);
  };
  return { port: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, write };
}

/** Calls it once per frame of the accelerated clock, until the test ends. */
function everyFrame(t: TestContext, feed: () => void): void {
  const timer = setInterval(feed, STEP_MS / FACTOR);
  t.after(() => clearInterval(timer));
}

async function until<Type extends AgentEvent['type']>(
  { events }: Running,
  type: Type,
  fits: (event: Of<Type>) => boolean = () => true,
): Promise<Of<Type>> {
  const found = await events.until((event) => event.type === type && fits(event as Of<Type>));
  return found as Of<Type>;
}

const linksUp = ({ events }: Running): number => events.items.filter(({ type }) => type === 'link_up').length;

suite('recordings', () => {
  test('run in virtual time and leave what was learned', async (t) => {
    const folder = temporaryFolder(t);
    const values = quietDays(2);
    const { saved, nowMs, events } = await replayed(configOf(folder, table(folder, values)));
    assert.equal(nowMs, START_MS - STEP_MS);
    assert.deepEqual(
      saved.map(({ sensor, quantity }) => [sensor, quantity]),
      [['roof', 'pm2_5']],
    );
    // Once a day it says where it stands beside the alarm level; nothing else happens in quiet air.
    const told = events.items.map((event) => (event.type === 'packet_issued' ? event.finding : event.type));
    assert.deepEqual(told, ['level', 'level', 'source_ended']);
    assert.deepEqual(events.items.at(-1), { type: 'source_ended', sensor: 'roof', readings: values.length });
  });

  test('find the event in them, with what the last one taught', async (t) => {
    const folder = temporaryFolder(t);
    const quiet = await replayed(configOf(folder, table(folder, quietDays(1))));
    assert.equal(quiet.summary.packets, 1, 'its level');
    // On its own this hour would be too short to learn from.
    const smoke = quietDays(1 / 24).map((value, i) => (i > 120 && i < 200 ? value + 90 : value));
    const { events, summary, publicKey } = await replayed(configOf(folder, table(folder, smoke, START_MS + HOUR_MS)));
    const issued = events.items.flatMap((event) => (event.type === 'packet_issued' ? [event.finding] : []));
    assert.deepEqual(
      issued.filter((finding) => finding !== 'level'),
      ['event', 'cleared'],
    );
    assert.ok(issued.lastIndexOf('level') > issued.indexOf('event'), 'above its alarm level, and below again');
    assert.equal(summary.packets, 1 + issued.length);
    assert.deepEqual(publicKey.bytes, quiet.publicKey.bytes, 'the key was made once');
  });

  test('that cannot be read are an operating failure', async (t) => {
    const folder = temporaryFolder(t);
    const config = configOf(folder, table(folder, [1]));
    const gone = {
      ...config,
      sensors: config.sensors.map((sensor) => ({ ...sensor, file: join(folder, 'gone.csv') })),
    };
    await assert.rejects(replayed(gone as Config), { code: 'input_unreadable' });
  });
});

suite('two gateways', { timeout: 60_000 }, () => {
  /** Both have learned; `a` has a sensor on a serial line, `b` one that speaks MQTT to its broker. */
  async function configs(t: TestContext, port: string): Promise<[Config, Config]> {
    const root = temporaryFolder(t);
    const [portA, portB] = (await freePorts(2)) as [number, number];
    const folders = ['a', 'b'].map((name) => join(root, name));
    const keys: string[] = [];
    for (const folder of folders) {
      mkdirSync(folder, { recursive: true });
      const { publicKey } = await replayed(configOf(folder, table(folder, quietDays(2))));
      keys.push(publicKey.bytes.toString('hex'));
    }
    const base = (i: number) => ({ name: 'ab'[i], location: { ...PLACE, latitude: PLACE.latitude + i * 0.06 } });
    const peer = (i: number, to: number) => ({
      name: 'ab'[i],
      url: `mqtt://127.0.0.1:${to}`,
      key: keys[i],
      username: 'ab'[1 - i],
      password: 'secret',
    });
    const accounts = (from: string) => [
      { name: from, password: 'secret', role: 'gateway' },
      { name: 'zigbee', password: 'secret', role: 'sensor' },
    ];
    const readings = [{ key: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' }];
    const a = configOf(folders[0]!, {
      ...base(0),
      sensors: [{ name: 'roof', device: 'plantower-pmsx003', model: 'PMS5003', port }],
      broker: { port: portA, accounts: accounts('b') },
      neighbours: [peer(1, portB)],
    });
    const b = configOf(folders[1]!, {
      ...base(1),
      sensors: [{ name: 'roof', mqtt: { topic: MQTT_TOPIC }, readings }],
      broker: { port: portB, accounts: accounts('a') },
      neighbours: [peer(0, portA)],
    });
    return [a, b];
  }

  test('sense, warn and confirm each other, and go on after a restart', async (t) => {
    const line = await serialServer(t);
    const [configA, configB] = await configs(t, line.port);
    const clock = acceleratedClock({ wallMs: Date.now(), shownMs: START_MS, factor: FACTOR });
    const a = await running(configA, clock);
    t.after(a.stop);
    let b = await running(configB, clock);
    t.after(() => b.stop());

    // Smoke above the background, by gateway; the test decides when.
    const smoke = { a: 0, b: 0 };
    const air = quietAir(3);
    everyFrame(t, () => {
      const pm2_5 = air() + smoke.a;
      line.write(plantowerFrame({ pm1: pm2_5, pm2_5, pm10: pm2_5, temperature: 12, relative_humidity: 60 }));
    });
    const zigbee = await connectAsync(`mqtt://127.0.0.1:${b.gateway.snapshot().broker?.port}`, {
      username: 'zigbee',
      password: 'secret',
      reconnectPeriod: 50,
    });
    zigbee.on('error', () => {});
    t.after(() => zigbee.endAsync(true));
    everyFrame(t, () => {
      if (zigbee.connected) zigbee.publish(MQTT_TOPIC, JSON.stringify({ pm25: air() + smoke.b }), { qos: 0 });
    });

    await Promise.all([until(a, 'link_up'), until(b, 'link_up'), until(a, 'source_up'), until(b, 'source_up')]);
    smoke.a = 80;
    const seen = await until(a, 'packet_issued', ({ finding }) => finding === 'event');
    const heard = await until(b, 'packet_received', ({ id }) => id === seen.id);
    assert.deepEqual([heard.origin, heard.phenomenon, heard.hops], ['a', 'pm2_5', 0]);
    const advisory = await until(b, 'advisory');
    assert.ok(advisory.evidence.includes(seen.id));
    assert.ok(advisory.distanceKm > 3 && advisory.distanceKm < 10, `${advisory.distanceKm}`);

    smoke.b = 80;
    const [ours, theirs] = await Promise.all(
      [a, b].map((one) => until(one, 'verdict', ({ verdict }) => verdict === 'event')),
    );
    assert.equal(ours?.about, seen.id);
    assert.equal(theirs?.evidence.length, 1, 'one neighbour, however many packets');
    const { words } = b.gateway.explain(theirs.about.slice(0, 8));
    assert.match(words.join('\n'), /\+\d\.\d\d {2}a \(6\.\d+ km, pinned key\) (says PM2.5 is high too|confirms)/);
    assert.match(b.gateway.explain(advisory.id).words[0]!, /^[0-9a-f]{8} {2}PM2.5 is likely to reach you/);

    const before = b.gateway.snapshot();
    assert.equal(before.name, 'b');
    assert.deepEqual(
      before.links.map(({ name, up }) => [name, up]),
      [['a', true]],
    );
    assert.deepEqual(
      before.channels.map(({ key }) => key),
      ['roof/pm2_5'],
    );
    assert.ok(before.store.packets >= 2 && before.broker && before.broker.clients >= 2);
    assert.deepEqual(JSON.parse(JSON.stringify(before)), before);

    await b.stop();
    const linkedBefore = linksUp(a);
    b = await running(configB, clock);
    const after = b.gateway.snapshot();
    assert.equal(after.publicKey, before.publicKey);
    assert.ok(after.store.packets >= before.store.packets);
    assert.notEqual(after.channels[0]?.state, 'learning', 'what was learned is still known');
    await Promise.all([until(b, 'link_up'), a.events.until(() => linksUp(a) > linkedBefore)]);

    const mark = a.events.items.length;
    smoke.a = 250;
    const worse = await until(a, 'packet_issued', (event) => a.events.items.indexOf(event) >= mark);
    await until(b, 'packet_received', ({ id }) => id === worse.id);
    const again = b.events.items.filter((event) => event.type === 'packet_received' && event.id === seen.id);
    assert.deepEqual(again, [], 'what was heard before the restart is known');
  });
});
