// Begins sessions: introduces us on a new way, challenges what may be a recording, answers the challenges of others.
//
//   ANNOUNCE, PING(nonce) ──>        <── PING(nonce)
//   <── PONG(nonce): a session       PONG(nonce), ANNOUNCE ──>
//
// Invariant: however often a recorded frame is played to us, it makes us send no more than handshakesBurst at once.
import type { Clock } from '../../core/clock.ts';
import { introduceMsMax } from '../../core/limits.ts';
import { isNarrow, isSameWay, type Way } from '../way.ts';
import { createCounterWindow } from './counter-window.ts';
import type { Handler, Handlers } from './dispatch.ts';
import { meet, type Peer } from './peer-table.ts';
import type { RandomBytes, Say } from './speaker.ts';

export interface HandshakeOptions {
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** What we say of ourselves: a signed announcement. */
  readonly announcement: () => Buffer;
  readonly say: Say;
  /** A peer has shown that it is there now. */
  readonly onSession?: ((peer: Peer) => void) | undefined;
}

export interface Handshake {
  readonly handlers: Handlers;
  /** Asks whether the peer is there now. */
  challenge(peer: Peer, via: Way): void;
  /** Introduces us on these ways. */
  begin(peer: Peer, ways: readonly Way[]): void;
  /** Introduces us again to those who did not answer, ever more seldom. */
  tick(peers: readonly Peer[]): void;
}

/** A PING that was lost is sent again after this. */
const CHALLENGE_MS = 5_000;

export function createHandshake({ clock, randomBytes, announcement, say, onSession }: HandshakeOptions): Handshake {
  /** Whether it went on the same way a moment ago. */
  const isRecent = (last: { readonly via: Way; readonly sentMs: number } | undefined, via: Way): boolean =>
    last !== undefined && isSameWay(via, last.via) && Math.abs(clock.now() - last.sentMs) < CHALLENGE_MS;

  function challenge(peer: Peer, via: Way): void {
    if (isRecent(peer.challenge, via) || !peer.challenges.tryTake()) return;
    peer.challenge = { bytes: randomBytes(8), via, sentMs: clock.now() };
    say(peer, 'ping', { body: peer.challenge.bytes }, [via]);
  }

  function begin(peer: Peer, ways: readonly Way[]): void {
    say(peer, 'announce', { body: announcement() }, ways);
    const [via] = ways;
    if (via !== undefined && !isIntroduced(peer)) challenge(peer, via);
  }

  /** PINGs of an unknown boot are answered too: that is how it gets known. */
  const ping: Handler = ({ peer, via, frame: { body } }) => {
    if (!peer.answers.tryTake()) return 'rate';
    say(peer, 'pong', { body }, [via]);
    // Whoever asks has not heard us before. PINGs that waited come together, and their sender listens only so often.
    if (isRecent(peer.answered, via)) return undefined;
    peer.answered = { via, sentMs: clock.now() };
    say(peer, 'announce', { body: announcement() }, [via]);
    return undefined;
  };

  const pong: Handler = ({ peer, via, frame: { body, boot, counter } }) => {
    if (!peer.challenge?.bytes.equals(body as Buffer)) return undefined;
    peer.challenge = undefined;
    peer.session = { boot: Buffer.from(boot), window: createCounterWindow(counter) };
    meet(peer, via, clock.now());
    onSession?.(peer);
    return undefined;
  };

  return {
    handlers: { ping, pong },
    challenge,
    begin,
    tick(peers) {
      const nowMs = clock.now();
      for (const peer of peers) {
        if (isIntroduced(peer) || peer.ways.length === 0) continue;
        if (nowMs < peer.introduceMs && peer.introduceMs - nowMs <= introduceMsMax) continue;
        peer.introduceWaitMs = Math.min(2 * peer.introduceWaitMs, introduceMsMax);
        peer.introduceMs = nowMs + peer.introduceWaitMs;
        begin(peer, peer.ways);
      }
    },
  };
}

/** Where an announcement may not fit, there is none to wait for. */
const isIntroduced = ({ session, announcement, ways }: Peer): boolean =>
  session !== undefined && (announcement !== undefined || isNarrow(ways[0]));
