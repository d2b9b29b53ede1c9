// A real gateway with two networks: MQTT to one neighbour, 140 bytes of radio to another, each as its configuration says.
//
//     c ──MQTT──> a ──radio──> b          later b dials the broker of a as well
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/config/config.ts';
import { acceleratedClock } from '../../src/core/clock.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { type DataFolder, openDataFolder } from '../../src/gateway/data-folder.ts';
import { type Gateway, openGateway } from '../../src/gateway/gateway.ts';
import { rowOf } from '../../src/outbox.ts';
import { issue, type SignedPacket } from '../../src/packet/packet.ts';
import type { ArrivalHandler } from '../../src/route/arrival.ts';
import { memoryNetwork } from '../../src/route/memory-network.ts';
import type { NetworkOpener } from '../../src/route/network.ts';
import { freePorts } from '../mosquitto.ts';
import { type Recorder, recorder } from '../recorder.ts';
import { way } from '../route/ways.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { smoke } from '../vectors/smoke.ts';

const ROOM = 140;
const FACTOR = 120;
const TICK_MS = 20;
const NAMES = ['a', 'b', 'c'] as const;
type Name = (typeof NAMES)[number];

/** A radio that all who name it share; what is sent is delivered by itself. */
function radio(t: TestContext, names: readonly Name[]): (own: Name) => NetworkOpener {
  const net = memoryNetwork({ name: 'radio', payloadBytesMax: ROOM });
  const hearers = new Map<Name, ArrivalHandler>();
  const hands = new Map(
    names.map((name) => {
      const onPacket: ArrivalHandler = (arrival) => hearers.get(name)?.(arrival);
      return [name, net.join({ name, filters: ['qis/#'], onPacket })];
    }),
  );
  for (const own of names) for (const other of names) if (own !== other) net.connect(own, other);
  const delivering = setInterval(() => void net.settle(), 5);
  t.after(() => clearInterval(delivering));
  return (own) => ({
    name: 'radio',
    async open({ neighbours, onPacket, onUp }) {
      hearers.set(own, onPacket);
      for (const other of neighbours) onUp(way(`radio-link:${other}`, { network: 'radio', payloadBytesMax: ROOM }));
      return { ...hands.get(own)!, [Symbol.asyncDispose]: async () => void hearers.delete(own) };
    },
  });
}

interface Running extends DataFolder {
  readonly events: Recorder<AgentEvent>;
  readonly snapshot: Gateway['snapshot'];
  stop(): Promise<void>;
}

type Neighbour = { readonly name: Name; readonly url?: string; readonly network?: string };

async function world(t: TestContext) {
  const root = temporaryFolder(t);
  const [port] = await freePorts(1);
  const url = `mqtt://127.0.0.1:${port}`;
  const opener = radio(t, ['a', 'b']);
  const keys = new Map<Name, string>();
  for (const name of NAMES) {
    const { identity, store } = await openDataFolder(join(root, name));
    keys.set(name, identity.publicKey.bytes.toString('hex'));
    await store[Symbol.asyncDispose]();
  }
  const nowMs = Date.now();
  const clock = acceleratedClock({ wallMs: nowMs, shownMs: nowMs, factor: FACTOR });

  async function start(name: Name, neighbours: readonly Neighbour[]): Promise<Running> {
    const folder = await openDataFolder(join(root, name));
    const { identity, store } = folder;
    const named = neighbours.map((to) => ({ ...to, key: keys.get(to.name) }));
    const others = NAMES.filter((other) => other !== name && !neighbours.some((to) => to.name === other));
    const peers = others.map((other) => ({ name: other, key: keys.get(other) }));
    const broker = name === 'a' ? { listen: '127.0.0.1', port } : 'off';
    const text = stringify({ name, data: join(root, name), broker, neighbours: named, peers });
    const { config, problems } = checkConfig(text, join(root, 'qis.yaml'));
    assert(config, JSON.stringify(problems));
    const events = recorder<AgentEvent>();
    const emit = (event: AgentEvent) => events.add(event);
    const networks = [opener(name)];
    const gateway = await openGateway({ config, identity, store, clock, emit, tickMs: TICK_MS, networks });
    let stopped: Promise<void> | undefined;
    const close = async () => {
      await gateway[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    };
    const stop = () => {
      stopped ??= close();
      return stopped;
    };
    t.after(stop);
    return { ...folder, events, snapshot: () => gateway.snapshot(), stop };
  }

  /** What a gateway puts in its outbox; with evidence it is larger than the radio takes. */
  function conclude({ identity, store }: Running, evidence: Buffer[] = []): SignedPacket {
    const receivedMs = clock.now();
    return store.commitNow(() => {
      let packet: SignedPacket | undefined;
      store.issue((sequence) => {
        packet = issue({ ...smoke, issued: Math.floor(receivedMs / 1000), sequence, evidence }, identity);
        return rowOf(packet, receivedMs);
      });
      return packet!;
    });
  }
  return { url, clock, start, conclude };
}

const has = (id: Buffer) => (event: AgentEvent) => event.type === 'packet_received' && event.id === id.toString('hex');

async function until(fits: () => boolean): Promise<void> {
  while (!fits()) await sleep(TICK_MS);
}

suite('a second network', { timeout: 60_000 }, () => {
  test('carries what it has room for; what is larger is held, counted, and delivered on a way with room', async (t) => {
    const { url, clock, start, conclude } = await world(t);
    const a = await start('a', [{ name: 'b', network: 'radio' }]);
    let b = await start('b', [{ name: 'a', network: 'radio' }]);
    const c = await start('c', [{ name: 'a', url }]);
    const nodeId = b.identity.publicKey.nodeId;
    const isOwed = ({ id }: SignedPacket) =>
      a.store.custody.due(nodeId, clock.now() + 3_600_000, 99).some((owed) => owed.id.equals(id));
    await c.events.until(({ type }) => type === 'link_up');
    await until(() => a.snapshot().peers.announced === 1);

    const small = conclude(c);
    assert(small.bytes.length <= ROOM);
    const { via } = (await b.events.until(has(small.id))) as Extract<AgentEvent, { type: 'packet_received' }>;
    assert.equal(via, 'radio-link:a');
    // The announcements did not fit, so b is taken to watch what a does; its acknowledgement fits.
    assert(a.events.items.some((event) => event.type === 'no_room' && event.what === 'frame'));
    await until(() => !isOwed(small));

    const large = conclude(c, [small.id]);
    assert(large.bytes.length > ROOM);
    await a.events.until(has(large.id));
    await until(() => isOwed(large));
    const held = await a.events.until((event) => event.type === 'no_room' && event.what === 'packet');
    assert(held.type === 'no_room' && held.bytes === large.bytes.length && /^radio-\w+:b$/.test(held.via));
    // It does not hold up what fits.
    const next = conclude(c);
    await b.events.until(has(next.id));
    await until(() => !isOwed(next));
    assert(isOwed(large) && !b.events.items.some(has(large.id)));

    await b.stop();
    b = await start('b', [{ name: 'a', network: 'radio', url }]);
    const late = (await b.events.until(has(large.id))) as Extract<AgentEvent, { type: 'packet_received' }>;
    assert.equal(late.via, 'link:a');
    await until(() => a.snapshot().peers.owed === 0);
  });

  test('a neighbour that names a network which is not there keeps the gateway from opening', async (t) => {
    const { start } = await world(t);
    await assert.rejects(start('a', [{ name: 'b', network: 'laser' }]), {
      code: 'config_invalid',
      message: 'neighbour b: network "laser" is not known; leave the key out for MQTT',
    });
  });
});
