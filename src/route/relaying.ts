// Passes on what was committed, after a random delay and only to those who may not have it (Trickle, RFC 6206).
//
//     committed ──0 to 2 s──┬─ no other copy came ──> published, but not to those who have it
//                           └─ one came by another way ──> an ACK tells the neighbours that we have it; at 4 to 6 s it is
//                                                          published to who is left, unless three copies came
//
// Beside an origin we hear ourselves, a neighbour that had its packet without us gets an ACK first the next time as well. Invariant: a debt is never
// ended here. What waits here is in memory alone, and whoever it does not reach is sent it by custody.
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import { elsewhereMax, relayCopiesMax, relayMsMax, relaysWaitingMax } from '../core/limits.ts';
import type { Holding } from './custody/holding.ts';
import type { Consignment, Handed } from './custody/owing.ts';
import type { Network, PublishOptions } from './network.ts';
import { formatTopic } from './topic.ts';
import { isSameWay, type Way } from './way.ts';

export interface RelayingParts {
  readonly network: Pick<Network, 'publish'>;
  /** Absent where nothing gets lost. */
  readonly delivery?: { readonly holding: Pick<Holding, 'sources' | 'standing' | 'tell'> } | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** In [0, 1). Absent: what is committed is passed on at once. */
  readonly random?: (() => number) | undefined;
  /** Runs a job after so many ms of the clock. Absent: what is due waits for a tick. */
  readonly later?: ((ms: number, job: () => void) => void) | undefined;
  readonly emit: Emit;
}

export interface Relay {
  readonly packet: Consignment;
  /** The topic of the original. */
  readonly base: string;
  readonly bytes: Buffer;
  readonly from: Handed;
}

export interface Relaying {
  /** A packet was committed. */
  pass(relay: Relay): void;
  /** A copy with fewer hops than the one that was committed: those who have it may have given up passing it on. */
  passNearer(relay: Relay): void;
  /** Another copy came. */
  heard(id: Buffer, via: Way): void;
  /** Passes on what is due; call it about once a second. */
  tick(): void;
}

interface Waiting {
  relay: Relay;
  readonly committedMs: number;
  dueMs: number;
  /** By which copies came: what is published there arrives nowhere new. Nobody counts twice. */
  readonly ways: Way[];
  /** Neighbours were told that we have it; this is its second time. */
  isTold: boolean;
  isPublished: boolean;
}

export function createRelaying(parts: RelayingParts): Relaying {
  const { random } = parts;
  return random ? delayed({ ...parts, random }) : new AtOnce(parts);
}

function publish({ network, emit }: RelayingParts, { packet, base, bytes, from }: Relay, how: PublishOptions): void {
  const hops = from.hops + 1;
  network.publish(formatTopic(base, hops), bytes, how);
  emit({ type: 'packet_relayed', id: packet.id.toString('hex'), hops });
}

/** To all but its origin and who handed it over. */
function passOn(parts: RelayingParts, relay: Relay): void {
  const { packet, from } = relay;
  publish(parts, relay, { except: [from.via], holders: parts.delivery?.holding.sources(packet, from) ?? [] });
}

/** A class, because there is one for each of ten thousand nodes in a simulation. */
class AtOnce implements Relaying {
  readonly #parts: RelayingParts;

  constructor(parts: RelayingParts) {
    this.#parts = parts;
  }

