// Home Assistant MQTT discovery, read as Home Assistant would: configurations say where states come and what they mean.
//
//     .../config ──> described sensors ──> Sink.topic: subscribe there too
//     state topic ──> template ──> value          availability topic ──> online
//
// The source is the name of the device; without one its first identifier, the node id, or the topic of the state.
// A template that is not understood is refused once, when it is configured.
import { availabilityTopicsMax, discoveredSensorsMax, jsonPayloadBytesMax } from '../../core/limits.ts';
import type { Sink } from '../sink.ts';
import { parseJson } from '../value/json.ts';
import { tellRaw, type Vocabulary } from '../value/meaning.ts';
import type { Convention, Message, ProfileOf } from './convention.ts';
import { createDescribedSensors, type DescribedSensors } from './described-sensors.ts';
import type { Available, Described } from './discovery.ts';
import type { Template } from './template.ts';

export interface HomeassistantProfile extends ProfileOf<'homeassistant'> {
  /** Words are device classes. */
  readonly members: Vocabulary;
}

/** @param accounts of the own broker: each keeps a share of what can be described */
export function createHomeassistant({ members }: HomeassistantProfile, accounts: readonly string[] = []): Convention {
  const sensors = createDescribedSensors(members, accounts);
  const availability = createAvailabilityOf();
  return {
    accept(message, sink) {
      if (sensors.configure(message, sink)) return;
      const states = sensors.at(message.topic);
      const available = sensors.availableAt(message.topic);
      if (states.length === 0 && available.length === 0) {
        // Home Assistant tells of itself under <prefix>/status; what else nobody described is not understood.
        return message.topic.endsWith('/status') ? sink.frame() : sink.rejected('unknown_alias', 1);
      }
      if (message.payload.length > jsonPayloadBytesMax) return sink.rejected('payload_too_large', 1);
      const text = message.payload.toString('utf8');
      const document = parseJson(message.payload);
      const groups = Map.groupBy(states, (sensor) => sensors.sourceOf(sensor));
      for (const [source, group] of groups) tellStates(group, { source, text, document }, sensors, sink);
      tellAvailability({ available, message, text, document }, { sensors, availability }, sink);
    },
  };
}

interface State {
  readonly source: string;
  readonly text: string;
  /** undefined for what is not JSON. */
  readonly document: unknown;
}

function tellStates(
  group: readonly Described[],
  { source, text, document }: State,
  sensors: DescribedSensors,
  sink: Sink,
): void {
  const needsJson = group.some(({ meaning, template }) => meaning && template?.isJson);
  if (needsJson && document === undefined) {
    sink.rejected('not_json', 1);
    return;
  }
  sink.frame(source);
  for (const sensor of group) {
    if (!sensor.meaning) continue;
    const raw = stateOf(sensor.template, text, document);
    if (raw !== '') tellRaw(sink, sensor.meaning, raw, { unit: sensor.unit, channel: sensors.channelOf(sensor) });
  }
}

const stateOf = (template: Template | undefined, text: string, document: unknown): unknown =>
  template ? template.evaluate(text, document) : text.trim();

interface AvailabilityMessage {
  readonly available: ReturnType<DescribedSensors['availableAt']>;
  readonly message: Message;
  readonly text: string;
  readonly document: unknown;
}

interface Known {
  readonly sensors: DescribedSensors;
  readonly availability: AvailabilityOf;
}

/** One topic may speak of many devices, and the sensors of one device name it once each. */
function tellAvailability(received: AvailabilityMessage, { sensors, availability }: Known, sink: Sink): void {
  const { available, message, text, document } = received;
  const devices = new Set<string>();
  for (const { sensor, available: how } of available) {
    if (devices.has(sensor.device)) continue;
    devices.add(sensor.device);
    const said = saysOnline(how, text, document);
    if (said === undefined) {
      sink.rejected('malformed', 1);
      continue;
    }
    const online = availability.note(sensor, message.topic, said);
    sink.frame(sensors.sourceOf(sensor));
    if (online !== undefined) sink.online(online);
  }
}

function saysOnline({ template, online, offline }: Available, text: string, document: unknown): boolean | undefined {
  const word = String(stateOf(template, text, document));
  if (word === online) return true;
  return word === offline ? false : undefined;
}

interface AvailabilityOf {
  /** @returns whether the device is there now, as far as its topics have said */
  note(sensor: Described, topic: string, online: boolean): boolean | undefined;
}

/** A device may have several topics: its mode says whether one of them is enough, all are needed, or the latest counts. */
function createAvailabilityOf(): AvailabilityOf {
  const said = new Map<string, boolean>();
  return {
    note({ availability, availabilityMode }, topic, online) {
      // Only topics of removed configurations make it that many.
      if (said.size >= discoveredSensorsMax * availabilityTopicsMax) said.clear();
      said.set(topic, online);
      const all = availability.map((available) => said.get(available.topic));
      if (availabilityMode === 'all') return all.includes(false) ? false : all.includes(undefined) ? undefined : true;
      if (availabilityMode === 'any') return all.includes(true);
      return online;
    },
  };
}
