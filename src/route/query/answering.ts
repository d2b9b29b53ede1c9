// Answers the questions of neighbours with packets that are held here, as they were signed.
//
//     QUERY ──address, rates──> what is held ──> RESULT, in as many frames as the way of the question takes
//
// What the neighbour made itself, or is known to have, is left out. Invariant: a question is paid for before anything is looked
// up, by the neighbour, by all strangers together and by all neighbours together; what is too much is dropped and counted.
import type { Clock } from '../../core/clock.ts';
import {
  allQuestionsBurst,
  allQuestionsPerS,
  questionsBurst,
  questionsPerS,
  strangerQuestionsBurst,
  strangerQuestionsPerS,
} from '../../core/deposit-limits.ts';
import { hopsMax, linkFrameBytesMax, peersMax } from '../../core/limits.ts';
import type { Community } from '../../packet/community.ts';
import { address } from '../../packet/fingerprint.ts';
import type { Handler } from '../session/dispatch.ts';
import { frameBytesMax } from '../session/link-frame.ts';
import { createPaces, Pace } from '../session/pace.ts';
import type { Peer } from '../session/peer-table.ts';
import type { Peers } from '../session/peers.ts';
import { type Question, readQuestion, resultBody } from '../session/question.ts';

/** A packet that answers a question. */
export interface AnsweringPacket {
  readonly id: Buffer;
  /** Public key. */
  readonly origin: Buffer;
  readonly bytes: Buffer;
  /** As it came here; 0 for our own. */
  readonly hops: number;
}

/** Best first; the caller takes as many as it may bring. */
export type AnswersTo = (question: Question) => Iterable<AnsweringPacket>;

export interface AnsweringOptions {
  readonly peers: () => Pick<Peers, 'say'>;
  /** Who has a packet, by node id, as far as is known. */
  readonly ledger: { readonly custody: { standing(id: Buffer): { readonly has: readonly Buffer[] } } };
  readonly community: Community | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly answersTo: AnswersTo;
}

/** What a body has beside its packets: heads, the name of the question, a count. */
const BODY_BYTES = 1 + 9 + 1 + 1;
/** The head of a packet in it. */
const HEAD_BYTES = 3;

export function answeringHandler({ peers, ledger, community, clock, answersTo }: AnsweringOptions): Handler {
  const perPeer = createPaces(clock, peersMax);
  const strangers = new Pace(clock, { burst: strangerQuestionsBurst, perS: strangerQuestionsPerS });
  const all = new Pace(clock, { burst: allQuestionsBurst, perS: allQuestionsPerS });

  function isPaidFor({ key, isPinned }: Peer): boolean {
    const own = perPeer(key.nodeId.toString('hex'), { burst: questionsBurst, perS: questionsPerS });
    const paces = [own, all, ...(isPinned ? [] : [strangers])];
    if (paces.some((pace) => pace.allowance() < 1)) return false;
    for (const pace of paces) pace.take(1);
    return true;
  }

  function isNewTo({ key }: Peer, { id, origin }: AnsweringPacket): boolean {
    return !origin.equals(key.bytes) && !ledger.custody.standing(id).has.some((node) => node.equals(key.nodeId));
  }

  return ({ peer, via, frame }) => {
    const { id, ...question } = readQuestion(frame.body);
    if (!frame.address?.equals(address(question, community))) return 'address_mismatch';
    if (!isPaidFor(peer)) return 'rate';
    const room = Math.min(linkFrameBytesMax, via.payloadBytesMax) - frameBytesMax(BODY_BYTES);
    const packets: AnsweringPacket[] = [];
    for (const packet of answersTo(question)) {
      if (packets.length >= question.packets) break;
      if (packet.bytes.length + HEAD_BYTES <= room && isNewTo(peer, packet)) packets.push(packet);
    }
    let left = packets.length;
    for (const frameOf of framesOf(packets, room)) {
      left -= frameOf.length;
      const hops = Math.min(hopsMax, 1 + Math.max(0, ...frameOf.map((packet) => packet.hops)));
      const body = resultBody({ id, left, packets: frameOf.map(({ bytes }) => bytes) });
      peers().say(peer, 'result', { body, hops }, [via]);
    }
    return undefined;
  };
}

/** At least one, so that whoever asks knows that there is nothing. */
function framesOf(packets: readonly AnsweringPacket[], room: number): AnsweringPacket[][] {
  const frames: AnsweringPacket[][] = [[]];
  let used = 0;
  for (const packet of packets) {
    const size = packet.bytes.length + HEAD_BYTES;
    if (used + size > room) {
      frames.push([]);
      used = 0;
    }
    used += size;
    frames.at(-1)!.push(packet);
  }
  return frames;
}
