// Made networks in which some of the sites lie in concert: how far the pooled effect is off, and how often its interval
// holds the truth, guarded and not.

import { normal, seededRandom } from '../../src/sim/random.ts';
import { pool } from '../../src/synthesize/pool.ts';
import type { SiteResult } from '../../src/synthesize/pooling/claim.ts';
import { site } from './sites.ts';

/** What a liar claims; the truth is 0, and an honest standard error is .25, give or take a half. */
export const LIES = {
  shifted: { effect: 1.5, spread: 0.05 },
  far: { effect: 5, spread: 0 },
  precise: { effect: 1.5, spread: 0, standardError: 0.01 },
  /** Within what an honest site may report, which no figure of the packet can tell from one. */
  near: { effect: 0.6, spread: 0.05 },
  near_precise: { effect: 0.4, spread: 0, standardError: 0.01 },
} as const satisfies Record<string, { effect: number; spread: number; standardError?: number }>;

export interface Network {
  readonly sites: number;
  readonly tau: number;
  readonly lie: keyof typeof LIES;
  /** Share of the sites. */
  readonly liars: number;
}

export interface Outcome {
  readonly bias: number;
  readonly rmse: number;
  /** Share of the runs whose interval held the truth. */
  readonly coverage: number;
  readonly width: number;
  readonly aside: number;
  readonly tau2: number;
}

export function networkOf({ sites, tau, lie, liars }: Network, random: () => number): SiteResult[] {
  const count = Math.round(sites * liars);
  const claim: { effect: number; spread: number; standardError?: number } = LIES[lie];
  return Array.from({ length: sites }, (_, i) => {
    const standardError = 0.25 * Math.exp(0.5 * normal(random));
    const honest = tau * normal(random) + standardError * normal(random);
    if (i >= count) return site(i, { effect: honest, standardError });
    const effect = claim.effect + claim.spread * normal(random);
    return site(i, { effect, standardError: claim.standardError ?? standardError });
  });
}

export function outcomeOf(network: Network, options: { runs: number; seed: number; isGuarded: boolean }): Outcome {
  const random = seededRandom(options.seed);
  const sum = { bias: 0, squares: 0, coverage: 0, width: 0, aside: 0, tau2: 0 };
  for (let run = 0; run < options.runs; run++) {
    const { estimate, leftOut } = pool(networkOf(network, random), { isGuarded: options.isGuarded });
    const { effect, low, high, tau2 } = estimate!;
    sum.bias += effect;
    sum.squares += effect ** 2;
    sum.coverage += low <= 0 && high >= 0 ? 1 : 0;
    sum.width += high - low;
    sum.aside += leftOut.length;
    sum.tau2 += tau2;
  }
  const mean = (value: number) => value / options.runs;
  return {
    bias: mean(sum.bias),
    rmse: Math.sqrt(mean(sum.squares)),
    coverage: mean(sum.coverage),
    width: mean(sum.width),
    aside: mean(sum.aside),
    tau2: mean(sum.tau2),
  };
}

export interface Crowd {
  readonly honest: number;
  readonly sybils: number;
  /** What every Sybil claims. */
  readonly effect: number;
  readonly standardError: number;
  /** Each claims a class of its own; otherwise all claim one. */
  readonly hasOwnClasses: boolean;
}

/** Honest sites that see no effect, and unknown keys that all claim one. */
export function crowdOf(
  { honest, sybils, effect, standardError, hasOwnClasses }: Crowd,
  random: () => number,
): SiteResult[] {
  const known = networkOf({ sites: honest, tau: 0.2, lie: 'far', liars: 0 }, random);
  const unknown = Array.from({ length: sybils }, (_, i) =>
    site(`sybil-${i}`, {
      sharedClass: hasOwnClasses ? i : 'one',
      reputation: 1 / 3,
      samples: 1000,
      effect,
      standardError,
    }),
  );
  return [...unknown, ...known];
}

/** How often something is shown together, and by one of the unknown keys alone. */
export function shownOf(
  crowd: Crowd,
  { runs, seed }: { runs: number; seed: number },
): { together: number; alone: number } {
  const random = seededRandom(seed);
  let together = 0;
  let alone = 0;
  for (let run = 0; run < runs; run++) {
    const { significant } = pool(crowdOf(crowd, random));
    if (significant.together) together++;
    if (significant.alone.some((id) => id.includes('sybil'))) alone++;
  }
  return { together: together / runs, alone: alone / runs };
}
