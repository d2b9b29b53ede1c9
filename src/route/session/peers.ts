// Sessions with the gateways around us: whose frames are heard, and how ours are sealed (protocol section 6).
//
//   frame -> grammar -> whose key? -> MAC -> boot known? -> counter new? -> heard
//                          │ stranger: ANNOUNCE only     └ no: PING with a challenge, nothing but its PONG is heard
//
// Invariant: a frame is heard once; one recorded before the sender's last start never is, and it neither moves the way
// that our frames take nor makes us send more than a few.
import { randomBytes } from 'node:crypto';
import { assert } from '../../core/assert.ts';
import type { Clock } from '../../core/clock.ts';
import type { Emit, LinkFrameReason } from '../../core/events.ts';
import {
  announcementLifetimeSMax,
  handshakesBurst,
  handshakesPerS,
  introduceMsMax,
  introduceMsMin,
  peersMax,
  uintMax,
  waysPerPeerMax,
} from '../../core/limits.ts';
import { type Announcement, readAnnouncement } from '../../packet/announcement.ts';
import type { Item } from '../../packet/canonical.ts';
import type { Community } from '../../packet/community.ts';
import type { PublicKey } from '../../packet/gate.ts';
import type { Identity } from '../../packet/identity.ts';
import type { Keyring } from '../../packet/keyring.ts';
import type { LinkKeys } from '../../packet/link-key.ts';
import type { Arrival } from '../arrival.ts';
import type { Network } from '../network.ts';
import { linkTopic } from '../topic.ts';
import { type CounterWindow, createCounterWindow } from './counter-window.ts';
import {
  isAuthentic,
  type LinkFrame,
  parseFrame,
  type SealedFrame,
  sealFrame,
  VERB,
  type VerbName,
} from './link-frame.ts';
import { createPace, type Pace } from './pace.ts';

export interface Peer {
  readonly key: PublicKey;
  readonly keys: LinkKeys;
  /** Where it was heard or should be (`via` of arrivals), the newest first; our frames take the first that is up. */
  ways: readonly string[];
  announcement: Announcement | undefined;
  /** Set by the PONG that repeats our challenge. */
  session: { readonly boot: Buffer; readonly window: CounterWindow } | undefined;
  challenge: { readonly bytes: Buffer; readonly via: string; readonly sentMs: number } | undefined;
  /** What it can make us send: answers to its PINGs, and challenges. */
  readonly answers: Pace;
  readonly challenges: Pace;
  /** When it was heard last, or became a peer. */
  heardMs: number;
  /** The next attempt to begin a session, and how long after that the next one comes. */
  introduceMs: number;
  introduceWaitMs: number;
}

export interface PeersOptions {
  readonly identity: Identity;
  readonly keyring: Keyring;
  readonly community: Community | undefined;
  /** Whether a stranger that announces itself is believed. */
  readonly isOpen: boolean;
  readonly network: Pick<Network, 'send'>;
  readonly clock: Clock;
  readonly emit: Emit;
  /** What we say of ourselves: a signed announcement. */
  readonly announcement: () => Buffer;
  /** A stranger is believed from now on. */
  readonly onKey?: ((kid: Buffer) => void) | undefined;
}

export type Said = Pick<LinkFrame, 'body' | 'address'> & { readonly hops?: number };
export type Heard = Pick<LinkFrame, 'verb' | 'hops' | 'address' | 'body'> & { readonly peer: Peer };

/** A PING that was lost is sent again after this. */
const CHALLENGE_MS = 5_000;

