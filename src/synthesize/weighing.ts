// Votes for and against a finding -> a probability and a verdict.
//
// A vote weighs confidence x similarity x freshness x sqrt(samples), capped per origin (its strongest counts, once),
// times what that origin's word is worth, and capped per sensor class (instruments of one class err alike: ten of them
// are not ten witnesses). Weights add up as log-odds.
// Invariant: a vote for the event never lowers the probability, and nothing is ever certain.
import { FINDING } from '../core/condition.ts';
import type { DomainProfile } from '../core/domain.ts';
import type { VerdictName } from '../core/events.ts';
import type { Sighting } from './sighting.ts';
import { similarity } from './similarity.ts';

export const WEIGHING = {
  /** Age at which a vote counts half. */
  halfLifeMs: 3_600_000,
  /** Readings of one sensor are no witnesses of their own: more than these would drown its confidence. */
  samplesMax: 4,
  /** What one origin can weigh: one gateway alone never decides against a clear local view. */
  originWeightMax: 2,
  /** What one sensor class can weigh: two independent origins' worth. */
  classWeightMax: 4,
  /** Log-odds per unit of weight: the best neighbour (2) takes even odds to 0.86, one of 0.85 at a distance to 0.8. */
  logOddsPerWeight: 0.9,
  /** As sure as it gets: 0.99995. */
  logOddsMax: 10,
  /** From here an alarm is called an event. */
  eventProbabilityMin: 0.75,
  /** Down to here it is called local: those who would have seen it did not. */
  localProbabilityMax: 0.25,
  /** So many origins that saw it suffice, whoever else is silent or says no, when the word of each is worth this much. */
  confirmersMin: 3,
  confirmerTrustMin: 0.7,
  /** A verdict once reached stands until the odds are against it: votes that merely age take nothing back. */
  keptUntilProbability: 0.5,
} as const;

export interface Vote {
  readonly sighting: Sighting;
  /** +1 says event, -1 says that there is none. */
  readonly side: 1 | -1;
  readonly weight: number;
  /** What the origin's word is worth (reputation.ts); 1 when absent. */
  readonly trust?: number;
}

/** A vote, and what became of its weight. */
export interface CountedVote extends Vote {
  /** What is left of the weight after trust and caps. */
  readonly counts: number;
  /** Which cap took something off it: of its origin, of its sensor class. */
  readonly cappedBy: 'origin' | 'sensor_class' | undefined;
  /** What it adds to the log-odds. */
  readonly logOdds: number;
}

export interface Weighed {
  readonly verdict: VerdictName;
  /** That it is a real event. */
  readonly probability: number;
  /** The votes that counted, strongest first. */
  readonly votes: readonly CountedVote[];
  /** What was given, and what it and the votes add up to, before anything bounds it. */
  readonly prior: number;
  readonly logOdds: number;
  /** So many origins that are trusted saw it that no more is asked. */
  readonly isConfirmed: boolean;
}

/** What makes the weight of a vote, each 0 to 1; `witnesses` is 1 to 2. */
export function voteFactors(profile: DomainProfile, about: Sighting, voter: Sighting, nowMs: number) {
  const { confidence, samples } = voter.outcome;
  return {
    confidence: confidence / 100,
    similarity: similarity(profile, about.outcome, voter.outcome),
    freshness: 2 ** (-Math.max(0, nowMs - voter.issuedMs) / WEIGHING.halfLifeMs),
    witnesses: Math.sqrt(Math.min(Math.max(1, samples), WEIGHING.samplesMax)),
  };
}

export function voteWeight(profile: DomainProfile, about: Sighting, voter: Sighting, nowMs: number): number {
  const { confidence, similarity, freshness, witnesses } = voteFactors(profile, about, voter, nowMs);
  return confidence * similarity * freshness * witnesses;
}

/**
 * @param priorLogOdds what the local view alone says: 0 is undecided
 * @param before the verdict so far
 */
