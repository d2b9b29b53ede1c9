// Whole gateways, from configuration to event, over each way of meeting: brokers of their own or a shared one, embedded or
// Mosquitto. They have no sensors; what they issue is put in their outbox.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/config/config.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { type DataFolder, openDataFolder } from '../../src/gateway/data-folder.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import { rowOf } from '../../src/outbox.ts';
import { issue, type SignedPacket } from '../../src/packet/packet.ts';
import { freePorts, type Mosquitto, mosquitto } from '../mosquitto.ts';
import { findProgram, requireProgram } from '../programs.ts';
import { type Recorder, recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NAMES = ['a', 'b', 'c'];
const TICK_MS = 20;

/** What a configuration says of its network. */
interface Wiring {
  readonly broker: 'off' | { readonly listen: string; readonly port: number };
  readonly neighbours: readonly { readonly name: string; readonly url: string }[];
}

interface Medium {
  readonly wiring: ReadonlyMap<string, Wiring>;
  readonly mosquittos: readonly Mosquitto[];
}

interface Agent extends DataFolder {
  readonly name: string;
  readonly links: number;
  readonly events: Recorder<AgentEvent>;
}

const urlOf = (port: number): string => `mqtt://127.0.0.1:${port}`;
const others = (name: string): string[] => NAMES.filter((other) => other !== name);

async function opened(t: TestContext, medium: Medium): Promise<Agent[]> {
  const root = temporaryFolder(t);
  const folders = await Promise.all(NAMES.map((name) => openDataFolder(join(root, name))));
  const keys = folders.map(({ identity }) => identity.publicKey.bytes.toString('hex'));
  const agents: Agent[] = [];
  for (const [index, name] of NAMES.entries()) {
    const { identity, store } = folders[index]!;
    const wiring = medium.wiring.get(name)!;
    // A neighbour that is a gateway has a key; a shared Mosquitto has none.
    const keyOf = (peer: string) => ({ key: keys[NAMES.indexOf(peer)] });
    const neighbours = wiring.neighbours.map((to) => ({ ...to, ...(NAMES.includes(to.name) && keyOf(to.name)) }));
    const isNeighbour = (peer: string) => neighbours.some((to) => to.name === peer);
    const peers = others(name).flatMap((peer) => (isNeighbour(peer) ? [] : [{ name: peer, ...keyOf(peer) }]));
    const text = stringify({ name, data: join(root, name), ...wiring, neighbours, peers });
    const { config, problems } = checkConfig(text, join(root, 'qis.yaml'));
    assert(config, JSON.stringify(problems));
    const events = recorder<AgentEvent>();
    const clock = { now: Date.now, quality: () => 2 as const };
    const emit = (event: AgentEvent) => events.add(event);
    const gateway = await openGateway({ config, identity, store, clock, emit, tickMs: TICK_MS });
    t.after(async () => {
      await gateway[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    });
    agents.push({ ...folders[index]!, name, links: wiring.neighbours.length, events });
  }
  await linked(agents, 1);
  return agents;
}

/** Resolves once every link has come up that many times. */
async function linked(agents: readonly Agent[], times: number): Promise<void> {
  const isUp = ({ events, links }: Agent) =>
    events.items.filter(({ type }) => type === 'link_up').length >= times * links;
  await Promise.all(agents.map((agent) => agent.links === 0 || agent.events.until(() => isUp(agent))));
}

/** A PM2.5 event; the gateway sends it with its next tick. */
function concluded({ identity, store }: Agent): SignedPacket {
  const receivedMs = Date.now();
  return store.commitNow(() => {
    let packet: SignedPacket | undefined;
    store.issue((sequence) => {
      packet = issue({ ...SMOKE, issued: Math.floor(receivedMs / 1000), sequence }, identity);
      return rowOf(packet, receivedMs);
    });
    return packet!;
  });
}

const SMOKE = {
  version: 1 as const,
  domain: 0,
  coarse: [1, 277, 376],
  fine: [3, 2, 0, 0, 0, 0, 1],
  finding: 0,
  action: 0,
  score: 80,
  observed: 853,
  baseline: 112,
  spread: 21,
  samples: 24,
  confidence: 93,
  age: 240,
  duration: 0,
  context: Buffer.alloc(4),
  clock: 2 as const,
  lifetime: 6,
  sensor: 1,
  evidence: [],
};

/** How often an agent took in a packet. */
const taken = ({ events }: Agent, id: string): number =>
  events.items.filter((event) => event.type === 'packet_received' && event.id === id).length;

/** Each concludes something, and all the others hear of it, once. */
async function exchanged(agents: readonly Agent[]): Promise<string[]> {
  const issued = agents.map((agent) => ({ agent, id: concluded(agent).id.toString('hex') }));
  for (const { agent, id } of issued) {
    const hearers = agents.filter((other) => other !== agent);
    await Promise.all(hearers.map((hearer) => hearer.events.until(() => taken(hearer, id) > 0)));
  }
  return issued.map(({ id }) => id);
}

function agentsConformance(name: string, open: (t: TestContext) => Promise<Medium>): void {
  suite(`agents: ${name}`, { timeout: 60_000 }, () => {
    test('hear each other once, and know their own echoes and second copies', async (t) => {
      const medium = await open(t);
      const agents = await opened(t, medium);
      const ids = [...(await exchanged(agents)), ...(await exchanged(agents))];
      for (const agent of agents) {
        const counts = ids.map((id) => taken(agent, id));
        assert(counts.every((count) => count <= 1) && counts.filter((count) => count === 1).length === 4, agent.name);
        const reasons = agent.events.items.flatMap((event) => (event.type === 'packet_dropped' ? [event.reason] : []));
        assert(
          reasons.every((reason) => reason === 'own_echo' || reason === 'duplicate'),
          `${reasons}`,
        );
        // What was published on a Mosquitto comes back to whoever published it.
        if (medium.mosquittos.length === 0) continue;
        await agent.events.until((event) => event.type === 'packet_dropped' && event.reason === 'own_echo');
      }
    });
  });
}

function restartConformance(name: string, open: (t: TestContext) => Promise<Medium>): void {
  test(`agents: ${name}: brokers that were killed come back, and so do the links`, { timeout: 60_000 }, async (t) => {
    const medium = await open(t);
    const agents = await opened(t, medium);
    await exchanged(agents);
    await Promise.all(medium.mosquittos.map((broker) => broker.kill()));
    await Promise.all(agents.map(({ events }) => events.until(({ type }) => type === 'link_down')));
    await Promise.all(medium.mosquittos.map((broker) => broker.start()));
    await linked(agents, 2);
    const ids = await exchanged(agents);
    for (const agent of agents) assert(ids.every((id) => taken(agent, id) <= 1));
  });
}

async function running(t: TestContext): Promise<Mosquitto> {
  const broker = await mosquitto(t);
  assert(broker);
  return broker;
}

async function ownEmbedded(): Promise<Medium> {
  const ports = new Map((await freePorts(NAMES.length)).map((port, index) => [NAMES[index]!, port]));
  const wire = (name: string): Wiring => ({
    broker: { listen: '127.0.0.1', port: ports.get(name)! },
    neighbours: others(name).map((other) => ({ name: other, url: urlOf(ports.get(other)!) })),
  });
  return { wiring: new Map(NAMES.map((name) => [name, wire(name)])), mosquittos: [] };
}

async function sharedEmbedded(): Promise<Medium> {
  const [port] = (await freePorts(1)) as [number];
  const wire = (name: string): Wiring =>
    name === 'a'
      ? { broker: { listen: '127.0.0.1', port }, neighbours: [] }
      : { broker: 'off', neighbours: [{ name: 'a', url: urlOf(port) }] };
  return { wiring: new Map(NAMES.map((name) => [name, wire(name)])), mosquittos: [] };
}

async function sharedMosquitto(t: TestContext): Promise<Medium> {
  const hub = await running(t);
  const wiring: Wiring = { broker: 'off', neighbours: [{ name: 'hub', url: urlOf(hub.port) }] };
  return { wiring: new Map(NAMES.map((name) => [name, wiring])), mosquittos: [hub] };
}

/** Each publishes on its own Mosquitto and on those of the others. */
async function ownMosquitto(t: TestContext): Promise<Medium> {
  const mosquittos = await Promise.all(NAMES.map(() => running(t)));
  const neighbours = NAMES.map((name, index) => ({ name: `site-${name}`, url: urlOf(mosquittos[index]!.port) }));
  return { wiring: new Map(NAMES.map((name) => [name, { broker: 'off', neighbours }])), mosquittos };
}

agentsConformance('an embedded broker each', ownEmbedded);
agentsConformance('one embedded broker for all', sharedEmbedded);
if (findProgram('mosquitto')) {
  agentsConformance('one Mosquitto for all', sharedMosquitto);
  agentsConformance('a Mosquitto each', ownMosquitto);
  restartConformance('one Mosquitto for all', sharedMosquitto);
  restartConformance('a Mosquitto each', ownMosquitto);
} else {
  test('agents over Mosquitto', (t) => void requireProgram(t, 'mosquitto', 'apt install mosquitto'));
}
