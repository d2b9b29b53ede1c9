// Tells addresses from nonsense: where a module of the operator's own says to ask is checked before anybody asks there.
//
// Invariant: what passes begins with the address of the condition, and has no address twice and at most four.
import type { Condition } from '../core/condition.ts';
import type { DomainProfile } from '../core/domain.ts';
import { probedAddressesMax } from '../core/domain-limits.ts';
import { conditionAt, shown, type Where } from '../distill/where.ts';
import { cleaned } from '../synthesize/similarity.ts';
import type { SimilarityFunction } from '../synthesize/similarity-function.ts';
import type { Probes } from '../synthesize/similarity-probes.ts';

/**
 * @param instead says where to ask when the module does not
 * @returns the addresses, or what is wrong with the answer
 */
export function probesAnswered(
  profile: DomainProfile,
  condition: Condition,
  answer: unknown,
  instead: SimilarityFunction,
): Probes | string {
  const { places, completeFrom } = answer as { places: unknown; completeFrom: unknown };
  if (!(typeof completeFrom === 'number' && completeFrom >= 0 && completeFrom <= 1))
    return `its completeFrom is ${shown(completeFrom)}, which is no number from 0 to 1`;
  if (places === null) return { addresses: instead.probes(condition), completeFrom };
  if (!Array.isArray(places)) return `its probes are ${shown(places)}, which is no list of conditions`;
  const own = cleaned(profile, condition).coarse;
  const addresses = new Map([[own.join(), own]]);
  for (const place of places) {
    const isWhere = typeof place === 'object' && place !== null && !Array.isArray(place);
    const checked = isWhere ? conditionAt(profile, stated(place)) : { problem: `${shown(place)} is no condition` };
    if ('problem' in checked) return `its probes are wrong: ${checked.problem}`;
    const { coarse } = checked.value;
    addresses.set(coarse.join(), coarse);
  }
  return { addresses: [...addresses.values()].slice(0, probedAddressesMax), completeFrom };
}

/** What the module does not know of its condition, it passes on as undefined. */
const stated = (place: object): Where =>
  Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