export function weigh(votes: readonly Vote[], priorLogOdds: number, before?: VerdictName): Weighed {
  const counted = countedOf(strongestPerOrigin(votes));
  const logOdds = counted.reduce((sum, vote) => sum + vote.logOdds, priorLogOdds);
  const confirmed = isConfirmed(counted);
  const probability = probabilityOf(logOdds, confirmed);
  const verdict = verdictOf(probability, before);
  return { verdict, probability, votes: counted, prior: priorLogOdds, logOdds, isConfirmed: confirmed };
}

/** @param isConfirmed whether those who saw it suffice, whatever the odds */
export function probabilityOf(logOdds: number, isConfirmed: boolean): number {
  const bounded = Math.min(WEIGHING.logOddsMax, Math.max(-WEIGHING.logOddsMax, logOdds));
  const weighed = 1 / (1 + Math.exp(-bounded));
  return isConfirmed ? Math.max(weighed, WEIGHING.eventProbabilityMin) : weighed;
}

/** @param votes one of each origin, strongest first: they use up the weight of their sensor class in this order */
function countedOf(votes: readonly Vote[]): CountedVote[] {
  const perClass = new Map<number, number>();
  return votes.map((vote) => {
    const { sighting, side, weight, trust = 1 } = vote;
    // From 1, so that the sides of class 0 (unknown) stay apart.
    const key = (sighting.outcome.sensor + 1) * side;
    const used = perClass.get(key) ?? 0;
    const [own, left] = [Math.min(weight, WEIGHING.originWeightMax) * trust, WEIGHING.classWeightMax - used];
    const counts = Math.min(own, left);
    perClass.set(key, used + counts);
    const cappedBy = own > left ? 'sensor_class' : weight > WEIGHING.originWeightMax ? 'origin' : undefined;
    return { ...vote, counts, cappedBy, logOdds: side * counts * WEIGHING.logOddsPerWeight };
  });
}

/** What was concluded from others' words is no witness of its own. */
function isConfirmed(counted: readonly Vote[]): boolean {
  const confirmers = counted.filter(
    ({ sighting, side, trust = 1 }) =>
      side === 1 && trust >= WEIGHING.confirmerTrustMin && sighting.outcome.finding !== FINDING.verdict,
  );
  return confirmers.length >= WEIGHING.confirmersMin;
}

/** @param before an event and a local one stand until the odds are against them */
export function verdictOf(probability: number, before: VerdictName | undefined): VerdictName {
  const { eventProbabilityMin, localProbabilityMax, keptUntilProbability } = WEIGHING;
  if (probability >= (before === 'event' ? keptUntilProbability : eventProbabilityMin)) return 'event';
  return probability <= (before === 'local' ? keptUntilProbability : localProbabilityMax) ? 'local' : 'uncorroborated';
}

function strongestPerOrigin(votes: readonly Vote[]): Vote[] {
  const best = new Map<string, Vote>();
  for (const vote of votes) {
    const held = best.get(vote.sighting.origin);
    if (!held || vote.weight > held.weight) best.set(vote.sighting.origin, vote);
  }
  return [...best.values()].filter((vote) => vote.weight > 0).sort((a, b) => b.weight - a.weight);
}

/**
 * What a finding says of the packet with this id; undefined when it does not speak of it. A verdict speaks of the first id
 * alone: the others are what it was concluded from, and those may have said the opposite.
 */
export function sideOn(id: string, sighting: Sighting): 1 | -1 | undefined {
  const speaksOf =
    sighting.outcome.finding === FINDING.verdict ? sighting.evidence[0] === id : sighting.evidence.includes(id);
  return speaksOf ? sideOf(sighting) : undefined;
}

/** Which side a finding about another finding takes; undefined for first-hand findings. */
export function sideOf(sighting: Sighting): 1 | -1 | undefined {
  const { finding, score } = sighting.outcome;
  if (finding === FINDING.confirm) return 1;
  if (finding === FINDING.refute) return -1;
  if (finding === FINDING.verdict) return score >= 50 ? 1 : -1;
  return undefined;
}
