// Gateways in one process, joined without sockets: for simulations and for tests of what stands above the network.
//
// Publishing puts arrivals in one queue; `step` takes the oldest out and delivers it. No timer, no clock, no randomness:
// the same calls give the same order. As with real brokers, whoever subscribes to a gateway hears what that gateway
// publishes on a filter of theirs, and never what it publishes itself.
import { assert } from '../core/assert.ts';
import { simulatedArrivalsMax } from '../core/limits.ts';
import { matchesFilter } from '../core/topic-filter.ts';
import { type Arrival, type ArrivalHandler, settle } from './arrival.ts';
import type { Network } from './network.ts';

export interface MemoryGateway {
  readonly name: string;
  readonly filters: readonly string[];
  readonly onPacket: ArrivalHandler;
}

export interface MemoryNetwork {
  /** @returns what the gateway publishes on */
  join(gateway: MemoryGateway): Network;
  /** From now on `subscriber` hears `publisher`; both are names that joined. */
  connect(subscriber: string, publisher: string): void;
  /** What was published before is still delivered. */
  disconnect(subscriber: string, publisher: string): void;
  /** Delivers one arrival and waits until it is settled; false when none was waiting. */
  step(): Promise<boolean>;
  /** Steps until none is waiting. */
  settle(): Promise<void>;
}

export function memoryNetwork(): MemoryNetwork {
  const gateways = new Map<string, MemoryGateway>();
  const subscribers = new Map<string, Set<string>>();
  const queue: { readonly to: MemoryGateway; readonly arrival: Arrival }[] = [];

  function publish(publisher: string, topic: string, bytes: Buffer): boolean {
    for (const name of subscribers.get(publisher) ?? []) {
      const to = gateways.get(name);
      if (!to?.filters.some((filter) => matchesFilter(filter, topic))) continue;
      assert(queue.length < simulatedArrivalsMax, 'a simulation that floods is a bug in it');
      queue.push({ to, arrival: { topic, bytes: Buffer.from(bytes), via: `link:${publisher}` } });
    }
    return true;
  }

  /** As over MQTT: to the broker of the one we hear (it sees a client), or to one that hears us (it sees its link). */
  function send(from: string, topic: string, bytes: Buffer, via: string): boolean {
    const [kind, name = ''] = via.split(/:(.*)/s, 2);
    const [subscriber, publisher] = kind === 'link' ? [from, name] : [name, from];
    const to = gateways.get(name);
    if (!to || !subscribers.get(publisher)?.has(subscriber)) return false;
    assert(queue.length < simulatedArrivalsMax, 'a simulation that floods is a bug in it');
    const back = kind === 'link' ? `client:${from}` : `link:${from}`;
    queue.push({ to, arrival: { topic, bytes: Buffer.from(bytes), via: back } });
    return true;
  }

  async function step(): Promise<boolean> {
    const next = queue.shift();
    if (!next) return false;
    // What was not settled is not acknowledged; nobody sends it again.
    await settle(next.to.onPacket, next.arrival).catch(() => {});
    return true;
  }

  return {
    join(gateway) {
      assert(!gateways.has(gateway.name), `${gateway.name} joined before`);
      gateways.set(gateway.name, gateway);
      subscribers.set(gateway.name, new Set());
      return {
        publish: (topic, bytes) => publish(gateway.name, topic, bytes),
        send: (topic, bytes, via) => send(gateway.name, topic, bytes, via),
      };
    },
    connect(subscriber, publisher) {
      assert(gateways.has(subscriber) && gateways.has(publisher), `${subscriber} and ${publisher} must have joined`);
      subscribers.get(publisher)?.add(subscriber);
    },
    disconnect(subscriber, publisher) {
      subscribers.get(publisher)?.delete(subscriber);
    },
    step,
    async settle() {
      while (await step());
    },
  };
}
