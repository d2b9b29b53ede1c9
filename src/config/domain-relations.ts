// What a domain must be beside its shape: levels that rise, dimensions that refine another, attributes that there are.
//
// Each that is not so is one line with its key. Invariant: what passes makes every address, condition and similarity without
// a throw. Every built-in domain passes (test/config/domain-profile.test.ts).
import { type Dimension, type DomainProfile, isMeasured, type Phenomenon } from '../core/domain.ts';
import { valueMax } from '../core/limits.ts';
import { didYouMean } from '../core/nearest.ts';
import { isQuantity, QUANTITIES, QUANTITY_NAMES } from '../core/quantities.ts';
import { REGISTERED_DOMAINS } from '../packet/outcome.ts';
import { depositProblems } from './domain-deposits.ts';
import type { DomainProblem } from './domain-problem.ts';
import { kinProblems, wordProblems } from './domain-words.ts';
import type { Path } from './problem.ts';

/** What a condition can be made from besides the quantities around a station. */
const ATTRIBUTES = ['phenomenon', 'latitude', 'longitude', 'severity', 'solar_hour', 'site', 'fault'];

/** What a domain must also be, one for each that is not so. */
export function domainProblems(profile: DomainProfile): DomainProblem[] {
  const { name, id, coarse, fine } = profile;
  const says: DomainProblem[] = [];
  if (id === name && REGISTERED_DOMAINS.includes(name))
    says.push({ path: ['name'], says: `"${name}" is registered; choose another` });
  says.push(...phenomenaProblems(profile));
  for (const [list, dimensions] of [['coarse', coarse] as const, ['fine', fine] as const]) {
    for (const [i, dimension] of dimensions.entries())
      for (const { path, says: what } of dimensionProblems(dimension, profile))
        says.push({ path: [list, i, ...path], says: what });
  }
  if (coarse.length > 0 && ![...coarse, ...fine].some(({ weight }) => weight > 0))
    says.push({ path: ['fine'], says: 'no dimension has a weight above 0' });
  return [...says, ...depositProblems(profile)];
}

function phenomenaProblems(profile: DomainProfile): DomainProblem[] {
  const { phenomena, coarse } = profile;
  const says: DomainProblem[] = [];
  for (const [i, phenomenon] of phenomena.entries()) {
    const at = ['phenomena', i];
    says.push(
      ...phenomenonProblems(phenomenon).map(({ path, says: what }) => ({ path: [...at, ...path], says: what })),
    );
    for (const key of ['name', 'quantity'] as const) {
      const first = phenomena.findIndex((other) => other[key] === phenomenon[key]);
      if (first < i) says.push({ path: [...at, key], says: `"${phenomenon[key]}" is that of phenomena[${first}] too` });
    }
  }
  if (!isMeasured(profile)) {
    if (coarse.length === 0)
      says.push({ path: ['coarse'], says: 'is missing; without phenomena it has to say what an address is made of' });
    return says;
  }
  const [first] = coarse;
  const names = first && 'registry' in first.buckets ? first.buckets.registry : [];
  if (first?.attribute !== 'phenomenon' || names.join() !== phenomena.map((one) => one.name).join()) {
    const what = 'must be made from phenomenon, with a registry of the names of the phenomena in their order';
    says.push({ path: ['coarse', 0], says: what });
  }
  return says;
}

function phenomenonProblems({ quantity, levels, alarm, scale }: Phenomenon): DomainProblem[] {
  const { min, max, unit } = QUANTITIES[quantity];
  const says: DomainProblem[] = [];
  if (levels.some((level, i) => i > 0 && level <= levels[i - 1]!)) says.push({ path: ['levels'], says: 'must rise' });
  for (const level of [...levels, ...(alarm === undefined ? [] : [alarm])]) {
    if (!(level > min && level < max))
      says.push({ path: ['levels'], says: `${level} lies outside ${min} to ${max} ${unit}` });
  }
  if (max / scale > valueMax)
    says.push({ path: ['scale'], says: `${scale} is too fine; a packet holds values up to ${valueMax}` });
  return says;
}

