// Keys that one side lacks: who cannot check an origin's packets says so once, and is owed none of them from then on.
//
//     packet of an unknown origin ──note──> REFUSE [kid ...] to whoever handed it over        ... its key comes ──> ANNOUNCE
//     REFUSE [kid ...] heard ──> what was owed of that origin is forgiven, nothing new is owed ... ANNOUNCE heard ──> owed anew
//
// A refusal holds until the neighbour's next announcement, at the latest until its next session.
// Invariant: at most one REFUSE a second to each neighbour, and nothing is remembered of kids that nobody has a key for.
import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import { acksPerFrameMax, refusedKeysMax } from '../../core/limits.ts';
import type { PublicKey } from '../../packet/gate.ts';
import { keyText } from '../../packet/key-text.ts';
import type { Keyring } from '../../packet/keyring.ts';
import type { Handler } from '../session/dispatch.ts';
import type { Peer } from '../session/peer-table.ts';
import type { Peers } from '../session/peers.ts';
import type { Way } from '../way.ts';
import type { Ledger } from './ledger.ts';
import type { Handed } from './owing.ts';

export interface RefusalsOptions {
  readonly peers: () => Pick<Peers, 'all' | 'at' | 'byNodeId' | 'say'>;
  readonly ledger: Ledger;
  readonly keyring: Keyring;
  readonly clock: Pick<Clock, 'now'>;
  readonly emit: Emit;
  readonly nameOf: (peer: Peer) => string;
  /** What this gateway says of itself: a signed announcement. */
  readonly announcement: () => Buffer;
}

export interface Refusals {
  /** A packet came whose origin has a key with this kid that is not known here. */
  note(kid: Buffer, from: Handed): void;
  /** Tells what was noted; call it about once a second. */
  tick(): void;
  /** A key with this kid is believed from now on: whoever was refused it is told. */
  keyKnown(kid: Buffer): void;
  /** Whether the neighbour has said that it lacks the key. */
  isLacking(peer: Peer, kid: Buffer): boolean;
  /** The neighbour announced itself: what it refused may be offered again. @returns whether it had refused anything */
  lapse(peer: Peer): boolean;
  readonly handler: Handler;
}

export function createRefusals({
  peers,
  ledger,
  keyring,
  clock,
  emit,
  nameOf,
  announcement,
}: RefusalsOptions): Refusals {
  let waiting: Map<Peer, { via: Way; readonly kids: Map<string, Buffer> }> | undefined;

  const handler: Handler = ({ peer, frame }) => {
    const known = (frame.body as Buffer[]).flatMap((kid) => keyring.candidates(kid));
    const refused = known.filter(({ kid }) => lacking.add(peer, kid));
    if (refused.length === 0) return undefined;
    const { nodeId } = peer.key;
    // What is not forgiven now is offered again, and refused again.
    ledger.commit(() => refused.map(({ bytes }) => ledger.custody.forgive(bytes, nodeId))).catch(() => {});
    for (const key of refused) warn({ keyring, clock, emit, nameOf }, peer, key);
    return undefined;
  };

  return {
    note(kid, { via, hops, giver }) {
      // An original comes from its origin, which we do not know.
      const peer = giver ? peers().byNodeId(giver) : hops === 0 ? undefined : peers().at(via);
      // What is published goes to all who watch, whatever we lack; only a STORE shows that it is owed.
      if (!peer?.session || (!giver && told.has(peer, kid))) return;
      waiting ??= new Map();
      const { kids } = waiting.get(peer) ?? waiting.set(peer, { via, kids: new Map() }).get(peer)!;
      if (kids.size < acksPerFrameMax) kids.set(kid.toString('hex'), Buffer.from(kid));
    },
    tick() {
      for (const [peer, { via, kids }] of waiting ?? []) {
        peers().say(peer, 'refuse', { body: [...kids.values()] }, [via]);
        for (const kid of kids.values()) told.add(peer, kid);
      }
      waiting = undefined;
    },
    keyKnown(kid) {
      for (const peer of peers().all()) {
        if (told.remove(peer, kid)) peers().say(peer, 'announce', { body: announcement() });
      }
    },
    isLacking: lacking.has,
    lapse: lacking.drop,
    handler,
  };
}

// By peer, and each peer belongs to one gateway: so a process with thousands of them pays for none that refuses nothing.
const told = kidsBySession();
const lacking = kidsBySession();
/** When the operator was told, by origin. */
const warnedMs = new WeakMap<Peer, Map<string, number>>();
const WARNED_MS = 3_600_000;

/** A neighbour that starts again and again refuses it each time. */
function warn(
  { keyring, clock, emit, nameOf }: Pick<RefusalsOptions, 'keyring' | 'clock' | 'emit' | 'nameOf'>,
  peer: Peer,
  { bytes, nodeId }: PublicKey,
): void {
  const id = nodeId.toString('hex');
  const before = warnedMs.get(peer) ?? new Map<string, number>();
  if (Math.abs(clock.now() - (before.get(id) ?? Number.NEGATIVE_INFINITY)) < WARNED_MS) return;
  if (before.size >= refusedKeysMax) before.clear();
  warnedMs.set(peer, before.set(id, clock.now()));
  const origin = keyring.nameOf(id);
  const message = `${nameOf(peer)} does not have the key of ${origin}, ${keyText(bytes)}, so nothing of ${origin} gets there: they enter it there under peers, and restart`;
  emit({ type: 'warning', message });
}

/** Kids that belong to one session with a peer: a restart begins without any. */
function kidsBySession() {
  const held = new WeakMap<Peer, { readonly session: Peer['session']; readonly kids: Set<string> }>();
  const of = (peer: Peer): Set<string> | undefined => {
    const entry = held.get(peer);
    return entry?.session === peer.session ? entry?.kids : undefined;
  };
  return {
    /** @returns false when it is there already, or there is no room */
    add(peer: Peer, kid: Buffer): boolean {
      const kids = of(peer) ?? new Set();
      held.set(peer, { session: peer.session, kids });
      const hex = kid.toString('hex');
      return !kids.has(hex) && kids.size < refusedKeysMax && kids.add(hex) === kids;
    },
    has: (peer: Peer, kid: Buffer): boolean => of(peer)?.has(kid.toString('hex')) ?? false,
    remove: (peer: Peer, kid: Buffer): boolean => of(peer)?.delete(kid.toString('hex')) ?? false,
    /** Those of an earlier session count as well. */
    drop: (peer: Peer): boolean => held.delete(peer),
  };
}
