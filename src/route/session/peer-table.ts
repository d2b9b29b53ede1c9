// The gateways we have a link key with: at most peersMax of them, each with its ways, its session and its announcement.
//
// Half of the places are kept for keys that the operator wrote down, and one way brings strangers only so many: invented
// keys cost nothing. Invariant: those who speak keep their place, but a stranger gives way to a key that was written down;
// of those who do not speak, the one silent for longest gives way.
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
import { strangersMax, strangersPerWayMax } from '../../core/share-limits.ts';
import type { Announcement } from '../../packet/announcement.ts';
import type { PublicKey } from '../../packet/gate.ts';
import { isSameWay, type Way } from '../way.ts';
import type { CounterWindow } from './counter-window.ts';
import { Pace } from './pace.ts';
import type { LinkSeal, Seals } from './seals.ts';

export interface Peer {
  readonly key: PublicKey;
  readonly seal: LinkSeal;
  /** The operator wrote its key down. */
  readonly isPinned: boolean;
  /** The way on which it took its place; our frames do not follow it. */
  cameOn: Way | undefined;
  /** Where it was heard or should be (`via` of arrivals), the newest first; our frames take the cheapest that is up. */
  ways: readonly Way[];
  announcement: Announcement | undefined;
  /** Set by the PONG that repeats our challenge. */
  session: { readonly boot: Buffer; readonly window: CounterWindow } | undefined;
  challenge: { readonly bytes: Buffer; readonly via: Way; readonly sentMs: number } | undefined;
  /** What it can make us send: answers to its PINGs, and challenges. */
  readonly answers: Pace;
  readonly challenges: Pace;
  /** When a PING of it was last answered with what we say of ourselves, and on which way. */
  answered: { readonly via: Way; readonly sentMs: number } | undefined;
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
  /** @param via the way on which it was heard @returns false when all places it may have are taken by peers that speak */
  enter(peer: Peer, via: Way): boolean;
  /** The only peer on a way; undefined where several share a broker, or nobody is known. */
  at(via: Way): Peer | undefined;
  byNodeId(nodeId: Buffer): Peer | undefined;
  all(): Peer[];
}

export interface PeerTableOptions {
  readonly seals: Seals;
  readonly clock: Clock;
  /** Whether the operator wrote a key down, by node id in hex. Absent: all of them. */
  readonly isPinned?: ((nodeId: string) => boolean) | undefined;
}

export function createPeerTable({ seals, clock, isPinned = () => true }: PeerTableOptions): PeerTable {
  /** By node id in hex. */
  const peers = new Map<string, Peer>();
  const byNodeId = (nodeId: Buffer): Peer | undefined => peers.get(nodeId.toString('hex'));

  /** The one of these that gives way: silent for longest; one that speaks only where that is allowed. */
  function dismiss(among: readonly Peer[], alsoSpeaking = false): boolean {
    const silentMs = clock.now() - announcementLifetimeSMax * 1000;
    const idle = among.filter(({ session, heardMs }) => !session || heardMs < silentMs);
    const [first, ...others] = idle.length === 0 && alsoSpeaking ? among : idle;
    if (!first) return false;
    const longest = others.reduce((a, b) => (b.heardMs < a.heardMs ? b : a), first);
    return peers.delete(longest.key.nodeId.toString('hex'));
  }

  function makeRoom(peer: Peer, via: Way): boolean {
    const all = [...peers.values()];
    const strangers = all.filter((other) => !other.isPinned);
    if (peer.isPinned) return all.length < peersMax || dismiss(strangers, true) || dismiss(all);
    const onWay = strangers.filter(({ cameOn }) => isSameWay(via, cameOn));
    if (onWay.length >= strangersPerWayMax) return dismiss(onWay);
    if (strangers.length >= strangersMax) return dismiss(strangers);
    return all.length < peersMax || dismiss(strangers);
  }

  return {
    of(key) {
      const known = byNodeId(key.nodeId);
      if (known) return known;
      const seal = seals.link(key);
      return seal && newPeer({ key, seal, clock, isPinned: isPinned(key.nodeId.toString('hex')) });
    },
    enter(peer, via) {
      if (byNodeId(peer.key.nodeId)) return true;
      if (!makeRoom(peer, via)) return false;
      peer.cameOn = via;
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

function newPeer({ clock, ...known }: Pick<Peer, 'key' | 'seal' | 'isPinned'> & { readonly clock: Clock }): Peer {
  const nowMs = clock.now();
  const handshakes = { burst: handshakesBurst, perS: handshakesPerS };
  return {
    ...known,
    cameOn: undefined,
    ways: [],
    announcement: undefined,
    session: undefined,
    challenge: undefined,
    answered: undefined,
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
