// Finds the quantity in a name as people and firmware write it, and takes what is left of the name as its channel.
//
// A name is cut into words (camel case, `_ - . / :` and blanks); phrases of the table below are looked for among them,
// the longest first, and of several the last counts, as in "battery temperature". Words that make a setting or a
// count of it ("offset", "threshold") mean that the name is not one of ours: no guess is better than a wrong one.
// Invariant: one pass over the words, no state; the table is data.
import { nameLengthMax } from '../../core/limits.ts';
import type { Quantity } from '../../core/quantities.ts';
import { converter } from '../../core/units.ts';
import {
  CHANNELS,
  FILLERS,
  NOT_A_READING,
  OTHER_HEADS,
  PHRASES,
  type Phrase,
  SIBLINGS,
  UNITS,
  WEAK,
} from './quantity-words.ts';

export interface NamedQuantity {
  readonly quantity: Quantity;
  /** What else the name says, in lower case with `_`: 'living_room'; '' for nothing, the mean, and outdoors. */
  readonly channel: string;
  /** Where the name ends in a unit: "temp_f". */
  readonly unit?: string;
}

interface Match extends Phrase {
  readonly from: number;
  readonly to: number;
  /** Digits glued to it: "temp1". */
  readonly digits: string;
  readonly weak: boolean;
}

export interface StatedUnit {
  readonly unit?: string | undefined;
}

/**
 * @param unit as the message states it; it decides between "battery" in % and in V, "voc" in ppb and in ug/m3
 * @returns undefined when the name is not that of a reading
 */
export function quantityNamed(name: string, { unit = '' }: StatedUnit = {}): NamedQuantity | undefined {
  if (name.length > nameLengthMax) return undefined;
  const words = wordsOf(name);
  const match = matchOf(words, unit);
  if (!match?.quantity) return undefined;
  const before = withoutSame(words.slice(0, match.from), match.quantity);
  const after = words.slice(match.to);
  const named = unitAfter(after, match.quantity);
  const rest = [
    ...before,
    ...(match.digits === '' ? [] : [match.digits]),
    ...after.slice(0, after.length - named.words),
  ];
  if (rest.some((word) => NOT_A_READING.has(word)) || after.some((word) => OTHER_HEADS.has(word))) return undefined;
  const channel = channelOf(rest, match.channel);
  const stated = unit || named.unit || match.unit || '';
  const quantity = siblingFor(match.quantity, stated);
  return stated === '' || unit !== '' ? { quantity, channel } : { quantity, channel, unit: stated };
}

/** Whether a name speaks of a quantity at all, be it a reading of one or a setting: "target_temperature", not "sensor 3". */
export function namesSomething(name: string): boolean {
  const words = wordsOf(name.slice(0, nameLengthMax));
  return matchOf(words) !== undefined || words.some((word) => NOT_A_READING.has(word));
}

/** Whether it looks like the name of a quantity and is that of another thing: "eCO2", "heat index". */
export function isFalseFriend(name: string): boolean {
  const match = matchOf(wordsOf(name.slice(0, nameLengthMax)));
  return match !== undefined && match.quantity === undefined;
}

function matchOf(words: readonly string[], unit = ''): Match | undefined {
  const match = (words.length === 1 ? wholeMatch(words[0]!) : undefined) ?? lastMatch(words);
  return match && !fits(match, unit) ? (lastMatch(words, unit) ?? match) : match;
}

/** A false friend stays one whatever its unit. */
const fits = ({ quantity }: Phrase, unit: string): boolean =>
  quantity === undefined || siblingFor(quantity, unit, '') !== '';

/** "PM <2.5µm" -> pm 2 5 um; "TempC_SHT" -> temp c sht; "CO₂" -> co2. */
function wordsOf(name: string): string[] {
  return name
    .normalize('NFKC')
    .replaceAll(/[µμ]/g, 'u')
    .replaceAll(/wi-?fi/gi, 'wifi ')
    .replaceAll(/(hPa|[kK]Pa|inHg|mmHg|dBm|dBA?|mV|mA|kOhm|eCO2|tVOC)(?![a-z])/g, (unit) => ` ${unit.toLowerCase()}`)
    .replaceAll(/(\d)um(?![a-z\d])/g, '$1 um')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z\d])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Short names that mean something only when nothing stands beside them. */
function wholeMatch(word: string): Match | undefined {
  const phrase = PHRASES.get(`=${word}`);
  return phrase && { ...phrase, from: 0, to: 1, digits: '', weak: false };
}

/**
 * The last phrase of the name; one that often only describes another ("current temperature") when there is no other.
 * @param unit that it must fit: the "internal temperature humidity sensor" is in degrees
 */
function lastMatch(words: readonly string[], unit = ''): Match | undefined {
  let found: Match | undefined;
  for (let from = 0; from < words.length; ) {
    const match = matchAt(words, from);
    if (match && fits(match, unit) && (!match.weak || (found?.weak ?? true))) found = match;
    from = match?.to ?? from + 1;
  }
  return found;
}

const PHRASE_WORDS_MAX = 5;
/** "co1" and "no3" are other substances, "hum1" is the first of several. */
const STEM_LENGTH_MIN = 3;

function matchAt(words: readonly string[], from: number): Match | undefined {
  for (let to = Math.min(words.length, from + PHRASE_WORDS_MAX); to > from; to--) {
    const text = words.slice(from, to).join(' ');
    const exact = PHRASES.get(text);
    if (exact) return { ...exact, from, to, digits: '', weak: WEAK.has(text) };
    const [, stem = '', digits = ''] = /^(.*\p{L})(\d{1,3})$/u.exec(text) ?? [];
    const numbered = stem.length < STEM_LENGTH_MIN ? undefined : PHRASES.get(stem);
    if (numbered) return { ...numbered, from, to, digits, weak: WEAK.has(stem) };
  }
  return undefined;
}

/** A unit at the end of a name, when it fits: "in" is inches for rain and indoors for a temperature. */
function unitAfter(words: readonly string[], quantity: Quantity): { unit: string; words: number } {
  for (const count of [2, 1]) {
    const unit = words.length < count ? undefined : UNITS.get(words.slice(-count).join(' '));
    if (unit !== undefined && siblingFor(quantity, unit, '') !== '') return { unit, words: count };
  }
  return { unit: '', words: 0 };
}

/** Another quantity of the same name when only its unit fits. */
function siblingFor(quantity: Quantity, unit: string): Quantity;
function siblingFor(quantity: Quantity, unit: string, none: ''): Quantity | '';
function siblingFor(quantity: Quantity, unit: string, none: Quantity | '' = quantity): Quantity | '' {
  if (unit === '' || converter(unit, quantity)) return quantity;
  return SIBLINGS[quantity]?.find((other) => converter(unit, other)) ?? none;
}

/** "wind/wind_gust", "temperature/temperature": what says the same twice adds nothing. */
function withoutSame(words: readonly string[], quantity: Quantity): string[] {
  const rest: string[] = [];
  for (let from = 0; from < words.length; ) {
    const match = matchAt(words, from);
    const to = match?.to ?? from + 1;
    if (match?.quantity !== quantity || match.digits !== '') rest.push(...words.slice(from, to));
    else if (match.channel) rest.push(match.channel);
    from = to;
  }
  return rest;
}

/** @param said by the phrase itself: the gust of a station keeps both */
function channelOf(words: readonly string[], said = ''): string {
  const parts = words.filter((word) => !FILLERS.has(word)).map((word) => CHANNELS.get(word) ?? word);
  if (!parts.includes(said)) parts.push(said);
  return parts.filter((word) => word !== '').join('_');
}
