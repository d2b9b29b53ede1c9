// Keeps the sensors that discovery messages have described so far: by the topic of their state, by device, by availability.
//
// A configuration replaces what its topic said before; an empty one removes it.
// Invariant: at most discoveredSensorsMax sensors, of one device at most namesPerSourceMax; one more is refused and counted.
import {
  discoveredSensorsMax,
  namesPerSourceMax,
  perAccountKept,
  sourceFrameBytesMax,
  sourcesPerSensorMax,
} from '../../core/limits.ts';
import { Shares } from '../../core/shares.ts';
import { matchesFilter } from '../../core/topic-filter.ts';
import type { Sink } from '../sink.ts';
import { isObject } from '../value/json.ts';
import type { Vocabulary } from '../value/meaning.ts';
import type { Message } from './convention.ts';
import { type Available, type ConfigTopic, configTopic, type Described, describe } from './discovery.ts';
import { jsonOf } from './message-json.ts';

export interface DescribedSensors {
  /** @returns false when the message is not a configuration */
  configure(message: Message, sink: Sink): boolean;
  /** Those whose state comes under this topic. */
  at(topic: string): readonly Described[];
  /** Devices whose availability comes under this topic, with how it is written. */
  availableAt(topic: string): readonly { readonly sensor: Described; readonly available: Available }[];
  /** The name of its device, as any of the device's configurations gives it. */
  sourceOf(sensor: Described): string;
  channelOf(sensor: Described): string;
}

/** @param accounts of the own broker: each keeps a share of the room */
export function createDescribedSensors(words: Vocabulary, accounts: readonly string[]): DescribedSensors {
  const shelves = createShelves(accounts);
  return {
    configure(message, sink) {
      const place = configTopic(message.topic);
      if (!place) return false;
      shelves.remove(message.topic);
      if (message.payload.length === 0) sink.frame();
      else configureFrom(message, place, { words, shelves }, sink);
      return true;
    },
    at: (topic) => [
      ...(shelves.byState.get(topic) ?? []),
      ...[...shelves.byFilter].flatMap(([filter, sensors]) => (matchesFilter(filter, topic) ? sensors : [])),
    ],
    availableAt: (topic) =>
      (shelves.byAvailability.get(topic) ?? []).flatMap((sensor) =>
        sensor.availability
          .filter((available) => available.topic === topic)
          .map((available) => ({ sensor, available })),
      ),
    sourceOf: (sensor) => nameOf(shelves, sensor),
    channelOf: (sensor) => channelAmong(shelves.byDevice.get(sensor.device) ?? [], sensor),
  };
}

interface Known {
  readonly words: Vocabulary;
  readonly shelves: Shelves;
}

function configureFrom(message: Message, place: ConfigTopic, { words, shelves }: Known, sink: Sink): void {
  const document = jsonOf(message, sink, sourceFrameBytesMax);
  if (document === undefined) return;
  if (!isObject(document)) {
    sink.rejected('malformed', 1);
    return;
  }
  const sensors = describe(words, place, document, (reason) => sink.rejected(reason, 1));
  const added = shelves.put({ config: message.topic, account: message.account ?? '' }, sensors);
  if (added.length < sensors.length) sink.rejected('too_many_sources', sensors.length - added.length);
  const first = added[0];
  sink.frame(first && nameOf(shelves, first));
  for (const topic of topicsOf(added)) sink.topic(topic);
}

interface Shelves {
  readonly byState: ReadonlyMap<string, readonly Described[]>;
  /** Those whose state comes under any topic that a filter takes. */
  readonly byFilter: ReadonlyMap<string, readonly Described[]>;
  readonly byDevice: ReadonlyMap<string, readonly Described[]>;
  readonly byAvailability: ReadonlyMap<string, readonly Described[]>;
  /** @param from the topic of the configuration, and who published it. @returns those there was room for */
  put(from: { readonly config: string; readonly account: string }, sensors: readonly Described[]): readonly Described[];
  remove(config: string): void;
}

function createShelves(accounts: readonly string[]): Shelves {
  const byConfig = new Map<string, { readonly account: string; readonly sensors: readonly Described[] }>();
  const byState = new Map<string, Described[]>();
  const byFilter = new Map<string, Described[]>();
  const shelfOf = ({ topic }: Described) => (topic.includes('+') ? byFilter : byState);
  const byDevice = new Map<string, Described[]>();
  const byAvailability = new Map<string, Described[]>();
  const room = new Shares({ max: discoveredSensorsMax, keptEach: perAccountKept, accounts });
  return {
    byState,
    byFilter,
    byDevice,
    byAvailability,
    put({ config, account }, sensors) {
      const added: Described[] = [];
      for (const sensor of sensors) {
        if (!room.hasRoom(account) || (byDevice.get(sensor.device)?.length ?? 0) >= namesPerSourceMax) break;
        // Every message is held against every filter.
        if (shelfOf(sensor) === byFilter && byFilter.size >= sourcesPerSensorMax && !byFilter.has(sensor.topic)) break;
        join(shelfOf(sensor), sensor.topic, sensor);
        join(byDevice, sensor.device, sensor);
        for (const { topic } of sensor.meaning ? sensor.availability : []) join(byAvailability, topic, sensor);
        added.push(sensor);
        room.take(account);
      }
      if (added.length > 0) byConfig.set(config, { account, sensors: added });
      return added;
    },
    remove(config) {
      const { account, sensors } = byConfig.get(config) ?? { account: '', sensors: [] };
      for (const sensor of sensors) {
        leave(shelfOf(sensor), sensor.topic, sensor);
        leave(byDevice, sensor.device, sensor);
        for (const { topic } of sensor.availability) leave(byAvailability, topic, sensor);
      }
      room.give(account, sensors.length);
      byConfig.delete(config);
    },
  };
}

const nameOf = ({ byDevice }: Shelves, { device }: Described): string =>
  byDevice.get(device)?.find(({ deviceName }) => deviceName !== undefined)?.deviceName ?? device;

/** Where what is worth hearing will come. */
function topicsOf(sensors: readonly Described[]): Set<string> {
  const ours = sensors.filter(({ meaning }) => meaning !== undefined);
  return new Set(
    ours.flatMap(({ topic, availability }) => [topic, ...availability.map((available) => available.topic)]),
  );
}

/** They say what a value is, and stay where it is the only one of its kind; others only tell several apart. */
const MEANING: ReadonlySet<string> = new Set(['min', 'max', 'indoor', 'sea_level']);

/** The only one of its kind is the main channel; of several each has what its name says, or its object id. */
function channelAmong(ofDevice: readonly Described[], sensor: Described): string {
  const like = ofDevice.filter(({ meaning, isAside }) => meaning?.quantity === sensor.meaning?.quantity && !isAside);
  if (sensor.isAside) return sensor.channel || sensor.objectId;
  if (like.length <= 1) return MEANING.has(sensor.channel) ? sensor.channel : (sensor.meaning?.channel ?? '');
  const same = like.filter(({ channel }) => channel === sensor.channel);
  return same.length <= 1 ? sensor.channel : sensor.objectId;
}

function join(map: Map<string, Described[]>, key: string, sensor: Described): void {
  const list = map.get(key);
  if (list) list.push(sensor);
  else map.set(key, [sensor]);
}

function leave(map: Map<string, Described[]>, key: string, sensor: Described): void {
  const rest = map.get(key)?.filter((other) => other !== sensor) ?? [];
  if (rest.length > 0) map.set(key, rest);
  else map.delete(key);
}
