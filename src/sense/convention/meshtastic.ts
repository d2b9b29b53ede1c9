// Meshtastic in JSON (`msh/<region>/2/json/<channel>/<gateway>`): packets of a mesh as a gateway node publishes them.
//
//     {"from":2130636288,"sender":"!..","type":"telemetry","timestamp":..,"rssi":..,"hops_away":0,"payload":{..}}
//
// The source is the node that measured, in the form the mesh writes it; `sender` is only the gateway. What the radio
// heard describes that node when no other one relayed it. Packets of other types are understood and measure nothing.
// The time is when the gateway received the packet, or in a position the GPS fix.
import type { Sink } from '../sink.ts';
import { isObject, type JsonObject, memberOf } from '../value/json.ts';
import { numberOf, tellRaw, type Vocabulary } from '../value/meaning.ts';
import { trustedTime } from '../value/trusted-time.ts';
import type { Convention, ProfileOf } from './convention.ts';
import { jsonOf } from './message-json.ts';

/** Positions are whole numbers of 1e-7 degrees. */
const PER_DEGREE = 1e7;
/** A node on mains power says 101 (telemetry.proto: more than 100 means powered). */
const BATTERY_MAX = 100;

export interface MeshtasticProfile extends ProfileOf<'meshtastic'> {
  /** Words are the members of a payload. */
  readonly members: Vocabulary;
}

export function createMeshtastic({ members }: MeshtasticProfile): Convention {
  return {
    accept(message, sink) {
      const packet = jsonOf(message, sink);
      if (packet === undefined) return;
      const from = isObject(packet) ? numberOf(memberOf(packet, 'from')) : Number.NaN;
      if (!isObject(packet) || Number.isNaN(from)) return sink.rejected('malformed', 1);
      const payload = memberOf(packet, 'payload');
      const type = memberOf(packet, 'type');
      if (type !== 'telemetry' && type !== 'position') return sink.frame(nodeName(from));
      if (!isObject(payload)) return sink.rejected('malformed', 1);
      sink.frame(nodeName(from));
      if (type === 'telemetry') readTelemetry(packet, payload, members, sink);
      else readPosition(packet, payload, sink);
    },
  };
}

const nodeName = (number: number): string => `!${(number >>> 0).toString(16).padStart(8, '0')}`;

const timeOf = (seconds: unknown): number | undefined => trustedTime(numberOf(seconds) * 1000);

function readTelemetry(packet: JsonObject, payload: JsonObject, words: Vocabulary, sink: Sink) {
  const stated = { timeMs: timeOf(memberOf(packet, 'timestamp')) };
  for (const [word, meaning] of Object.entries(words)) {
    const raw = memberOf(payload, word);
    if (meaning.quantity === 'battery' && numberOf(raw) > BATTERY_MAX) continue;
    tellRaw(sink, meaning, raw, stated);
  }
  readRadio(packet, sink);
}

function readPosition(packet: JsonObject, payload: JsonObject, sink: Sink) {
  const fixed = timeOf(memberOf(payload, 'timestamp')) ?? timeOf(memberOf(payload, 'time'));
  const timeMs = fixed ?? timeOf(memberOf(packet, 'timestamp'));
  const latitude = numberOf(memberOf(payload, 'latitude_i'));
  const longitude = numberOf(memberOf(payload, 'longitude_i'));
  // Zero and zero: a node that has no fix yet.
  if (latitude !== 0 || longitude !== 0) {
    const stated = { timeMs };
    if (!Number.isNaN(latitude)) tellRaw(sink, { quantity: 'latitude' }, latitude / PER_DEGREE, stated);
    if (!Number.isNaN(longitude)) tellRaw(sink, { quantity: 'longitude' }, longitude / PER_DEGREE, stated);
    tellRaw(sink, { quantity: 'altitude' }, memberOf(payload, 'altitude'), stated);
  }
  readRadio(packet, sink);
}

function readRadio(packet: JsonObject, sink: Sink) {
  if (numberOf(memberOf(packet, 'hops_away')) > 0) return;
  const stated = { timeMs: timeOf(memberOf(packet, 'timestamp')) };
  tellRaw(sink, { quantity: 'signal' }, memberOf(packet, 'rssi'), stated);
  tellRaw(sink, { quantity: 'signal_to_noise' }, memberOf(packet, 'snr'), stated);
}
