// Homie, versions 2 to 5: one topic a value, and retained topics that describe it.
//
//     <base>/<device>/$state   <base>/<device>/<node>/<property>[/$datatype│/$unit│/set]     version 4
//     <base>/5/<device>/$state│$description   <base>/5/<device>/<node>/<property>[/set│/$target]     version 5
//
// Topics are read from their end, so any base will do. The source is the device's id. Numbers are told whether or not
// they have been described; what is described as text or a switch is not told. The node is part of a value's name.
import { sourceFrameBytesMax, sourceNameLengthMax } from '../../core/limits.ts';
import type { Sink } from '../sink.ts';
import { isObject, parseJson } from '../value/json.ts';
import { tellInvalid, tellStated } from '../value/meaning.ts';
import { quantityNamed } from '../value/quantity-name.ts';
import type { Convention, Message, ProfileOf } from './convention.ts';
import { HomieDevices, type Property } from './homie-device.ts';

const NUMERIC: ReadonlySet<string> = new Set(['float', 'integer']);
/** Version 5, "payload": decimal, with or without an exponent; a decimal comma is another thing. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NO_NUMBER = /^[+-]?(nan|inf(inity)?)$/i;
/** A value longer than this is text. */
const NUMBER_BYTES_MAX = 64;

/** Values name themselves by node and property: no words. */
export type HomieProfile = ProfileOf<'homie'>;

export function createHomie(): Convention {
  const devices = new HomieDevices();
  return {
    accept(message, sink) {
      const levels = message.topic.split('/');
      const last = levels.at(-1)!;
      if (message.topic.length > sourceNameLengthMax) return sink.rejected('unsupported', 1);
      if ((last === '$state' || last === '$online') && levels.length > 2)
        return readState(devices, levels, message, sink);
      if (last === '$description' && levels.length > 2) return readDescription(devices, levels, message, sink);
      if ((last === '$datatype' || last === '$unit') && levels.length > 4) {
        return readAttribute(devices, levels, message, sink);
      }
      // Other attributes, commands and broadcasts say nothing that is measured.
      if (last === 'set' || levels.some((level) => level.startsWith('$'))) return sink.frame();
      if (levels.length < 4) return sink.rejected('unsupported', 1);
      readValue(devices, levels, message, sink);
    },
  };
}

/** A single zero byte stands for an empty text, since an empty message deletes (version 5). */
const textOf = ({ payload }: Message): string =>
  payload.length === 1 && payload[0] === 0 ? '' : payload.toString('utf8').trim();

function readState(devices: HomieDevices, levels: readonly string[], message: Message, sink: Sink) {
  const path = levels.slice(0, -1).join('/');
  if (message.payload.length > NUMBER_BYTES_MAX) return sink.rejected('malformed', 1);
  const below = devices.below(path);
  const state = stateOf(textOf(message));
  if (message.payload.length === 0) devices.remove(path);
  else if (!devices.setState(path, state)) return sink.rejected('too_many_sources', 1);
  const online = message.payload.length === 0 ? false : devices.online(path);
  if (online === undefined) return sink.rejected('malformed', 1);
  sink.frame(levels.at(-2));
  for (const child of below) {
    const there = devices.online(child);
    if (there !== undefined) sink.online(there, child.slice(child.lastIndexOf('/') + 1));
  }
  sink.online(online);
}

/** Version 2 had `$online` instead. */
const stateOf = (word: string): string => (word === 'true' ? 'ready' : word === 'false' ? 'lost' : word);

function readDescription(devices: HomieDevices, levels: readonly string[], message: Message, sink: Sink) {
  const path = levels.slice(0, -1).join('/');
  if (message.payload.length === 0) return sink.frame(levels.at(-2));
  if (message.payload.length > sourceFrameBytesMax) return sink.rejected('payload_too_large', 1);
  const description = parseJson(message.payload);
  if (description === undefined) return sink.rejected('not_json', 1);
  if (!isObject(description)) return sink.rejected('malformed', 1);
  if (!devices.describe(path, description)) return sink.rejected('too_many_sources', 1);
  sink.frame(levels.at(-2));
}

function readAttribute(devices: HomieDevices, levels: readonly string[], message: Message, sink: Sink) {
  const path = levels.slice(0, -3).join('/');
  const attribute = levels.at(-1) === '$unit' ? 'unit' : 'datatype';
  const text = textOf(message);
  if (text.length > NUMBER_BYTES_MAX) return sink.rejected('malformed', 1);
  if (!devices.setAttribute(path, levels.slice(-3, -1).join('/'), attribute, text)) {
    return sink.rejected('too_many_sources', 1);
  }
  sink.frame(levels.at(-4));
}

function readValue(devices: HomieDevices, levels: readonly string[], message: Message, sink: Sink) {
  const path = levels.slice(0, -2).join('/');
  const name = levels.slice(-2).join('/');
  const property = devices.property(path, name);
  sink.frame(levels.at(-3));
  if (property?.datatype !== undefined && !NUMERIC.has(property.datatype)) return;
  // Empty: the retained value was deleted.
  if (message.payload.length === 0 || message.payload.length > NUMBER_BYTES_MAX) return;
  tell(textOf(message), name, property, sink);
}

function tell(text: string, name: string, property: Property | undefined, sink: Sink) {
  const named = quantityNamed(name, { unit: property?.unit });
  if (NO_NUMBER.test(text)) return named ? tellInvalid(sink, named) : sink.rejected('not_a_number', 1);
  if (!NUMBER.test(text)) {
    // What is not described may be text.
    if (property?.datatype !== undefined) sink.rejected('not_a_number', 1);
    return;
  }
  const unit = property?.unit ?? named?.unit;
  tellStated(sink, Number(text), { quantity: named?.quantity, name, unit, channel: named?.channel });
}
