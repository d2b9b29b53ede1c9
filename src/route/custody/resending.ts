// Sends again what is due: as a STORE to one neighbour alone, with back-off, until its ACK comes or the packet expires.
//
// A little to each neighbour that is there, those that the operator wrote down before strangers, so that one that never acknowledges does not hold up the others; paced, so
// that live traffic goes first. Invariant: nothing is postponed while the way is down; what it owes hurries when it is up again.
import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import { backlogFramesBurst, backlogFramesPerS, resendMsMax, resendMsMin, resendsTold } from '../../core/limits.ts';
import { strangerBacklogShare } from '../../core/share-limits.ts';
import type { WatchedTopics } from '../../packet/announcement.ts';
import type { Community } from '../../packet/community.ts';
import { address, topicOf } from '../../packet/fingerprint.ts';
import type { Outcome } from '../../packet/outcome.ts';
import { parse } from '../../packet/packet.ts';
import { frameBytesMax } from '../session/link-frame.ts';
import { Pace } from '../session/pace.ts';
import type { Peer } from '../session/peer-table.ts';
import type { Peers } from '../session/peers.ts';
import type { Sending } from '../session/speaker.ts';
import { formatTopic } from '../topic.ts';
import { byCost, takingTurns, type Way } from '../way.ts';
import type { Ledger, Owed } from './ledger.ts';
import { watchedBy } from './watching.ts';

export interface ResendingParts {
  readonly peers: Pick<Peers, 'all' | 'say' | 'send'>;
  readonly ledger: Ledger;
  readonly community: Community | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
  /** For the jitter of the back-off; in [0, 1). */
  readonly random: () => number;
  readonly nameOf: (peer: Peer) => string;
  /** Of whom the operator was told that they do not acknowledge. */
  readonly told: WeakSet<Peer>;
  /** What we watch ourselves. */
  readonly watched: readonly WatchedTopics[];
}

/** @returns what sends again what is due; call it about once a second */
export function createResending(parts: ResendingParts): () => void {
  const { peers, ledger, clock } = parts;
  const pace = new Pace(clock, { burst: backlogFramesBurst, perS: backlogFramesPerS });
  let turn = 0;
  return () => {
    const ready = peers.all().filter((peer) => peer.session && watchedBy(peer, parts).length > 0);
    const pinned = ready.filter(({ isPinned }) => isPinned);
    const strangers = ready.filter(({ isPinned }) => !isPinned);
    const allowance = pace.allowance();
    turn++;
    const kept = strangers.length > 0 ? Math.floor(allowance * strangerBacklogShare) : 0;
    const taken = among(pinned, allowance - kept);
    pace.take(taken + among(strangers, allowance - taken));
  };

  /** @returns how many frames went, of at most so many */
  function among(ready: readonly Peer[], most: number): number {
    let left = most;
    for (let i = 0; i < ready.length && left > 0; i++) {
      const peer = ready[(turn + i) % ready.length]!;
      for (const owed of ledger.custody.due(peer.key.nodeId, clock.now(), Math.ceil(left / (ready.length - i)))) {
        const dueMs = sendAgain(parts, peer, owed);
        if (dueMs === undefined) break;
        ledger.custody.postpone(owed, dueMs);
        left--;
      }
    }
    return most - left;
  }
}

/** @returns when to try again if no acknowledgement comes; undefined when there is no way to the peer now */
function sendAgain(parts: ResendingParts, peer: Peer, owed: Owed): number | undefined {
  const { clock, emit, random } = parts;
  const { bytes, attempts } = owed;
  const parsed = parse(bytes);
  if (!parsed.ok) return clock.now() + resendMsMax;
  // A client that went away is not noticed, so another attempt takes another way.
  const ways = takingTurns(byCost(peer.ways), attempts);
  const tried = ways.map(() => 'down' as Sending);
  for (const [index, way] of ways.entries()) {
    tried[index] = sendOn(parts, { peer, owed, way, outcome: parsed.packet.outcome });
    if (tried[index] !== 'sent') continue;
    if (attempts === resendsTold) tell(parts, peer);
    return Math.round(clock.now() + Math.min(resendMsMin * 2 ** attempts, resendMsMax) * (0.5 + random()));
  }
  if (!tried.includes('no_room')) return undefined;
  // Held: the way with room that opens makes it due at once.
  emit({ type: 'no_room', what: 'packet', via: ways[0]!.id, bytes: bytes.length });
  return clock.now() + resendMsMax;
}

interface Attempt {
  readonly peer: Peer;
  readonly owed: Owed;
  readonly way: Way;
  readonly outcome: Outcome;
}

function sendOn({ peers, community }: ResendingParts, { peer, owed, way, outcome }: Attempt): Sending {
  const { bytes, hops } = owed;
  if (storeBytesMax(bytes) <= way.payloadBytesMax) {
    return peers.say(peer, 'store', { body: bytes, address: address(outcome, community), hops }, [way]);
  }
  // Where a frame around it does not fit, it goes as it was published; who gave it, the other end knows by the way.
  return peers.send(formatTopic(topicOf(outcome, community), hops), bytes, [way]);
}

/** A head of 3 bytes, and the address with its head. */
const storeBytesMax = (bytes: Buffer): number => frameBytesMax(3 + bytes.length + 17);

function tell({ told, nameOf, emit }: ResendingParts, peer: Peer): void {
  if (told.has(peer)) return;
  told.add(peer);
  const message = `${nameOf(peer)} does not acknowledge all it is sent: see whether it is up, and whether it has the key of each gateway around`;
  emit({ type: 'warning', message });
}
