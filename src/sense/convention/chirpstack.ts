// ChirpStack v4 (LoRaWAN), its MQTT integration in JSON: `application/<id>/device/<devEui>/event/<event>`.
//
//     up       object: what the codec of the device profile made of the bytes; rxInfo: who received it, how well
//     status   margin, batteryLevel
//
// Members of `object` are known by their names, nested ones by the whole path; others are left out, and bytes without
// a codec say nothing here. Codecs such as Decentlab's write {"value":100012,"unit":"Pa"}: then the unit is theirs. Several gateways, or brokers that deliver twice, repeat a deduplicationId.
// Invariant: ids remembered stay under a cap.
import { duplicatesRememberedMax, nameLengthMax, namesPerSourceMax } from '../../core/limits.ts';
import type { Sink } from '../sink.ts';
import { isObject, type JsonObject, memberOf } from '../value/json.ts';
import { numberOf, tellRaw, type ValueMeaning, type Vocabulary } from '../value/meaning.ts';
import { quantityNamed } from '../value/quantity-name.ts';
import { trustedText } from '../value/trusted-time.ts';
import type { Convention, ProfileOf } from './convention.ts';
import { jsonOf } from './message-json.ts';

const EVENTS: ReadonlySet<string> = new Set(['up', 'status', 'join', 'ack', 'txack', 'log', 'location', 'integration']);

export interface ChirpstackProfile extends ProfileOf<'chirpstack'> {
  /** Words are members of `object` that say less or other than what they measure. */
  readonly members: Vocabulary;
}

export function createChirpstack({ members }: ChirpstackProfile): Convention {
  const seen = new Set<string>();
  return {
    accept(message, sink) {
      const event = eventOf(message.topic);
      // Commands go to the device.
      if (event === 'command') return sink.frame();
      if (event === undefined) return sink.rejected('unsupported', 1);
      const body = jsonOf(message, sink);
      if (body === undefined) return;
      if (!isObject(body)) return sink.rejected('malformed', 1);
      const about = memberOf(body, 'deviceInfo');
      const devEui = isObject(about) ? memberOf(about, 'devEui') : undefined;
      // Version 3 writes devEUI in base64 and has no deviceInfo.
      if (typeof devEui !== 'string') return sink.rejected(isVersion3(body) ? 'unsupported' : 'malformed', 1);
      const id = memberOf(body, 'deduplicationId');
      if (typeof id === 'string' && isRepeated(seen, `${event} ${id}`)) return sink.rejected('duplicate', 1);
      sink.frame(devEui);
      if (event === 'up') readUplink(body, members, sink);
      else if (event === 'status') readStatus(body, sink);
    },
  };
}

/** A prefix before `application` may be configured. */
function eventOf(topic: string): string | undefined {
  const levels = topic.split('/');
  const at = levels.lastIndexOf('device');
  if (at < 0) return undefined;
  if (levels[at + 2] === 'command') return 'command';
  const event = levels[at + 3];
  return levels[at + 2] === 'event' && event !== undefined && EVENTS.has(event) ? event : undefined;
}

const isVersion3 = (body: JsonObject): boolean =>
  memberOf(body, 'devEUI') !== undefined || memberOf(body, 'applicationID') !== undefined;

/** Remembers it; the oldest is forgotten first. */
function isRepeated(seen: Set<string>, id: string): boolean {
  if (seen.has(id)) return true;
  if (id.length > nameLengthMax) return false;
  if (seen.size >= duplicatesRememberedMax) seen.delete(seen.values().next().value!);
  seen.add(id);
  return false;
}

function readUplink(body: JsonObject, words: Vocabulary, sink: Sink) {
  const timeMs = timeOf(body);
  const object = memberOf(body, 'object');
  if (isObject(object)) readObject(object, words, timeMs, sink);
  const best = bestReception(memberOf(body, 'rxInfo'));
  if (!best) return;
  tellRaw(sink, { quantity: 'signal' }, memberOf(best, 'rssi'), { timeMs });
  tellRaw(sink, { quantity: 'signal_to_noise' }, memberOf(best, 'snr'), { timeMs });
}

/** The server's clock is the first choice; a gateway with GPS has its own. */
function timeOf(body: JsonObject): number | undefined {
  const time = memberOf(body, 'time');
  if (typeof time === 'string') return trustedText(time);
  const reception = bestReception(memberOf(body, 'rxInfo'));
  const heard = reception && (memberOf(reception, 'nsTime') ?? memberOf(reception, 'gwTime'));
  return typeof heard === 'string' ? trustedText(heard) : undefined;
}

function bestReception(receptions: unknown): JsonObject | undefined {
  let best: JsonObject | undefined;
  for (const reception of Array.isArray(receptions) ? receptions : []) {
    if (!isObject(reception)) continue;
    const rssi = numberOf(memberOf(reception, 'rssi'));
    if (best === undefined || rssi > numberOf(memberOf(best, 'rssi'))) best = reception;
  }
  return best;
}

function readObject(object: JsonObject, words: Vocabulary, timeMs: number | undefined, sink: Sink) {
  let left = namesPerSourceMax;
  const walk = (members: JsonObject, path: string): void => {
    for (const [name, raw] of Object.entries(members)) {
      if (left-- <= 0) return;
      const unit = isObject(raw) ? memberOf(raw, 'unit') : undefined;
      if (isObject(raw) && typeof unit === 'string') tell(path + name, memberOf(raw, 'value'), unit);
      else if (isObject(raw)) walk(raw, `${path}${name}/`);
      else tell(path + name, raw);
    }
  };
  const tell = (name: string, raw: unknown, unit?: string) => {
    const known = memberOf(words, name) as ValueMeaning | undefined;
    // Texts are numbers in some codecs, and words in others.
    if (!known && Number.isNaN(numberOf(raw))) return;
    const named = known ?? quantityNamed(name, { unit });
    if (named) tellRaw(sink, named, raw, { unit, timeMs });
  };
  walk(object, '');
}

function readStatus(body: JsonObject, sink: Sink) {
  const timeMs = timeOf(body);
  tellRaw(sink, { quantity: 'signal_to_noise', channel: 'margin' }, memberOf(body, 'margin'), { timeMs });
  const isKnown = memberOf(body, 'batteryLevelUnavailable') !== true && memberOf(body, 'externalPowerSource') !== true;
  if (isKnown) tellRaw(sink, { quantity: 'battery' }, memberOf(body, 'batteryLevel'), { timeMs });
}
