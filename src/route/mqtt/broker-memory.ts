// Remembers retained messages for the embedded broker, up to a cap, of which each account keeps a share. Nothing else.
//
// Aedes asks its persistence for sessions, queues and the wills of crashed brokers too. There are none: every session
// is clean (broker.ts), because a queue for a client that never comes back grows until the process dies. The stock
// in-memory persistence also keeps an entry for every client id that ever acknowledged something. Aedes does not say who
// retains a message, so the policy hands them in. Names and shapes are those Aedes 1.2 calls; it insists that `setup` is an
// async function. Invariant: no SUBSCRIBE holds up the loop, however many filters are held against however many messages.
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AedesPublishPacket, PublishPacket } from 'aedes';
import {
  retainedBytesKept,
  retainedBytesMax,
  retainedMessagesKept,
  retainedMessagesMax,
} from '../../core/broker-limits.ts';
import { Shares } from '../../core/shares.ts';
import { matchesLevels } from '../../core/topic-filter.ts';

interface Retained {
  readonly account: string;
  readonly levels: readonly string[];
  readonly packet: PublishPacket;
  readonly bytes: number;
}

export type BrokerMemory = ReturnType<typeof brokerMemory>;

/** Comparisons in one turn of the loop: about a millisecond. */
const comparisonsPerTurn = 10_000;

/** @param onFull called for each retained message that is delivered but not kept */
export function brokerMemory(onFull: (account: string) => void, accounts: readonly string[] = []) {
  const retained = new Map<string, Retained>();
  const places = new Shares({ max: retainedMessagesMax, keptEach: retainedMessagesKept, accounts });
  const room = new Shares({ max: retainedBytesMax, keptEach: retainedBytesKept, accounts });

  /** @returns what it was, whose place is free now */
  function forget(topic: string): Retained | undefined {
    const old = retained.get(topic);
    if (!old) return undefined;
    retained.delete(topic);
    places.give(old.account);
    room.give(old.account, old.bytes);
    return old;
  }

  function keep(kept: Retained): void {
    retained.set(kept.packet.topic, kept);
    places.take(kept.account);
    room.take(kept.account, kept.bytes);
  }

  const nothing = async (): Promise<void> => {};
  const none = () => Readable.from([]);
  return {
    /** An empty payload forgets the topic (MQTT 3.1.1 section 3.3.1.3). The place is of whoever wrote last. */
    retain(account: string, packet: PublishPacket): void {
      const old = forget(packet.topic);
      if (packet.payload.length === 0) return;
      const payload = Buffer.from(packet.payload as Buffer);
      const bytes = Buffer.byteLength(packet.topic) + payload.length;
      if (places.hasRoom(account) && room.hasRoom(account, bytes)) {
        keep({ account, levels: packet.topic.split('/'), packet: { ...packet, payload }, bytes });
        return;
      }
      if (old) keep(old);
      onFull(account);
    },
    size: (): number => retained.size,

    setup: nothing,
    storeRetained: nothing as (packet: AedesPublishPacket) => Promise<void>,
    createRetainedStreamCombi: (filters: readonly string[]) => Readable.from(retainedUnder(retained, filters)),

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

async function* retainedUnder(
  retained: ReadonlyMap<string, Retained>,
  filters: readonly string[],
): AsyncGenerator<PublishPacket> {
  const topics = new Set(filters.filter((filter) => !/[+#]/.test(filter)));
  const patterns = filters.filter((filter) => !topics.has(filter)).map((filter) => filter.split('/'));
  let comparisons = 0;
  for (const [topic, { levels, packet }] of retained) {
    if (topics.has(topic) || patterns.some((wanted) => matchesLevels(wanted, levels))) yield packet;
    comparisons += patterns.length;
    if (comparisons < comparisonsPerTurn) continue;
    comparisons = 0;
    await nextTurn();
  }
}
