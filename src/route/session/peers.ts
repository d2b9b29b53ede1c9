// Sessions with the gateways around us: whose frames are heard, and by which part of routing (protocol section 6).
//
//   frame -> grammar -> whose key? -> MAC -> boot known? -> counter new? -> heard: the handler of its verb
//                          │ stranger: ANNOUNCE only     └ no: PING with a challenge, nothing but its PONG is heard
//
// Invariant: a frame is heard once; one recorded before the sender's last start never is, and it neither moves the way
// that our frames take nor makes us send more than a few.
import type { Clock } from '../../core/clock.ts';
import type { Emit, LinkFrameReason } from '../../core/events.ts';
import { ratesMax, strangerKeysBurst, strangerKeysPerS } from '../../core/share-limits.ts';
import type { PublicKey } from '../../packet/gate.ts';
import type { Keyring } from '../../packet/keyring.ts';
import type { Arrival } from '../arrival.ts';
import { kidOfLinkTopic } from '../topic.ts';
import type { Way } from '../way.ts';
import { createDispatch, type Handlers } from './dispatch.ts';
import { createHandshake, type HandshakeOptions } from './handshake.ts';
import { createKnocks, type KnocksOptions } from './knocks.ts';
import { parseFrame, type SealedFrame } from './link-frame.ts';
import { createPaces } from './pace.ts';
import { createPeerTable, meet, type Peer, type PeerTable, prefer } from './peer-table.ts';
import type { Seals } from './seals.ts';
import { createSpeaker, type Say, type Send, type SpeakerOptions } from './speaker.ts';
import { verbAt } from './verb.ts';

export interface PeersOptions extends SpeakerOptions, Omit<HandshakeOptions, 'say'>, Pick<KnocksOptions, 'onKnock'> {
  readonly seals: Seals;
  readonly keyring: Keyring;
  /** Whether a stranger that announces itself is believed. */
  readonly isOpen: boolean;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Of all verbs but PING and PONG. */
  readonly handlers: Handlers;
  /** Whether the operator wrote a key down, by node id in hex. Absent: all of them. */
  readonly isPinned?: ((nodeId: string) => boolean) | undefined;
  /** A stranger is believed from now on. */
  readonly onKey?: ((kid: Buffer) => void) | undefined;
}

export interface Peers extends Pick<PeerTable, 'at' | 'byNodeId' | 'all'> {
  /** A link frame. @returns the packet it carries, as if it had arrived on its topic */
  hear(arrival: Arrival): Arrival | undefined;
  /**
   * A link frame for another gateway, at our own broker: who sends it takes us for that one. Introduces us, if we know its
   * key, so that it learns whose broker this is.
   */
  astray(arrival: Arrival): void;
  /** A way to a gateway whose key we know has opened: introduces us. */
  introduce(key: PublicKey, via: Way): Peer | undefined;
  readonly say: Say;
  readonly send: Send;
  /** Introduces us again to those who did not answer. */
  tick(): void;
}

export function createPeers(options: PeersOptions): Peers {
  const { seals, clock, emit, keyring } = options;
  const table = createPeerTable(options);
  const { say, send } = createSpeaker(options);
  const handshake = createHandshake({ ...options, say });
  const dispatch = createDispatch(handshake.handlers, options.handlers);
  const knock = createKnocks(options);
  const senderOf = createSenders(options, table, knock);

  function hear({ bytes, via }: Arrival): Arrival | LinkFrameReason | undefined {
    const sealed = parseFrame(bytes);
    if (!sealed) return 'malformed';
    if (sealed.kid.equals(seals.own.kid)) return 'own_frame';
    const peer = senderOf(sealed, via);
    if (typeof peer === 'string') return peer;
    const { frame } = sealed;
    const hasSession = isOfSession(peer, frame.boot);
    if (hasSession && !peer.session?.window.admit(frame.counter)) return 'replayed';
    if (hasSession) meet(peer, via, clock.now());
    const heard = dispatch({ peer, via, frame }, hasSession);
    if (!isOfSession(peer, frame.boot)) handshake.challenge(peer, via);
    return heard;
  }

  return {
    hear(arrival) {
      const heard = hear(arrival);
      if (typeof heard !== 'string') return heard;
      emit({ type: 'link_frame_dropped', reason: heard, via: arrival.via.id });
      return undefined;
    },
    astray({ topic, bytes, via }) {
      const sealed = parseFrame(bytes);
      const from = sealed && knock(sealed, { via, to: kidOfLinkTopic(topic)! })?.key;
      const isKnown = from && keyring.candidates(from.kid).some((key) => key.bytes.equals(from.bytes));
      const peer = isKnown ? table.of(from) : undefined;
      if (!peer || peer.session || !peer.answers.tryTake()) return;
      // Not by `prefer`: the frame may be a recording, and must not move the way of ours.
      if (table.enter(peer, via)) handshake.begin(peer, [via]);
    },
    introduce(key, via) {
      const peer = table.of(key);
      if (!peer || !table.enter(peer, via)) return undefined;
      prefer(peer, via);
      handshake.begin(peer, [via]);
      return peer;
    },
    tick: () => handshake.tick(table.all()),
    say,
    send,
    at: table.at,
    byNodeId: table.byNodeId,
    all: table.all,
  };
}

const isOfSession = ({ session }: Peer, boot: Buffer): boolean => session?.boot.equals(boot) ?? false;

/** Whose frame it is: of the keys we believe, or of a stranger that announces itself and may. */
function createSenders(
  { seals, keyring, isOpen, onKey, clock }: PeersOptions,
  table: PeerTable,
  knock: ReturnType<typeof createKnocks>,
): (sealed: SealedFrame, via: Way) => Peer | LinkFrameReason {
  const newKeys = isOpen ? createPaces(clock, ratesMax) : undefined;

  function stranger(sealed: SealedFrame, via: Way): Peer | LinkFrameReason {
    const { verb, body } = sealed.frame;
    const row = verbAt(verb);
    if (!newKeys) knock(sealed, { via });
    if (!newKeys || !row?.strangerMay || !row.isBody(body)) return 'stranger';
    const said = seals.readAnnouncement(body as Buffer);
    if (!said?.key.kid.equals(sealed.kid)) return 'bad_body';
    const peer = table.of(said.key);
    if (!peer?.seal.isAuthentic(sealed)) return 'bad_mac';
    if (!newKeys(via.id, { burst: strangerKeysBurst, perS: strangerKeysPerS }).tryTake()) return 'rate';
    if (!table.enter(peer, via) || !keyring.add(said.key)) return 'too_many_peers';
    onKey?.(said.key.kid);
    return peer;
  }

  return (sealed, via) => {
    const keys = keyring.candidates(sealed.kid);
    for (const key of keys) {
      const peer = table.of(key);
      if (peer?.seal.isAuthentic(sealed)) return table.enter(peer, via) ? peer : 'too_many_peers';
    }
    return keys.length > 0 ? 'bad_mac' : stranger(sealed, via);
  };
}
