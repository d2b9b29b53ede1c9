// Keeps what Zigbee2MQTT says of its devices (`bridge/devices`): the unit of each value, and the endpoint it belongs to.
//
// Devices of one name differ in units (voltage in mV or V, voc in ppb or ug/m3); here it is written which it is.
// Invariant: at most sourcesPerSensorMax devices, of each at most namesPerSourceMax values, none but of known words.
import { namesPerSourceMax, sourcesPerSensorMax } from '../../core/limits.ts';
import { isObject, type JsonObject, memberOf } from '../value/json.ts';

export interface Exposed {
  /** The word; the member it stands in may have the endpoint behind it. */
  readonly name: string;
  readonly unit: string | undefined;
  readonly endpoint: string | undefined;
}

export interface ExposedDevices {
  /** @returns false when it is not a list of devices */
  learn(document: unknown): boolean;
  find(source: string | undefined, member: string): Exposed | undefined;
}

export function createExposed(isKnown: (name: string) => boolean): ExposedDevices {
  let devices = new Map<string, ReadonlyMap<string, Exposed>>();
  return {
    learn(document) {
      if (!Array.isArray(document)) return false;
      devices = new Map();
      for (const device of document.filter(isObject)) {
        const name = memberOf(device, 'friendly_name');
        const definition = memberOf(device, 'definition');
        if (typeof name !== 'string' || !isObject(definition) || devices.size >= sourcesPerSensorMax) continue;
        const exposed = exposedBy(memberOf(definition, 'exposes'), isKnown);
        if (exposed.size > 0) devices.set(name, exposed);
      }
      return true;
    },
    find: (source, member) => (source === undefined ? undefined : devices.get(source)?.get(member)),
  };
}

/** Some values stand inside `features` of a lock, a light, a climate. Nesting is bounded by the parser. */
function exposedBy(exposes: unknown, isKnown: (name: string) => boolean): Map<string, Exposed> {
  const found = new Map<string, Exposed>();
  const walk = (list: unknown) => {
    if (!Array.isArray(list)) return;
    for (const item of list.filter(isObject)) {
      walk(memberOf(item, 'features'));
      const name = text(item, 'name');
      const property = text(item, 'property');
      if (text(item, 'type') !== 'numeric' || !name || !property || !isKnown(name)) continue;
      if (found.size >= namesPerSourceMax) return;
      found.set(property, { name, unit: text(item, 'unit'), endpoint: text(item, 'endpoint') });
    }
  };
  walk(exposes);
  return found;
}

function text(object: JsonObject, name: string): string | undefined {
  const value = memberOf(object, name);
  return typeof value === 'string' ? value : undefined;
}
