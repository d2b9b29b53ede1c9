// Gateways as processes of their own, with real brokers, files and keys; fed over MQTT, and killed without warning.
//
// Each has some sensors on its own broker. A sensor that says nonsense three times is a fault, and one that makes sense
// three times is well again: two packets for six messages. The clocks are one accelerated clock.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { connectAsync, type IClientOptions } from 'mqtt';
import { stringify } from 'yaml';
import type { TimedEvent } from '../../src/core/events.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { controlPath } from '../../src/observe/control-address.ts';
import { readStatus } from '../../src/observe/control-client.ts';
import { freePorts } from '../mosquitto.ts';
import { type Recorder, recorder } from '../recorder.ts';
import type { Scope } from '../scope.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
export const SENSORS = 6;
export const FEEDER = { username: 'feeder', password: 'feeder secret' };
const SETTLE_MS_MAX = 60_000;
const LOOK_MS = 50;

export interface GatewayProcess {
  readonly name: string;
  readonly port: number;
  /** Node id. */
  readonly nodeId: Buffer;
  /** Its data. */
  readonly folder: string;
  /** Of all its starts. */
  readonly events: Recorder<TimedEvent>;
  start(): Promise<void>;
  /** SIGKILL: it saves and says nothing. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Of the last start; undefined once that has ended. */
  pid(): number | undefined;
  /** Every sensor breaks and recovers: 2 * SENSORS packets. Ends early when the gateway is killed meanwhile. */
  feed(): Promise<void>;
  status(): Promise<
    | {
        peers: { announced: number; owed: number };
        store: { unsent: number; packets: number };
        reputation: { origin: string; equivocated: boolean }[];
      }
    | undefined
  >;
  /** What is on disk; while it is stopped. */
  disk(): Disk;
}

export interface Disk {
  readonly own: ReadonlySet<string>;
  readonly seen: ReadonlySet<string>;
  readonly held: ReadonlySet<string>;
  /** Ids that a neighbour has acknowledged, and that it has not. */
  readonly settled: (peer: Buffer) => ReadonlySet<string>;
  readonly open: (peer: Buffer) => ReadonlySet<string>;
}

export interface Plan {
  readonly names: readonly string[];
  /** Neighbours: each dials the other, because packets go out on one's own broker. */
  readonly edges: readonly (readonly [string, string])[];
  readonly factor: number;
  /** Where a neighbour is dialled instead of at its own port. */
  readonly dial?: (port: number) => number;
}

export async function gateways(t: Scope, plan: Plan): Promise<Map<string, GatewayProcess>> {
  const root = temporaryFolder(t);
  const ports = await freePorts(plan.names.length);
  const origin = `${Date.now()}:${Date.now()}`;
  const members = await Promise.all(
    plan.names.map(async (name, index) => {
      const { identity, store } = await openDataFolder(join(root, name));
      await store[Symbol.asyncDispose]();
      return { name, port: ports[index]!, key: identity.publicKey };
    }),
  );
  const opened = members.map(({ name, port, key }) => {
    const around = members.filter((other) =>
      plan.edges.some(([a, b]) => (a === name && b === other.name) || (b === name && a === other.name)),
    );
    const config = {
      name,
      data: join(root, name),
      location: { latitude: 48, longitude: 7.8 },
      clock: 'synchronised',
      sensors: Array.from({ length: SENSORS }, (_, n) => ({
        name: `s${n}`,
        mqtt: { topic: `air/${n}` },
        readings: [{ key: 'pm', quantity: 'pm2_5', unit: 'ug/m3' }],
      })),
      broker: {
        port,
        accounts: [
          { name: FEEDER.username, password: FEEDER.password, role: 'sensor' },
          ...around.map((other) => ({ name: other.name, password: `${other.name} secret`, role: 'gateway' })),
        ],
      },
      neighbours: around.map((other) => ({
        name: other.name,
        url: `mqtt://127.0.0.1:${plan.dial?.(other.port) ?? other.port}`,
        username: name,
        password: `${name} secret`,
        key: other.key.bytes.toString('hex'),
      })),
      peers: members
        .filter((other) => other.name !== name && !around.includes(other))
        .map((other) => ({ name: other.name, key: other.key.bytes.toString('hex') })),
    };
    const file = join(root, `${name}.yaml`);
    writeFileSync(file, stringify(config));
    const args = ['run', '--json', '--config', file, '--clock-origin', origin, '--clock-factor', `${plan.factor}`];
    return gatewayProcess(t, { name, port, nodeId: key.nodeId, folder: join(root, name), args });
  });
  return new Map(opened.map((gateway) => [gateway.name, gateway]));
}

export interface Start {
  readonly name: string;
  readonly port: number;
  readonly nodeId: Buffer;
  readonly folder: string;
  readonly args: readonly string[];
  /** What Node runs, with its flags; by default the sources. */
  readonly program?: readonly string[];
}

