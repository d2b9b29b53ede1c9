// Shelly, second generation and later: components such as `temperature:0`, in notifications or one a topic.
//
//     <id>/events/rpc               {"src":..,"method":"NotifyStatus","params":{"ts":..,"temperature:0":{"tC":21.5}}}
//     <id>/status/temperature:0     {"id":0,"tC":21.5,"tF":70.7}
//     <id>/online                   true, or false as the last will
//
// A word of the profile is the type of the component and the names of members within, a blank between. Component 0 is
// the main channel, any other number (100 and up: the add-on) is the channel. NotifyStatus tells only what has changed.
import type { Sink } from '../sink.ts';
import { isObject, type JsonObject, memberOf } from '../value/json.ts';
import { numberOf, tellRaw, type ValueMeaning, type Vocabulary } from '../value/meaning.ts';
import { trustedTime } from '../value/trusted-time.ts';
import type { Convention, Message, ProfileOf } from './convention.ts';
import { jsonOf } from './message-json.ts';
import { onlineOf } from './online-word.ts';

export interface ShellyProfile extends ProfileOf<'shelly'> {
  /** Words are the type of a component and the names of members within, a blank between. */
  readonly members: Vocabulary;
}

export function createShelly(profile: ShellyProfile): Convention {
  return {
    accept(message, sink) {
      const levels = message.topic.split('/');
      const last = levels.at(-1);
      const online = last === 'online' ? onlineOf(message.payload) : undefined;
      if (online !== undefined) {
        sink.frame(levels.slice(0, -1).join('/') || undefined);
        return sink.online(online);
      }
      if (last === 'rpc') return readFrame(profile, message, sink);
      if (levels.length > 2 && levels.at(-2) === 'status') return readStatus(profile, message, levels, sink);
      sink.frame();
    },
  };
}

function readFrame(profile: ShellyProfile, message: Message, sink: Sink): void {
  const frame = jsonOf(message, sink);
  if (frame === undefined) return;
  if (!isObject(frame)) {
    sink.rejected('malformed', 1);
    return;
  }
  const source = memberOf(frame, 'src');
  const method = memberOf(frame, 'method');
  // A question to a device, not from one.
  if (typeof method === 'string' && !method.startsWith('Notify')) {
    sink.frame();
    return;
  }
  sink.frame(typeof source === 'string' ? source : undefined);
  // A notification, or the answer to a question for the whole status; others hold no components.
  const content = memberOf(frame, 'params') ?? memberOf(frame, 'result');
  if (!isObject(content)) return;
  const timeMs = trustedTime(numberOf(memberOf(content, 'ts')) * 1000);
  for (const [name, component] of Object.entries(content)) {
    if (isObject(component)) readComponent(profile, name, component, timeMs, sink);
  }
}

function readStatus(profile: ShellyProfile, message: Message, levels: readonly string[], sink: Sink): void {
  const component = jsonOf(message, sink);
  if (component === undefined) return;
  if (!isObject(component)) {
    sink.rejected('malformed', 1);
    return;
  }
  sink.frame(levels.slice(0, -2).join('/') || undefined);
  readComponent(profile, levels.at(-1)!, component, undefined, sink);
}

function readComponent(
  { members }: ShellyProfile,
  name: string,
  component: JsonObject,
  timeMs: number | undefined,
  sink: Sink,
): void {
  const [type = '', number = '0'] = name.split(':');
  const errors = memberOf(component, 'errors');
  const isFaulty = Array.isArray(errors) && errors.length > 0;
  const walk = (words: string, object: JsonObject) => {
    for (const [key, raw] of Object.entries(object)) {
      const word = `${words} ${key}`;
      if (isObject(raw)) walk(word, raw);
      if (!Object.hasOwn(members, word)) continue;
      const meaning: ValueMeaning = members[word]!;
      const channel = [number === '0' ? '' : number, meaning.channel].filter((part) => part).join('_');
      // A component that reports errors (out of range, not read) has no value, whatever stands there.
      tellRaw(sink, meaning, isFaulty ? 'nan' : raw, { channel, timeMs });
    }
  };
  walk(type, component);
}
