// Says how it stands with each neighbour: its link, its key, whether it speaks with us, when it was heard, what it owes.
//
//     links that we dial ─┐
//     peers of custody ───┴──> one row each: those we dial, then those that only dial us
//
// Behind a link without a key there may be many gateways (a shared broker): their row is the link's, with all they owe.
// Invariant: a peer counts in one row, and only what is proven (a session) makes it heard.
import type { Config, NeighbourConfig } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { type PublicKey, publicKey } from '../packet/gate.ts';
import { keyText } from '../packet/key-text.ts';
import type { Keyring } from '../packet/keyring.ts';
import type { Delivery } from '../route/custody/delivery.ts';
import type { Broker } from '../route/mqtt/broker.ts';
import { linkClientId } from '../route/mqtt/link.ts';
import type { LinkStats } from '../route/mqtt/mesh.ts';
import type { Peer } from '../route/session/peer-table.ts';
import { linkTopic } from '../route/topic.ts';
import type { Store } from '../store/store.ts';

export interface NeighbourView {
  readonly name: string;
  /** Whether we dial it; else it is up to it to dial us. */
  readonly dialled: boolean;
  /** The link is up, or it is connected to our broker. */
  readonly up: boolean;
  /** With the check at its end; null where none is written down (a shared broker). */
  readonly key: string | null;
  /** Whether it, or anyone behind that link, has shown since our start that it is there and has our key. */
  readonly session: boolean;
  /** When the last frame or packet of it came that proved to be its own, Unix ms; null: not since our start. */
  readonly heardMs: number | null;
  /** Acknowledgements that it owes. */
  readonly owed: number;
  /** What is wrong with it now, and what to do; null when nothing is. */
  readonly problem: string | null;
  /** Of our link to it; null where it dials us, because its account may be shared. */
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
  readonly reconnects: number | null;
  readonly unsent: number | null;
}

export interface NeighboursParts {
  readonly config: Pick<Config, 'neighbours'>;
  readonly links: () => readonly LinkStats[];
  readonly broker: Pick<Broker, 'serves'> | undefined;
  readonly delivery: Pick<Delivery, 'peers'>;
  readonly keyring: Pick<Keyring, 'nameOf'>;
  readonly store: Pick<Store, 'custody'>;
  readonly clock: Pick<Clock, 'now'>;
}

export function createNeighbours(parts: NeighboursParts): () => readonly NeighbourView[] {
  const { config, links, delivery, keyring } = parts;
  const written = config.neighbours.map((neighbour) => ({ ...neighbour, key: keyOf(neighbour) }));
  return () => {
    const left = new Set(delivery.peers());
    /** A peer belongs to the neighbour that has its key, else to the link that leads to it. */
    const take = (isOne: (peer: Peer) => boolean) => {
      const taken = [...left].filter(isOne);
      for (const peer of taken) left.delete(peer);
      return taken;
    };
    const named = written.map((neighbour) => ({
      ...neighbour,
      there: take(({ key }) => neighbour.key?.bytes.equals(key.bytes) ?? false),
    }));
    const rows = named.map(({ name, key, network, there }) => {
      const link = links().find((one) => one.name === name);
      const others = link && !key ? take(({ ways }) => ways.some(({ id }) => id === `link:${name}`)) : [];
      return viewOf(parts, { name, key, link, there: [...there, ...others], isElsewhere: network !== undefined });
    });
    const callers = [...left].filter(({ session }) => session);
    return [
      ...rows,
      ...callers.map((peer) =>
        viewOf(parts, {
          name: keyring.nameOf(peer.key.nodeId.toString('hex')),
          key: peer.key,
          link: undefined,
          there: [peer],
          isElsewhere: false,
        }),
      ),
    ];
  };
}

interface Row {
  readonly name: string;
  readonly key: PublicKey | undefined;
  readonly link: LinkStats | undefined;
  readonly there: readonly Peer[];
  /** On a network beside MQTT. */
  readonly isElsewhere: boolean;
}

function viewOf(
  { broker, store, clock }: NeighboursParts,
  { name, key, link, there, isElsewhere }: Row,
): NeighbourView {
  const speaking = there.filter(({ session }) => session);
  const isServed =
    key !== undefined && (broker?.serves(linkClientId(key.nodeId), linkTopic(key.kid.toString('hex'))) ?? false);
  const nowMs = clock.now();
  // Also of one that was not there since our start.
  const owing = new Set(
    [...(key ? [key] : []), ...there.map((peer) => peer.key)].map((one) => one.nodeId.toString('hex')),
  );
  return {
    name,
    dialled: link !== undefined,
    // Other networks do not say whether anybody is there.
    up: link?.up ?? (isServed || (isElsewhere && speaking.length > 0)),
    key: key ? keyText(key.bytes) : null,
    session: speaking.length > 0,
    heardMs: speaking.length > 0 ? Math.max(...speaking.map(({ heardMs }) => heardMs)) : null,
    owed: owing.values().reduce((sum, nodeId) => sum + store.custody.owed(nowMs, Buffer.from(nodeId, 'hex')), 0),
    problem: null,
    bytesIn: link?.bytesIn ?? null,
    bytesOut: link?.bytesOut ?? null,
    reconnects: link?.reconnects ?? null,
    unsent: link?.unsent ?? null,
  };
}

const keyOf = ({ key }: NeighbourConfig): PublicKey | undefined => key && publicKey(key);