export function gatewayProcess(
  t: Scope,
  { name, port, nodeId, folder, args, program = [MAIN] }: Start,
): GatewayProcess {
  const events = recorder<TimedEvent>();
  let child: ChildProcess | undefined;
  let said = '';
  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  const end = async (signal: NodeJS.Signals) => {
    if (!child || !isRunning()) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  };
  t.after(() => end('SIGKILL'));
  const env = { PATH: process.env.PATH };
  return {
    name,
    port,
    nodeId,
    folder,
    events,
    async start() {
      const starts = () => events.items.filter(({ type }) => type === 'started').length;
      const before = starts();
      child = spawn(process.execPath, [...program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const ended = once(child, 'close').then(() => Promise.reject(new Error(`${name} ended: ${said}`)));
      ended.catch(() => {});
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said = text;
      });
      // A line cut off by SIGKILL is no event.
      createInterface({ input: child.stdout! }).on(
        'line',
        (line) => line.endsWith('}') && events.add(JSON.parse(line)),
      );
      await Promise.race([events.until(() => starts() > before), ended]);
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    pid: () => (isRunning() ? child?.pid : undefined),
    feed: () => feed(port, isRunning),
    status: () => readStatus(controlPath(folder, env)).catch(() => undefined) as ReturnType<GatewayProcess['status']>,
    disk: () => diskOf(join(folder, 'qis.db')),
  };
}

async function feed(port: number, isRunning: () => boolean): Promise<void> {
  const url = `mqtt://127.0.0.1:${port}`;
  const options: IClientOptions = { ...FEEDER, reconnectPeriod: 0 };
  const client = await connectAsync(url, options, false).catch(() => undefined);
  if (!client) return;
  client.on('error', () => {});
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  for (const pm of [9_000, 9_001, 9_002, 10, 11, 12]) {
    if (!client.connected || !isRunning()) break;
    const taken = Array.from({ length: SENSORS }, (_, n) =>
      client.publishAsync(`air/${n}`, JSON.stringify({ pm }), { qos: 1 }).catch(() => undefined),
    );
    await Promise.race([Promise.all(taken), closed]);
    // Readings of one channel must not share a millisecond.
    await sleep(5);
  }
  client.end();
  await closed;
}

function diskOf(file: string): Disk {
  const database = new Database(file);
  try {
    const hex = (sql: string): string[] => database.prepare<[], string>(sql).pluck().all();
    const rows = database
      .prepare<[], { id: string; owing: string; has: string }>(
        'SELECT hex(id) AS id, hex(owing) AS owing, hex(has) AS has FROM custody JOIN packets USING (n)',
      )
      .all();
    const numbers = new Map(
      database
        .prepare<[], { node: Buffer; number: string }>("SELECT node, printf('%04X', k) AS number FROM neighbours")
        .all()
        .map(({ node, number }) => [node.toString('hex'), number]),
    );
    const idsOf = (list: 'owing' | 'has') => (peer: Buffer) => {
      const number = numbers.get(peer.toString('hex'));
      return new Set(rows.filter((row) => row[list].match(/.{4}/g)?.includes(number ?? '')).map(({ id }) => id));
    };
    return {
      own: new Set(hex('SELECT hex(id) FROM packets WHERE own = 1')),
      held: new Set(hex('SELECT hex(id) FROM packets')),
      seen: new Set(hex('SELECT hex(id) FROM packets UNION SELECT hex(id) FROM seen')),
      settled: idsOf('has'),
      open: idsOf('owing'),
    };
  } finally {
    database.close();
  }
}

/**
 * Resolves once everyone knows its neighbours, all hold as much, and nobody owes or keeps back anything.
 * @returns the ids of all that was issued before that was so
 */
export async function settled(
  all: readonly GatewayProcess[],
  degree: (name: string) => number,
): Promise<ReadonlySet<string>> {
  const untilMs = performance.now() + SETTLE_MS_MAX;
  let quiet = 0;
  let issued = new Set<string>();
  while (quiet < 3) {
    if (quiet === 0) issued = issuedBy(all);
    const states = await Promise.all(all.map((gateway) => gateway.status()));
    const isQuiet = states.every(
      (state, index) =>
        state &&
        state.peers.announced >= degree(all[index]!.name) &&
        state.peers.owed === 0 &&
        state.store.unsent === 0,
    );
    quiet = isQuiet ? quiet + 1 : 0;
    const seen = states.map(
      (state) => state && { ...state.peers, unsent: state.store.unsent, packets: state.store.packets },
    );
    assert(performance.now() < untilMs, `not settled: ${JSON.stringify(seen)}`);
    await sleep(LOOK_MS);
  }
  return issued;
}

function issuedBy(all: readonly GatewayProcess[]): Set<string> {
  const events = all.flatMap((gateway) => gateway.events.items);
  return new Set(events.flatMap((event) => (event.type === 'packet_issued' ? [event.id.toUpperCase()] : [])));
}

/**
 * What was acknowledged is held, all have everything, and nothing was taken in twice. Stops them.
 * @param before what was issued before all had settled: nothing of it may be owed
 */
export async function consistent(all: readonly GatewayProcess[], before: ReadonlySet<string>): Promise<number> {
  assert(before.size > 0);
  await Promise.all(all.map((gateway) => gateway.stop()));
  const disks = new Map(all.map((gateway) => [gateway, gateway.disk()]));
  let packets = 0;
  for (const [gateway, disk] of disks) {
    packets += disk.own.size;
    for (const [other, there] of disks) {
      if (other === gateway) continue;
      for (const id of disk.settled(other.nodeId)) assert(there.held.has(id), `${other.name} acknowledged ${id}`);
      // An answer may fall due between the last look and the stop: then it is still owed. Nothing older is.
      const open = disk.open(other.nodeId);
      for (const id of open) assert(!before.has(id), `${other.name} still owes ${id}`);
      const sent = disk.own.difference(open);
      for (const id of sent) assert(there.held.has(id) && there.seen.has(id), `${other.name} misses ${id}`);
    }
    const taken = gateway.events.items.flatMap((event) => (event.type === 'packet_received' ? [event.id] : []));
    assert.equal(new Set(taken).size, taken.length, `${gateway.name} took in something twice`);
  }
  return packets;
}
