// Shows how it stands with each neighbour (link, key, session, when it was heard, what it owes), and warns of what is wrong.
//
// neighbour-rows.ts says who is there and what is wrong with each. Invariant: a warning is told once, and again at most once an
// hour while it lasts; only what is proven (a session) makes a neighbour heard.
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import { knocksKeptMax } from '../core/share-limits.ts';
import type { PublicKey } from '../packet/gate.ts';
import { keyText } from '../packet/key-text.ts';
import type { Broker } from '../route/mqtt/broker.ts';
import { linkClientId } from '../route/mqtt/link.ts';
import { linkTopic } from '../route/topic.ts';
import type { Store } from '../store/store.ts';
import { createRows, type Row, type RowsParts } from './neighbour-rows.ts';

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

export interface NeighboursParts extends Omit<RowsParts, 'isServed'> {
  readonly broker: Pick<Broker, 'serves'> | undefined;
  readonly store: Pick<Store, 'custody'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly emit: Emit;
}

export interface Neighbours {
  views(): readonly NeighbourView[];
  /** Warns of what is wrong; call it about once a second. */
  tick(): void;
}

const TOLD_MS = 3_600_000;

export function createNeighbours(parts: NeighboursParts): Neighbours {
  const { uptimeMs, emit, broker } = parts;
  const isServed = ({ nodeId, kid }: PublicKey) =>
    broker?.serves(linkClientId(nodeId), linkTopic(kid.toString('hex'))) ?? false;
  const rows = createRows({ ...parts, isServed });
  /** When it was told, by its words. */
  const told = new Map<string, number>();

  function tell(problem: string): void {
    if (uptimeMs() - (told.get(problem) ?? Number.NEGATIVE_INFINITY) < TOLD_MS) return;
    told.delete(problem);
    const [oldest] = told.keys();
    if (told.size >= 2 * knocksKeptMax && oldest !== undefined) told.delete(oldest);
    told.set(problem, uptimeMs());
    emit({ type: 'warning', message: problem });
  }

  return {
    views: () => rows().map((row) => viewOf(parts, row)),
    tick() {
      for (const { problem } of rows()) if (problem !== undefined) tell(problem);
    },
  };
}

function viewOf(
  { store, clock }: NeighboursParts,
  { name, key, link, there, isConnected, problem }: Row,
): NeighbourView {
  const heardMs = there.flatMap((peer) => (peer.session ? [peer.heardMs] : []));
  // Also of one that was not there since our start.
  const owing = new Set(
    [...(key ? [key] : []), ...there.map((peer) => peer.key)].map(({ nodeId }) => nodeId.toString('hex')),
  );
  const nowMs = clock.now();
  const reason = link?.reason ? `the link is down: ${link.reason}` : null;
  return {
    name,
    dialled: link !== undefined,
    up: isConnected,
    key: key ? keyText(key.bytes) : null,
    session: heardMs.length > 0,
    heardMs: heardMs.length > 0 ? Math.max(...heardMs) : null,
    owed: owing.values().reduce((sum, nodeId) => sum + store.custody.owed(nowMs, Buffer.from(nodeId, 'hex')), 0),
    problem: problem ?? reason,
    bytesIn: link?.bytesIn ?? null,
    bytesOut: link?.bytesOut ?? null,
    reconnects: link?.reconnects ?? null,
    unsent: link?.unsent ?? null,
  };
}
