// Reads Home Assistant discovery messages: where the state of a sensor comes, what it means, whose it is.
//
//     homeassistant/<component>/[<node>/]<object>/config     one component
//     homeassistant/device/<object>/config                   all of a device, under `cmps`
//
// Long and short names of the keys are the same; `~` in a topic stands for the base topic. Pure: no state.
import { availabilityTopicsMax, nameLengthMax, sourceNameLengthMax } from '../../core/limits.ts';
import type { Quantity } from '../../core/quantities.ts';
import { converter } from '../../core/units.ts';
import { isObject, type JsonObject, memberOf } from '../value/json.ts';
import type { ValueMeaning, Vocabulary } from '../value/meaning.ts';
import { isFalseFriend, type NamedQuantity, quantityNamed } from '../value/quantity-name.ts';
import { meaningInUnit, quantityInUnit } from './stated-unit.ts';
import { compileTemplate, type Template } from './template.ts';

/** One component that has a state. */
export interface Described {
  /** Names the device among others: its first identifier; without any the node, or the state topic. */
  readonly device: string;
  readonly deviceName: string | undefined;
  /** Or a filter with `+`. */
  readonly topic: string;
  /** undefined: it has none, and the state is the whole payload. */
  readonly template: Template | undefined;
  /** undefined for what is not a sensor, or not one of ours. */
  readonly meaning: ValueMeaning | undefined;
  readonly unit: string | undefined;
  /** How it is told apart from others of its kind on the same device. */
  readonly channel: string;
  readonly objectId: string;
  /** The temperature of the device itself. */
  readonly isAside: boolean;
  readonly availability: readonly Available[];
  readonly availabilityMode: string;
}

export interface Available {
  readonly topic: string;
  readonly template: Template | undefined;
  readonly online: string;
  readonly offline: string;
}

export interface ConfigTopic {
  readonly component: string;
  readonly node: string;
  readonly object: string;
}

const COMPONENTS: ReadonlySet<string> = new Set(
  `alarm_control_panel binary_sensor button camera climate cover device device_automation device_tracker event fan
  humidifier image lawn_mower light lock notify number scene select sensor siren switch tag text update vacuum valve
  water_heater`.split(/\s+/),
);

/** @returns undefined for a topic that is not that of a configuration; the prefix may have any number of levels */
export function configTopic(topic: string): ConfigTopic | undefined {
  if (topic.length > sourceNameLengthMax) return undefined;
  const levels = topic.split('/');
  if (levels.length < 4 || levels.pop() !== 'config') return undefined;
  const [component = '', node = '', object = ''] = levels.slice(-3);
  if (levels.length > 3 && COMPONENTS.has(component)) return { component, node, object };
  return COMPONENTS.has(node) ? { component: node, node: '', object } : undefined;
}

/** A configuration that is not understood as a whole, or in some of its components. */
export type NotUnderstood = 'malformed' | 'unsupported';

/** @returns every component with a state; `onRefused` is told of those whose templates or shapes are not understood */
export function describe(
  words: Vocabulary,
  place: ConfigTopic,
  config: JsonObject,
  onRefused: (reason: NotUnderstood) => void,
): Described[] {
  if (place.component !== 'device') {
    const one = describeOne(words, place, { config, shared: {} }, onRefused);
    return one ? [one] : [];
  }
  const components = pick(config, 'components', 'cmps');
  if (!isObject(components)) {
    onRefused('malformed');
    return [];
  }
  const found: Described[] = [];
  for (const [object, component] of Object.entries(components)) {
    const platform = isObject(component) ? pick(component, 'platform', 'p') : undefined;
    if (!isObject(component) || typeof platform !== 'string' || object.length > sourceNameLengthMax) continue;
    const inside = { component: platform, node: place.object, object };
    const one = describeOne(words, inside, { config: component, shared: config }, onRefused);
    if (one) found.push(one);
  }
  return found;
}

/** A configuration, and what all components of its device share. */
interface Config {
  readonly config: JsonObject;
  readonly shared: JsonObject;
}

function describeOne(
  words: Vocabulary,
  { component, node, object }: ConfigTopic,
  { config, shared }: Config,
  onRefused: (reason: NotUnderstood) => void,
): Described | undefined {
  const at = (long: string, short: string) => pick(config, long, short) ?? pick(shared, long, short);
  const topic = filterOf(at('state_topic', 'stat_t'), at('~', '~'));
  if (topic === undefined) return undefined;
  const unit = textOf(at('unit_of_measurement', 'unit_of_meas'));
  const name = textOf(pick(config, 'name', 'name'));
  const named = component === 'sensor' ? quantityOf(words, config, [name, object], unit) : undefined;
  const written = textOf(at('value_template', 'val_tpl'));
  const template = written === undefined ? undefined : compileTemplate(written);
  const isRefused = written !== undefined && !template;
  if (isRefused && named) onRefused('unsupported');
  const dev = at('device', 'dev');
  const deviceName = isObject(dev) ? textOf(memberOf(dev, 'name')) : undefined;
  return {
    device: (isObject(dev) ? identifierOf(dev) : undefined) ?? deviceName ?? (node || topic),
    deviceName,
    topic,
    template,
    meaning: isRefused ? undefined : named?.meaning,
    unit,
    channel: named?.channel ?? '',
    objectId: object.toLowerCase(),
    isAside: named?.meaning.quantity === 'temperature' && at('entity_category', 'ent_cat') === 'diagnostic',
    availability: availabilityOf(at, onRefused),
    availabilityMode: textOf(at('availability_mode', 'avty_mode')) ?? 'latest',
  };
}

