// Shows the packets that a gateway holds: a list in words, newest first, and one of them as it is.
//
//     pages of the store ──own? from? phenomenon?──> the first n in words, and how many more there are
//
// The same for a running gateway and for the file of a stopped one: only the pages differ. A running one looks through all
// it holds in slices. Invariant: never more than packetsListedMax in one answer.
import { setImmediate as turn } from 'node:timers/promises';
import { phenomenonOf } from '../core/domain.ts';
import { OperatingError } from '../core/errors.ts';
import { packetsListed, packetsListedMax, packetsLookedAt } from '../core/load-limits.ts';
import { didYouMean } from '../core/nearest.ts';
import { QUANTITIES } from '../core/quantities.ts';
import { verdictOf } from '../distill/distiller.ts';
import type { Domains } from '../distill/domains.ts';
import { packetWords } from '../observe/packet-words.ts';
import { publicKey } from '../packet/gate.ts';
import { keyText } from '../packet/key-text.ts';
import type { Outcome } from '../packet/outcome.ts';
import { parse } from '../packet/packet.ts';
import type { HeldPacket, Page } from '../store/held.ts';
import { isFall } from '../synthesize/sighting.ts';

/** Where packets are, and what they and their origins are called. */
export interface PacketShelf {
  readonly held: (page: Page) => readonly HeldPacket[];
  readonly heldByDigits: (digits: string, limit: number) => readonly HeldPacket[];
  readonly domains: Domains;
  /** By node id in hex. */
  readonly nameOf: (nodeId: string) => string;
}

export interface PacketsAsked {
  readonly limit: number;
  readonly own: boolean;
  /** Name, key as it is printed, or the first digits of either key or node id. */
  readonly from: string | undefined;
  /** By name. */
  readonly phenomenon: string | undefined;
}

/** Plain JSON; times in RFC 3339. */
export interface ShownPacket {
  readonly id: string;
  readonly issued: string;
  readonly origin: string;
  /** Of the origin, with the check at its end. */
  readonly key: string;
  readonly finding: string;
  readonly phenomenon: string;
  readonly says: string;
  readonly own: boolean;
  readonly hops: number;
  readonly expires: string;
  /** Of our own: null while it waits to be sent. */
  readonly sent: string | null;
  /** Neighbours that have not acknowledged it. */
  readonly owed: number;
}

export interface ShownPackets {
  readonly packets: readonly ShownPacket[];
  /** Others that fit what was asked. */
  readonly more: number;
}

interface Origin {
  readonly name: string;
  readonly key: string;
  readonly nodeId: string;
}

/** @throws OperatingError not_found for a name that nobody has, store_unusable */
export async function listPackets(shelf: PacketShelf, asked: PacketsAsked): Promise<ShownPackets> {
  const { limit, own, from, phenomenon } = asked;
  checkPhenomenon(shelf.domains, phenomenon);
  const originOf = createOrigins(shelf.nameOf);
  const packets: ShownPacket[] = [];
  const names = new Set<string>();
  let [more, isFromKnown] = [0, from === undefined];
  for (let before = Number.MAX_SAFE_INTEGER; ; await turn()) {
    const page = shelf.held({ before, limit: packetsLookedAt });
    for (const held of page) {
      const origin = originOf(held.origin);
      names.add(origin.name);
      if (from !== undefined && !isOf(origin, from)) continue;
      isFromKnown = true;
      if (own && !held.own) continue;
      if (phenomenon === undefined && packets.length >= limit) more++;
      else {
        const shown = shownOf(held, origin, shelf.domains);
        if (!shown || (phenomenon !== undefined && shown.phenomenon !== phenomenon)) continue;
        if (packets.length < limit) packets.push(shown);
        else more++;
      }
    }
    if (page.length < packetsLookedAt) break;
    before = page.at(-1)!.n;
  }
  if (!isFromKnown)
    throw new OperatingError('not_found', `nothing is held of ${JSON.stringify(from)}${didYouMean(from!, names)}`);
  return { packets, more };
}

/** What a command may ask for, from its words or from a request. @throws OperatingError usage */
export function packetsAsked({
  limit = packetsListed,
  own = false,
  from,
  phenomenon,
}: Readonly<Record<string, unknown>>) {
  const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string';
  const count = Number(limit);
  if (!Number.isSafeInteger(count) || count < 1 || count > packetsListedMax)
    throw new OperatingError('usage', `--limit takes a whole number from 1 to ${packetsListedMax}`);
  if (typeof own !== 'boolean' || !isText(from) || !isText(phenomenon))
    throw new OperatingError('usage', 'from and phenomenon are names');
  return { limit: count, own, from, phenomenon };
}

