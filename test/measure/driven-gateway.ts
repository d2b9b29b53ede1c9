// A gateway in this process with every edge real and every step ours: a sensor on a serial line over TCP, its own broker, a
// neighbour that is pinned and speaks MQTT. The clock stands still, and the agent never ticks.
//
//     socket -> serial source -> agent -> broker -> neighbour's client, and back
//
// It has learned a day of quiet air. What a step needs is made before the step, so that the step is the gateway's alone.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { stringify } from 'yaml';
import { type Config, checkConfig } from '../../src/config/config.ts';
import { type VirtualClock, virtualClock } from '../../src/core/clock.ts';
import { FINDING } from '../../src/core/condition.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { openGateway, runRecordings } from '../../src/gateway/gateway.ts';
import { type Identity, temporaryIdentity } from '../../src/packet/identity.ts';
import { issue, parse } from '../../src/packet/packet.ts';
import { plantowerFrame } from '../../src/sim/plantower-frame.ts';
import { type Recorder, recorder } from '../recorder.ts';
import { quietAir, START_MS, STEP_MS } from '../region.ts';

const LEARNED_MS = 86_400_000;
/** Longer than anyone waits. */
const TICK_MS = 86_400_000;
const SETTINGS = { name: 'here', location: { latitude: 48.01, longitude: 7.85 } };
const ACCOUNT = { username: 'there', password: 'secret' };

export interface DrivenGateway extends AsyncDisposable {
  readonly events: Recorder<AgentEvent>;
  /** Time goes on by ten seconds; @returns what sends a frame with so much dust */
  frame(pm2_5: number): () => void;
  /** Once the neighbour has heard of an event; @returns what publishes that it sees the same, until that is acknowledged */
  agreement(): Promise<() => Promise<unknown>>;
  /** When the newest reading was taken in, by its clock, and the time it is. */
  times(): { readonly readMs: number; readonly nowMs: number };
}

export async function openDrivenGateway(): Promise<DrivenGateway> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'qis-measure-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const clock = virtualClock(START_MS);
  await learn(folder);
  const line = await serialLine(stack);
  const neighbour = temporaryIdentity(Buffer.alloc(32, 7));
  const { gateway, events } = await running(stack, liveConfig(folder, line.port, neighbour), clock);
  const client = await connectAsync(`mqtt://127.0.0.1:${gateway.snapshot().broker!.port}`, ACCOUNT);
  stack.defer(() => client.endAsync(true));
  await client.subscribeAsync('qis/1/#', { qos: 1 });
  const heard = recorder<Heard>();
  client.on('message', (topic, bytes) => heard.add({ topic, bytes }));
  await Promise.all([events.until(({ type }) => type === 'source_up'), line.connected]);
  const owned = stack.move();
  return {
    events,
    frame(pm2_5) {
      clock.advanceTo(clock.now() + STEP_MS);
      const frame = plantowerFrame({ pm1: pm2_5, pm2_5, pm10: pm2_5, temperature: 12, relative_humidity: 60 });
      return () => line.write(frame);
    },
    agreement: () => agreement(heard, client, neighbour),
    times: () => ({
      readMs: Math.max(...gateway.snapshot().readings.map(({ timeMs }) => timeMs)),
      nowMs: clock.now(),
    }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface Heard {
  readonly topic: string;
  readonly bytes: Buffer;
}

function configOf(folder: string, settings: object): Config {
  const text = stringify({ ...SETTINGS, data: join(folder, 'data'), ...settings });
  const { config, problems } = checkConfig(text, join(folder, 'qis.yaml'));
  if (!config) throw new Error(JSON.stringify(problems));
  return config;
}

function liveConfig(folder: string, port: string, neighbour: Identity): Config {
  const { username: name, password } = ACCOUNT;
  const config = configOf(folder, {
    sensors: [{ name: 'roof', device: 'plantower-pmsx003', model: 'PMS5003', port }],
    broker: { accounts: [{ name, password, role: 'gateway' }] },
    neighbours: [{ name, key: neighbour.publicKey.bytes.toString('hex') }],
  });
  return { ...config, broker: { ...config.broker!, listen: '127.0.0.1', port: 0 } };
}

/** Leaves what a day taught in the data folder. */
async function learn(folder: string): Promise<void> {
  const air = quietAir(1);
  const rows = Array.from({ length: LEARNED_MS / STEP_MS }, (_, i) => (START_MS - LEARNED_MS + i * STEP_MS) / 1000);
  const file = join(folder, 'recorded.csv');
  writeFileSync(file, `time,pm25\n${rows.map((timeS) => `${timeS},${air()}`).join('\n')}\n`);
  const replay = { file, timestamp: { column: 'time', format: 'unix' } };
  const readings = [{ column: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' }];
  const config = configOf(folder, { broker: 'off', sensors: [{ name: 'roof', replay, readings }] });
  const { identity, store } = await openDataFolder(config.data);
  await using _ = store;
  await runRecordings({ config, identity, store, clock: virtualClock(), emit: () => {}, tickMs: TICK_MS });
}

async function running(stack: AsyncDisposableStack, config: Config, clock: VirtualClock) {
  const { identity, store } = await openDataFolder(config.data);
  stack.use(store);
  const events = recorder<AgentEvent>();
  const emit = (event: AgentEvent) => events.add(event);
  const gateway = stack.use(await openGateway({ config, identity, store, clock, emit, tickMs: TICK_MS }));
  return { gateway, events };
}

async function serialLine(stack: AsyncDisposableStack) {
  const connected = Promise.withResolvers<Socket>();
  const server = createServer((socket) => connected.resolve(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let line: Socket | undefined;
  void connected.promise.then((socket) => {
    line = socket;
  });
  stack.defer(() => {
    line?.destroy();
    server.close();
  });
  const port = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { port, connected: connected.promise, write: (frame: Buffer) => void line!.write(frame) };
}

async function agreement(heard: Recorder<Heard>, client: MqttClient, neighbour: Identity) {
  const { topic, bytes } = await heard.until(({ bytes }) => {
    const parsed = parse(bytes);
    return parsed.ok && parsed.packet.outcome.finding === FINDING.event;
  });
  const parsed = parse(bytes);
  if (!parsed.ok) throw new Error('what was heard is no packet');
  const { outcome } = parsed.packet;
  const packet = issue({ ...outcome, sequence: 1, context: neighbour.contextTag('') }, neighbour);
  return () => client.publishAsync(topic, packet.bytes, { qos: 1 });
}
