// A follow-up: what came of it for somebody who did what an outcome says, as a verdict on that outcome.
//
// It repeats the condition of what it speaks of, so that it travels where that did; its score is the share of the promised
// effect that came (protocol section 2). Invariant: it speaks of one packet, and lives as long as an outcome may.
import { FINDING } from '../core/condition.ts';
import { keptHMax } from '../core/limits.ts';
import type { Outcome } from '../packet/outcome.ts';

/** An outcome as it waits to be issued: all but what belongs to the moment. */
export type Unissued = Omit<Outcome, 'issued' | 'sequence' | 'clock' | 'context'>;

/** @param share of the promised effect that came, 0 to 1 */
export function followUp(about: { readonly id: Buffer; readonly outcome: Outcome }, share: number): Unissued {
  const { domain, coarse, fine } = about.outcome;
  return {
    version: 1,
    domain,
    coarse,
    fine,
    finding: FINDING.verdict,
    action: 0,
    score: Math.round(share * 100),
    observed: 0,
    baseline: 0,
    spread: 0,
    samples: 1,
    confidence: 100,
    age: 0,
    duration: 0,
    lifetime: keptHMax,
    sensor: 0,
    evidence: [about.id],
  };
}
