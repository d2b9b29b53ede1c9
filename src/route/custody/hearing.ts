// Hears the verbs of custody: ACK settles, ANNOUNCE says what a neighbour watches, STORE carries a packet; REFUSE is heard by
// refusals.ts.
//
// Invariant: an announcement counts for the key that it names and whose session it came in.
import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import type { Community } from '../../packet/community.ts';
import { address, topicOf } from '../../packet/fingerprint.ts';
import type { PublicKey } from '../../packet/gate.ts';
import { parse } from '../../packet/packet.ts';
import type { Handler, Handlers } from '../session/dispatch.ts';
import type { Peer } from '../session/peer-table.ts';
import type { Seals } from '../session/seals.ts';
import { formatTopic } from '../topic.ts';
import type { Ledger } from './ledger.ts';
import { oweBacklog } from './owing.ts';
import type { Refusals } from './refusals.ts';
import { isAnnounced, sameFilters } from './watching.ts';

export interface HearingParts {
  readonly seals: Seals;
  readonly ledger: Ledger;
  readonly community: Community | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly nameOf: (peer: Peer) => string;
  /** The owner of a key was there. */
  readonly onHeard?: ((key: PublicKey) => void) | undefined;
  /** The peer acknowledges. */
  readonly onAck: (peer: Peer) => void;
  readonly refusals: Pick<Refusals, 'handler' | 'lapse'>;
}

export function custodyHandlers(parts: HearingParts): Handlers {
  return {
    ack: ackHandler(parts),
    announce: announceHandler(parts),
    store: storeHandler(parts),
    refuse: parts.refusals.handler,
  };
}

function ackHandler({ ledger, onAck }: HearingParts): Handler {
  return ({ peer, frame }) => {
    onAck(peer);
    const settled = (frame.body as Buffer[]).map((id) => ledger.custody.settle(id, peer.key.nodeId));
    return settled.includes(false) ? 'unexpected_ack' : undefined;
  };
}

function announceHandler(parts: HearingParts): Handler {
  const { seals, ledger, clock, emit, nameOf, onHeard, refusals } = parts;
  return ({ peer, frame }) => {
    const said = seals.readAnnouncement(frame.body as Buffer);
    if (!said?.key.bytes.equals(peer.key.bytes)) return 'bad_body';
    // While an announcement is over, nothing is owed.
    const isNew = !isAnnounced(peer, clock) || !sameFilters(peer.announcement, said);
    const hasRefused = refusals.lapse(peer);
    ledger.custody.hurry(peer.key.nodeId, clock.now());
    if (isNew || hasRefused) ledger.commitNow(() => oweBacklog(parts, peer, said.filters));
    onHeard?.(peer.key);
    peer.announcement = { ...said, key: peer.key };
    if (isNew) emit({ type: 'peer_known', peer: nameOf(peer), filters: said.filters.length });
    return undefined;
  };
}

function storeHandler({ community }: HearingParts): Handler {
  return ({ peer, via, frame }) => {
    const bytes = frame.body as Buffer;
    const parsed = parse(bytes);
    if (!parsed.ok) return 'bad_body';
    const { outcome } = parsed.packet;
    if (!frame.address?.equals(address(outcome, community))) return 'address_mismatch';
    return { topic: formatTopic(topicOf(outcome, community), frame.hops), bytes, via, giver: peer.key.nodeId };
  };
}
