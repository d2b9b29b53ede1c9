// Sorts who is around into one row each, and finds what is wrong with each: who is there, who is silent, who came instead.
//
//     neighbours written down ──┐
//     peers of custody ─────────┼──> neighbours, then those that dial us, then those that knock and are not heard
//     knocks (knock-log.ts) ────┘
//
// Behind a link without a key there may be many gateways (a shared broker): they are its row. Invariant: a peer counts in one row.
import type { Config, NeighbourConfig } from '../config/config.ts';
import { type PublicKey, publicKey } from '../packet/gate.ts';
import type { Keyring } from '../packet/keyring.ts';
import type { Delivery } from '../route/custody/delivery.ts';
import type { LinkStats } from '../route/mqtt/mesh.ts';
import type { Peer } from '../route/session/peer-table.ts';
import type { KnockLog, LoggedKnock } from './knock-log.ts';
import { problemOf } from './neighbour-problem.ts';

export interface Row {
  readonly name: string;
  /** Written down for it; its own, where it is no neighbour. */
  readonly key: PublicKey | undefined;
  readonly link: LinkStats | undefined;
  readonly there: readonly Peer[];
  readonly isConnected: boolean;
  /** For the operator. */
  readonly problem: string | undefined;
}

export interface RowsParts {
  readonly config: Pick<Config, 'neighbours' | 'peers' | 'membership'>;
  readonly own: PublicKey;
  readonly links: () => readonly LinkStats[];
  /** Whether a gateway with this key is connected to our broker. */
  readonly isServed: (key: PublicKey) => boolean;
  readonly delivery: Pick<Delivery, 'peers'>;
  readonly knocks: Pick<KnockLog, 'all'>;
  readonly keyring: Pick<Keyring, 'candidates' | 'nameOf'>;
  /** Never set: patience is counted in it. */
  readonly uptimeMs: () => number;
}

/** Long enough for an answer to the second PING, which goes after 15 s. */
const SILENCE_MS = 20_000;
/** A neighbour that is to dial us tries about twice a minute. */
const ABSENCE_MS = 45_000;
/** What one frame shows may be put right by the next: a gateway on a shared broker greets all it knows in turn. */
const SETTLE_MS = 3_000;

/** A neighbour that restarts, or whose update fails twice, is not told. */
const CUTS = 4;

type Known = Pick<Row, 'name' | 'key' | 'link' | 'there'> & { readonly isElsewhere: boolean };

/** @returns the rows of now; call it about once a second, so that it sees how long what lasts */
export function createRows(parts: RowsParts): () => readonly Row[] {
  const { config, delivery, knocks, isServed } = parts;
  const written = config.neighbours.map((neighbour) => ({ ...neighbour, key: keyOf(neighbour) }));
  const wrongOf = createDiagnosis(parts);
  return () => {
    const left = new Set(delivery.peers());
    const take = (isOne: (peer: Peer) => boolean) => {
      const taken = [...left].filter(isOne);
      for (const peer of taken) left.delete(peer);
      return taken;
    };
    const speaking = new Set([...left].filter(isHeard).map(({ key }) => idOf(key)));
    const knocking = new Set(knocks.all().filter(({ key }) => !speaking.has(idOf(key))));
    const links = new Map(parts.links().map((link) => [link.name, link]));
    const named = written.map((one) => ({ ...one, there: take(({ key }) => isSame(one.key, key)) }));
    const neighbours = named.map(({ name, key, network, there }): Row => {
      const link = links.get(name);
      const others = link && !key ? take(({ ways }) => ways.some(({ id }) => id === `link:${name}`)) : [];
      const known = { name, key, link, there: [...there, ...others], isElsewhere: network !== undefined };
      const isThere = known.isElsewhere ? there.some(isHeard) : key !== undefined && isServed(key);
      return { ...known, isConnected: link?.up ?? isThere, problem: wrongOf(known, knocking) };
    });
    const callers = [...left].filter(isHeard).map((peer) => callerOf(parts, peer));
    return [...neighbours, ...callers, ...strangers(parts, knocking)];
  };
}

