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
import { type Member, numberOf, tellMember } from '../value/member.ts';
import { trustedText, trustedTime } from '../value/trusted-time.ts';
import type { Convention, ConventionProfile, Message } from './convention.ts';
import { createExposed, type ExposedDevices } from './exposes.ts';
import { jsonOf } from './message-json.ts';
import { onlineOf } from './online-word.ts';
import { memberInUnit } from './stated-unit.ts';

export function createFlatJson(profile: ConventionProfile): Convention {
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
function levelsOf({ source = {} }: ConventionProfile, topic: string, bases: ReadonlySet<string>): string[] {
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
  profile: ConventionProfile,
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
    if (!found || (found.member.unless !== undefined && Object.hasOwn(members, found.member.unless))) continue;
    const unit = known?.unit ?? largeUnit(found.member, raw);
    const channel = joined(found.member.channel, known?.endpoint ?? found.part);
    tellMember(sink, memberInUnit(found.member, unit), raw, { unit, channel, timeMs });
  }
  readGroups(profile, members, timeMs, sink);
}

function sourceOf({ source }: ConventionProfile, document: JsonObject): string | undefined {
  const named = source?.members?.map((name) => memberOf(document, name));
  const found = named?.find((name) => (typeof name === 'string' && name !== '') || typeof name === 'number');
  return found === undefined ? undefined : String(found);
}

/** `temperature_2` and `temperature_l1` are the values of an endpoint. */
function memberNamed({ members }: ConventionProfile, name: string): { member: Member; part: string } | undefined {
  if (Object.hasOwn(members, name)) return { member: members[name]!, part: '' };
  const [, stem = '', part = ''] = /^(.+)_(l?\d{1,3})$/.exec(name) ?? [];
  return Object.hasOwn(members, stem) ? { member: members[stem]!, part } : undefined;
}

const largeUnit = ({ large }: Member, raw: unknown): string | undefined =>
  large && numberOf(raw) > large.above ? large.unit : undefined;

const joined = (...words: readonly (string | undefined)[]): string => words.filter((word) => word).join('_');

/** A lone group is the device itself where the message says it nowhere else. */
function readGroups(
  { groups, members }: ConventionProfile,
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
      const member = members[key]!;
      const isAlone = parts.length === 1 && !Object.hasOwn(document, key);
      const of = Object.hasOwn(groups.channels, name) ? groups.channels[name] : name;
      tellMember(sink, member, raw, { channel: joined(isAlone ? '' : of, member.channel), timeMs });
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
