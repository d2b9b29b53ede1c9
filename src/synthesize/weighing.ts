// Votes for and against a finding -> a probability and a verdict.
//
// A vote weighs confidence x similarity x freshness x sqrt(samples), capped per origin (its strongest counts, once) and
// per sensor class (instruments of one class err alike: ten of them are not ten witnesses). Weights add up as log-odds.
import { FINDING } from '../core/condition.ts';
import type { DomainProfile } from '../core/domain.ts';
import type { Sighting } from './sighting.ts';
import { similarity } from './similarity.ts';

export const WEIGHING = {
  /** Age at which a vote counts half. */
  halfLifeMs: 3_600_000,
  /** What one origin can weigh: one gateway alone never decides against a clear local view. */
  originWeightMax: 2,
  /** What one sensor class can weigh: two independent origins' worth. */
  classWeightMax: 4,
  /** Log-odds per unit of weight: one good neighbour (2) takes even odds to 0.86. */
  logOddsPerWeight: 0.9,
  /** From here an alarm is called an event. */
  eventProbabilityMin: 0.75,
  /** Down to here it is called a fault. */
  faultProbabilityMax: 0.25,
} as const;

export interface Vote {
  readonly sighting: Sighting;
  /** +1 says event, -1 says fault. */
  readonly side: 1 | -1;
  readonly weight: number;
}

export type VerdictName = 'event' | 'fault' | 'uncorroborated';

export interface Weighed {
  readonly verdict: VerdictName;
  /** That it is a real event. */
  readonly probability: number;
  /** The votes that counted, strongest first. */
  readonly votes: readonly Vote[];
}

export function voteWeight(profile: DomainProfile, about: Sighting, voter: Sighting, nowMs: number): number {
  const { confidence, samples } = voter.outcome;
  const freshness = 2 ** (-Math.max(0, nowMs - voter.issuedMs) / WEIGHING.halfLifeMs);
  return (
    (confidence / 100) * similarity(profile, about.outcome, voter.outcome) * freshness * Math.sqrt(Math.max(1, samples))
  );
}

/** @param priorLogOdds what the local view alone says: 0 is undecided */
export function weigh(votes: readonly Vote[], priorLogOdds: number): Weighed {
  const counted = strongestPerOrigin(votes);
  const perClass = new Map<number, number>();
  let logOdds = priorLogOdds;
  for (const { sighting, side, weight } of counted) {
    const key = sighting.outcome.sensor * side;
    const used = perClass.get(key) ?? 0;
    const share = Math.min(weight, WEIGHING.originWeightMax, WEIGHING.classWeightMax - used);
    perClass.set(key, used + share);
    logOdds += side * share * WEIGHING.logOddsPerWeight;
  }
  const probability = 1 / (1 + Math.exp(-logOdds));
  return { verdict: verdictOf(probability), probability, votes: counted };
}

function verdictOf(probability: number): VerdictName {
  if (probability >= WEIGHING.eventProbabilityMin) return 'event';
  return probability <= WEIGHING.faultProbabilityMax ? 'fault' : 'uncorroborated';
}

function strongestPerOrigin(votes: readonly Vote[]): Vote[] {
  const best = new Map<string, Vote>();
  for (const vote of votes) {
    const held = best.get(vote.sighting.origin);
    if (!held || vote.weight > held.weight) best.set(vote.sighting.origin, vote);
  }
  return [...best.values()].filter((vote) => vote.weight > 0).sort((a, b) => b.weight - a.weight);
}

/** What a finding about another finding says of it; undefined for first-hand findings. */
export function sideOf(sighting: Sighting): 1 | -1 | undefined {
  const { finding, score } = sighting.outcome;
  if (finding === FINDING.confirm) return 1;
  if (finding === FINDING.refute) return -1;
  if (finding === FINDING.verdict) return score >= 50 ? 1 : -1;
  return undefined;
}