/** @returns what finds what is wrong with one neighbour, and takes the knocks that belong to it */
function createDiagnosis({ config, own, keyring, delivery, isServed, uptimeMs }: RowsParts) {
  const sinceMs = new Map<string, number>();
  const mayHearAnyone = config.peers.length > 0 || config.membership === 'open';

  /** For how long it has been so, each time it was asked. */
  function lastingMs(what: string, isSo: boolean): number {
    if (!isSo) sinceMs.delete(what);
    else if (!sinceMs.has(what)) sinceMs.set(what, uptimeMs());
    return uptimeMs() - (sinceMs.get(what) ?? uptimeMs());
  }

  /** Another gateway that speaks on the link to a neighbour, where that one itself was not heard last. */
  function impostor({ name, key, link, there }: Known): PublicKey | undefined {
    const isLast = (peer: Peer) => isHeard(peer) && peer.ways[0]?.id === `link:${name}`;
    const others = key && link?.up && !there.some(isLast) ? delivery.peers().filter(isLast) : [];
    const other = others.find((peer) => !isSame(key, peer.key))?.key;
    return lastingMs(`${name}/other`, other !== undefined) >= SETTLE_MS ? other : undefined;
  }

  return (it: Known, knocking: Set<LoggedKnock>): string | undefined => {
    const { name, key, link, there, isElsewhere } = it;
    const isNew = !there.some(isHeard);
    const waitedMs = lastingMs(name, isNew && !isElsewhere && (link?.up ?? true));
    const other = impostor(it);
    const ofIt = [...knocking].filter(
      ({ key: from, via }) => isSame(key, from) || (key && isNew && via.neighbour === name),
    );
    // Under whatever account it comes as well.
    const keys = new Set(ofIt.map((knock) => idOf(knock.key)));
    for (const knock of knocking) if (keys.has(idOf(knock.key))) knocking.delete(knock);
    const settled = ofIt.filter((knock) => uptimeMs() - knock.sinceMs >= SETTLE_MS);
    const came = settled.find(({ key: from }) => !isSame(key, from))?.key ?? other;
    const taken = settled.find(({ to }) => to)?.to;
    const isDue = ofIt.length === 0 && (link?.up ?? true) && (key !== undefined || !mayHearAnyone);
    const isOpen = link !== undefined || (key !== undefined && isServed(key));
    const isSilent = isDue && isOpen && waitedMs >= SILENCE_MS;
    const isAbsent = isDue && !isOpen && waitedMs >= ABSENCE_MS;
    return problemOf({ name, own, keyring, key, came, taken, isSilent, isAbsent, isCut: (link?.cuts ?? 0) >= CUTS });
  };
}

/** It dials us, and is heard. */
function callerOf({ keyring, isServed }: RowsParts, peer: Peer): Row {
  const { key } = peer;
  const isConnected = isServed(key);
  return { name: keyring.nameOf(idOf(key)), key, link: undefined, there: [peer], isConnected, problem: undefined };
}

/** They dial us or the same broker, and are not heard. */
function strangers({ own, keyring, isServed, uptimeMs }: RowsParts, knocking: ReadonlySet<LoggedKnock>): Row[] {
  return [...Map.groupBy(knocking, ({ key }) => idOf(key)).values()].flatMap((ofOne): Row[] => {
    const [{ key, via, sinceMs }] = ofOne as [LoggedKnock];
    if (uptimeMs() - sinceMs < SETTLE_MS) return [];
    const taken = ofOne.find(({ to }) => to)?.to;
    const isKnown = keyring.candidates(key.kid).some((known) => isSame(known, key));
    const account = via.reachesAll ? `somebody at ${via.neighbour}` : via.neighbour;
    const name = isKnown ? keyring.nameOf(idOf(key)) : account;
    const known = isKnown ? { key } : { key: undefined, came: key };
    const problem = problemOf({ name, own, keyring, taken, ...known });
    return [{ name, key, link: undefined, there: [], isConnected: isServed(key), problem }];
  });
}

const isHeard = ({ session }: Peer): boolean => session !== undefined;
const idOf = ({ nodeId }: PublicKey): string => nodeId.toString('hex');
const isSame = (a: PublicKey | undefined, b: PublicKey): boolean => a?.bytes.equals(b.bytes) ?? false;
const keyOf = ({ key }: NeighbourConfig): PublicKey | undefined => key && publicKey(key);
