// Sensor.Community's airRohr firmware, and NAMF: a list of named values, all of them text.
//
//     {"esp8266id":"12345","sensordatavalues":[{"value_type":"SDS_P1","value":"12.40"}, ...]}
//
// A name is the sensor and the value: SDS_P1, BME280_pressure. Of several sensors with one quantity the first is the
// main channel and the others are called by their sensor. P1 is PM10, P2 is PM2.5, P0 is PM1.
// NAMF's own MQTT sends one value a message, the name as the last level of the topic.
import type { Sink } from '../sink.ts';
import { isObject, type JsonObject, memberOf } from '../value/json.ts';
import { tellRaw, type ValueMeaning, type Vocabulary } from '../value/meaning.ts';
import type { Convention, Message, ProfileOf } from './convention.ts';
import { jsonOf } from './message-json.ts';

export interface AirrohrProfile extends ProfileOf<'airrohr'> {
  /** Words are whole names, or what comes after the sensor's. */
  readonly members: Vocabulary;
  /** Members that name the device, the first of them that is there. */
  readonly source?: { readonly members?: readonly string[] };
  /** Sensors that do not measure the air around: their names are always the channel. */
  readonly aside?: readonly string[];
}

export function createAirrohr(profile: AirrohrProfile): Convention {
  return {
    accept(message, sink) {
      const document = jsonOf(message, sink);
      if (document === undefined) return;
      if (typeof document === 'number' && message.topic.endsWith(LAST_TIME)) return sink.frame();
      const measurements = Array.isArray(document) ? document : [document];
      if (measurements.length === 0 || !measurements.every(isObject)) return sink.rejected('malformed', 1);
      for (const measurement of measurements) readMeasurement(profile, message, measurement, sink);
    },
  };
}

/** NAMF also tells when it last sent anything. */
const LAST_TIME = 'last_data_time';

function readMeasurement(profile: AirrohrProfile, { topic }: Message, document: JsonObject, sink: Sink): void {
  const list = memberOf(document, 'sensordatavalues');
  if (Array.isArray(list)) {
    sink.frame(sourceOf(profile, document));
    tellAll(profile, list.filter(isObject), sink);
    return;
  }
  const levels = topic.split('/');
  const name = levels.pop() ?? '';
  if (!Object.hasOwn(document, 'value')) {
    sink.rejected('malformed', 1);
    return;
  }
  sink.frame(levels.join('/') || undefined);
  tellAll(profile, [{ value_type: name, value: memberOf(document, 'value') }], sink);
}

function sourceOf({ source }: AirrohrProfile, document: JsonObject): string | undefined {
  const ids = source?.members?.map((name) => memberOf(document, name));
  const id = ids?.find((value) => typeof value === 'string' || typeof value === 'number');
  return id === undefined ? undefined : String(id);
}

/** The one climate sensor whose values are named without it. */
const UNNAMED = 'dht';

function tellAll(profile: AirrohrProfile, values: readonly JsonObject[], sink: Sink): void {
  const names = values.map((value) => memberOf(value, 'value_type'));
  // The PPD42 counts particles, and calls its counts P1 and P2; it alone tells their duration.
  const hasCounts = names.includes('durP1');
  const taken = new Set<string>();
  for (const [i, value] of values.entries()) {
    const name = names[i];
    if (typeof name !== 'string' || (hasCounts && /^P[12]$/.test(name))) continue;
    const found = memberNamed(profile, name);
    if (!found) continue;
    const { meaning, sensor } = found;
    const key = `${meaning.quantity} ${meaning.channel ?? ''}`;
    const isAside = profile.aside?.includes(sensor) ?? false;
    const part = isAside || taken.has(key) ? sensor.toLowerCase() || UNNAMED : '';
    if (!isAside) taken.add(key);
    const channel = [part, meaning.channel].filter((word) => word).join('_');
    tellRaw(sink, meaning, withoutUnit(memberOf(value, 'value')), { channel });
  }
}

/** The whole name, or what comes after the sensor's: `pressure` of `BME280_pressure`. */
function memberNamed({ members }: AirrohrProfile, name: string): { meaning: ValueMeaning; sensor: string } | undefined {
  if (Object.hasOwn(members, name)) return { meaning: members[name]!, sensor: '' };
  const at = name.indexOf('_');
  const rest = name.slice(at + 1);
  return at > 0 && Object.hasOwn(members, rest) ? { meaning: members[rest]!, sensor: name.slice(0, at) } : undefined;
}

/** Early firmware writes "-67 dBm". */
const withoutUnit = (value: unknown): unknown => (typeof value === 'string' ? value.replace(/ ?dBm$/, '') : value);
