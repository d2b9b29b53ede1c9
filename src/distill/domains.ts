// Holds the domains of a gateway: those that come with qis and those an operator wrote, found by packet or by quantity.
//
// A packet of any other domain is still verified, kept and relayed; nobody weighs it here.
// Invariant: no two domains have one id, and no quantity belongs to two of them (config/domain-profile.ts refuses that).
import { type Condition, type Domain, FINDING, FINDINGS, type ShownFinding } from '../core/condition.ts';
import { type DomainProfile, phenomenonOf } from '../core/domain.ts';
import type { Quantity } from '../core/quantities.ts';
import { AIR } from './air.ts';
import { CLINICAL } from './clinical.ts';
import { FINETUNE } from './finetune.ts';

/** Those that come with qis, by name. */
export const BUILT_IN_DOMAINS: readonly DomainProfile[] = [AIR, FINETUNE, CLINICAL];

export interface Domains {
  readonly all: readonly DomainProfile[];
  /** @returns undefined for a domain this gateway does not know */
  of(domain: Domain): DomainProfile | undefined;
  /** The one with a phenomenon of this quantity. */
  ofQuantity(quantity: Quantity): DomainProfile | undefined;
  /** Finding and phenomenon by name, for people. */
  named(outcome: Pick<Condition, 'domain' | 'coarse'> & { finding: number }): NamedOutcome;
}

export interface NamedOutcome {
  readonly finding: ShownFinding;
  /** Of what was deposited its domain; `unknown` for a domain or a phenomenon this gateway does not know. */
  readonly phenomenon: string;
}

export function createDomains(profiles: readonly DomainProfile[]): Domains {
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  const byQuantity = new Map(
    profiles.flatMap((profile) => profile.phenomena.map(({ quantity }) => [quantity, profile] as const)),
  );
  return {
    all: profiles,
    of: (domain) => byId.get(domain),
    ofQuantity: (quantity) => byQuantity.get(quantity),
    named(outcome) {
      const profile = byId.get(outcome.domain);
      const phenomenon = profile && phenomenonOf(profile, outcome);
      // What was deposited is about no phenomenon; its domain says what it is about.
      const about = outcome.finding === FINDING.outcome ? profile?.name : undefined;
      return { finding: FINDINGS[outcome.finding] ?? 'later', phenomenon: phenomenon?.name ?? about ?? 'unknown' };
    },
  };
}
