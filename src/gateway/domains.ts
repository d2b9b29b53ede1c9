// Gathers the domains a configuration or a manifest names: those that come with qis, and files of the operator's own.
import { isProfileFile } from '../config/config.ts';
import { loadDomain } from '../config/domain-profile.ts';
import type { Phenomenon } from '../core/domain.ts';
import { OperatingError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import type { Quantity } from '../core/quantities.ts';
import { BUILT_IN_DOMAINS, createDomains, type Domains } from '../distill/domains.ts';

/**
 * @param names of built-in domains, or absolute paths of files
 * @throws OperatingError config_missing, config_invalid: a name that is not known, a file that cannot be used, two domains
 * of one name or with one quantity
 */
export function loadDomains(names: readonly string[]): Domains {
  const profiles = names.map((name) => (isProfileFile(name) ? loadDomain(name) : builtIn(name)));
  const owners = new Map<string, string>();
  for (const { name, phenomena } of profiles) {
    if (profiles.filter((other) => other.name === name).length > 1) refuse(`the domain "${name}" is there twice`);
    for (const { quantity } of phenomena) {
      const other = owners.get(quantity);
      if (other !== undefined) refuse(`${quantity} belongs to "${other}" and to "${name}"; keep it in one domain`);
      owners.set(quantity, name);
    }
  }
  return createDomains(profiles);
}

/** Alarm levels by quantity, in the unit of the quantity table. */
export type AlarmLevels = Readonly<Partial<Record<Quantity, number>>>;

/**
 * The levels that domains come with, and those an operator chose instead; ranges are checked with the configuration.
 * @param watch the quantities to watch, where the operator names them
 * @throws OperatingError config_invalid: a level of what nobody watches
 */
export function withAlarms(domains: Domains, chosen: AlarmLevels = {}, watch?: readonly Quantity[]): Domains {
  const phenomena = domains.all.flatMap((profile) => profile.phenomena);
  const watched = phenomena.flatMap((one) => ((watch?.includes(one.quantity) ?? one.watched) ? one.quantity : []));
  for (const quantity of Object.keys(chosen)) {
    if (watched.some((one) => one === quantity)) continue;
    const isKnown = phenomena.some((one) => one.quantity === quantity);
    const advice = isKnown ? '; name it under watch' : didYouMean(quantity, watched);
    throw new OperatingError('config_invalid', `alarm: ${quantity} is not watched by a domain${advice}`);
  }
  const levels = new Map(Object.entries(chosen));
  const withAlarm = (one: Phenomenon): Phenomenon => {
    const alarm = levels.get(one.quantity);
    return alarm === undefined ? one : { ...one, alarm };
  };
  return createDomains(domains.all.map((profile) => ({ ...profile, phenomena: profile.phenomena.map(withAlarm) })));
}

/** Of the phenomena that are watched unless a configuration says otherwise, by name. */
export function alarmLevels(domains: Domains): Map<string, number> {
  return new Map(
    domains.all.flatMap(({ phenomena }) =>
      phenomena.flatMap(({ name, alarm, watched }) => (watched && alarm !== undefined ? [[name, alarm] as const] : [])),
    ),
  );
}

function builtIn(name: string) {
  const names = BUILT_IN_DOMAINS.map((profile) => profile.name);
  const advice = `${didYouMean(name, names)}; name ${names.join(', ')} or a file such as ./${name}.yaml`;
  return BUILT_IN_DOMAINS.find((profile) => profile.name === name) ?? refuse(`"${name}" is not a domain${advice}`);
}

function refuse(says: string): never {
  throw new OperatingError('config_invalid', `domains: ${says}`);
}
