// Explains a verdict: who said what, when, how far away, what it weighed and why, and what would change it.
//
//     a weighing as it decided (weighing.ts) ──> its votes, in numbers; and the same weighing with more neighbours
// Nothing is reckoned here that decided otherwise: weights, caps and odds are those of the weighing, and what would change
// it is found by asking the weighing. Invariant: the prior, the votes and the rest add up to its log-odds.
import { FINDING } from '../core/condition.ts';
import type { DomainProfile } from '../core/domain.ts';
import { phenomenonOf } from '../core/domain.ts';
import type { VerdictName } from '../core/events.ts';
import { OPEN_MS } from './answers.ts';
import type { Reckoning } from './reckonings.ts';
import { distanceM, isFall, type Place, type Sighting } from './sighting.ts';
import {
  type CountedVote,
  probabilityOf,
  sideOf,
  type Vote,
  verdictOf,
  voteFactors,
  WEIGHING,
  weigh,
} from './weighing.ts';

/** What a neighbour's packet says of the finding. */
export type Says = 'sees_it' | 'confirms' | 'refutes' | 'concludes_real' | 'concludes_local';

export interface ExplainedVote {
  /** Packet, and node id of its origin; hex. */
  readonly id: string;
  readonly origin: string;
  readonly says: Says;
  readonly side: 1 | -1;
  /** When it was said, Unix ms. */
  readonly timeMs: number;
  /** From the station of the finding; undefined where one of them states no place. */
  readonly distanceM: number | undefined;
  readonly sensorClass: number;
  /** 0 to 1 each; witnesses 1 to 2. Their product is the weight. */
  readonly confidence: number;
  readonly similarity: number;
  readonly freshness: number;
  readonly witnesses: number;
  readonly weight: number;
  /** What the word of its origin is worth: 1 is a pinned key that nothing is known of yet. */
  readonly trust: number;
  /** What is left of the weight after trust and caps, and which cap took something. */
  readonly counts: number;
  readonly cappedBy: CountedVote['cappedBy'];
  readonly logOdds: number;
}

/** So many neighbours more, of full weight and with sensors of other kinds, and the verdict is another one. */
export interface Change {
  readonly side: 1 | -1;
  /** Undefined: however many there are. */
  readonly neighbours: number | undefined;
  readonly verdict: VerdictName | undefined;
}

export interface VerdictExplanation {
  readonly kind: 'verdict';
  /** Of the packet it is about, in hex. */
  readonly id: string;
  readonly phenomenon: string;
  readonly falls: boolean;
  readonly verdict: VerdictName;
  readonly probability: number;
  /** It stands because it was so before: as it is weighed now it would not be told. */
  readonly isKept: boolean;
  /** What the probability was raised to, because it is confirmed. */
  readonly raisedTo: number | undefined;
  /** When it was weighed last, and until when packets of others are weighed (a fault needs none), Unix ms. */
  readonly timeMs: number;
  readonly openUntilMs: number | undefined;
  readonly prior: number;
  readonly logOdds: number;
  /** So many trusted origins saw it that it is an event whoever else says no. */
  readonly isConfirmed: boolean;
  /** Strongest first. */
  readonly votes: readonly ExplainedVote[];
  /** Weaker ones that are not listed. */
  readonly others: { readonly votes: number; readonly logOdds: number };
  /** What others say beside it, where a check of the device decided alone. */
  readonly beside: readonly ExplainedVote[];
  readonly changes: readonly Change[];
}

/** So many are tried; where these change nothing, nobody else will. */
const NEIGHBOURS_TRIED = 12;

/** @param placeOf where an origin stands, as far as it told */
export function explainVerdict(
  profile: DomainProfile,
  reckoning: Reckoning,
  placeOf: (origin: string) => Place | undefined,
): VerdictExplanation {
  const { about, weighed, beside, others, nowMs } = reckoning;
  const explained = (votes: readonly CountedVote[]) =>
    votes.map((vote): ExplainedVote => {
      const { place } = sideOf(vote.sighting) ? { place: placeOf(vote.sighting.origin) } : vote.sighting;
      const apartM = about.place && place ? distanceM(about.place, place) : undefined;
      return { ...explainedVote(vote), ...voteFactors(profile, about, vote.sighting, nowMs), distanceM: apartM };
    });
  const isFault = weighed.verdict === 'fault';
  const isRaised = weighed.probability > probabilityOf(weighed.logOdds, false);
  return {
    kind: 'verdict',
    id: about.id,
    phenomenon: phenomenonOf(profile, about.outcome)?.name ?? '',
    falls: isFall(profile, about),
    verdict: weighed.verdict,
    probability: weighed.probability,
    isKept: !isFault && verdictOf(weighed.probability, undefined) !== weighed.verdict,
    raisedTo: isRaised ? WEIGHING.eventProbabilityMin : undefined,
    timeMs: nowMs,
    openUntilMs: isFault ? undefined : about.issuedMs + OPEN_MS,
    prior: weighed.prior,
    logOdds: weighed.logOdds,
    isConfirmed: weighed.isConfirmed,
    votes: explained(weighed.votes),
    others,
    beside: explained(beside),
    changes: isFault ? [] : [changeBy(reckoning, 1), changeBy(reckoning, -1)],
  };
}

/** The probability that an explanation shows, from nothing but what stands in it. */
export function probabilityShown({ prior, votes, others, isConfirmed }: VerdictExplanation): number {
  return probabilityOf(
    votes.reduce((sum, { logOdds }) => sum + logOdds, prior + others.logOdds),
    isConfirmed,
  );
}

function explainedVote(vote: CountedVote) {
  const { sighting, side, weight, trust = 1, counts, cappedBy, logOdds } = vote;
  const { id, origin, issuedMs, outcome } = sighting;
  return {
    id,
    origin,
    says: saysOf(sighting, side),
    side,
    timeMs: issuedMs,
    sensorClass: outcome.sensor,
    weight,
    trust,
    counts,
    cappedBy,
    logOdds,
  };
}

function saysOf({ outcome: { finding } }: Sighting, side: 1 | -1): Says {
  if (finding === FINDING.confirm) return 'confirms';
  if (finding === FINDING.refute) return 'refutes';
  if (finding === FINDING.verdict) return side === 1 ? 'concludes_real' : 'concludes_local';
  return 'sees_it';
}

/** Asks the weighing itself, with one neighbour more each time; the votes that are not listed stand in its prior. */
function changeBy({ about, weighed, others }: Reckoning, side: 1 | -1): Change {
  const { verdict, votes, prior, isConfirmed } = weighed;
  const more: Vote[] = [];
  const newest = Math.max(0, ...votes.map(({ sighting }) => sighting.outcome.sensor));
  while (more.length < NEIGHBOURS_TRIED && !(isConfirmed && side === -1)) {
    const [finding, sensor] = [side === 1 ? FINDING.event : FINDING.refute, newest + 1 + more.length];
    const sighting = { ...about, origin: `${more.length}`, outcome: { ...about.outcome, finding, sensor } };
    more.push({ sighting, side, weight: WEIGHING.originWeightMax });
    const then = weigh([...votes, ...more], prior + others.logOdds, verdict);
    if (then.verdict !== verdict) return { side, neighbours: more.length, verdict: then.verdict };
  }
  return { side, neighbours: undefined, verdict: undefined };
}
