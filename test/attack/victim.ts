// The gateway under attack: a process of its own with real files, a broker, a sensor that works, and neighbours whose keys
// the attacker holds. Judged from outside: does it answer, does it sense, what does it hold, what does it say?
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { stringify } from 'yaml';
import { controlPath } from '../../src/observe/control-address.ts';
import { readStatus } from '../../src/observe/control-client.ts';
import type { PublicKey } from '../../src/packet/gate.ts';
import { type Identity, openIdentity, temporaryIdentity } from '../../src/packet/identity.ts';
import { FEEDER, type GatewayProcess, gatewayProcess, SENSORS } from '../conformance/gateway-process.ts';
import { freePorts } from '../mosquitto.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Scene } from './attack.ts';

export const NORTH = { name: 'north', password: 'north secret' };
export const SOUTH = { name: 'south', password: 'south secret' };
/** Has an account and a key that is believed, and means harm. */
export const MALLORY = { name: 'mallory', password: 'mallory secret' };
/** A device that means harm, and one that does not. */
export const GADGET = { name: 'gadget', password: 'gadget secret' };
const DEVICE = { name: 'device', password: 'device secret' };
const GATEWAYS = [NORTH, SOUTH, MALLORY];

/** What a gateway under load may take; 72 MB are what it takes idle. */
const RSS_MB_MAX = 200;
const ANSWER_MS_MAX = 1_000;
const PULSE_MS = 100;
const ENDURED_MS_MAX = 15_000;

export interface Status {
  readonly counters: Readonly<Record<string, number>>;
  readonly readings: readonly { readonly channel: string; readonly value: number }[];
  readonly peers: { readonly announced: number; readonly owed: number };
  readonly time: { readonly quality: number; readonly problem: string | null };
}

export interface Victim {
  readonly process: GatewayProcess;
  readonly port: number;
  readonly key: PublicKey;
  /** Its folder and its configuration. */
  readonly folder: string;
  readonly config: string;
  /** Keys of the accounts of gateways. */
  readonly identities: Readonly<Record<string, Identity>>;
  pid(): number | undefined;
  status(): Promise<Status>;
  /** Sum of the counters whose name fits. */
  counted(name: RegExp): Promise<number>;
}

export interface VictimOptions {
  /** How fast its clock runs; 0: the machine's, and nobody vouches for it. */
  readonly factor?: number;
  readonly sensors?: readonly object[];
  /** A broker that it dials, with the key of the insider. */
  readonly hub?: string;
  readonly membership?: 'open';
  /** Accounts of gateways whose keys are not written down. */
  readonly unknown?: readonly string[];
  /** More keys that are. */
  readonly peers?: readonly { readonly name: string; readonly key: string }[];
}

/** Configured, and not started. */
export async function victim(scene: Scene, options: VictimOptions = {}): Promise<Victim> {
  const root = temporaryFolder(scene);
  const folder = join(root, 'data');
  mkdirSync(folder, { mode: 0o700 });
  const { publicKey: key } = await openIdentity(join(folder, 'identity.pem'));
  const [port] = (await freePorts(1)) as [number];
  const identities = Object.fromEntries(GATEWAYS.map(({ name }) => [name, temporaryIdentity()]));
  const config = join(root, 'qis.yaml');
  writeFileSync(config, stringify({ ...configOf(port, identities, options), data: folder }));
  const { factor = 1 } = options;
  const clock = ['--clock-origin', `${Date.now()}:${Date.now()}`, '--clock-factor', `${factor}`];
  const args = ['run', '--json', '--config', config, ...(factor > 1 ? clock : [])];
  const { program } = scene;
  const process = gatewayProcess(scene, { name: 'victim', port, nodeId: key.nodeId, folder, args, program });
  const status = async () => {
    const said = await readStatus(controlPath(folder, {}));
    assert(said, 'it does not answer qis status');
    return said as unknown as Status;
  };
  const counted = async (name: RegExp) =>
    Object.entries((await status()).counters).reduce((sum, [key, count]) => sum + (name.test(key) ? count : 0), 0);
  return { process, port, key, folder, config, identities, status, counted, pid: process.pid };
}

