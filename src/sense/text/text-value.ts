// Values, names and units in text that somebody's own firmware prints: `21,5 *C`, `nan`, `Temp (F)`, `ts`.
//
// A value is a number alone or with a unit after it, or a word that says there is none now; anything else is not a value.
// Names mean what quantity-name.ts makes of them, or what the operator's profile says; with that, nothing is guessed.
import { nameLengthMax, sourceNameLengthMax } from '../../core/limits.ts';
import { QUANTITIES, QUANTITY_NAMES } from '../../core/quantities.ts';
import { QUALITY } from '../../core/reading.ts';
import { normaliseUnit, unitsOf } from '../../core/units.ts';

import type { TextReading } from '../profile.ts';
import type { Sink } from '../sink.ts';
import { numberOf, tellRaw, type ValueMeaning } from '../value/meaning.ts';
import { quantityNamed } from '../value/quantity-name.ts';
import { scaling } from '../value/scale.ts';
import { trustedText, trustedTime } from '../value/trusted-time.ts';

/** A quantity that a name, a column or a path stands for. */
export interface Wanted extends ValueMeaning {
  /** Raw value -> value; absent where they are the same. */
  readonly scaled?: (raw: number) => number;
}

export interface TextValue {
  /** null: the device says that it has none. */
  readonly value: number | null;
  /** As written; '' for none. */
  readonly unit: string;
}

/** What C and its relatives print for what is not a number, and people for what is missing. */
export const NO_VALUE = /^[-+]?(nan|inf|infinity|ovf|null|none|n\/?a|-+|\?+)$/i;
const NUMBER = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(.*)$/is;
const UNITS = new Set(QUANTITY_NAMES.flatMap(unitsOf));

/** Libraries of displays have no degree sign: `*C`. */
export const plainUnit = (text: string): string => text.trim().replace(/^\*\s?/, '');

export const isUnit = (text: string): boolean => UNITS.has(normaliseUnit(text));

/** @returns undefined for text that is not a value */
export function textValue(text: string, decimalComma = false): TextValue | undefined {
  const trimmed = text.trim();
  if (NO_VALUE.test(trimmed)) return { value: null, unit: '' };
  const [, digits, rest = ''] = NUMBER.exec(decimalComma ? trimmed.replace(',', '.') : trimmed) ?? [];
  const unit = plainUnit(rest);
  const value = Number(digits);
  return Number.isFinite(value) && (unit === '' || isUnit(unit)) ? { value, unit } : undefined;
}

/** @param unit as stated beside the value, which decides between quantities of one name */
export function wantedNamed(name: string, unit = ''): Wanted | undefined {
  if (name.length > nameLengthMax) return undefined;
  // Sketches save letters: T1, `T (C)`, H, P. (P1 is something else: PM10, after the airRohr firmware; p_0_3_um is a count.)
  const full = name
    .trim()
    .replace(/^approx\w*[.\s]+/i, '')
    .replace(/^t(?=\d{1,2}$|[\s_,([]+(deg|[°º])?\s?[cfk]\W*$)/i, 'temperature ')
    .replace(/^h(?=\d{1,2}$|[\s_,([]+(%|rh|pct)\W*(rh)?\W*$)/i, 'humidity ')
    .replace(/^p(?![\p{L}\p{N}]|[\s_.-]+\d)/iu, 'pressure');
  return quantityNamed(full, { unit });
}

export const wantedReading = ({ quantity, unit, channel, scale }: TextReading): Wanted => ({
  quantity,
  ...(unit === undefined ? {} : { unit }),
  ...(channel === undefined ? {} : { channel }),
  ...(scale === undefined ? {} : { scaled: scaling(scale) }),
});

export function tellValue(sink: Sink, wanted: Wanted, { value, unit }: TextValue, timeMs?: number): void {
  if (value === null) {
    const { quantity, channel = '' } = wanted;
    const time = timeMs === undefined ? {} : { timeMs };
    sink.value({
      quantity,
      channel,
      value: null,
      unit: QUANTITIES[quantity].unit,
      quality: QUALITY.invalid,
      ...time,
    });
  } else {
    tellRaw(sink, wanted, wanted.scaled?.(value) ?? value, { timeMs, ...(unit === '' ? {} : { unit }) });
  }
}

const TIME_NAMES = /^(time|timestamp|(utc_?)?date_?time|ts|epoch|unix|unix_?time|utc)$/i;
const SOURCE_NAMES =
  /^(device|node|station|sensor|board|unit)?_?(id|name)$|^(device|node|station|serial(_?(no|number))?|mac(_?address)?)$/i;

/** Names of what is said about the whole line. */
export function roleNamed(name: string): 'time' | 'source' | undefined {
  if (TIME_NAMES.test(name.trim())) return 'time';
  return SOURCE_NAMES.test(name.trim()) ? 'source' : undefined;
}

/** Who a line is from, literally; a number is a name too. What is too long for a name is not taken as one. */
export function sourceOf(value: unknown): string | undefined {
  const name = Number.isInteger(value) ? String(value) : value;
  return typeof name === 'string' && name !== '' && name.length <= sourceNameLengthMax ? name : undefined;
}

/** RFC 3339 with a zone, or seconds or milliseconds since 1970 (what has 12 digits and more). */
export function stampOf(value: unknown): number | undefined {
  const number = numberOf(value);
  if (!Number.isNaN(number)) return trustedTime(number < 1e11 ? number * 1000 : number);
  return typeof value === 'string' ? trustedText(value.trim()) : undefined;
}
