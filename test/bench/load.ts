// The gateway as it ships under more than it can take: 1,000 valid packets a second of 200 origins over four links, and a
// hundred sensors at 1 Hz beside them. Does its loop turn, does its memory stay, is a reading lost, does it stop when told?
//
// The neighbours are our own brokers in this process, so the links are those of a real mesh. The origins' keys are pinned.
import { verify } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlPath } from '../../src/observe/control-address.ts';
import { readStatus } from '../../src/observe/control-client.ts';
import { sigStructure } from '../../src/packet/cose.ts';
import { type Identity, temporaryIdentity } from '../../src/packet/identity.ts';
import { issue } from '../../src/packet/packet.ts';
import { type Broker, openBroker } from '../../src/route/mqtt/broker.ts';
import { freePorts } from '../mosquitto.ts';
import { smoke } from '../vectors/smoke.ts';
import { type Delays, type LoadedAgent, openLoadedAgent } from './load-agent.ts';
import { openSensors, type Sensors, topicOfSensor } from './load-sensors.ts';
import { type Message, origins, traffic } from './load-traffic.ts';

const LINKS = 4;
const ORIGINS = 200;
const SENSORS = 100;
const PER_S = 1_000;
const HERE = { latitude: 48.01, longitude: 7.85 };
/** Sensors alone, before the packets begin. */
const BASELINE_S = 5;
const STEP_MS = 20;

export interface LoadFigures {
  readonly seconds: number;
  readonly sent: number;
  readonly packets_received: number;
  readonly packets_shed: number;
  readonly packets_dropped: Readonly<Record<string, number>>;
  readonly links_lost: number;
  readonly loop_delay_ms: Delays;
  /** Of the same loop with its sensors alone: what the machine adds. */
  readonly loop_delay_without_packets_ms: Delays;
  readonly rss_mb_max: number;
  readonly readings: { readonly sent: number; readonly taken: number; readonly dropped: number };
  readonly cpu_ms: { readonly packet: number; readonly signature: number; readonly beyond: number };
  readonly sigterm_ms: number;
}

export async function benchLoad(seconds: number): Promise<LoadFigures> {
  await using stack = new AsyncDisposableStack();
  const speaking = origins(ORIGINS);
  const ports = await freePorts(LINKS + 1);
  const hubs: Broker[] = [];
  for (const port of ports.slice(1)) {
    hubs.push(
      stack.use(await openBroker({ host: '127.0.0.1', port, accounts: [], onPacket: () => {}, emit: () => {} })),
    );
  }
  const agent = stack.use(await openLoadedAgent(configOf(ports, speaking)));
  const sensors = stack.use(await openSensors(ports[0]!, SENSORS));
  while (hubs.some((hub) => hub.stats().clients === 0)) await sleep(50);
  await agent.delays();
  const idle = await cpuOver(agent, () => sleep(BASELINE_S * 1000));
  const quiet = await agent.delays();
  const messages = traffic(speaking, { count: seconds * PER_S, perS: PER_S, here: HERE });
  await agent.delays();
  const busy = await cpuOver(agent, async () => {
    await play(messages, hubs);
    return settled(agent, sensors);
  });
  const status = busy.result;
  const loop = await agent.delays();
  const rssMb = agent.rssMbMax();
  // Told to stop while more comes in.
  const more = new AbortController();
  const flood = play(traffic(speaking, { count: 5 * PER_S, perS: PER_S, here: HERE }), hubs, more.signal);
  await sleep(500);
  const stopMs = await agent.stop();
  more.abort();
  await flood;
  const counters = status.counters as Record<string, number>;
  const received = sum(counters, /^packet_received\./);
  const signature = signatureMs(speaking[0]!);
  const packetMs = (busy.cpuMs - (idle.cpuMs / idle.wallMs) * busy.wallMs) / Math.max(1, received);
  return {
    seconds,
    sent: messages.length,
    packets_received: received,
    packets_shed: counters['packet_dropped.overload'] ?? 0,
    packets_dropped: Object.fromEntries(Object.entries(counters).filter(([name]) => name.startsWith('packet_dropped'))),
    links_lost: counters.link_down ?? 0,
    loop_delay_ms: rounded(loop),
    loop_delay_without_packets_ms: rounded(quiet),
    rss_mb_max: rssMb,
    readings: { sent: sensors.sent(), taken: taken(status), dropped: sum(counters, /^reading_dropped\./) },
    cpu_ms: { packet: round(packetMs), signature: round(signature), beyond: round(packetMs - signature) },
    sigterm_ms: Math.round(stopMs),
  };
}

const rounded = ({ p50, p99, max }: Delays): Delays => ({ p50: round(p50), p99: round(p99), max: round(max) });
const round = (ms: number) => Math.round(ms * 1000) / 1000;

function configOf([own, ...ports]: readonly number[], speaking: readonly Identity[]): string {
  return JSON.stringify({
    name: 'loaded',
    location: HERE,
    clock: 'synchronised',
    sensors: Array.from({ length: SENSORS }, (_, index) => ({
      name: `s${index}`,
      mqtt: { topic: topicOfSensor(index) },
      readings: [{ key: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' }],
    })),
    broker: { listen: '127.0.0.1', port: own },
    neighbours: ports.map((port, index) => ({
      name: `hub${index}`,
      url: `mqtt://127.0.0.1:${port}`,
      key: hexOf(temporaryIdentity(Buffer.alloc(32, index + 1))),
    })),
    peers: speaking.map((identity, index) => ({ name: `o${index}`, key: hexOf(identity) })),
  });
}

const hexOf = ({ publicKey }: Identity): string => publicKey.bytes.toString('hex');

/** Each origin speaks on one link, so a link carries a quarter of them. */
async function play(messages: readonly Message[], hubs: readonly Broker[], signal?: AbortSignal): Promise<void> {
  const startMs = performance.now();
  for (let at = 0; at < messages.length && !signal?.aborted; await sleep(STEP_MS)) {
    const until = Math.min(messages.length, Math.floor(((performance.now() - startMs) * PER_S) / 1000));
    for (; at < until; at++) hubs[(at % ORIGINS) % LINKS]!.publish(messages[at]!.topic, messages[at]!.bytes);
  }
}

/** What the agent says once it took what was on its way. */
async function settled(agent: LoadedAgent, sensors: Sensors): Promise<Record<string, unknown>> {
  await sensors.stop();
  let last = -1;
  for (;;) {
    const status = await readStatus(controlPath(agent.data, {})).catch(() => undefined);
    const all = status ? sum(status.counters as Record<string, number>, /^packet_/) : -1;
    if (status && all === last) return status;
    last = all;
    await sleep(1_000);
  }
}

async function cpuOver<Result>(agent: LoadedAgent, work: () => Promise<Result>) {
  const [startMs, before] = [performance.now(), agent.cpuMs()];
  const result = await work();
  return { result, cpuMs: agent.cpuMs() - before, wallMs: performance.now() - startMs };
}

function sum(counters: Readonly<Record<string, number>>, names: RegExp): number {
  return Object.entries(counters).reduce((total, [name, count]) => (names.test(name) ? total + count : total), 0);
}

function taken({ gauges }: Record<string, unknown>): number {
  return (gauges as Record<string, number>).readings ?? Number.NaN;
}

/** CPU time of one bare verification, in this process. */
function signatureMs(identity: Identity): number {
  const { key, payload, signature } = issue(smoke, identity);
  const message = sigStructure({ kind: 'packet', key }, payload);
  const before = process.cpuUsage();
  const times = 5_000;
  for (let i = 0; i < times; i++) verify(null, message, key.keyObject, signature);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}
