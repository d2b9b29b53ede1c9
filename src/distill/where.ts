// Conditions as people and programs write them: {task: translation, tags: [swahili], data_scale: 5000} <-> ordinals.
//
// A number falls into its bucket, a word of a list becomes its place there, any other word a hash. Read back, a bucket is
// its bounds, and a hash nobody has a word for is `#` and 8 digits. Invariant: what is read back gives the same ordinals.
import type { Condition } from '../core/condition.ts';
import type { Dimension, DomainProfile } from '../core/domain.ts';
import { didYouMean } from '../core/nearest.ts';
import { plainWord, wordLengthMax, wordOrdinal } from '../packet/word.ts';
import { conditionOf } from './condition.ts';

/** Text, a number, yes or no, or a list of texts where a domain has several dimensions of one attribute. */
export type Where = Readonly<Record<string, unknown>>;

export type Checked<T> = { readonly value: T } | { readonly problem: string };

const dimensionsOf = ({ coarse, fine }: DomainProfile): readonly Dimension[] => [...coarse, ...fine];

/** The keys of `where`, in the order of the dimensions. `sensor` is a class of instruments, and no dimension. */
export function whereKeys(profile: DomainProfile): string[] {
  const allowed = profile.deposits?.where ?? [];
  const stated = new Set(dimensionsOf(profile).map(({ attribute }) => attribute));
  return [...new Set([...stated].filter((key) => allowed.includes(key)).concat(allowed))];
}

/**
 * @param where with keys of `whereKeys`, but `sensor`
 * @returns the condition, or what is wrong, with key and value
 */
export function conditionAt(profile: DomainProfile, where: Where): Checked<Condition> {
  const attributes: Record<string, number> = {};
  const items = new Map<Dimension, number>();
  for (const [key, value] of Object.entries(where)) {
    const of = dimensionsOf(profile).filter(({ attribute, refines }) => attribute === key && refines === undefined);
    if (of.length === 0) return { problem: `where.${key}: is not known${didYouMean(key, whereKeys(profile))}` };
    if (of[0]!.item === undefined) {
      const checked = attributeOf(of[0]!, value);
      if ('problem' in checked) return { problem: `where.${key}: ${checked.problem}` };
      attributes[key] = checked.value;
      continue;
    }
    const list = Array.isArray(value) ? value : [value];
    if (list.length > of.length) return { problem: `where.${key}: ${list.length} given, at most ${of.length}` };
    for (const [index, one] of list.entries()) {
      const checked = attributeOf(of[index]!, one);
      if ('problem' in checked) return { problem: `where.${key}[${index}]: ${checked.problem}` };
      items.set(of[index]!, checked.value);
    }
  }
  return { value: withItems(profile, conditionOf(profile, attributes), items) };
}

/** A list has one attribute and several dimensions: each gets its own. */
function withItems(profile: DomainProfile, condition: Condition, items: ReadonlyMap<Dimension, number>): Condition {
  if (items.size === 0) return condition;
  const filled = (dimensions: readonly Dimension[], ordinals: readonly number[]) =>
    ordinals.map((ordinal, at) => items.get(dimensions[at]!) ?? ordinal);
  return {
    ...condition,
    coarse: filled(profile.coarse, condition.coarse),
    fine: filled(profile.fine, condition.fine),
  };
}

/** The attribute that `conditionOf` makes an ordinal of. */
function attributeOf({ buckets }: Dimension, value: unknown): Checked<number> {
  if ('registry' in buckets) {
    const word = typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
    const at = typeof word === 'string' ? buckets.registry.indexOf(plainWord(word)) : -1;
    if (at >= 0) return { value: at + 1 };
    const advice = didYouMean(String(word).slice(0, wordLengthMax), buckets.registry);
    return { problem: `${shown(value)} is not one of ${buckets.registry.join(', ')}${advice}` };
  }
  if ('words' in buckets) {
    if (typeof value === 'string' && plainWord(value) !== '' && value.length <= wordLengthMax)
      return { value: hashed(value) ?? wordOrdinal(value) };
    return { problem: `${shown(value)} is not a word of 1 to ${wordLengthMax} characters` };
  }
  if (typeof value === 'number' && Number.isFinite(value)) return { value };
  return { problem: `${shown(value)} is not a number` };
}

/** `#1a2b3c4d`: a word that was read back and that nobody here knows. */
export function hashed(text: string): number | undefined {
  const digits = /^#([0-9a-f]{8})$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16) || 1;
}

/** What stands in a message of a value from outside: short, and in one line. */
export function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The word with a hash, where it is known beside those of the domain. */
export type ToldWord = (ordinal: number) => string | undefined;

/**
 * `where` of a condition: only what is stated. A bucket of numbers is {from, below}, open where it has no end.
 * @param told of words that are in no list
 */
export function whereOf(
  profile: DomainProfile,
  { coarse, fine }: Pick<Condition, 'coarse' | 'fine'>,
  told?: ToldWord,
): Where {
  const where: Record<string, unknown> = {};
  const ordinals = [...profile.coarse.map((_, at) => coarse[at] ?? 0), ...profile.fine.map((_, at) => fine[at] ?? 0)];
  for (const [at, dimension] of dimensionsOf(profile).entries()) {
    const ordinal = ordinals[at]!;
    if (ordinal === 0 || dimension.refines !== undefined) continue;
    const value = bucketText(dimension, ordinal, told);
    const { attribute, item } = dimension;
    if (item === undefined) where[attribute] = value;
    else where[attribute] = [...((where[attribute] as unknown[] | undefined) ?? []), value];
  }
  return where;
}

function bucketText({ buckets }: Dimension, ordinal: number, told?: ToldWord): unknown {
  if ('registry' in buckets) return buckets.registry[ordinal - 1] ?? `${ordinal}`;
  if ('words' in buckets) return wordOf(ordinal, buckets.words, told);
  if ('edges' in buckets)
    return { from: buckets.edges[ordinal - 2] ?? null, below: buckets.edges[ordinal - 1] ?? null };
  if (!('cells' in buckets)) return ordinal;
  const { start, width } = buckets.cells;
  return { from: start + (ordinal - 1) * width, below: start + ordinal * width };
}

export const hashText = (ordinal: number): string => `#${ordinal.toString(16).padStart(8, '0')}`;

/** The known word with this hash. */
function wordOf(ordinal: number, words: readonly string[], told?: ToldWord): string {
  return words.find((word) => wordOrdinal(word) === ordinal) ?? told?.(ordinal) ?? hashText(ordinal);
}