function dimensionProblems(dimension: Dimension, profile: DomainProfile): DomainProblem[] {
  const { name, attribute, buckets, refines, distance, kin } = dimension;
  const says: DomainProblem[] = [];
  const add = (path: Path, what: string) => says.push({ path, says: what });
  const all = [...profile.coarse, ...profile.fine];
  if (all.filter((other) => other.name === name).length > 1) add(['name'], `"${name}" is there twice`);
  const advice = attributeAdvice(attribute, profile);
  if (advice !== undefined) add(['attribute'], `"${attribute}" is not known${advice}`);
  const parent = profile.coarse.find((other) => other.name === refines);
  if ('parts' in buckets !== (refines !== undefined)) add(['refines'], 'goes with parts, and parts need it');
  else if (refines !== undefined && !(parent && 'cells' in parent.buckets && parent.attribute === attribute))
    add(['refines'], `"${refines}" is not a coarse dimension with cells of ${attribute}`);
  if (distance === 'circular' && !('cells' in buckets) && parent?.distance !== 'circular')
    add(['distance'], 'only cells, or parts of circular ones, go round in a circle');
  if ('edges' in buckets && buckets.edges.some((edge, i) => i > 0 && edge <= buckets.edges[i - 1]!))
    add(['buckets', 'edges'], 'must rise');
  if ('words' in buckets) {
    if (distance !== 'categorical') add(['distance'], 'words have no order; use categorical');
    says.push(...wordProblems(buckets.words, ['buckets', 'words']));
  }
  const words = 'words' in buckets ? buckets.words : undefined;
  if (kin) says.push(...(words ? kinProblems(kin, words, ['kin']) : [{ path: ['kin'], says: 'goes with words' }]));
  return [...says, ...placeProblems(dimension, profile)];
}

/** Items of lists, and dimensions that came later: where they may stand. */
function placeProblems(dimension: Dimension, profile: DomainProfile): DomainProblem[] {
  const { attribute, buckets, item, isLate } = dimension;
  const says: DomainProblem[] = [];
  const add = (path: Path, what: string) => says.push({ path, says: what });
  const all = [...profile.coarse, ...profile.fine];
  const same = all.filter((other) => other.attribute === attribute && other.refines === undefined);
  if (item !== undefined) {
    const items = same.map((other) => other.item).sort();
    if (items.some((other, at) => other !== at))
      add(['item'], `the items of ${attribute} have to be 0, 1, 2, each once`);
    if (JSON.stringify(same[0]!.buckets) !== JSON.stringify(buckets) || !('words' in buckets || 'registry' in buckets))
      add(['buckets'], `all items of ${attribute} take the same words, or the same registry`);
    const isInAddress = profile.coarse.includes(dimension);
    if (isInAddress && item > 0) add(['item'], 'only item 0 may be part of the address');
    if (isInAddress && isMeasured(profile)) add(['item'], 'a domain that measures has no list in its address');
    if (isLate) add(['isLate'], 'an item of a list cannot come later');
  } else if (same.some((other) => other.item !== undefined)) add(['item'], `is missing; ${attribute} is a list`);
  const at = profile.fine.indexOf(dimension);
  if (isLate && !(at >= 0 && profile.fine.slice(at).every((other) => other.isLate)))
    add(['isLate'], 'only the last of fine may have come later');
  return says;
}

/** @returns what may be meant; undefined where the attribute is known */
function attributeAdvice(attribute: string, profile: DomainProfile): string | undefined {
  const stated = profile.deposits?.where ?? [];
  if (stated.includes(attribute)) return undefined;
  if (!isMeasured(profile)) return `${didYouMean(attribute, stated)}; name it in deposits.where`;
  if (ATTRIBUTES.includes(attribute) || isQuantity(attribute)) return undefined;
  return didYouMean(attribute, [...ATTRIBUTES, ...stated, ...QUANTITY_NAMES]);
}
