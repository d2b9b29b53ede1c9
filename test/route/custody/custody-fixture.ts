// Gateways without sensors over a network in memory and a virtual clock: real stores, real keys, real agents.
//
// What a gateway sends can be lost on purpose, and every frame is counted by its verb.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { createAgent } from '../../../src/agent.ts';
import { type VirtualClock, virtualClock } from '../../../src/core/clock.ts';
import type { AgentEvent } from '../../../src/core/events.ts';
import { linkFrameBytesMax } from '../../../src/core/limits.ts';
import { createWatch } from '../../../src/detect/watch.ts';
import { AIR } from '../../../src/distill/air.ts';
import { createDomains } from '../../../src/distill/domains.ts';
import { createSurroundings } from '../../../src/distill/surroundings.ts';
import { tokens } from '../../../src/packet/fingerprint.ts';
import { type Identity, temporaryIdentity } from '../../../src/packet/identity.ts';
import { createKeyring } from '../../../src/packet/keyring.ts';
import { expiresS, type Outcome } from '../../../src/packet/outcome.ts';
import { issue, type SignedPacket } from '../../../src/packet/packet.ts';
import type { Arrival } from '../../../src/route/arrival.ts';
import { createDelivery, type Delivery, type DeliveryOptions } from '../../../src/route/custody/delivery.ts';
import { type MemoryNetwork, memoryNetwork } from '../../../src/route/memory-network.ts';
import type { Network } from '../../../src/route/network.ts';
import { parseFrame } from '../../../src/route/session/link-frame.ts';
import { sealsOf } from '../../../src/route/session/seals.ts';
import { VERBS, type VerbName } from '../../../src/route/session/verb.ts';
import { filterOf, isLinkTopic, linkTopic } from '../../../src/route/topic.ts';
import { createQualityControl } from '../../../src/sense/quality/quality-control.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { createSynthesizer } from '../../../src/synthesize/synthesizer.ts';
import { way } from '../ways.ts';

export const START_MS = Date.UTC(2026, 5, 1);
export const COARSE = [1, 277, 376];

export const SMOKE: Outcome = {
  version: 1,
  domain: 0,
  coarse: COARSE,
  fine: [3, 2, 0, 0, 0, 0, 1],
  finding: 0,
  action: 0,
  score: 80,
  observed: 853,
  baseline: 112,
  spread: 21,
  samples: 24,
  confidence: 93,
  issued: START_MS / 1000,
  age: 240,
  duration: 0,
  context: Buffer.alloc(4),
  sequence: 1,
  clock: 2,
  lifetime: 6,
  sensor: 1,
  evidence: [],
};

export interface TestGateway {
  readonly name: string;
  readonly identity: Identity;
  readonly store: Store;
  readonly delivery: Delivery;
  readonly events: AgentEvent[];
  /** Frames it sent, those lost on the way included. */
  readonly sent: Record<VerbName, number>;
  /** Names what it sends and what is lost of it. */
  loses: (topic: string, bytes: Buffer) => boolean;
  /** What comes out of the network. */
  arrival(arrival: Arrival): Promise<void>;
  tick(): void;
  /** Commits a packet of its own, owes it, and publishes it. */
  conclude(change?: Partial<Outcome>): SignedPacket;
  holds(packet: SignedPacket): boolean;
  /** Acknowledgements that neighbours owe it. */
  owed(): number;
}

export interface World {
  readonly clock: VirtualClock;
  readonly net: MemoryNetwork;
  readonly gateways: ReadonlyMap<string, TestGateway>;
  /** Everything that was sent arrives and is committed. */
  settle(): Promise<void>;
  /** Seconds pass; everything that is sent arrives. */
  pass(seconds: number, stepS?: number): Promise<void>;
  /** Both hear each other, and introduce themselves. */
  link(a: string, b: string): void;
  cut(a: string, b: string): void;
}

export interface WorldOptions {
  readonly names: readonly string[];
  /** By default everyone has everyone's key. */
  readonly knows?: (own: string, other: string) => boolean;
  readonly isOpen?: boolean;
  /** What the ways between them take; by default every link frame. */
  readonly payloadBytesMax?: number;
  readonly store?: (name: string) => Store;
  readonly delivery?: Partial<DeliveryOptions>;
}

export const watchedTopics = (coarse: readonly number[] = COARSE) => ({
  domain: 0,
  tokens: tokens({ domain: 0, coarse }).map((token) => Buffer.from(token, 'hex')),
});

/** A verb by the number in a frame, for counting. */
export function verbOf(bytes: Buffer): VerbName {
  const verb = parseFrame(bytes)?.frame.verb;
  const known = Object.entries(VERBS).find(([, { number }]) => number === verb);
  assert(known, 'a gateway sent what is no frame');
  return known[0] as VerbName;
}