export function createPeers(options: PeersOptions) {
  const { identity, keyring, community, isOpen, network, clock, emit, onKey } = options;
  const own = identity.publicKey;
  const boot = randomBytes(4);
  /** By node id in hex. */
  const peers = new Map<string, Peer>();
  let counter = 0;

  const known = (key: PublicKey): Peer | undefined => peers.get(key.nodeId.toString('hex'));

  function newPeer(key: PublicKey): Peer | undefined {
    const keys = identity.linkKeys(key);
    if (!keys) return undefined;
    const nowMs = clock.now();
    return {
      key,
      keys,
      ways: [],
      announcement: undefined,
      session: undefined,
      challenge: undefined,
      answers: createPace(clock, { burst: handshakesBurst, perS: handshakesPerS }),
      challenges: createPace(clock, { burst: handshakesBurst, perS: handshakesPerS }),
      heardMs: nowMs,
      introduceMs: nowMs + introduceMsMin,
      introduceWaitMs: introduceMsMin,
    };
  }

  /** @returns false when all places are taken by peers that speak */
  function enter(peer: Peer): boolean {
    if (known(peer.key)) return true;
    if (peers.size >= peersMax) {
      const silentMs = clock.now() - announcementLifetimeSMax * 1000;
      const idle = [...peers.values()].filter(({ session, heardMs }) => !session || heardMs < silentMs);
      if (idle.length === 0) return false;
      const longest = idle.reduce((a, b) => (b.heardMs < a.heardMs ? b : a));
      peers.delete(longest.key.nodeId.toString('hex'));
    }
    peers.set(peer.key.nodeId.toString('hex'), peer);
    return true;
  }

  function prefer(peer: Peer, via: string): void {
    if (peer.ways[0] !== via) peer.ways = [via, ...peer.ways.filter((way) => way !== via)].slice(0, waysPerPeerMax);
  }

  function meet(peer: Peer, via: string): void {
    peer.heardMs = clock.now();
    prefer(peer, via);
  }

  /** @returns false when there is no way to the peer now */
  function say(peer: Peer, verb: VerbName, { body, address, hops = 0 }: Said, ways = peer.ways): boolean {
    if (ways.length === 0) return false;
    assert(counter <= uintMax, 'counters are used up; a restart begins anew');
    const frame = { verb: VERB[verb], messageId: randomBytes(8), boot, counter: counter++, hops, address, body };
    const bytes = sealFrame(frame, own.kid, peer.keys.send);
    const topic = linkTopic(peer.key.kid.toString('hex'));
    return ways.some((via) => network.send(topic, bytes, via));
  }

  /** Whose frame it is: of the keys we believe, or of a stranger that announces itself and may. */
  function sender(sealed: SealedFrame): Peer | LinkFrameReason {
    const keys = keyring.candidates(sealed.kid);
    for (const key of keys) {
      const peer = known(key) ?? newPeer(key);
      if (peer && isAuthentic(sealed, peer.keys.receive)) return enter(peer) ? peer : 'too_many_peers';
    }
    if (keys.length > 0) return 'bad_mac';
    const { verb, body } = sealed.frame;
    if (!isOpen || verb !== VERB.announce || !Buffer.isBuffer(body)) return 'stranger';
    const said = readAnnouncement(body, community, clock);
    if (!said?.key.kid.equals(sealed.kid)) return 'bad_body';
    const peer = newPeer(said.key);
    if (!peer || !isAuthentic(sealed, peer.keys.receive)) return 'bad_mac';
    if (!enter(peer) || !keyring.add(said.key)) return 'too_many_peers';
    onKey?.(said.key.kid);
    return peer;
  }

  function challenge(peer: Peer, via: string): void {
    const nowMs = clock.now();
    const last = peer.challenge;
    if (last?.via === via && Math.abs(nowMs - last.sentMs) < CHALLENGE_MS) return;
    if (!peer.challenges.tryTake()) return;
    peer.challenge = { bytes: randomBytes(8), via, sentMs: nowMs };
    say(peer, 'ping', { body: peer.challenge.bytes }, [via]);
  }

  /** PINGs of an unknown boot are answered too: that is how it gets known. */
  function onPing(peer: Peer, body: Item, via: string): LinkFrameReason | undefined {
    if (!Buffer.isBuffer(body) || body.length !== 8) return 'bad_body';
    if (!peer.answers.tryTake()) return 'rate';
    say(peer, 'pong', { body }, [via]);
    // Whoever asks has not heard us before.
    say(peer, 'announce', { body: options.announcement() }, [via]);
    return undefined;
  }

  function onPong(peer: Peer, { body, boot: theirs, counter: at }: LinkFrame, via: string): void {
    if (!Buffer.isBuffer(body) || !peer.challenge?.bytes.equals(body)) return;
    peer.challenge = undefined;
    peer.session = { boot: Buffer.from(theirs), window: createCounterWindow(at) };
    meet(peer, via);
  }

  function begin(peer: Peer, ways: readonly string[]): void {
    say(peer, 'announce', { body: options.announcement() }, ways);
    const [via] = ways;
    if (via !== undefined && !(peer.session && peer.announcement)) challenge(peer, via);
  }

  return {
    /** @returns what was said and by whom, or undefined when there is nothing (more) to do */
    hear({ bytes, via }: Arrival): Heard | undefined {
      const drop = (reason: LinkFrameReason): undefined => {
        emit({ type: 'link_frame_dropped', reason, via });
      };
      const sealed = parseFrame(bytes);
      if (!sealed) return drop('malformed');
      if (sealed.kid.equals(own.kid)) return drop('own_frame');
      const peer = sender(sealed);
      if (typeof peer === 'string') return drop(peer);
      const { frame } = sealed;
      const { verb, hops, address, body } = frame;
      const isCurrent = peer.session?.boot.equals(frame.boot) ?? false;
      if (isCurrent && !peer.session?.window.admit(frame.counter)) return drop('replayed');
      if (isCurrent) meet(peer, via);
      if (verb === VERB.ping) {
        const problem = onPing(peer, body, via);
        if (problem) drop(problem);
      } else if (verb === VERB.pong) onPong(peer, frame, via);
      else if (isCurrent) return { peer, verb, hops, address, body };
      else drop('unknown_boot');
      if (!peer.session?.boot.equals(frame.boot)) challenge(peer, via);
      return undefined;
    },

    /** A way to a gateway whose key we know has opened: introduce ourselves. */
    introduce(key: PublicKey, via: string): Peer | undefined {
      const peer = known(key) ?? newPeer(key);
      if (!peer || !enter(peer)) return undefined;
      prefer(peer, via);
      begin(peer, [via]);
      return peer;
    },

    /** Introduces us again to those who did not answer. */
    tick(): void {
      const nowMs = clock.now();
      for (const peer of peers.values()) {
        if ((peer.session && peer.announcement) || peer.ways.length === 0) continue;
        if (nowMs < peer.introduceMs && peer.introduceMs - nowMs <= introduceMsMax) continue;
        peer.introduceWaitMs = Math.min(2 * peer.introduceWaitMs, introduceMsMax);
        peer.introduceMs = nowMs + peer.introduceWaitMs;
        begin(peer, peer.ways);
      }
    },

    say,

    /** The only peer on a way; undefined where several share a broker, or nobody is known. */
    at(via: string): Peer | undefined {
      const [first, ...others] = [...peers.values()].filter(({ ways }) => ways.includes(via));
      return others.length === 0 ? first : undefined;
    },

    byNodeId: (nodeId: Buffer): Peer | undefined => peers.get(nodeId.toString('hex')),

    all: (): Peer[] => [...peers.values()],
  };
}

export type Peers = ReturnType<typeof createPeers>;
