// Many nodes that only route, in one process: the routing code of a gateway over memory, with keys that cost nothing.
//
// Each node has four neighbours, on two rings through all of them in random order: any two are a dozen hops apart at most.
import { createHash } from 'node:crypto';
import { type VirtualClock, virtualClock } from '../../src/core/clock.ts';
import { FINDINGS } from '../../src/core/condition.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import type { Announcement } from '../../src/packet/announcement.ts';
import { tokens, topicOf } from '../../src/packet/fingerprint.ts';
import type { PublicKey } from '../../src/packet/gate.ts';
import { createKeyring, type Keyring } from '../../src/packet/keyring.ts';
import { idOf, issue, type open, type SignedPacket } from '../../src/packet/packet.ts';
import { createDelivery, type Delivery } from '../../src/route/custody/delivery.ts';
import { type MemoryLedger, memoryLedger } from '../../src/route/memory-ledger.ts';
import { type MemoryNetwork, memoryNetwork } from '../../src/route/memory-network.ts';
import type { Network } from '../../src/route/network.ts';
import { createRouter } from '../../src/route/router.ts';
import { writeFrame } from '../../src/route/session/link-frame.ts';
import type { Seals } from '../../src/route/session/seals.ts';
import { filterOf, linkTopic } from '../../src/route/topic.ts';
import { seededRandom } from '../../src/sim/random.ts';
import { smoke } from '../vectors/smoke.ts';
import { way } from './ways.ts';

const PACKETS_KEPT = 16;
/** Nodes that introduce themselves before what they sent is delivered. */
const BATCH = 250;

export interface RoutingNode {
  readonly key: PublicKey;
  readonly network: Network;
  readonly ledger: MemoryLedger;
  readonly delivery: Delivery;
}

export interface RoutingMesh {
  readonly clock: VirtualClock;
  readonly net: MemoryNetwork;
  readonly nodes: readonly RoutingNode[];
  /** How many nodes took a packet in, by the hops it had come. */
  readonly takenAtHops: readonly number[];
  /** Everything that happened, by type. */
  readonly counts: ReadonlyMap<string, number>;
  /** Commits a packet of a node, owes it and publishes it. */
  conclude(at: RoutingNode, sequence: number): SignedPacket;
}

const levels = tokens({ domain: smoke.domain, coarse: smoke.coarse });
const WATCHED = [{ domain: smoke.domain, tokens: levels.map((level) => Buffer.from(level, 'hex')) }];
const FILTER = filterOf(0, levels);
const NO_TAG = Buffer.alloc(8);

/** What has the shape of a key, and proves nothing. */
function cheapKey(index: number): PublicKey {
  const bytes = createHash('sha256').update(`node ${index}`).digest();
  const nodeId = bytes.subarray(0, 16);
  return { bytes, nodeId, kid: nodeId.subarray(0, 8) } as PublicKey;
}

const cheapOpen: typeof open = (packet, keys) => {
  const [key] = keys;
  return key && { ...packet, key, id: idOf(packet, key) };
};

/** What each said last is kept here, and sent as its number. */
function cheapSeals(own: PublicKey, said: Announcement[]): Seals {
  const index = said.length;
  said.push({ key: own, urls: [], filters: [], expiresS: 0 });
  const message = Buffer.alloc(4);
  message.writeUInt32BE(index);
  return {
    own,
    link: () => ({ seal: (frame) => writeFrame(frame, own.kid, () => NO_TAG), isAuthentic: () => true }),
    announce(announcement) {
      if (said[index]!.expiresS !== announcement.expiresS) said[index] = { key: own, ...announcement };
      return message;
    },
    readAnnouncement: (bytes) => said[bytes.readUInt32BE()],
  };
}

interface Shared {
  readonly clock: VirtualClock;
  readonly net: MemoryNetwork;
  readonly keyring: Keyring;
  readonly said: Announcement[];
  readonly random: () => number;
  readonly emit: (event: AgentEvent) => void;
}

function openNode(key: PublicKey, { clock, net, keyring, said, random, emit }: Shared): RoutingNode {
  const ledger = memoryLedger(PACKETS_KEPT);
  const name = key.kid.toString('hex');
  const network = net.join({
    name,
    filters: [FILTER, linkTopic(name)],
    onPacket: (arrival) => router.arrival(arrival),
  });
  const shared = { network, ledger, keyring, clock, emit, community: undefined };
  const delivery = createDelivery({
    ...shared,
    seals: cheapSeals(key, said),
    isOpen: false,
    random,
    randomBytes: (size) => Buffer.from(Array.from({ length: size }, () => Math.floor(256 * random()))),
    watched: WATCHED,
    urls: [],
  });
  const router = createRouter({
    ...shared,
    own: key,
    open: cheapOpen,
    delivery,
    describe: ({ outcome }) => ({ finding: FINDINGS[outcome.finding]!, phenomenon: 'any', origin: '' }),
    hear: () => {},
  });
  return { key, network, ledger, delivery };
}

/** @param onOpen called with the number of nodes once they are there and nobody has spoken yet */
export async function routingMesh(size: number, onOpen: () => void = () => {}): Promise<RoutingMesh> {
  const clock = virtualClock(smoke.issued * 1000);
  const net = memoryNetwork();
  const keyring = createKeyring();
  const random = seededRandom(size);
  const takenAtHops: number[] = [];
  const counts = new Map<string, number>();
  const emit = (event: AgentEvent): void => {
    const name = 'reason' in event ? `${event.type}.${event.reason}` : event.type;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (event.type === 'packet_received') takenAtHops[event.hops] = (takenAtHops[event.hops] ?? 0) + 1;
  };
  const shared = { clock, net, keyring, said: [], random, emit };
  const keys = Array.from({ length: size }, (_, index) => cheapKey(index));
  for (const key of keys) keyring.add(key);
  onOpen();
  const nodes = keys.map((key) => openNode(key, shared));
  let waiting = 0;
  for (const [a, b] of [...ring(nodes, random), ...ring(nodes, random)]) {
    link(net, a, b);
    if (++waiting % BATCH === 0) await net.settle();
  }
  await net.settle();
  return {
    clock,
    net,
    nodes,
    takenAtHops,
    counts,
    conclude(node, sequence) {
      const { key, ledger, delivery, network } = node;
      const identity = {
        publicKey: key,
        sign: () => Buffer.alloc(64),
        contextTag: () => NO_TAG,
        linkKeys: () => undefined,
      };
      const packet = issue({ ...smoke, sequence }, identity);
      ledger.commitNow(() => {
        ledger.keep(packet);
        delivery.owe(packet, undefined);
      });
      network.publish(topicOf(packet.outcome), packet.bytes);
      return packet;
    },
  };
}

/** All nodes in random order, each with the next. */
function ring(nodes: readonly RoutingNode[], random: () => number): [RoutingNode, RoutingNode][] {
  const order = nodes.map((node) => ({ node, at: random() })).sort((a, b) => a.at - b.at);
  return order.map(({ node }, index) => [node, order[(index + 1) % order.length]!.node]);
}

function link(net: MemoryNetwork, a: RoutingNode, b: RoutingNode): void {
  for (const [from, to] of [[a, b] as const, [b, a] as const]) {
    net.connect(from.key.kid.toString('hex'), to.key.kid.toString('hex'));
  }
  for (const [from, to] of [[a, b] as const, [b, a] as const]) {
    from.delivery.introduce(to.key, way(`link:${to.key.kid.toString('hex')}`));
  }
}
