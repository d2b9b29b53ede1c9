// Gateways on real brokers in one process, joined in a shape: ring, star, line, mesh, or all at one shared Mosquitto.
//
// Configuration, sockets, files and custody are the product's; only the clock runs faster. Bytes are those on the wire of
// every link, both ways: each connection has one end that dialled it. Invariant: a run is over when nobody owes anything
// and every delay of relaying has passed.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/config/config.ts';
import { acceleratedClock, type Clock } from '../../src/core/clock.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { openConfigured } from '../../src/gateway/configured.ts';
import { type DataFolder, openDataFolder } from '../../src/gateway/data-folder.ts';
import { openNetworks, unwired } from '../../src/gateway/network.ts';
import { topicOf } from '../../src/packet/fingerprint.ts';
import { expiresS } from '../../src/packet/outcome.ts';
import { issue, type SignedPacket } from '../../src/packet/packet.ts';
import type { Custody } from '../../src/store/custody.ts';
import { freePorts } from '../mosquitto.ts';
import { recorder } from '../recorder.ts';
import { smoke } from '../vectors/smoke.ts';

export const SHAPES = ['ring', 'star', 'line', 'mesh', 'shared'] as const;
export type Shape = (typeof SHAPES)[number];

export interface ShapePlan {
  readonly shape: Shape;
  readonly agents: number;
  /** How many times as fast the clock runs. */
  readonly factor: number;
  readonly folder: string;
  /** Of a Mosquitto that anyone may use; for `shared`. */
  readonly sharedPort?: number;
}

/** Of one packet. */
export interface Crossing {
  /** On all links together, both ways. */
  readonly bytes: number;
  /** Copies that came to who had the packet. */
  readonly duplicates: number;
  /** Packets that were sent again, to one neighbour alone. */
  readonly stores: number;
  /** How many others took it in, and how long the last of them took, in ms of the clock. */
  readonly reached: number;
  readonly allMs: number;
}

export interface ShapedNetwork {
  /** Pairs of gateways that exchange packets directly. */
  readonly pairs: number;
  /** One gateway concludes something; resolves when it is over. @param reach how many others it comes to at the most */
  cross(from: number, reach?: number): Promise<Crossing>;
}

/** Longer than any delay of relaying: two rounds of two seconds, and the ticks between them. */
const QUIET_MS = 8_000;
const PLACE = { latitude: 48, longitude: 7.8 };
/** The cell of that place. */
const COARSE = [1, 277, 376];

type Edge = readonly [number, number];

/** Who dials whom; in a shape of own brokers each dials the other as well. */
function edgesOf(shape: Shape, count: number): Edge[] {
  const all = Array.from({ length: count }, (_, index) => index);
  if (shape === 'star') return all.slice(1).map((leaf) => [leaf, 0]);
  if (shape === 'mesh') return all.flatMap((a) => all.filter((b) => b !== a).map((b): Edge => [a, b]));
  if (shape === 'shared') return [];
  const next = all.slice(0, shape === 'line' ? -1 : undefined).map((a): Edge => [a, (a + 1) % count]);
  return next.flatMap(([a, b]): Edge[] => [
    [a, b],
    [b, a],
  ]);
}

export async function openShape(stack: AsyncDisposableStack, plan: ShapePlan): Promise<ShapedNetwork> {
  const { shape, agents: count, factor, folder } = plan;
  const edges = edgesOf(shape, count);
  const ports = await freePorts(count);
  const folders = await Promise.all(Array.from({ length: count }, (_, n) => openDataFolder(join(folder, `${n}`))));
  const clock = acceleratedClock({ wallMs: Date.now(), shownMs: Date.now(), factor });
  const shared: Shared = { plan, edges, ports, folders, clock };
  const agents: Agent[] = [];
  for (let own = 0; own < count; own++) agents.push(await openAgent(stack, own, shared));
  const degree = (own: number) =>
    shape === 'shared' ? count - 1 : new Set(edges.flatMap(([a, b]) => (a === own ? b : b === own ? a : []))).size;
  while (agents.some(({ announced }, own) => announced() < degree(own))) await sleep(20);
  const sum = (of: (agent: Agent) => number) => agents.reduce((total, agent) => total + of(agent), 0);
  const pause = (ms: number) => sleep(ms / factor);
  const totals = () => ({
    bytes: sum(({ wireBytes }) => wireBytes()),
    duplicates: sum(({ duplicates }) => duplicates()),
    stores: sum(({ stores }) => stores()),
  });
  await pause(QUIET_MS);
  return {
    pairs: sum(({ own }) => degree(own)) / 2,
    async cross(from, reach = count - 1) {
      const before = totals();
      const startMs = clock.now();
      const id = agents[from]!.conclude().id.toString('hex');
      const reached = () => agents.filter(({ has }) => has(id)).length;
      while (reached() < reach) await sleep(2);
      const allMs = clock.now() - startMs;
      await pause(QUIET_MS);
      while (sum(({ owed }) => owed()) > 0) await sleep(20);
      await pause(1_000);
      const { bytes, duplicates, stores } = totals();
      const spent = {
        bytes: bytes - before.bytes,
        duplicates: duplicates - before.duplicates,
        stores: stores - before.stores,
      };
      return { ...spent, reached: reached(), allMs };
    },
  };
}

