// All the agent knows of a network: something to publish on, and ways to send on. Arrivals come through an ArrivalHandler.
//
// mqtt/mesh.ts is the real one, memory-network.ts the one for simulations; test/conformance/network.ts holds each to this.
// A gateway may have several: networks.ts makes one of them.
import type { Emit } from '../core/events.ts';
import type { ArrivalHandler } from './arrival.ts';
import type { Way } from './way.ts';

export interface Network {
  /** Unique within a gateway; its ways carry it. */
  readonly name: string;
  /** Bytes of the largest message that any of its ways takes, its topic not counted. */
  readonly payloadBytesMax: number;
  /**
   * Hands a packet to every neighbour that watches its topic. Delivery is not certain and may be repeated; one neighbour
   * gets what was published in that order.
   * @returns false when no neighbour could be reached at all, so that it is worth keeping; or when it is too large
   */
  publish(topic: string, bytes: Buffer, options?: PublishOptions): boolean;
  /**
   * Sends on one way only, as a rule back along the one of an arrival.
   * @returns false when that way is down, or has no room for it
   */
  send(topic: string, bytes: Buffer, way: Way): boolean;
  /** What is to be brought from now on, in place of what was; absent where that cannot change. */
  watch?(filters: readonly string[]): void;
}

export interface PublishOptions {
  /** By which copies of it came. A saving where it is possible, not a promise, as the next one: echoes do come back. */
  readonly except?: readonly Way[];
  /** Node ids of neighbours that have it. */
  readonly holders?: readonly Buffer[];
}

/** What a gateway tells a network of itself when it opens it. */
export interface NetworkPlan {
  /** Names of the neighbours that its configuration says are there. */
  readonly neighbours: readonly string[];
  /** What is to be brought: topics of packets that it watches, and that of its link frames. */
  readonly filters: readonly string[];
  readonly onPacket: ArrivalHandler;
  /** A way to a neighbour came up. */
  readonly onUp: (way: Way) => void;
  readonly emit: Emit;
}

/** A kind of network that a gateway can have beside MQTT; neighbours choose it by its name. */
export interface NetworkOpener {
  readonly name: string;
  open(plan: NetworkPlan): Promise<Network & AsyncDisposable>;
}