/** One packet as it was received or signed. */
export interface FoundPacket extends ShownPacket {
  readonly bytes: string;
}

/** The fewest digits of an id that are looked up, and the most: all of them. */
const DIGITS = /^[0-9a-f]{4,32}$/;
const AMBIGUOUS_SHOWN = 4;

/** Whether a word may be the beginning of an id. */
export const isIdStart = (word: string): boolean => DIGITS.test(word.toLowerCase());

/** @throws OperatingError not_found; usage when it is no beginning of an id, or of several */
export function findPacket(shelf: PacketShelf, word: unknown): FoundPacket {
  const digits = typeof word === 'string' ? word.toLowerCase() : '';
  if (!DIGITS.test(digits)) throw new OperatingError('usage', 'an id is 4 to 32 hexadecimal digits');
  const [found, ...others] = shelf.heldByDigits(digits, AMBIGUOUS_SHOWN + 1);
  if (!found)
    throw new OperatingError('not_found', `no packet that begins with ${digits} is held; qis packets lists them`);
  if (others.length > 0) {
    const ids = [found, ...others]
      .slice(0, AMBIGUOUS_SHOWN)
      .map(({ id }) => id.toString('hex').slice(0, digits.length + 4));
    const rest = others.length >= AMBIGUOUS_SHOWN ? ', ...' : '';
    throw new OperatingError(
      'usage',
      `${digits} is the beginning of several ids (${ids.join(', ')}${rest}); give more digits`,
    );
  }
  const shown = shownOf(found, createOrigins(shelf.nameOf)(found.origin), shelf.domains);
  if (!shown) throw new OperatingError('packet_invalid', `${digits} is held, and is no packet of this version`);
  return { ...shown, bytes: found.bytes.toString('hex') };
}

function shownOf(held: HeldPacket, origin: Origin, domains: Domains): ShownPacket | undefined {
  const parsed = parse(held.bytes);
  if (!parsed.ok) return undefined;
  const { outcome } = parsed.packet;
  const { finding, phenomenon } = domains.named(outcome);
  return {
    id: held.id.toString('hex'),
    issued: timeText(outcome.issued * 1000),
    origin: origin.name,
    key: origin.key,
    finding,
    phenomenon,
    says: saidBy(outcome, domains),
    own: held.own,
    hops: held.hops,
    expires: timeText(held.expiresS * 1000),
    sent: held.sentMs === undefined ? null : timeText(held.sentMs),
    owed: held.owing,
  };
}

function saidBy(outcome: Outcome, domains: Domains): string {
  const profile = domains.of(outcome.domain);
  const meant = profile && phenomenonOf(profile, outcome);
  const values = meant && {
    observed: outcome.observed * meant.scale,
    baseline: outcome.baseline * meant.scale,
    unit: QUANTITIES[meant.quantity].unit,
  };
  return packetWords({
    ...domains.named(outcome),
    values,
    falls: isFall(profile, { outcome }),
    score: outcome.score / 100,
    verdict: verdictOf(outcome),
    evidence: outcome.evidence.map((id) => id.toString('hex')),
  });
}

const timeText = (timeMs: number): string => new Date(timeMs).toISOString();

/** Checking a key takes a moment, and a few origins have thousands of packets. */
function createOrigins(nameOf: PacketShelf['nameOf']): (key: Buffer) => Origin {
  const known = new Map<string, Origin>();
  return (key) => {
    const hex = key.toString('hex');
    const nodeId = known.get(hex)?.nodeId ?? publicKey(key)?.nodeId.toString('hex') ?? hex;
    const origin = known.get(hex) ?? { name: nameOf(nodeId), key: keyText(key), nodeId };
    known.set(hex, origin);
    return origin;
  };
}

function isOf({ name, key, nodeId }: Origin, from: string): boolean {
  const word = from.toLowerCase();
  return name === from || (word.length >= 8 && (key.startsWith(word) || nodeId.startsWith(word)));
}

function checkPhenomenon(domains: Domains, name: string | undefined): void {
  const names = domains.all.flatMap(({ phenomena }) => phenomena.map((phenomenon) => phenomenon.name));
  if (name === undefined || name === 'unknown' || names.includes(name)) return;
  throw new OperatingError('usage', `no phenomenon is called ${JSON.stringify(name)}${didYouMean(name, names)}`);
}
