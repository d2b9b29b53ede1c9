// Tasmota: telemetry of many sensors in one object, and the units of all of them beside it.
//
//     tele/<topic>/SENSOR   {"Time":..,"BME280":{"Temperature":21.3,"Pressure":1001.2},"PressureUnit":"hPa","TempUnit":"C"}
//     stat/<topic>/STATUS8  {"StatusSNS":{ the same }}
//     tele/<topic>/LWT      Online | Offline
//
// The order of the levels is the owner's choice (FullTopic): the last one says what it is, one of the others is the
// prefix, what is left names the device. A quantity that occurs once is the main channel; where several sensors have
// it, each is called by its own name. `Time` has no zone and is nobody's time.
import type { Quantity } from '../../core/quantities.ts';
import type { Sink } from '../sink.ts';
import { isObject, type JsonObject, memberOf } from '../value/json.ts';
import { tellRaw, type ValueMeaning, type Vocabulary } from '../value/meaning.ts';
import type { Convention, Message, ProfileOf } from './convention.ts';
import { jsonOf } from './message-json.ts';
import { onlineOf } from './online-word.ts';

export interface TasmotaProfile extends ProfileOf<'tasmota'> {
  /** Words are members of a sensor; of two with a blank between, the first is the object around. */
  readonly members: Vocabulary;
  /** Members that state the unit of others. */
  readonly unitMembers?: Readonly<Record<string, readonly Quantity[]>>;
  /** Sensors that do not measure the air around: their names are always the channel. */
  readonly aside?: readonly string[];
  /** Sensors of another trade. */
  readonly ignored?: readonly string[];
}

const PREFIXES: readonly string[] = ['tele', 'stat', 'cmnd'];
/** What holds values: telemetry, and answers to Status 0, 8, 10 and 11. */
const TELLING = /^(SENSOR|STATE|STATUS(0|8|10|11)?)$/;

export function createTasmota(profile: TasmotaProfile): Convention {
  return {
    accept(message, sink) {
      const levels = message.topic.split('/');
      const last = levels.pop() ?? '';
      const at = levels.findIndex((level) => PREFIXES.includes(level));
      // A command goes to a device; what Tasmota tells Home Assistant of itself holds no readings.
      if (levels[at] === 'cmnd' || (levels[0] === 'tasmota' && levels[1] === 'discovery')) return sink.frame();
      const rest = levels.filter((_, i) => i !== at);
      const source = (rest.length > 1 && rest[0] === 'tasmota' ? rest.slice(1) : rest).join('/') || undefined;
      if (last === 'LWT') {
        const online = onlineOf(message.payload);
        if (online === undefined) return sink.rejected('malformed', 1);
        sink.frame(source);
        return sink.online(online);
      }
      if (TELLING.test(last)) return readTelemetry(profile, message, { source, isState: last === 'STATE' }, sink);
      sink.frame(source);
    },
  };
}

interface Origin {
  readonly source: string | undefined;
  /** Of the board itself: its settings stand beside its values, such as the speed at which a lamp fades. */
  readonly isState: boolean;
}

function readTelemetry(profile: TasmotaProfile, message: Message, { source, isState }: Origin, sink: Sink): void {
  const document = jsonOf(message, sink);
  if (document === undefined) return;
  if (!isObject(document)) {
    sink.rejected('malformed', 1);
    return;
  }
  const bridged = memberOf(document, BRIDGED);
  if (isObject(bridged) && Object.keys(bridged).length > 0) {
    readBridged(profile, bridged, sink);
    return;
  }
  sink.frame(source);
  tellAll(profile, document, sink, !isState);
  const [sensors, state] = [memberOf(document, 'StatusSNS'), memberOf(document, 'StatusSTS')];
  if (isObject(sensors)) tellAll(profile, sensors, sink, true);
  if (isObject(state)) tellAll(profile, state, sink, false);
}

/** A Zigbee bridge speaks for its devices, under their names or short addresses. */
const BRIDGED = 'ZbReceived';

function readBridged(profile: TasmotaProfile, devices: JsonObject, sink: Sink): void {
  for (const [name, device] of Object.entries(devices)) {
    sink.frame(name || undefined);
    if (isObject(device)) tellAll(profile, device, sink, true);
  }
}

