// Seals our frames and sends them: one boot and one rising counter over all peers (protocol section 6).
//
// A frame takes the first way that is open, has room for it and is up. Invariant: no two frames of one start carry the
// same counter.
import { assert } from '../../core/assert.ts';
import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import { uintMax } from '../../core/limits.ts';
import type { Network } from '../network.ts';
import { linkTopic } from '../topic.ts';
import { byCost, type Way } from '../way.ts';
import type { LinkFrame } from './link-frame.ts';
import type { Peer } from './peer-table.ts';
import { VERBS, type VerbName } from './verb.ts';

/** Cryptographically secure bytes in a gateway: challenges must not be guessed. */
export type RandomBytes = (size: number) => Buffer;

export type Said = Pick<LinkFrame, 'body' | 'address'> & { readonly hops?: number };

/** `no_room`: no way took it, and at least one of them is too small for it. */
export type Sending = 'sent' | 'down' | 'no_room';

/** @param ways in the order to try them; by default all of the peer, the cheapest first */
export type Say = (peer: Peer, verb: VerbName, said: Said, ways?: readonly Way[]) => Sending;

/** A packet as it is, without a frame. */
export type Send = (topic: string, bytes: Buffer, ways: readonly Way[]) => Sending;

export interface SpeakerOptions {
  readonly network: Pick<Network, 'send'>;
  readonly randomBytes: RandomBytes;
  readonly clock: Pick<Clock, 'now'>;
  readonly emit: Emit;
}

export function createSpeaker({ network, randomBytes, clock, emit }: SpeakerOptions): { say: Say; send: Send } {
  const boot = randomBytes(4);
  let counter = 0;

  const send: Send = (topic, bytes, ways) => {
    const nowMs = clock.now();
    const fitting = ways.filter(({ payloadBytesMax }) => bytes.length <= payloadBytesMax);
    for (const way of fitting) {
      if ((way.isOpenAt?.(nowMs) ?? true) && network.send(topic, bytes, way)) return 'sent';
    }
    return fitting.length < ways.length ? 'no_room' : 'down';
  };

  const say: Say = (peer, verb, { body, address, hops = 0 }, ways = byCost(peer.ways)) => {
    if (ways.length === 0) return 'down';
    assert(counter <= uintMax, 'counters are used up; a restart begins anew');
    const { number } = VERBS[verb];
    const messageId = randomBytes(8);
    const bytes = peer.seal.seal({ verb: number, messageId, boot, counter: counter++, hops, address, body });
    const sending = send(linkTopic(peer.key.kid.toString('hex')), bytes, ways);
    if (sending === 'no_room') emit({ type: 'no_room', what: 'frame', via: ways[0]!.id, bytes: bytes.length });
    return sending;
  };

  return { say, send };
}
