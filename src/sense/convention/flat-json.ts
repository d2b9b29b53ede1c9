// One JSON object a message, its members the readings: Zigbee2MQTT, AirGradient, Theengs and what is like them.
//
//     topic ──> whose is it? ──┬─> the bridge speaks of itself or of units
//                              ├─> a device has come or gone
//                              └─> members ──> values
//
// Topics are taken by levels: names hold dots and blanks, and in Zigbee2MQTT slashes too.
// Invariant: state is what the bridge said of its devices (exposes.ts) and the bases it was heard under, both bounded.
import { sourceFrameBytesMax, sourceNameLengthMax, sourcesPerSensorMax } from '../../core/limits.ts';
import type { Sink } from '../sink.ts';
import { isObject, type JsonObject, memberOf } from '../value/json.ts';
import { numberOf, tellRaw, type ValueMeaning } from '../value/meaning.ts';
import { trustedText, trustedTime } from '../value/trusted-time.ts';
import type { Convention, Message, ProfileOf } from './convention.ts';
import { createExposed, type ExposedDevices } from './exposes.ts';
import { jsonOf } from './message-json.ts';
import { onlineOf } from './online-word.ts';
import { meaningInUnit } from './stated-unit.ts';

/** What a member means; some need a look at its value, or at its neighbours. */
export interface FlatJsonMeaning extends ValueMeaning {
  /** The unit of values above `above`, where the message does not say and devices differ. */
  readonly large?: { readonly above: number; readonly unit: string };
  /** It means nothing in a message that also has this member. */
  readonly unless?: string;
}

export interface FlatJsonProfile extends ProfileOf<'flat-json'> {
  /** Words are the members of the object. */
  readonly members: Readonly<Record<string, FlatJsonMeaning>>;
  /** Where the name of the device stands. */
  readonly source?: {
    /** Members looked for first. */
    readonly members?: readonly string[];
    /** What comes after the first of these levels is the name. */
    readonly after?: readonly string[];
    /** Levels of other topics cut off at the front; what is left is the name. */
    readonly topicFrom?: number;
  };
  /** The last level of a topic that tells whether a device is there, such as `availability` or `LWT`. */
  readonly availability?: string;
  /** The member that holds the time: RFC 3339 with a zone, or seconds or ms since 1970, told apart by size. */
  readonly time?: string;
  /** Topics with one of these levels do not belong to devices. */
  readonly notDevices?: readonly string[];
  /** The last level of a topic, or the one before it, that makes it a command to a device. */
  readonly commands?: readonly string[];
  /** The level under which a bridge speaks of itself (`state`) and of its devices (`devices`, Zigbee2MQTT's exposes). */
  readonly bridge?: string;
  /** A member that holds members of several like sensors, each with its channel. */
  readonly groups?: { readonly member: string; readonly channels: Readonly<Record<string, string>> };
}

export function createFlatJson(profile: FlatJsonProfile): Convention {
  const { availability, bridge, commands = [], notDevices = [] } = profile;
  const exposed = createExposed((name) => Object.hasOwn(profile.members, name));
  const bases = new Set<string>();
  return {
    accept(message, sink) {
      const all = message.topic.split('/');
      const isState = bridge !== undefined && all.length > 2 && all.at(-2) === bridge && all.at(-1) === 'state';
      if (isState && onlineOf(message.payload) !== undefined) {
        const base = all.slice(0, -2).join('/');
        if (base.length <= sourceNameLengthMax && bases.size < sourcesPerSensorMax) bases.add(base);
      }
      const levels = levelsOf(profile, message.topic, bases);
      if (bridge !== undefined && levels[0] === bridge) return bridgeSpeaks(message, levels, exposed, sink);
      if (all.some((level) => notDevices.includes(level))) return sink.frame();
      // A device may be called `set`: a command has a name before it.
      if (
        levels
          .slice(1)
          .slice(-2)
          .some((level) => commands.includes(level))
      )
        return sink.frame();
      if (availability !== undefined && levels.length > 1 && levels.at(-1) === availability) {
        const online = onlineOf(message.payload);
        if (online !== undefined) {
          sink.frame(levels.slice(0, -1).join('/') || undefined);
          return sink.online(online);
        }
      }
      readMembers(profile, exposed, message, levels, sink);
    },
  };
}

/** The levels that name the device. */
function levelsOf({ source = {} }: FlatJsonProfile, topic: string, bases: ReadonlySet<string>): string[] {
  for (const base of bases) if (topic.startsWith(`${base}/`)) return topic.slice(base.length + 1).split('/');
  const { after = [], topicFrom = 0 } = source;
  const levels = topic.split('/');
  const at = levels.findIndex((level) => after.includes(level));
  return levels.slice(at < 0 || at === levels.length - 1 ? topicFrom : at + 1);
}