interface Shared {
  readonly plan: ShapePlan;
  readonly edges: readonly Edge[];
  readonly ports: readonly number[];
  readonly folders: readonly DataFolder[];
  readonly clock: Clock;
}

function configOf(own: number, { plan, edges, ports, folders }: Shared) {
  const key = (other: number) => folders[other]!.identity.publicKey.bytes.toString('hex');
  const secret = (dialling: number) => `the secret of ${dialling}`;
  const clients = edges.flatMap(([a, b]) => (b === own ? [a] : []));
  const dialled = edges.flatMap(([a, b]) => (a === own ? [b] : []));
  const near = new Set([own, ...clients, ...dialled]);
  const accounts = clients.map((other) => ({ name: `g${other}`, password: secret(other), role: 'gateway' }));
  const neighbours = dialled.map((other) => ({
    name: `g${other}`,
    url: `mqtt://127.0.0.1:${ports[other]}`,
    username: `g${own}`,
    password: secret(own),
    key: key(other),
  }));
  const hub = { name: 'hub', url: `mqtt://127.0.0.1:${plan.sharedPort}` };
  const others = [...folders.keys()].filter((other) => (plan.shape === 'shared' ? other !== own : !near.has(other)));
  // A leaf that dials us is no neighbour of the configuration, but its key is needed as well.
  const unlisted = [...others, ...clients.filter((other) => !dialled.includes(other))];
  const text = stringify({
    name: `g${own}`,
    data: join(plan.folder, `${own}`),
    location: PLACE,
    broker: accounts.length > 0 ? { listen: '127.0.0.1', port: ports[own], accounts } : 'off',
    neighbours: plan.shape === 'shared' ? [hub] : neighbours,
    peers: unlisted.map((other) => ({ name: `g${other}`, key: key(other) })),
  });
  const { config, problems } = checkConfig(text, join(plan.folder, `${own}.yaml`));
  assert(config, JSON.stringify(problems));
  return config;
}

type Agent = Awaited<ReturnType<typeof openAgent>>;

async function openAgent(stack: AsyncDisposableStack, own: number, shared: Shared) {
  const { clock, plan } = shared;
  const { identity, store: opened } = shared.folders[own]!;
  stack.use(opened);
  let stores = 0;
  const postpone: Custody['postpone'] = (...args) => {
    stores++;
    opened.custody.postpone(...args);
  };
  const store = { ...opened, custody: { ...opened.custody, postpone } };
  const config = configOf(own, shared);
  const events = recorder<AgentEvent>();
  const emit = (event: AgentEvent) => void events.add(event);
  const { networks, wire } = unwired();
  const { agent, delivery, filters, stop } = openConfigured({ config, identity, store, clock, emit }, networks);
  assert(delivery);
  const { links } = await openNetworks(stack, {
    config,
    identity,
    clock,
    emit,
    agent,
    delivery,
    filters: filters(),
    wire,
  });
  const ticking = setInterval(agent.tick, 1_000 / plan.factor);
  stack.defer(() => {
    clearInterval(ticking);
    stop();
  });
  const count = (is: (event: AgentEvent) => boolean) => events.items.filter(is).length;
  return {
    own,
    announced: () => delivery.stats().announced,
    stores: () => stores,
    owed: () => store.custody.owed(clock.now()),
    wireBytes: () => links().reduce((sum, { bytesIn, bytesOut }) => sum + bytesIn + bytesOut, 0),
    duplicates: () => count((event) => event.type === 'packet_dropped' && event.reason === 'duplicate'),
    has: (id: string) => events.items.some((event) => event.type === 'packet_received' && event.id === id),
    /** As the outbox does: committed with what is owed, then published. */
    conclude(): SignedPacket {
      const nowMs = clock.now();
      const packet = store.commitNow(() => {
        let signed: SignedPacket | undefined;
        store.issue((sequence) => {
          signed = issue({ ...smoke, coarse: COARSE, issued: Math.floor(nowMs / 1000), sequence }, identity);
          const { id, key, bytes, outcome } = signed;
          const row = { id, origin: key.bytes, finding: 0, score: outcome.score, bytes, receivedMs: nowMs };
          return { ...row, expiresS: expiresS(outcome) };
        });
        delivery.owe(signed!, undefined);
        return signed!;
      });
      networks.publish(topicOf(packet.outcome), packet.bytes);
      store.commitNow(() => store.packets.markSent([packet.id], nowMs));
      return packet;
    },
  };
}
