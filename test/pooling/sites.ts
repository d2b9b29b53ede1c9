// Made sites whose pooled results metafor has worked out (metafor.json beside this): the data are ours and seeded.

import { normal, seededRandom } from '../../src/sim/random.ts';
import type { SiteResult } from '../../src/synthesize/pooling/claim.ts';
import type { Vote } from '../../src/synthesize/pooling/random-effects.ts';

interface World {
  readonly seed: number;
  readonly sites: number;
  /** Standard deviation of the sites' true effects. */
  readonly tau: number;
  readonly isTrusted?: boolean;
}

/** One and two sites, sites that agree, sites that differ a little and much, very unequal ones, and trusts below 1. */
export const WORLDS: Readonly<Record<string, World>> = {
  one: { seed: 1, sites: 1, tau: 0 },
  two: { seed: 2, sites: 2, tau: 0.3 },
  agreeing: { seed: 3, sites: 12, tau: 0 },
  differing: { seed: 4, sites: 12, tau: 0.2 },
  apart: { seed: 5, sites: 30, tau: 3 },
  many: { seed: 6, sites: 300, tau: 0.1 },
  trusted: { seed: 7, sites: 15, tau: 0.4, isTrusted: true },
  trusted_agreeing: { seed: 8, sites: 15, tau: 0, isTrusted: true },
};

/** Rounded, so that what is written as text is what is computed with. */
export function votesOf({ seed, sites, tau, isTrusted = false }: World): Vote[] {
  const random = seededRandom(seed);
  return Array.from({ length: sites }, () => {
    const standardError = 0.25 * Math.exp(0.7 * normal(random));
    const effect = 0.3 + tau * normal(random) + standardError * normal(random);
    const trust = isTrusted ? rounded(0.05 + 0.95 * random()) : 1;
    return { effect: rounded(effect), variance: rounded(standardError ** 2), trust };
  });
}

function rounded(value: number): number {
  return Number(value.toFixed(6));
}

/** Sites that are who they say, each alone in its class. */
export function asSites(votes: readonly Pick<Vote, 'effect' | 'variance'>[]): SiteResult[] {
  return votes.map(({ effect, variance }, i) => site(i, { effect, standardError: Math.sqrt(variance) }));
}

export function site(i: number | string, changes: Partial<SiteResult> = {}): SiteResult {
  return {
    id: `packet-${i}`,
    origin: `origin-${i}`,
    sharedClass: `class-${i}`,
    effect: 0.3,
    standardError: 0.2,
    samples: 30,
    similarity: 1,
    reputation: 1,
    ...changes,
  };
}
