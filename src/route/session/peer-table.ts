// The gateways we have a link key with: at most peersMax of them, each with its ways, its session and its announcement.
//
// Invariant: those who speak keep their place; of those who do not, the one silent for longest gives way.
import type { Clock } from '../../core/clock.ts';
import {
  announcementLifetimeSMax,
  announcesBurst,
  announcesPerS,
  handshakesBurst,
  handshakesPerS,
  introduceMsMin,
  peersMax,
  waysPerPeerMax,
} from '../../core/limits.ts';
import type { Announcement } from '../../packet/announcement.ts';
import type { PublicKey } from '../../packet/gate.ts';
import { isSameWay, type Way } from '../way.ts';
import type { CounterWindow } from './counter-window.ts';
import { Pace } from './pace.ts';
import type { LinkSeal, Seals } from './seals.ts';

export interface Peer {
  readonly key: PublicKey;
  readonly seal: LinkSeal;
  /** Where it was heard or should be (`via` of arrivals), the newest first; our frames take the cheapest that is up. */
  ways: readonly Way[];
  announcement: Announcement | undefined;
  /** Set by the PONG that repeats our challenge. */
  session: { readonly boot: Buffer; readonly window: CounterWindow } | undefined;
  challenge: { readonly bytes: Buffer; readonly via: Way; readonly sentMs: number } | undefined;
  /** What it can make us send: answers to its PINGs, and challenges. */
  readonly answers: Pace;
  readonly challenges: Pace;
  /** How often it is heard what it says of itself. */
  readonly announces: Pace;
  /** When it was heard last, or became a peer. */
  heardMs: number;
  /** The next attempt to begin a session, and how long after that the next one comes. */
  introduceMs: number;
  introduceWaitMs: number;
}

export interface PeerTable {
  /** One that is there, or one to enter; undefined when there can be no link with that key. */
  of(key: PublicKey): Peer | undefined;
  /** @returns false when all places are taken by peers that speak */
  enter(peer: Peer): boolean;
  /** The only peer on a way; undefined where several share a broker, or nobody is known. */
  at(via: Way): Peer | undefined;
  byNodeId(nodeId: Buffer): Peer | undefined;
  all(): Peer[];
}

export function createPeerTable({ seals, clock }: { readonly seals: Seals; readonly clock: Clock }): PeerTable {
  /** By node id in hex. */
  const peers = new Map<string, Peer>();
  const byNodeId = (nodeId: Buffer): Peer | undefined => peers.get(nodeId.toString('hex'));

  function makeRoom(): boolean {
    if (peers.size < peersMax) return true;
    const silentMs = clock.now() - announcementLifetimeSMax * 1000;
    const idle = [...peers.values()].filter(({ session, heardMs }) => !session || heardMs < silentMs);
    if (idle.length === 0) return false;
    const longest = idle.reduce((a, b) => (b.heardMs < a.heardMs ? b : a));
    return peers.delete(longest.key.nodeId.toString('hex'));
  }

  return {
    of(key) {
      const known = byNodeId(key.nodeId);
      if (known) return known;
      const seal = seals.link(key);
      return seal && newPeer({ key, seal, clock });
    },
    enter(peer) {
      if (byNodeId(peer.key.nodeId)) return true;
      if (!makeRoom()) return false;
      peers.set(peer.key.nodeId.toString('hex'), peer);
      return true;
    },
    at(via) {
      const [first, ...others] = [...peers.values()].filter(({ ways }) => ways.some((way) => isSameWay(way, via)));
      return others.length === 0 ? first : undefined;
    },
    byNodeId,
    all: () => [...peers.values()],
  };
}

function newPeer({ key, seal, clock }: Pick<Peer, 'key' | 'seal'> & { readonly clock: Clock }): Peer {
  const nowMs = clock.now();
  const handshakes = { burst: handshakesBurst, perS: handshakesPerS };
  return {
    key,
    seal,
    ways: [],
    announcement: undefined,
    session: undefined,
    challenge: undefined,
    answers: new Pace(clock, handshakes),
    challenges: new Pace(clock, handshakes),
    announces: new Pace(clock, { burst: announcesBurst, perS: announcesPerS }),
    heardMs: nowMs,
    introduceMs: nowMs + introduceMsMin,
    introduceWaitMs: introduceMsMin,
  };
}

/** Of the ways that cost the same, our frames take this one first. */
export function prefer(peer: Peer, via: Way): void {
  if (isSameWay(via, peer.ways[0])) return;
  peer.ways = [via, ...peer.ways.filter((way) => !isSameWay(way, via))].slice(0, waysPerPeerMax);
}

/** The peer was heard, and not in a recording. */
export function meet(peer: Peer, via: Way, nowMs: number): void {
  peer.heardMs = nowMs;
  prefer(peer, via);
}