function configOf(port: number, identities: Victim['identities'], options: VictimOptions): object {
  const { factor = 1, sensors = [], hub, membership, unknown = [], peers = [] } = options;
  const pinned = Object.entries(identities).filter(([name]) => !unknown.includes(name));
  const sensor = (name: string, topic: string) => ({
    name,
    mqtt: { topic },
    readings: [{ key: 'pm', quantity: 'pm2_5', unit: 'ug/m3' }],
  });
  return {
    name: 'victim',
    location: { latitude: 48, longitude: 7.8 },
    ...(factor > 0 && { clock: 'synchronised' }),
    ...(membership && { membership }),
    sensors: [
      sensor('pulse', 'pulse'),
      ...Array.from({ length: SENSORS }, (_, n) => sensor(`s${n}`, `air/${n}`)),
      ...sensors,
    ],
    broker: {
      port,
      accounts: [
        { name: FEEDER.username, password: FEEDER.password, role: 'sensor' },
        ...[DEVICE, GADGET].map((account) => ({ ...account, role: 'sensor' })),
        ...GATEWAYS.map((account) => ({ ...account, role: 'gateway' })),
      ],
    },
    neighbours: hub === undefined ? [] : [{ name: 'hub', url: hub, key: hexOf(identities.mallory!) }],
    peers: [...pinned.map(([name, identity]) => ({ name, key: hexOf(identity) })), ...peers],
  };
}

export const hexOf = ({ publicKey }: Identity): string => publicKey.bytes.toString('hex');

export interface Pulse {
  /**
   * The device is answered, what it said is known, memory stayed, and nothing broke. In the long form it was never kept
   * waiting, too.
   */
  endured(): Promise<void>;
}

/** An honest device that says something ten times a second, and waits for the answer each time. */
export async function pulse(
  scene: Scene,
  { port, pid, status }: Pick<Victim, 'port' | 'pid' | 'status'>,
): Promise<Pulse> {
  const url = `mqtt://127.0.0.1:${port}`;
  const client = await connectAsync(url, { username: DEVICE.name, password: DEVICE.password, reconnectPeriod: 0 });
  scene.after(() => client.endAsync(true));
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  client.once('close', () => ended.reject(new Error('the honest device was cut off')));
  const waitsMs: number[] = [];
  let said = 10;
  let isOver = false;
  const say = async () => {
    said = 10 + ((said + 0.25) % 5);
    const startMs = performance.now();
    await Promise.race([client.publishAsync('pulse', JSON.stringify({ pm: said }), { qos: 1 }), ended.promise]);
    waitsMs.push(performance.now() - startMs);
  };
  const beating = (async () => {
    for (; !isOver; await sleep(PULSE_MS)) await say();
  })();
  beating.catch(() => {});
  return {
    async endured() {
      isOver = true;
      await within(beating, 'the honest device was not answered');
      await say();
      const isKnown = async () =>
        (await status()).readings.some(({ channel, value }) => channel.startsWith('pulse/') && value === said);
      await within(until(isKnown), 'what the honest device said did not arrive');
      const rssMb = rssMbMax(pid());
      const slowMs = waitsMs.toSorted((a, b) => b - a)[Math.floor(waitsMs.length / 20)]!;
      scene.diagnostic(`answered within ${Math.round(slowMs)} ms (19 of 20), at most ${rssMb} MB`);
      assert(rssMb <= RSS_MB_MAX, `it took ${rssMb} MB of memory`);
      if (!scene.isShort)
        assert(slowMs <= ANSWER_MS_MAX, `the honest device waited ${Math.round(slowMs)} ms one time in twenty`);
    },
  };
}

/** Resolves once it is so, and with a reason of its own when that is too late. */
export function within<T>(what: Promise<T>, reason: string, msMax = ENDURED_MS_MAX): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${reason} within ${msMax / 1000} s`)), msMax);
  return Promise.race([what, late.promise]).finally(() => clearTimeout(timer));
}

/** Asks until the answer is yes; give it an end by `within`. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await sleep(PULSE_MS);
}

function rssMbMax(pid: number | undefined): number {
  assert(pid !== undefined, 'the gateway has ended');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}