/** The class says what it is; without one the name does, when the unit agrees. */
function quantityOf(
  words: Vocabulary,
  config: JsonObject,
  names: readonly (string | undefined)[],
  unit: string | undefined,
): { meaning: ValueMeaning; channel: string } | undefined {
  const byName = (name: string | undefined): NamedQuantity | undefined =>
    (name && quantityNamed(name, { unit })) || undefined;
  const named = names.map(byName).find((found) => found !== undefined);
  const deviceClass = textOf(pick(config, 'device_class', 'dev_cla'));
  if (deviceClass === undefined) {
    if (!named || (unit !== undefined && !converter(unit, named.quantity))) return undefined;
    return { meaning: { quantity: named.quantity }, channel: named.channel };
  }
  const known = Object.hasOwn(words, deviceClass) ? words[deviceClass]! : undefined;
  const quantity = known?.quantity ?? quantityNamed(deviceClass, { unit })?.quantity;
  const isOther = (text: string) => SETTING.test(text) || (LOOKALIKES.has(quantity!) && isFalseFriend(text));
  if (!quantity || names.some((text) => text && isOther(text))) return undefined;
  if (named && NARROWER[quantity] === named.quantity)
    return { meaning: { quantity: named.quantity }, channel: named.channel };
  const meaning = meaningInUnit(known ?? { quantity }, unit);
  const isSame = named && quantityInUnit(named.quantity, unit) === meaning.quantity;
  return { meaning, channel: isSame ? named.channel : '' };
}

/** What is wanted or allowed, not what is. */
const SETTING = /(^|[\s_-])(target|set ?point|threshold|offset|calibration|limit)/i;

/** Quantities whose classes are given to other things too: to eCO2, to the heat index. */
const LOOKALIKES: ReadonlySet<Quantity> = new Set(['temperature', 'relative_humidity', 'pressure', 'co2']);

/** Of what a class has no narrower one for, the name is believed. */
const NARROWER: Readonly<Partial<Record<Quantity, Quantity>>> = {
  temperature: 'dew_point',
  relative_humidity: 'soil_moisture',
};

function availabilityOf(
  at: (long: string, short: string) => unknown,
  onRefused: (reason: NotUnderstood) => void,
): Available[] {
  const list = at('availability', 'avty');
  const single = {
    topic: at('availability_topic', 'avty_t'),
    value_template: at('availability_template', 'avty_tpl'),
    payload_available: at('payload_available', 'pl_avail'),
    payload_not_available: at('payload_not_available', 'pl_not_avail'),
  };
  const all = list === undefined ? [single] : Array.isArray(list) ? list : [list];
  const found: Available[] = [];
  for (const item of all.slice(0, availabilityTopicsMax).filter(isObject)) {
    const topic = topicOf(pick(item, 'topic', 't'), at('~', '~'));
    if (topic === undefined) continue;
    const written = textOf(pick(item, 'value_template', 'val_tpl'));
    const template = written === undefined ? undefined : compileTemplate(written);
    if (written !== undefined && !template) {
      onRefused('unsupported');
      continue;
    }
    found.push({
      topic,
      template,
      online: textOf(pick(item, 'payload_available', 'pl_avail')) ?? 'online',
      offline: textOf(pick(item, 'payload_not_available', 'pl_not_avail')) ?? 'offline',
    });
  }
  return found;
}

/** The first identifier, or the address of the first connection. */
function identifierOf(device: JsonObject): string | undefined {
  const ids = pick(device, 'identifiers', 'ids');
  const connections = pick(device, 'connections', 'cns');
  const first = Array.isArray(ids) ? ids[0] : ids;
  const connection: unknown = Array.isArray(connections) ? connections[0] : undefined;
  return textOf(first) ?? (Array.isArray(connection) ? textOf(connection[1]) : undefined);
}

function topicOf(value: unknown, base: unknown): string | undefined {
  const topic = filterOf(value, base);
  return topic?.includes('+') ? undefined : topic;
}

/** A gateway of several may be left open, as in `+/+/BTtoMQTT/<address>`; `#` and what no broker would take may not. */
function filterOf(value: unknown, base: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > sourceNameLengthMax) return undefined;
  const root = typeof base === 'string' ? base : '';
  const topic = value.startsWith('~') ? root + value.slice(1) : value.endsWith('~') ? value.slice(0, -1) + root : value;
  return topic === '' || topic.length > sourceNameLengthMax || /[#\0]|[^/]\+|\+[^/]/.test(topic) ? undefined : topic;
}

const pick = (object: JsonObject, long: string, short: string): unknown =>
  memberOf(object, long) ?? memberOf(object, short) ?? undefined;

/** A number may stand where a text is meant: identifiers. Templates are capped where they are compiled. */
function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= 8 * nameLengthMax ? text : undefined;
}
