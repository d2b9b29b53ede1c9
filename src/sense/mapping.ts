// JSON from a sensor -> readings, by a mapping of members to quantities. Pure.
//
// A member is named by one key or by a path of keys, never by a dotted string: keys such as `PM2.5` hold dots.
// Units are converted here. What is absent or null is no reading and no error; what is there and no number is counted.
import type { ClockQuality } from '../core/clock.ts';
import type { ReadingReason } from '../core/events.ts';
import { jsonPayloadBytesMax } from '../core/limits.ts';
import { QUANTITIES, type Quantity } from '../core/quantities.ts';
import type { Reading } from '../core/reading.ts';
import { converter } from '../core/units.ts';
import { rangeQuality } from './quality.ts';

export interface MappedKey {
  /** Member name, or names from the outermost in; empty: the payload itself is the number. */
  readonly key: string | readonly string[];
  readonly quantity: Quantity;
  /** Unit of the value in the payload; the table's unit when absent. */
  readonly unit?: string | undefined;
  readonly channel?: string | undefined;
}

export type MapPayload = (payload: Buffer, timeMs: number, clock: ClockQuality) => void;

export interface MapOptions {
  readonly sensor: string;
  readonly sensorClass: number;
  readonly readings: readonly MappedKey[];
  readonly onReading: (reading: Reading) => void;
  readonly onDropped: (reason: ReadingReason) => void;
}

export function createMapping({ sensor, sensorClass, readings, onReading, onDropped }: MapOptions): MapPayload {
  const rules = readings.map((rule) => {
    const unit = QUANTITIES[rule.quantity].unit;
    const convert = converter(rule.unit ?? unit, rule.quantity);
    // The configuration check refuses such units long before.
    if (!convert) throw new Error(`unit ${rule.unit} does not fit ${rule.quantity}`);
    const path = typeof rule.key === 'string' ? [rule.key] : rule.key;
    return { path, convert, unit, quantity: rule.quantity, channel: rule.channel ?? '' };
  });
  return (payload, timeMs, clock) => {
    if (payload.length > jsonPayloadBytesMax) return onDropped('payload_too_large');
    let document: unknown;
    try {
      document = JSON.parse(payload.toString('utf8'));
    } catch {
      return onDropped('not_json');
    }
    for (const { path, convert, unit, quantity, channel } of rules) {
      const found = member(document, path);
      if (found === undefined || found === null) continue;
      const value = convert(numberOf(found));
      if (!Number.isFinite(value)) {
        onDropped('not_a_number');
        continue;
      }
      const quality = rangeQuality(quantity, value);
      onReading({ sensor, quantity, channel, value, unit, timeMs, clock, quality, sensorClass });
    }
  };
}

function member(document: unknown, path: readonly string[]): unknown {
  let at = document;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

/** Older gateways send numbers as text. */
function numberOf(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' ? number : Number.NaN;
}
