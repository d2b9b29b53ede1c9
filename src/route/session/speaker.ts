// Seals our frames and sends them: one boot and one rising counter over all peers (protocol section 6).
//
// Invariant: no two frames of one start carry the same counter.
import { assert } from '../../core/assert.ts';
import { uintMax } from '../../core/limits.ts';
import type { Network } from '../network.ts';
import { linkTopic } from '../topic.ts';
import type { LinkFrame } from './link-frame.ts';
import type { Peer } from './peer-table.ts';
import { VERBS, type VerbName } from './verb.ts';

/** Cryptographically secure bytes in a gateway: challenges must not be guessed. */
export type RandomBytes = (size: number) => Buffer;

export type Said = Pick<LinkFrame, 'body' | 'address'> & { readonly hops?: number };

/** @returns false when there is no way to the peer now */
export type Say = (peer: Peer, verb: VerbName, said: Said, ways?: readonly string[]) => boolean;

export interface SpeakerOptions {
  readonly network: Pick<Network, 'send'>;
  readonly randomBytes: RandomBytes;
}

export function createSpeaker({ network, randomBytes }: SpeakerOptions): Say {
  const boot = randomBytes(4);
  let counter = 0;
  return (peer, verb, { body, address, hops = 0 }, ways = peer.ways) => {
    if (ways.length === 0) return false;
    assert(counter <= uintMax, 'counters are used up; a restart begins anew');
    const { number } = VERBS[verb];
    const messageId = randomBytes(8);
    const bytes = peer.seal.seal({ verb: number, messageId, boot, counter: counter++, hops, address, body });
    const topic = linkTopic(peer.key.kid.toString('hex'));
    return ways.some((via) => network.send(topic, bytes, via));
  };
}
