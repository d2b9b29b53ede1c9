// Finds the domain that a deposit or a question names, among those of this gateway, or says how to add it.
import type { DomainProfile } from '../core/domain.ts';
import { didYouMean } from '../core/nearest.ts';
import { BUILT_IN_DOMAINS, type Domains } from '../distill/domains.ts';
import { type Checked, shown } from '../distill/where.ts';

/** @returns what is wrong otherwise, in one line with key and value */
export function domainNamed({ all }: Pick<Domains, 'all'>, name: unknown): Checked<DomainProfile> {
  const own = all.map((profile) => profile.name);
  if (name === undefined) return { problem: `domain: is missing; this gateway has ${own.join(', ')}` };
  const profile = all.find((one) => one.name === name);
  if (profile?.deposits) return { value: profile };
  if (profile) return { problem: `domain: nothing is deposited in ${profile.name}` };
  const isBuiltIn = BUILT_IN_DOMAINS.some((one) => one.name === name);
  const added = isBuiltIn ? `[${[...own, name].join(', ')}]` : `[${own.join(', ')}, ./its-file.yaml]`;
  const advice = (isBuiltIn ? '' : didYouMean(String(name), own)) || `; write domains: ${added} in its configuration`;
  return { problem: `domain: ${shown(name)} is not one of this gateway, which has ${own.join(', ')}${advice}` };
}
