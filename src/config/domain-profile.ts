// A domain of the operator's own: a YAML or JSON file with the keys of src/core/domain.ts, checked in full.
//
// Its shape is domain-schema.ts, published as docs/domain.schema.json (npm run schema). What a schema cannot say (levels
// that rise, dimensions that refine another) is checked here, once, before similarity and addresses rely on it.
import { type Dimension, type DomainProfile, isMeasured, type Phenomenon } from '../core/domain.ts';
import { OperatingError } from '../core/errors.ts';
import { valueMax } from '../core/limits.ts';
import { didYouMean } from '../core/nearest.ts';
import { isQuantity, QUANTITIES, QUANTITY_NAMES } from '../core/quantities.ts';
import { PLACE_COARSE, PLACE_FINE, phenomenonDimension, severityDimension } from '../distill/place-dimensions.ts';
import { REGISTERED_DOMAINS } from '../packet/outcome.ts';
import { checkYaml } from './checked-yaml.ts';
import { problemLine, readConfig } from './config.ts';
import { type DomainShape, domainSchema } from './domain-schema.ts';

/** What a condition can be made from besides the quantities around a station. */
const ATTRIBUTES = ['phenomenon', 'latitude', 'longitude', 'severity', 'solar_hour', 'site', 'fault'];

/** @throws OperatingError config_missing; config_invalid, one line for each problem */
export function loadDomain(file: string): DomainProfile {
  const hint = 'docs/domains.md shows how to write one';
  const { data, problems } = checkYaml(readConfig(file, hint), domainSchema(), hint);
  if (!data) throw invalid(problems.map((problem) => problemLine(file, problem)));
  const profile = profileOf(data);
  const says = domainProblems(profile);
  if (says.length > 0) throw invalid(says.map((line) => `${file}: ${line}`));
  return profile;
}

const invalid = (lines: readonly string[]) => new OperatingError('config_invalid', lines.join('\n'));

function profileOf({ phenomena: written, coarse, fine, actions, ...rest }: DomainShape): DomainProfile {
  const phenomena = written.map(({ name, alarm, ...phenomenon }): Phenomenon => {
    return { ...phenomenon, name: name ?? phenomenon.quantity, ...(alarm === undefined ? {} : { alarm }) };
  });
  return {
    ...rest,
    id: rest.name,
    phenomena,
    actions: actions.map((name) => ({ name })),
    coarse: (coarse as Dimension[] | undefined) ?? [phenomenonDimension(phenomena), ...PLACE_COARSE],
    fine: (fine as Dimension[] | undefined) ?? [severityDimension(phenomena), ...PLACE_FINE],
    lifetimeH: rest.lifetimeH as Record<string, number>,
  };
}

/** What a domain must also be, one line for each that is not so. Every built-in one is (test/config/domain-profile.test.ts). */
export function domainProblems(profile: DomainProfile): string[] {
  const { name, id, phenomena, coarse, fine } = profile;
  const says: string[] = [];
  if (id === name && REGISTERED_DOMAINS.includes(name)) says.push(`name: "${name}" is registered; choose another`);
  for (const [i, phenomenon] of phenomena.entries()) {
    says.push(...phenomenonProblems(phenomenon).map((line) => `phenomena[${i}].${line}`));
    for (const key of ['name', 'quantity'] as const) {
      const first = phenomena.findIndex((other) => other[key] === phenomenon[key]);
      if (first < i) says.push(`phenomena[${i}].${key}: "${phenomenon[key]}" is that of phenomena[${first}] too`);
    }
  }
  if (!isMeasured(profile)) return says;
  const [first] = coarse;
  const names = first && 'registry' in first.buckets ? first.buckets.registry : [];
  if (first?.attribute !== 'phenomenon' || names.join() !== phenomena.map((one) => one.name).join()) {
    says.push('coarse[0]: must be made from phenomenon, with a registry of the names of the phenomena in their order');
  }
  for (const [list, dimensions] of [['coarse', coarse] as const, ['fine', fine] as const]) {
    for (const [i, dimension] of dimensions.entries()) {
      says.push(...dimensionProblems(dimension, profile).map((line) => `${list}[${i}].${line}`));
    }
  }
  if (![...coarse, ...fine].some(({ weight }) => weight > 0)) says.push('fine: no dimension has a weight above 0');
  return says;
}

function phenomenonProblems({ quantity, levels, alarm, scale }: Phenomenon): string[] {
  const { min, max, unit } = QUANTITIES[quantity];
  const says: string[] = [];
  if (levels.some((level, i) => i > 0 && level <= levels[i - 1]!)) says.push('levels: must rise');
  for (const level of [...levels, ...(alarm === undefined ? [] : [alarm])]) {
    if (!(level > min && level < max)) says.push(`levels: ${level} lies outside ${min} to ${max} ${unit}`);
  }
  if (max / scale > valueMax) says.push(`scale: ${scale} is too fine; a packet holds values up to ${valueMax}`);
  return says;
}

function dimensionProblems(
  { name, attribute, buckets, refines, distance }: Dimension,
  profile: DomainProfile,
): string[] {
  const says: string[] = [];
  const all = [...profile.coarse, ...profile.fine];
  if (all.filter((other) => other.name === name).length > 1) says.push(`name: "${name}" is there twice`);
  if (!ATTRIBUTES.includes(attribute) && !isQuantity(attribute)) {
    says.push(`attribute: "${attribute}" is not known${didYouMean(attribute, [...ATTRIBUTES, ...QUANTITY_NAMES])}`);
  }
  const parent = profile.coarse.find((other) => other.name === refines);
  if ('parts' in buckets !== (refines !== undefined)) says.push('refines: goes with parts, and parts need it');
  else if (refines !== undefined && !(parent && 'cells' in parent.buckets && parent.attribute === attribute)) {
    says.push(`refines: "${refines}" is not a coarse dimension with cells of ${attribute}`);
  }
  if (distance === 'circular' && !('cells' in buckets) && parent?.distance !== 'circular') {
    says.push('distance: only cells, or parts of circular ones, go round in a circle');
  }
  if ('edges' in buckets && buckets.edges.some((edge, i) => i > 0 && edge <= buckets.edges[i - 1]!)) {
    says.push('buckets.edges: must rise');
  }
  return says;
}
