// Reads JSON from a sensor by the configuration's mapping of members to quantities.
//
// A member is named by one key or by a path of keys, never by a dotted string: keys such as `PM2.5` hold dots.
// Units are converted here. What is absent or null is neither a reading nor an error; what is there and not a number is counted.
import { assert } from '../../core/assert.ts';
import { jsonPayloadBytesMax } from '../../core/limits.ts';
import { QUANTITIES, type Quantity } from '../../core/quantities.ts';
import { converter } from '../../core/units.ts';
import type { Convention } from '../convention/convention.ts';
import { parseJson } from '../value/json.ts';
import { tellRaw } from '../value/meaning.ts';

export interface MappedKey {
  /** Member name, or names from the outermost in; empty: the payload itself is the number. */
  readonly key: string | readonly string[];
  readonly quantity: Quantity;
  /** Unit of the value in the payload; the table's unit when absent. */
  readonly unit?: string | undefined;
  readonly channel?: string | undefined;
}

/** All messages are of one device, whatever their topics. */
export function createMapping(readings: readonly MappedKey[]): Convention {
  const rules = readings.map(({ key, quantity, unit = QUANTITIES[quantity].unit, channel = '' }) => {
    // The configuration check refuses such units long before.
    assert(converter(unit, quantity), `unit ${unit} does not fit ${quantity}`);
    return { path: typeof key === 'string' ? [key] : key, meaning: { quantity, unit, channel } };
  });
  return {
    accept({ payload }, sink) {
      if (payload.length > jsonPayloadBytesMax) return sink.rejected('payload_too_large', 1);
      const document = parseJson(payload);
      if (document === undefined) return sink.rejected('not_json', 1);
      sink.frame();
      for (const { path, meaning } of rules) tellRaw(sink, meaning, valueAt(document, path));
    },
  };
}

function valueAt(document: unknown, path: readonly string[]): unknown {
  let at = document;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}
