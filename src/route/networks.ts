// Several networks as one: what is published goes to all of them, what is sent to the one its way belongs to.
//
// Invariant: a network is handed nothing that is larger than it takes. What is too large for it is not kept back from the
// others, and custody (custody/resending.ts) holds it for the neighbours that only that network leads to.
import type { Network } from './network.ts';

/** All the agent needs. */
export type United = Required<Pick<Network, 'publish' | 'send' | 'watch'>>;

export function unite(networks: readonly Network[]): United {
  return {
    publish(topic, bytes, options) {
      const [fitting, small] = [true, false].map((fits) =>
        networks.filter(({ payloadBytesMax }) => bytes.length <= payloadBytesMax === fits),
      ) as [Network[], Network[]];
      const isTaken = fitting.map((network) => network.publish(topic, bytes, options)).includes(true);
      return isTaken || small.length > 0;
    },
    send(topic, bytes, way) {
      const network = networks.find(({ name }) => name === way.network);
      return network !== undefined && bytes.length <= way.payloadBytesMax && network.send(topic, bytes, way);
    },
    watch(filters) {
      for (const network of networks) network.watch?.(filters);
    },
  };
}
