// The registry of domain profiles this build knows. A packet of another domain is still verified, kept and relayed.
import type { Domain } from '../core/condition.ts';
import type { DomainProfile } from '../core/domain.ts';
import { AIR } from './air.ts';

const PROFILES: readonly DomainProfile[] = [AIR];

/** @returns the profile of a domain given by number or by name, undefined when this build has none */
export function profileOf(domain: Domain): DomainProfile | undefined {
  return PROFILES.find((profile) => profile.number === domain || profile.name === domain);
}