export function world(t: TestContext, options: WorldOptions): World {
  const clock = virtualClock(START_MS);
  const { payloadBytesMax = linkFrameBytesMax } = options;
  const net = memoryNetwork({ payloadBytesMax });
  const identities = new Map(
    options.names.map((name, index) => [name, temporaryIdentity(Buffer.alloc(32, 40 + index))]),
  );
  const gateways = new Map(
    options.names.map((name) => [name, openGateway(t, name, { clock, net, identities, options })]),
  );
  const introduce = (own: string, other: string) =>
    gateways.get(own)!.delivery.introduce(identities.get(other)!.publicKey, way(`link:${other}`, { payloadBytesMax }));
  /** Until nobody has anything to deliver or to commit. */
  async function settle(): Promise<void> {
    do {
      await net.settle();
      for (const { store } of gateways.values()) store.flush();
      // The callbacks of those commits, and the acknowledgements after them.
      await Promise.resolve().then(() => {});
    } while (await net.step());
  }
  return {
    clock,
    net,
    gateways,
    settle,
    async pass(seconds, stepS = 1) {
      await settle();
      for (let passedS = 0; passedS < seconds; passedS += stepS) {
        clock.advanceTo(clock.now() + 1000 * stepS);
        for (const gateway of gateways.values()) gateway.tick();
        await settle();
      }
    },
    link(a, b) {
      net.connect(a, b);
      net.connect(b, a);
      introduce(a, b);
      introduce(b, a);
    },
    cut(a, b) {
      net.disconnect(a, b);
      net.disconnect(b, a);
    },
  };
}

/** Two who are linked and have announced themselves. */
export async function pair(t: TestContext, options: Partial<WorldOptions> = {}) {
  const it = world(t, { names: ['a', 'b'], ...options });
  it.link('a', 'b');
  await it.pass(2);
  return { ...it, a: it.gateways.get('a')!, b: it.gateways.get('b')! };
}

interface Surroundings {
  readonly clock: VirtualClock;
  readonly net: MemoryNetwork;
  readonly identities: ReadonlyMap<string, Identity>;
  readonly options: WorldOptions;
}

function openGateway(t: TestContext, name: string, { clock, net, identities, options }: Surroundings): TestGateway {
  const identity = identities.get(name)!;
  const { publicKey } = identity;
  const keyring = createKeyring();
  for (const [other, { publicKey: key }] of identities) {
    if (other === name || (options.knows?.(name, other) ?? true)) keyring.add(key, other);
  }
  const store = options.store?.(name) ?? openStore(':memory:', { now: clock.now });
  t.after(() => store[Symbol.asyncDispose]());
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => void events.push(event);
  const sent = { ack: 0, ping: 0, pong: 0, announce: 0, store: 0, query: 0, result: 0, refuse: 0 };
  const ownTopic = linkTopic(publicKey.kid.toString('hex'));
  const levels = tokens({ domain: 0, coarse: COARSE });
  const onPacket = (arrival: Arrival) => agent.arrival(arrival);
  const joined = net.join({ name, filters: [filterOf(0, levels), ownTopic], onPacket });
  const network: Network = {
    ...joined,
    publish: (topic, bytes, how) => gateway.loses(topic, bytes) || joined.publish(topic, bytes, how),
    send(topic, bytes, via) {
      const isTaken = gateway.loses(topic, bytes) || joined.send(topic, bytes, via);
      if (isTaken && isLinkTopic(topic)) sent[verbOf(bytes)]++;
      return isTaken;
    },
  };
  const delivery = createDelivery({
    seals: sealsOf(identity, undefined, clock),
    keyring,
    community: undefined,
    isOpen: options.isOpen ?? false,
    network,
    ledger: store,
    clock,
    emit,
    random: () => 0.5,
    randomBytes,
    watched: [watchedTopics()],
    urls: [],
    ...options.delivery,
  });
  const station = { profile: AIR, latitude: 48, longitude: 7.8, site: 1, contextTag: identity.contextTag };
  const synthesizer = createSynthesizer({ profile: AIR, nodeId: '', here: undefined, random: () => 0.5 });
  const agent = createAgent({
    domains: createDomains([AIR]),
    work: new Map([[AIR.id, { station, synthesizer }]]),
    identity,
    community: undefined,
    keyring,
    store,
    network,
    delivery,
    qualityControl: createQualityControl(),
    watch: createWatch({ watched: new Map() }),
    surroundings: createSurroundings([]),
    clock,
    emit,
  });
  const gateway: TestGateway = {
    name,
    identity,
    store,
    delivery,
    events,
    sent,
    loses: () => false,
    arrival: async (arrival) => onPacket(arrival),
    tick: agent.tick,
    conclude(change = {}) {
      const nowMs = clock.now();
      const packet = store.commitNow(() => {
        let signed: SignedPacket | undefined;
        store.issue((sequence) => {
          signed = issue({ ...SMOKE, issued: Math.floor(nowMs / 1000), sequence, ...change }, identity);
          const { id, bytes, outcome } = signed;
          const row = {
            id,
            origin: publicKey.bytes,
            finding: outcome.finding,
            score: outcome.score,
            bytes,
            receivedMs: nowMs,
          };
          return { ...row, expiresS: expiresS(outcome) };
        });
        delivery.owe(signed!, undefined);
        return signed!;
      });
      agent.tick();
      return packet;
    },
    holds: ({ id }) => store.packets.get(id) !== undefined,
    owed: () => store.custody.owed(clock.now()),
  };
  return gateway;
}

export const reasons = ({ events }: TestGateway): string[] =>
  events.flatMap((event) => (event.type === 'link_frame_dropped' ? [event.reason] : []));
