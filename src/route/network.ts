// All the agent knows of its network: something to publish on. What arrives comes through an ArrivalHandler.
//
// mesh.ts is the real one, memory-network.ts the one for simulations; test/conformance/network.ts holds both to this.

export interface Network {
  /**
   * Hands a packet to every neighbour that watches its topic. Delivery is not certain and may be repeated; one neighbour
   * gets what was published in that order.
   * @returns false when no neighbour could be reached at all, so that it is worth keeping
   */
  publish(topic: string, bytes: Buffer, options?: PublishOptions): boolean;
  /**
   * Sends on one way only: back along the `via` of an arrival.
   * @returns false when that way is down
   */
  send(topic: string, bytes: Buffer, via: string): boolean;
}

export interface PublishOptions {
  /** `via` of the arrival that is passed on. A saving where it is possible, not a promise: echoes do come back. */
  readonly except?: string;
}