interface Found {
  readonly meaning: ValueMeaning;
  readonly raw: unknown;
  /** Names of the sensor from the outermost in, lower case. */
  readonly sensor: readonly string[];
  /** Which one of a list. */
  readonly part: string;
  readonly isAside: boolean;
}

/** @param hasPlain the board itself is a sensor and its values stand beside the others (Sonoff SC) */
function tellAll(profile: TasmotaProfile, sensors: JsonObject, sink: Sink, hasPlain: boolean): void {
  const found: Found[] = [];
  for (const [name, sensor] of Object.entries(sensors)) {
    if (WRAPPERS.includes(name) || profile.ignored?.includes(name)) continue;
    const isAside = profile.aside?.includes(name) ?? false;
    // Two of a kind are `BME280-76` and `BME280-77`: the words of a sensor are those of both.
    const path = { sensor: [name.toLowerCase()], parent: name.split('-', 1)[0]!, isAside };
    if (isObject(sensor)) collect(profile, sensor, path, found);
    else if (hasPlain) collectOne(profile, [name, sensor], { sensor: [], parent: '', isAside }, found);
  }
  const key = ({ meaning }: Found) => `${meaning.quantity} ${meaning.channel ?? ''}`;
  const counts = new Map<string, number>();
  for (const each of found) if (!each.isAside) counts.set(key(each), (counts.get(key(each)) ?? 0) + 1);
  for (const each of found) {
    const { meaning, raw, sensor, part, isAside } = each;
    const isMain = !isAside && counts.get(key(each)) === 1;
    const words = [...(isMain ? [] : [...sensor, part]), meaning.channel];
    const channel = words.filter((word) => word).join('_');
    tellRaw(sink, meaning, raw, { channel, unit: unitStated(profile, sensors, meaning) });
  }
}

const WRAPPERS: readonly string[] = ['StatusSNS', 'StatusSTS'];

interface SensorPath {
  readonly sensor: readonly string[];
  /** The name of the object around: `Speed` of `{"Speed":{"Avg":3}}`, else the kind of the sensor. */
  readonly parent: string;
  readonly isAside: boolean;
}

/** Nesting is bounded by the parser. */
function collect(profile: TasmotaProfile, object: JsonObject, path: SensorPath, found: Found[]): void {
  const { sensor, isAside } = path;
  for (const [key, raw] of Object.entries(object)) {
    if (!isObject(raw)) {
      collectOne(profile, [key, raw], path, found);
      continue;
    }
    const isGroup = Object.keys(raw).some((inner) => Object.hasOwn(profile.members, `${key} ${inner}`));
    const inside = isGroup ? sensor : [...sensor, key.toLowerCase()];
    collect(profile, raw, { sensor: inside, parent: key, isAside }, found);
  }
}

function collectOne(
  profile: TasmotaProfile,
  [key, raw]: readonly [string, unknown],
  { sensor, parent, isAside }: SensorPath,
  found: Found[],
): void {
  const named = memberNamed(profile, parent, key);
  if (!named) return;
  const values = Array.isArray(raw) ? raw : [raw];
  for (const [i, value] of values.entries()) {
    const part = values.length > 1 ? String(i + 1) : named.part;
    found.push({ meaning: named.meaning, raw: value, sensor, part, isAside });
  }
}

/** `Temperature2` is the second of several analog inputs; `PM2.5` and `PB10` are words of their own. */
function memberNamed(
  { members }: TasmotaProfile,
  parent: string,
  key: string,
): { meaning: ValueMeaning; part: string } | undefined {
  const inner = `${parent} ${key}`;
  const word = Object.hasOwn(members, inner) ? inner : key;
  if (Object.hasOwn(members, word)) return { meaning: members[word]!, part: '' };
  const [, stem = '', part = ''] = /^(.*\D)(\d{1,2})$/.exec(key) ?? [];
  return Object.hasOwn(members, stem) ? { meaning: members[stem]!, part } : undefined;
}

function unitStated(
  { unitMembers = {} }: TasmotaProfile,
  sensors: JsonObject,
  { quantity }: ValueMeaning,
): string | undefined {
  const name = Object.keys(unitMembers).find((unit) => unitMembers[unit]!.includes(quantity));
  const unit = name === undefined ? undefined : memberOf(sensors, name);
  return typeof unit === 'string' ? unit : undefined;
}
