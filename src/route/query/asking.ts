// Puts a question to the neighbours that we have a session with, and has what they bring taken in as any packet.
//
//     ask ──QUERY──> neighbours ──RESULT, its packets──> admission, commit ... all answered, or the time is over ──> done
//
// Invariant: a packet is taken of a neighbour that was asked, at most as many as it was asked for; and nobody is waited for
// beyond the deadline.

import type { Clock } from '../../core/clock.ts';
import {
  neighboursAskedMax,
  questionMsMax,
  questionsBurst,
  questionsPerS,
  questionsWaitingMax,
} from '../../core/deposit-limits.ts';
import type { Community } from '../../packet/community.ts';
import { address, topicOf } from '../../packet/fingerprint.ts';
import { parse } from '../../packet/packet.ts';
import type { Arrival } from '../arrival.ts';
import type { Handler } from '../session/dispatch.ts';
import { Pace } from '../session/pace.ts';
import type { Peer } from '../session/peer-table.ts';
import type { Peers } from '../session/peers.ts';
import { type Question, questionBody, readResult } from '../session/question.ts';
import type { RandomBytes } from '../session/speaker.ts';
import { formatTopic } from '../topic.ts';
import { byCost, isNarrow } from '../way.ts';

export interface AskingOptions {
  readonly peers: () => Pick<Peers, 'all' | 'say'>;
  readonly community: Community | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomBytes: RandomBytes;
  /** The way of every packet: settles once it is committed or dropped. */
  readonly take: (arrival: Arrival) => Promise<void>;
  /** Runs a job after so many ms of the machine. */
  readonly later: (ms: number, job: () => void) => void;
}

export interface Asking {
  /**
   * Settles when all who were asked have answered and what they brought is taken in or dropped, or after questionMsMax.
   * @param questions the first is put, the others where that leaves half of what may be asked to what somebody asks next
   */
  ask(questions: readonly Question[]): Promise<void>;
  /** Of RESULT. */
  readonly handler: Handler;
}

interface Waiting {
  /** How many packets each may still bring; gone when it has said that there are no more. */
  readonly peers: Map<Peer, number>;
  readonly taking: Promise<void>[];
  readonly done: () => void;
}

export function createAsking({ peers, community, clock, randomBytes, take, later }: AskingOptions): Asking {
  /** By the name of the question in hex. */
  const waiting = new Map<string, Waiting>();
  /** As neighbours answer us: more would be dropped there. */
  const pace = new Pace(clock, { burst: questionsBurst, perS: questionsPerS });

  /** Who can answer in time: a narrow way takes longer, and what goes on it is dear. */
  function reachable(): Peer[] {
    const speaking = peers()
      .all()
      .filter(({ session, ways }) => session && ways.length > 0 && !isNarrow(byCost(ways)[0]));
    return speaking.sort((a, b) => Number(b.isPinned) - Number(a.isPinned)).slice(0, neighboursAskedMax);
  }

  function end(one: Waiting): void {
    if (one.peers.size === 0) void Promise.allSettled(one.taking).then(one.done);
  }

  async function put(question: Question, asked: readonly Peer[]): Promise<void> {
    if (waiting.size >= questionsWaitingMax || !pace.tryTake()) return;
    const id = randomBytes(8);
    const said = { body: questionBody(id, question), address: address(question, community) };
    const reached = asked.filter((peer) => peers().say(peer, 'query', said) === 'sent');
    const finished = Promise.withResolvers<void>();
    const one = {
      peers: new Map(reached.map((peer) => [peer, question.packets])),
      taking: [],
      done: finished.resolve,
    };
    const name = id.toString('hex');
    waiting.set(name, one);
    end(one);
    later(questionMsMax, finished.resolve);
    await finished.promise;
    waiting.delete(name);
  }

  const isRoomy = () => waiting.size < questionsWaitingMax / 2 && pace.allowance() > questionsBurst / 2;

  return {
    async ask([first, ...others]) {
      const asked = reachable();
      if (asked.length === 0 || !first) return;
      const answers = [put(first, asked)];
      for (const question of others) if (isRoomy()) answers.push(put(question, asked));
      await Promise.all(answers);
    },
    handler({ peer, via, frame }) {
      const { id, left, packets } = readResult(frame.body);
      const one = waiting.get(id.toString('hex'));
      const room = one?.peers.get(peer);
      if (!one || room === undefined || packets.length > room) return 'unexpected_result';
      const arrivals: Arrival[] = [];
      for (const bytes of packets) {
        const parsed = parse(bytes);
        if (!parsed.ok) return 'bad_body';
        const topic = formatTopic(topicOf(parsed.packet.outcome, community), frame.hops);
        arrivals.push({ topic, bytes, via, giver: peer.key.nodeId });
      }
      // What is dropped was counted where that was decided.
      for (const arrival of arrivals) one.taking.push(take(arrival).catch(() => {}));
      if (left === 0 || packets.length === 0) one.peers.delete(peer);
      else one.peers.set(peer, room - packets.length);
      end(one);
      return undefined;
    },
  };
}
