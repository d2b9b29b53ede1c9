// A report: what came of it for somebody who did what an outcome says, as the share of the promised effect.
//
// Invariant: nobody reports on a claim of his own, and a share is within 0 to 1 whatever was told.
import type { Condition } from '../../core/condition.ts';

/** What an outcome promised. */
export interface Claim {
  /** Of the packet, in hex. */
  readonly id: string;
  /** Node id in hex. */
  readonly origin: string;
  /** Code of the action. */
  readonly action: number;
  readonly condition: Condition;
}

export interface Report {
  readonly claim: Claim;
  /** Node id in hex. */
  readonly reporter: string;
  /** Of the promised effect, 0 to 1. */
  readonly share: number;
}

/** Whether it can be counted at all. */
export function isCountable({ claim, reporter, share }: Report): boolean {
  return reporter !== claim.origin && share >= 0 && share <= 1;
}