function bridgeSpeaks(message: Message, [name, what]: readonly string[], exposed: ExposedDevices, sink: Sink): void {
  if (what === 'devices') {
    const document = jsonOf(message, sink, sourceFrameBytesMax);
    if (document === undefined) return;
    if (!exposed.learn(document)) {
      sink.rejected('malformed', 1);
      return;
    }
  }
  sink.frame(name);
  const online = what === 'state' ? onlineOf(message.payload) : undefined;
  if (online !== undefined) sink.online(online);
}

function readMembers(
  profile: FlatJsonProfile,
  exposed: ExposedDevices,
  message: Message,
  levels: readonly string[],
  sink: Sink,
): void {
  const document = jsonOf(message, sink);
  if (document === undefined) return;
  const last = levels.at(-1) ?? '';
  // Zigbee2MQTT can also publish one message a value: `<name>/temperature` with `21.5`.
  const isValue = !isObject(document) && levels.length > 1 && Object.hasOwn(profile.members, last);
  if (!isObject(document) && !isValue) {
    sink.rejected('malformed', 1);
    return;
  }
  const members = isObject(document) ? document : { [last]: document };
  const source = sourceOf(profile, members) ?? levels.slice(0, isValue ? -1 : undefined).join('/');
  sink.frame(source === '' ? undefined : source);
  const timeMs = profile.time === undefined ? undefined : timeOf(memberOf(members, profile.time));
  for (const [name, raw] of Object.entries(members)) {
    const known = exposed.find(source, name);
    const found = memberNamed(profile, known?.name ?? name);
    if (!found || (found.meaning.unless !== undefined && Object.hasOwn(members, found.meaning.unless))) continue;
    const unit = known?.unit ?? largeUnit(found.meaning, raw);
    const channel = joined(found.meaning.channel, known?.endpoint ?? found.part);
    tellRaw(sink, meaningInUnit(found.meaning, unit), raw, { unit, channel, timeMs });
  }
  readGroups(profile, members, timeMs, sink);
}

function sourceOf({ source }: FlatJsonProfile, document: JsonObject): string | undefined {
  const named = source?.members?.map((name) => memberOf(document, name));
  const found = named?.find((name) => (typeof name === 'string' && name !== '') || typeof name === 'number');
  return found === undefined ? undefined : String(found);
}

/** `temperature_2` and `temperature_l1` are the values of an endpoint. */
function memberNamed(
  { members }: FlatJsonProfile,
  name: string,
): { meaning: FlatJsonMeaning; part: string } | undefined {
  if (Object.hasOwn(members, name)) return { meaning: members[name]!, part: '' };
  const [, stem = '', part = ''] = /^(.+)_(l?\d{1,3})$/.exec(name) ?? [];
  return Object.hasOwn(members, stem) ? { meaning: members[stem]!, part } : undefined;
}

const largeUnit = ({ large }: FlatJsonMeaning, raw: unknown): string | undefined =>
  large && numberOf(raw) > large.above ? large.unit : undefined;

const joined = (...words: readonly (string | undefined)[]): string => words.filter((word) => word).join('_');

/** A lone group is the device itself where the message says it nowhere else. */
function readGroups(
  { groups, members }: FlatJsonProfile,
  document: JsonObject,
  timeMs: number | undefined,
  sink: Sink,
): void {
  const group = groups && memberOf(document, groups.member);
  if (!groups || !isObject(group)) return;
  const parts = Object.entries(group);
  for (const [name, part] of parts) {
    if (!isObject(part)) continue;
    for (const [key, raw] of Object.entries(part)) {
      if (!Object.hasOwn(members, key)) continue;
      const meaning = members[key]!;
      const isAlone = parts.length === 1 && !Object.hasOwn(document, key);
      const of = Object.hasOwn(groups.channels, name) ? groups.channels[name] : name;
      tellRaw(sink, meaning, raw, { channel: joined(isAlone ? '' : of, meaning.channel), timeMs });
    }
  }
}

/** From here on a count since 1970 is in ms: in seconds it would be the year 5138. */
const MILLISECONDS_FROM = 1e11;

function timeOf(raw: unknown): number | undefined {
  if (typeof raw === 'string' && Number.isNaN(numberOf(raw))) return trustedText(raw);
  const number = numberOf(raw);
  return trustedTime(number >= MILLISECONDS_FROM ? number : number * 1000);
}
