// Gateways in one process, joined without sockets: for simulations and for tests of what stands above the network.
//
// Publishing puts arrivals in one queue; `step` takes the oldest out and delivers it. No timer, no clock, no randomness:
// the same calls give the same order. As with real brokers, whoever subscribes to a gateway hears what that gateway
// publishes on a filter of theirs, and never what it publishes itself.
import { assert } from '../core/assert.ts';
import { linkFrameBytesMax, simulatedArrivalsMax } from '../core/limits.ts';
import { matchesFilter } from '../core/topic-filter.ts';
import { type Arrival, type ArrivalHandler, settle } from './arrival.ts';
import type { Network } from './network.ts';
import type { Way } from './way.ts';

export interface MemoryGateway {
  readonly name: string;
  readonly filters: readonly string[];
  readonly onPacket: ArrivalHandler;
}

export interface MemoryNetwork {
  /** @returns what the gateway publishes on */
  join(gateway: MemoryGateway): Required<Network>;
  /** From now on `subscriber` hears `publisher`; both are names that joined. */
  connect(subscriber: string, publisher: string): void;
  /** What was published before is still delivered. */
  disconnect(subscriber: string, publisher: string): void;
  /** Delivers one arrival and waits until it is settled; false when none was waiting. */
  step(): Promise<boolean>;
  /** Steps until none is waiting. */
  settle(): Promise<void>;
}

/** @param name before the ids of its ways as well, where it is not the only network: `radio-link:b` */
export function memoryNetwork({ name = '', payloadBytesMax = linkFrameBytesMax } = {}): MemoryNetwork {
  const network = name || 'memory';
  const prefix = name && `${name}-`;
  const gateways = new Map<string, MemoryGateway>();
  const filters = new Map<string, readonly string[]>();
  const subscribers = new Map<string, Set<string>>();
  const queue: { readonly to: MemoryGateway; readonly arrival: Arrival }[] = [];

  function put(to: MemoryGateway, { topic, bytes, from }: { topic: string; bytes: Buffer; from: string }): void {
    assert(queue.length < simulatedArrivalsMax, 'a simulation that floods is a bug in it');
    const neighbour = from.slice(from.indexOf(':') + 1);
    const via: Way = { id: `${prefix}${from}`, network, neighbour, payloadBytesMax, cost: 0 };
    queue.push({ to, arrival: { topic, bytes: Buffer.from(bytes), via } });
  }

  function publish(publisher: string, topic: string, bytes: Buffer): boolean {
    if (bytes.length > payloadBytesMax) return false;
    for (const name of subscribers.get(publisher) ?? []) {
      const to = gateways.get(name);
      if (!to || !filters.get(name)?.some((filter) => matchesFilter(filter, topic))) continue;
      put(to, { topic, bytes, from: `link:${publisher}` });
    }
    return true;
  }

  /** As over MQTT: to the broker of the one we hear (it sees a client), or to one that hears us (it sees its link). */
  function send(from: string, topic: string, bytes: Buffer, { id, neighbour }: Way): boolean {
    const isLink = id === `${prefix}link:${neighbour}`;
    const [subscriber, publisher] = isLink ? [from, neighbour] : [neighbour, from];
    const to = gateways.get(neighbour);
    if (!to || bytes.length > payloadBytesMax || !subscribers.get(publisher)?.has(subscriber)) return false;
    put(to, { topic, bytes, from: isLink ? `client:${from}` : `link:${from}` });
    return true;
  }

  return {
    join(gateway) {
      const own = gateway.name;
      assert(!gateways.has(own), `${own} joined before`);
      gateways.set(own, gateway);
      filters.set(own, gateway.filters);
      subscribers.set(own, new Set());
      return {
        name: network,
        payloadBytesMax,
        publish: publish.bind({}, own),
        send: send.bind({}, own),
        watch: (now) => void filters.set(own, now),
      };
    },
    connect(subscriber, publisher) {
      assert(gateways.has(subscriber) && gateways.has(publisher), `${subscriber} and ${publisher} must have joined`);
      subscribers.get(publisher)?.add(subscriber);
    },
    disconnect: (subscriber, publisher) => void subscribers.get(publisher)?.delete(subscriber),
    async step() {
      const next = queue.shift();
      // What was not settled is not acknowledged; nobody sends it again.
      if (next) await settle(next.to.onPacket, next.arrival).catch(() => {});
      return next !== undefined;
    },
    async settle() {
      while (await this.step());
    },
  };
}
