// Custody: a packet is ours to deliver until every neighbour that watches it has acknowledged it (protocol section 4).
//
//     commit ── owe: a row for each neighbour that watches ──> publish once, to all
//                  │ ACK, sent after their commit ──> settled
//                  └ none in time ──> STORE to that neighbour alone, with back-off ──> ... ──> ACK, or it expires
//
// owing.ts says who owes, holding.ts who has it, hearing.ts hears what neighbours say of it, refusals.ts who cannot take it, resending.ts sends
// again; here they are one.
// Invariant: rows are written in the job that commits the packet.
import { announcementLifetimeSMax } from '../../core/limits.ts';
import type { WatchedTopics } from '../../packet/announcement.ts';
import type { Community } from '../../packet/community.ts';
import type { PublicKey } from '../../packet/gate.ts';
import type { Arrival } from '../arrival.ts';
import { type AnsweringOptions, answeringHandler } from '../query/answering.ts';
import { type AskingOptions, createAsking } from '../query/asking.ts';
import type { Peer } from '../session/peer-table.ts';
import { createPeers, type Peers, type PeersOptions } from '../session/peers.ts';
import type { Question } from '../session/question.ts';
import { parseTopic } from '../topic.ts';
import type { Way } from '../way.ts';
import { createAcknowledgements } from './acknowledgements.ts';
import { custodyHandlers } from './hearing.ts';
import { Holding } from './holding.ts';
import type { Ledger } from './ledger.ts';
import { type Consignment, type Handed, owe, oweReturned } from './owing.ts';
import { createRefusals } from './refusals.ts';
import { createResending } from './resending.ts';
import { isAnnounced, matches } from './watching.ts';

export interface DeliveryOptions extends Omit<PeersOptions, 'announcement' | 'handlers' | 'onSession'> {
  readonly community: Community | undefined;
  readonly ledger: Ledger;
  /** For the jitter of the back-off; in [0, 1). */
  readonly random: () => number;
  /** The owner of a key announced itself. */
  readonly onHeard?: ((key: PublicKey) => void) | undefined;
  /** What this gateway watches to begin with, and where it can be dialled. */
  readonly watched: readonly WatchedTopics[];
  readonly urls: readonly string[];
  /** What is held here that answers the questions of neighbours. Absent: nothing, and nobody is asked. */
  readonly questions?: Pick<AnsweringOptions, 'answersTo'> & Pick<AskingOptions, 'take' | 'later'>;
}

export interface Delivery {
  /** Inside the job that commits a packet. @param from undefined for our own */
  owe(packet: Consignment, from: Handed | undefined): void;
  /** Who has what, as far as we know. */
  readonly holding: Holding;
  /** A packet came whose origin has a key with this kid that we do not know: whoever handed it over need not try again. */
  refuse(kid: Buffer, from: Handed): void;
  /** A link frame. @returns the packet it carries, as if it had arrived on its topic */
  frame(arrival: Arrival): Arrival | undefined;
  /** A link frame for another gateway, at our own broker. */
  astray(arrival: Arrival): void;
  /** A link to a gateway whose key is known came up. */
  introduce(key: PublicKey, via: Way): void;
  /** Whether a gateway watches a topic of packets; true as long as it has not said what it watches. */
  mayWatch(nodeId: Buffer, topic: string): boolean;
  /** What this gateway watches from now on; every neighbour is told. */
  watch(filters: readonly WatchedTopics[]): void;
  /** Has neighbours bring what answers a question; settles when they did, or their time is over. */
  ask(questions: readonly Question[]): Promise<void>;
  /** Sends again what is due; call it about once a second. */
  tick(): void;
  stats(): { readonly peers: number; readonly announced: number };
  /** Gateways that we share a link key with. */
  peers(): readonly Peer[];
}

/** Announced well before the last announcement ends, so that a lost one can be repeated. */
const REANNOUNCE_MS = (announcementLifetimeSMax * 1000) / 8;

/** Peers that do not acknowledge, of all gateways in the process: each peer belongs to one of them. */
const told = new WeakSet<Peer>();

export function createDelivery(options: DeliveryOptions): Delivery {
  const { seals, ledger, clock, keyring, urls, watched } = options;
  let filters = watched;
  const nameOf = ({ key }: Peer) => keyring.nameOf(key.nodeId.toString('hex'));
  const announcement = () => {
    const expiresS = Math.floor(clock.now() / 1000) + announcementLifetimeSMax / 2;
    return seals.announce({ urls, filters, expiresS });
  };
  const refusals = createRefusals({ ...options, peers: () => peers, nameOf, announcement });
  const custody = custodyHandlers({ ...options, nameOf, refusals, onAck: (peer) => told.delete(peer) });
  const asking = options.questions && createAsking({ ...options, ...options.questions, peers: () => peers });
  const answer = options.questions && answeringHandler({ ...options, ...options.questions, peers: () => peers });
  const handlers = { ...custody, ...(answer && { query: answer }), ...(asking && { result: asking.handler }) };
  const onKey = (kid: Buffer) => {
    options.onKey?.(kid);
    refusals.keyKnown(kid);
  };
  const onSession = (peer: Peer) => oweReturned(options, peer);
  const peers: Peers = createPeers({ ...options, announcement, handlers, onSession, onKey });
  const parts = { ...options, peers, nameOf, told, isLacking: refusals.isLacking };
  const resend = createResending(parts);
  let announcedMs = clock.now();

  function reannounce(): void {
    // Either way: a clock that was set may have made the last announcement one of another year.
    if (Math.abs(clock.now() - announcedMs) >= REANNOUNCE_MS) announceToAll();
  }

  function announceToAll(): void {
    announcedMs = clock.now();
    const said = { body: announcement() };
    for (const peer of peers.all()) peers.say(peer, 'announce', said);
  }

  return {
    peers: peers.all,
    owe: (packet, from) => owe(parts, packet, from),
    holding: new Holding({ peers, ledger, acknowledgements: createAcknowledgements(peers), clock }),
    refuse: refusals.note,
    frame: peers.hear,
    astray: peers.astray,
    introduce(key, via) {
      const peer = peers.introduce(key, via);
      if (peer?.session) ledger.custody.hurry(key.nodeId, clock.now(), true);
    },
    mayWatch(nodeId, name) {
      const peer = peers.byNodeId(nodeId);
      const topic = parseTopic(name);
      if (!topic || !peer?.announcement || !isAnnounced(peer, clock)) return true;
      return matches(peer.announcement.filters, topic);
    },
    ask: async (questions) => asking?.ask(questions),
    watch(now) {
      filters = now;
      announceToAll();
    },
    tick() {
      peers.tick();
      resend();
      refusals.tick();
      reannounce();
    },
    stats() {
      const all = peers.all();
      return { peers: all.length, announced: all.filter((peer) => isAnnounced(peer, clock)).length };
    },
  };
}
