// Tells a raw value of a message, whatever it holds, as one observation in the unit of the table, or counts why not.
import { QUANTITIES, type Quantity } from '../../core/quantities.ts';
import { QUALITY } from '../../core/reading.ts';
import { converter } from '../../core/units.ts';
import type { Sink } from '../sink.ts';
import type { NamedQuantity } from './quantity-name.ts';
import { rangeQuality } from './range.ts';

/** What a word of a convention means. */
export interface ValueMeaning {
  readonly quantity: Quantity;
  /** Unit of the value when it differs from the quantity table and the message does not say. */
  readonly unit?: string;
  readonly channel?: string;
  /** Values that mean: not valid now. */
  readonly invalid?: readonly number[];
  /** Values below this mean: not valid now. */
  readonly invalidBelow?: number;
}

/** The words of a convention: member, sensor type, device class or object id, as its engine takes them. */
export type Vocabulary = Readonly<Record<string, ValueMeaning>>;

/** What the message says besides the value; it goes before what the member's profile says. */
export interface Stated {
  readonly unit?: string | undefined;
  readonly channel?: string | undefined;
  readonly timeMs?: number | undefined;
}

/** How C and Python print the lack of a value. */
const NO_VALUE = /^\s*([+-]?nan|none|null|unknown|unavailable)\s*$/i;

/** Absent and null are neither a value nor an error. A text that holds a number is a number: older firmware sends those. */
export function tellRaw(sink: Sink, meaning: ValueMeaning, raw: unknown, stated: Stated = {}): void {
  if (raw === undefined || raw === null) return;
  const { quantity } = meaning;
  const unit = QUANTITIES[quantity].unit;
  const convert = converter(stated.unit ?? meaning.unit ?? unit, quantity);
  if (!convert) {
    sink.rejected('unsupported', 1);
    return;
  }
  const { timeMs, channel = meaning.channel ?? '' } = stated;
  const rest = { quantity, unit, channel, ...(timeMs === undefined ? {} : { timeMs }) };
  const number = numberOf(raw);
  const isInvalid = meaning.invalid?.includes(number) || number < (meaning.invalidBelow ?? Number.NEGATIVE_INFINITY);
  if (isInvalid || (typeof raw === 'string' && NO_VALUE.test(raw))) {
    sink.value({ ...rest, value: null, quality: QUALITY.invalid });
    return;
  }
  if (Number.isNaN(number)) {
    sink.rejected('not_a_number', 1);
    return;
  }
  const value = convert(number);
  if (!Number.isFinite(value)) {
    sink.rejected('not_a_number', 1);
    return;
  }
  sink.value({ ...rest, value, quality: rangeQuality(quantity, value) });
}

/** A number that describes itself: of the quantity when there is one and its unit fits, else as it was stated. */
export function tellStated(
  sink: Sink,
  value: number,
  { quantity, name, unit = '', channel = '', timeMs }: StatedValue,
): void {
  const convert = quantity && converter(unit === '' ? QUANTITIES[quantity].unit : unit, quantity);
  const told = convert ? convert(value) : value;
  if (!Number.isFinite(told)) {
    sink.rejected('not_a_number', 1);
    return;
  }
  const time = timeMs === undefined ? {} : { timeMs };
  sink.value(
    quantity && convert
      ? {
          quantity,
          value: told,
          unit: QUANTITIES[quantity].unit,
          channel,
          quality: rangeQuality(quantity, told),
          ...time,
        }
      : { quantity: null, value: told, unit, channel: name, quality: 0, ...time },
  );
}

/** What describes itself as something that cannot be measured now; of an unknown quantity there is nothing to say. */
export function tellInvalid(sink: Sink, named: NamedQuantity | undefined, timeMs?: number): void {
  if (!named) return;
  const { quantity, channel } = named;
  const time = timeMs === undefined ? {} : { timeMs };
  sink.value({ quantity, value: null, unit: QUANTITIES[quantity].unit, channel, quality: QUALITY.invalid, ...time });
}

export interface StatedValue {
  readonly quantity: Quantity | undefined;
  /** As the message calls it: the channel of an unknown quantity. */
  readonly name: string;
  readonly unit?: string | undefined;
  /** Of a known quantity. */
  readonly channel?: string | undefined;
  readonly timeMs?: number | undefined;
}

/** NaN for whatever is not a finite number, or text that holds nothing else. */
export function numberOf(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : Number.NaN;
}
