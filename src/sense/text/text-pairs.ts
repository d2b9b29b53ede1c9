// Names and values side by side: `T=21.5 H=40`, `PM2.5: 12 ug/m3, PM10: 20 ug/m3`, `Temperature: 21.0°C 69.8°F`.
//
// Looked for from the values: each stands right after `:` or `=`. Between one value and the next sign stand the unit of
// the one and the name of the other, parted by a comma, a tab or two blanks, or else by what is known as a unit.
import type { Sink } from '../sink.ts';
import {
  isUnit,
  plainUnit,
  roleNamed,
  sourceOf,
  stampOf,
  type TextValue,
  tellValue,
  textValue,
  type Wanted,
} from './text-value.ts';

interface Pair {
  readonly name: string;
  readonly value: string;
  /** What stands after the value, as far as it is not the next name. */
  unit: string;
}

/** Not a part of a time, a date, an address or a list: those go on with a sign and a digit. */
const VALUE =
  /[:=]\s*([-+]?(?:\d+(?:[.,]\d+)?|\.\d+)(?:e[-+]?\d+)?(?![\dx:]|[.,/-]\d)|[-+]?(?:nan|inf|infinity|ovf|null|n\/a|--+)(?![\p{L}\p{N}]))/giu;
/** A name and whatever stands for it: who and when. */
const WORD_PAIR = /(?<![\p{L}_])([\p{L}_]+)\s?[:=]\s?([^\s,;|]+)/gu;
const PARTED = /[,;|\t]|\s{2,}/;

/**
 * Tells a line of pairs, as a frame, when at least one name is known.
 * @param meaning what a name stands for; the unit beside the value decides between quantities of one name
 */
export function readPairs(
  line: string,
  meaning: (name: string, unit?: string) => Wanted | undefined,
  sink: Sink,
): boolean {
  const pairs = pairsOf(line);
  const known = pairs.flatMap((pair) => {
    const stated = textValue(pair.value, true);
    if (!stated) return [];
    const unit = unitOf(pair.unit);
    const wanted = meaning(pair.name, unit) ?? meaning(lastOf(pair.name), unit);
    return wanted ? [{ wanted, value: { ...stated, unit } satisfies TextValue }] : [];
  });
  if (known.length === 0) return false;
  const said = [...line.matchAll(WORD_PAIR)];
  const wordFor = (role: 'time' | 'source') => said.find(([, name = '']) => roleNamed(name) === role)?.[2];
  sink.frame(sourceOf(wordFor('source')));
  const timeMs = stampOf(wordFor('time'));
  for (const { wanted, value } of known) tellValue(sink, wanted, value, timeMs);
  return true;
}

function pairsOf(line: string): Pair[] {
  const pairs: Pair[] = [];
  let from = 0;
  for (const found of line.matchAll(VALUE)) {
    const { unit, name } = parted(line.slice(from, found.index), pairs.length === 0);
    if (pairs.length > 0) pairs.at(-1)!.unit = unit;
    pairs.push({ name, value: found[1]!, unit: '' });
    from = found.index + found[0].length;
  }
  if (pairs.length > 0) pairs.at(-1)!.unit = line.slice(from).split(PARTED, 1)[0]!;
  return pairs;
}

/** What stands between a value and the sign of the next. */
function parted(text: string, isFirst: boolean): { unit: string; name: string } {
  const parts = text.split(PARTED);
  // A word that is a value of its own stands in between: `id=lab-1 co2`.
  const last = parts.at(-1)!.replace(/^.*[:=]\S+\s/s, '');
  const name = last.replace(/^.*[:=]/s, '').trim();
  if (isFirst) return { unit: '', name };
  if (parts.length > 1) return { unit: parts[0]!, name };
  // A unit has to be one, or to touch its value.
  const [, first = '', rest = ''] = /^(\s*\S+)\s+(\S.*)$/s.exec(text) ?? [];
  const isFirstUnit = rest !== '' && (!/^\s/.test(first) || isUnit(plainUnit(first)));
  return isFirstUnit ? { unit: first, name: rest.trim() } : { unit: '', name };
}

/** `BME280 T` is a T; of other names no part is taken for the whole. */
const lastOf = (name: string): string => /\d[^\s\d]*\s(\S{1,3})$/.exec(name)?.[1] ?? '';

/** The unit at the beginning of a text, which may go on; '' for none. */
function unitOf(text: string): string {
  const whole = plainUnit(text);
  if (whole === '' || isUnit(whole)) return whole;
  const first = whole.split(/\s/, 1)[0]!;
  return isUnit(first) ? first : '';
}