  pass(relay: Relay): void {
    passOn(this.#parts, relay);
  }

  passNearer(relay: Relay): void {
    passOn(this.#parts, relay);
  }

  heard(): void {}

  tick(): void {}
}

function delayed(parts: RelayingParts & { readonly random: () => number }): Relaying {
  const { clock, random, later } = parts;
  const holding = parts.delivery?.holding;
  /** By id in hex, and the same in the order they are due. */
  const waiting = new Map<string, Waiting>();
  const queue: Waiting[] = [];
  const elsewhere = createElsewhere();

  function put(entry: Waiting): void {
    const at = queue.findLastIndex(({ dueMs }) => dueMs <= entry.dueMs);
    queue.splice(at + 1, 0, entry);
    later?.(Math.max(0, entry.dueMs - clock.now()), fireDue);
  }

  function fire(entry: Waiting): void {
    const { relay, ways } = entry;
    const { packet, from } = relay;
    const { owing, has } = holding?.standing(packet.id) ?? NOBODY;
    const holders = [...(holding?.sources(packet, from) ?? []), ...has];
    const [origin, id] = [packet.key.nodeId, packet.id.toString('hex')];
    // Who hears the origin itself and was sent nothing by us. Further away the paths change, and nothing is learned.
    const isNear = from.hops === 0;
    for (const nodeId of isNear && !entry.isPublished ? has : []) elsewhere.learn(origin, nodeId);
    if (entry.isTold) {
      waiting.delete(id);
      for (const nodeId of owing) elsewhere.forget(origin, nodeId);
      const isLeft = owing.length > 0 || !entry.isPublished;
      if (isLeft && ways.length < relayCopiesMax) publish(parts, relay, { except: ways, holders });
      return;
    }
    const isHeardAround = ways.length > 1;
    const waits = isHeardAround ? owing : owing.filter((nodeId) => isNear && elsewhere.knows(origin, nodeId));
    holding?.tell(packet.id, [...waits, ...has], ways);
    if (!isHeardAround) publish(parts, relay, { except: ways, holders: [...holders, ...waits] });
    if (!isHeardAround && waits.length === 0) return void waiting.delete(id);
    Object.assign(entry, { isTold: true, isPublished: !isHeardAround });
    // Everybody's first delay is over by then, and what they said of it was heard.
    entry.dueMs = entry.committedMs + (2 + random()) * relayMsMax;
    put(entry);
  }

  function fireDue(): void {
    const nowMs = clock.now();
    // Or when the clock went back.
    const isDue = ({ dueMs, committedMs }: Waiting) => dueMs <= nowMs || nowMs < committedMs;
    while (queue[0] && (isDue(queue[0]) || queue.length > relaysWaitingMax)) fire(queue.shift()!);
  }

  return {
    pass(relay) {
      const committedMs = clock.now();
      const dueMs = committedMs + random() * relayMsMax;
      const entry = { relay, committedMs, dueMs, ways: [relay.from.via], isTold: false, isPublished: false };
      waiting.set(relay.packet.id.toString('hex'), entry);
      put(entry);
      fireDue();
    },
    passNearer(relay) {
      const entry = waiting.get(relay.packet.id.toString('hex'));
      if (!entry || entry.isPublished) return passOn(parts, relay);
      entry.relay = relay;
      entry.ways.splice(0, Number.POSITIVE_INFINITY, relay.from.via);
    },
    heard(id, via) {
      const ways = waiting.get(id.toString('hex'))?.ways;
      if (ways && !ways.some((way) => isSameWay(way, via))) ways.push(via);
    },
    tick: fireDue,
  };
}

const NOBODY = { owing: [], has: [] };

/** Which neighbours had which origin's packets without us. What is wrong of it costs some seconds, once. */
function createElsewhere() {
  const pairs = new Set<string>();
  const pairOf = (origin: Buffer, nodeId: Buffer): string => Buffer.concat([origin, nodeId]).toString('latin1');
  return {
    learn(origin: Buffer, nodeId: Buffer): void {
      pairs.add(pairOf(origin, nodeId));
      if (pairs.size > elsewhereMax) pairs.delete(pairs.values().next().value!);
    },
    forget: (origin: Buffer, nodeId: Buffer) => void pairs.delete(pairOf(origin, nodeId)),
    knows: (origin: Buffer, nodeId: Buffer): boolean => pairs.has(pairOf(origin, nodeId)),
  };
}
