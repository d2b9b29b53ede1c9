// Remembers retained messages for the embedded broker, up to a cap. Nothing else.
//
// Aedes asks its persistence for sessions, queues and the wills of crashed brokers too. There are none: every session
// is clean (broker.ts), because a queue for a client that never comes back grows until the process dies. The stock
// in-memory persistence also keeps an entry for every client id that ever acknowledged something.
// Names and shapes are those Aedes 1.2 calls; it insists that `setup` is an async function.
import { Readable } from 'node:stream';
import type { AedesPublishPacket } from 'aedes';
import { retainedBytesMax, retainedMessagesMax } from '../../core/limits.ts';
import { matchesFilter } from '../../core/topic-filter.ts';

const sizeOf = (packet: AedesPublishPacket): number =>
  Buffer.byteLength(packet.topic) + Buffer.byteLength(packet.payload);

/** @param onFull called for each retained message that is delivered but not kept */
export function brokerMemory(onFull: () => void) {
  const retained = new Map<string, AedesPublishPacket>();
  let retainedBytes = 0;

  function* retainedUnder(filters: readonly string[]): Generator<AedesPublishPacket> {
    for (const [topic, packet] of retained) {
      if (filters.some((filter) => matchesFilter(filter, topic))) yield packet;
    }
  }

  const nothing = async (): Promise<void> => {};
  const none = () => Readable.from([]);
  return {
    setup: nothing,

    /** An empty payload forgets the topic (MQTT 3.1.1 section 3.3.1.3). */
    async storeRetained(packet: AedesPublishPacket): Promise<void> {
      const old = retained.get(packet.topic);
      const otherBytes = retainedBytes - (old ? sizeOf(old) : 0);
      const addedBytes = packet.payload.length === 0 ? 0 : sizeOf(packet);
      if (addedBytes === 0) {
        retained.delete(packet.topic);
      } else if ((!old && retained.size >= retainedMessagesMax) || otherBytes + addedBytes > retainedBytesMax) {
        onFull();
        return;
      } else {
        retained.set(packet.topic, { ...packet, payload: Buffer.from(packet.payload) });
      }
      retainedBytes = otherBytes + addedBytes;
    },
    createRetainedStreamCombi: (filters: readonly string[]) => Readable.from(retainedUnder(filters)),

    putWill: nothing,
    delWill: nothing,
    streamWill: none,

    addSubscriptions: nothing,
    removeSubscriptions: nothing,
    cleanSubscriptions: nothing,
    subscriptionsByClient: async () => [],
    subscriptionsByTopic: async () => [],

    outgoingEnqueue: nothing,
    outgoingEnqueueCombi: nothing,
    outgoingUpdate: nothing,
    outgoingClearMessageId: nothing,
    outgoingStream: none,

    // Only QoS 2 has an incoming store, and access.ts refuses it.
    incomingGetPacket: () => Promise.reject(new Error('QoS 2 is not served')),
    incomingStorePacket: nothing,
    incomingDelPacket: nothing,
    cleanIncoming: nothing,
  };
}
