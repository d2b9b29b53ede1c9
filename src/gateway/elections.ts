// The elections of the domains in which outcomes are deposited, joined to packets: reports in, what each packet counts out.
//
//     verdict on an outcome ──its packet──> claim and share ──> election of the domain ──> store: what it is worth
//
// Works on a store that runs and on a file that is only read. Invariant: a report counts for an outcome that is held here, of
// the domain that it says, once it was verified and committed; what a key says that contradicted itself counts nothing.
import { type Condition, type Domain, FINDING } from '../core/condition.ts';
import type { DomainProfile } from '../core/domain.ts';
import type { Domains } from '../distill/domains.ts';
import { publicKey } from '../packet/gate.ts';
import type { Outcome } from '../packet/outcome.ts';
import { parse } from '../packet/packet.ts';
import { createElection, type Election, type SavedElection } from '../synthesize/election/election.ts';
import type { OpenAdvice } from '../synthesize/election/open-advice.ts';
import type { Claim } from '../synthesize/election/report.ts';
import { similarity } from '../synthesize/similarity.ts';
import type { FoundPacket } from './outcomes.ts';
import type { OwnSimilarities } from './similarity-module.ts';
import type { Way } from './way-search.ts';

/** What packets count for one question. */
export interface JudgedPackets {
  /** In a pool: 1 is a pinned key that nothing is known of. */
  reputationOf(packet: FoundPacket): number;
  /** By which answers are ordered. */
  orderOf(packet: FoundPacket): number;
}

export type SavedElections = Readonly<Record<string, SavedElection | undefined>>;

export interface ElectionsOptions {
  readonly domains: Pick<Domains, 'all'>;
  /** Our own node id in hex; undefined where this gateway has no key yet. */
  readonly own: string | undefined;
  readonly pinned: ReadonlySet<string>;
  /** Whether the word of a node (in hex) counts at all in a domain. */
  readonly isHeeded: (nodeId: string, profile: DomainProfile) => boolean;
  /** A packet that is held; origin is its public key. */
  readonly packet: (id: Buffer) => { readonly origin: Buffer; readonly bytes: Buffer } | undefined;
  /** In [0, 1). */
  readonly random: () => number;
  /** The similarity functions of a domain, its own first, at most `rivalsMax`. Absent: those that it names. */
  readonly waysOf?: (profile: DomainProfile) => readonly Way[];
  /** Of the functions that are modules, those that run; absent: none does, and dimensions stand in for the one in use. */
  readonly moduleOf?: OwnSimilarities['moduleOf'] | undefined;
  /** By the name of the domain. */
  readonly saved?: SavedElections | undefined;
  /** What an outcome, and the word of its origin, is worth has changed, or was saved. */
  readonly onWorth?: (about: { readonly id: Buffer; readonly worth: number; readonly credit: number }) => void;
}

export interface Elections {
  /** A verdict was committed; those on anything but an outcome that is held are let pass. */
  heard(packet: { readonly nodeId: Buffer; readonly outcome: Outcome }, nowMs: number): void;
  /** The packet of an outcome went. */
  gone(id: Buffer): void;
  judged(asked: { readonly profile: DomainProfile; readonly wanted: Condition }, nowMs: number): JudgedPackets;
  /** The one that answers this time, and all there are. */
  choose(profile: DomainProfile): Way;
  ways(profile: DomainProfile): readonly Way[];
  advised(profile: DomainProfile, advice: OpenAdvice): void;
  /** Plain JSON. */
  state(): SavedElections;
}

interface Seat {
  readonly profile: DomainProfile;
  readonly ways: readonly Way[];
  readonly election: Election;
}

export function createElections(options: ElectionsOptions): Elections {
  const { domains, own = '', pinned, isHeeded, packet, random, saved, onWorth, moduleOf } = options;
  const seats = new Map<Domain, Seat>();
  for (const profile of domains.all) {
    if (!profile.deposits) continue;
    const ways = options.waysOf?.(profile) ?? ownWays(profile, moduleOf);
    const functions = ways.map(({ name }) => name);
    const election = createElection({ own, pinned, functions, saved: saved?.[profile.name] });
    seats.set(profile.id, { profile, ways, election });
    for (const id of election.worthy()) tellWorth(election, Buffer.from(id, 'hex'));
  }

  function claimAt(id: Buffer): Claim | undefined {
    const row = packet(id);
    const parsed = row && parse(row.bytes);
    const key = row && publicKey(row.origin);
    if (!parsed?.ok || !key || parsed.packet.outcome.finding !== FINDING.outcome) return undefined;
    return claimOf({ id: id.toString('hex'), origin: key.nodeId.toString('hex'), outcome: parsed.packet.outcome });
  }

  function tellWorth(election: Election, id: Buffer): void {
    const claim = onWorth && claimAt(id);
    if (claim) onWorth({ id, worth: election.cameOf(claim.id), credit: election.creditOf(claim.origin) });
  }

  const electionOf = ({ id }: DomainProfile): Election => seats.get(id)!.election;

  return {
    heard({ nodeId, outcome }, nowMs) {
      const seat = seats.get(outcome.domain);
      const reporter = nodeId.toString('hex');
      const [about] = outcome.evidence;
      if (!seat || !about || outcome.finding !== FINDING.verdict || !isHeeded(reporter, seat.profile)) return;
      const claim = claimAt(about);
      if (claim?.condition.domain !== outcome.domain) return;
      seat.election.heard({ claim, reporter, share: outcome.score / 100 }, nowMs);
      tellWorth(seat.election, about);
    },
    gone(id) {
      for (const { election } of seats.values()) election.gone(id.toString('hex'));
    },
    judged({ profile, wanted }, nowMs) {
      const likeness = (a: Condition, b: Condition) => similarity(profile, a, b);
      const judged = electionOf(profile).judged(wanted, { likeness, nowMs });
      const heeded = (weight: (claim: Claim) => number) => (found: FoundPacket) =>
        isHeeded(found.origin, profile) ? weight(claimOf(found)) : 0;
      return { reputationOf: heeded(judged.reputationOf), orderOf: heeded(judged.orderOf) };
    },
    choose(profile) {
      const name = electionOf(profile).choose(random());
      return seats.get(profile.id)!.ways.find((way) => way.name === name)!;
    },
    ways: ({ id }) => seats.get(id)!.ways,
    advised: (profile, advice) => electionOf(profile).advised(advice),
    state: () =>
      Object.fromEntries([...seats.values()].map(({ profile, election }) => [profile.name, election.state()])),
  };
}

function claimOf({ id, origin, outcome }: Pick<FoundPacket, 'id' | 'origin' | 'outcome'>): Claim {
  const { domain, coarse, fine, action } = outcome;
  return { id, origin, action: typeof action === 'number' ? action : action[0], condition: { domain, coarse, fine } };
}

/** Those of its file. A module that does not run is no rival: its dimensions say nothing of their own. */
function ownWays(profile: DomainProfile, moduleOf: OwnSimilarities['moduleOf'] = () => undefined): readonly Way[] {
  const [first, ...others] = profile.similarities ?? [];
  if (!first) return [{ name: 'weighted', profile }];
  const rivals = others.flatMap(({ name, coarse, fine, module: file }) => {
    const module = moduleOf(profile, name);
    return file === undefined || module ? [{ name, profile: { ...profile, coarse, fine }, module }] : [];
  });
  return [{ name: first.name, profile, module: moduleOf(profile, first.name) }, ...rivals];
}
