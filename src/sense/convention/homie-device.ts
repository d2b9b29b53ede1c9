// Keeps what Homie devices say of themselves: their properties, their state, and which device is whose child.
//
//     $description (version 5, one JSON) ──┐
//     $datatype, $unit (versions 2 to 4) ──┴─> properties          $state, parent, children ──> is it there?
//
// A child of a root that is lost is lost, whatever its own $state says; it comes back with the root (version 5, "device
// lifecycle"). Devices are kept by their whole topic, so that two bases never mix.
// Invariant: devices and what is kept of each stay under caps; nothing here throws.
import { nameLengthMax, namesPerSourceMax, sourceNameLengthMax, sourcesPerSensorMax } from '../../core/limits.ts';
import { isObject, type JsonObject, memberOf } from '../value/json.ts';

export interface Property {
  datatype?: string;
  unit?: string;
}

/** Of version 4 and 5; `alert` is a device that wants attention. A device that sleeps or is not ready yet is not there. */
const STATES: ReadonlyMap<string, boolean> = new Map([
  ['ready', true],
  ['alert', true],
  ['init', false],
  ['sleeping', false],
  ['disconnected', false],
  ['lost', false],
]);

/** Descriptions nest in practice two deep; a ring of parents ends here too. */
const ANCESTORS_MAX = 8;

interface Device {
  state: string | undefined;
  parent: string | undefined;
  properties: Map<string, Property>;
}

export class HomieDevices {
  readonly #devices = new Map<string, Device>();

  /** @returns undefined for one device too many */
  #at(path: string): Device | undefined {
    const known = this.#devices.get(path);
    if (known || this.#devices.size >= sourcesPerSensorMax) return known;
    const device: Device = { state: undefined, parent: undefined, properties: new Map() };
    this.#devices.set(path, device);
    return device;
  }

  remove(path: string): void {
    this.#devices.delete(path);
  }

  /** @returns false when there is no room for it */
  setState(path: string, state: string): boolean {
    const device = this.#at(path);
    if (device) device.state = state;
    return device !== undefined;
  }

  /** undefined: it never said, or in a word that is not a state. */
  online(path: string): boolean | undefined {
    const own = STATES.get(this.#devices.get(path)?.state ?? '');
    return own === true && this.#lostAbove(path) ? false : own;
  }

  #lostAbove(path: string): boolean {
    let above = this.#devices.get(path)?.parent;
    for (let steps = 0; above !== undefined && steps < ANCESTORS_MAX; steps++) {
      const device = this.#devices.get(above);
      if (device?.state === 'lost') return true;
      above = device?.parent;
    }
    return false;
  }

  /** Devices below one, however deep, that said where they stand. */
  below(path: string): string[] {
    return [...this.#devices.keys()].filter((candidate) => candidate !== path && this.#isBelow(candidate, path));
  }

  #isBelow(path: string, ancestor: string): boolean {
    let above = this.#devices.get(path)?.parent;
    for (let steps = 0; above !== undefined && steps < ANCESTORS_MAX; steps++) {
      if (above === ancestor) return true;
      above = this.#devices.get(above)?.parent;
    }
    return false;
  }

  property(path: string, name: string): Property | undefined {
    return this.#devices.get(path)?.properties.get(name);
  }

  /** Of versions 2 to 4. */
  setAttribute(path: string, name: string, attribute: 'datatype' | 'unit', value: string): boolean {
    const properties = this.#at(path)?.properties;
    if (!properties || (!properties.has(name) && properties.size >= namesPerSourceMax)) return false;
    const property = properties.get(name) ?? {};
    property[attribute] = value;
    properties.set(name, property);
    return true;
  }

  /** @returns false when there is no room for it */
  describe(path: string, description: JsonObject): boolean {
    const device = this.#at(path);
    if (!device) return false;
    device.properties = propertiesOf(description);
    const beside = path.slice(0, path.lastIndexOf('/') + 1);
    const parent = memberOf(description, 'parent') ?? memberOf(description, 'root');
    if (isName(parent)) device.parent = beside + parent;
    const children = memberOf(description, 'children');
    for (const child of Array.isArray(children) ? children : []) {
      const known = isName(child) ? this.#at(beside + child) : undefined;
      if (known) known.parent ??= path;
    }
    return true;
  }
}

function propertiesOf(description: JsonObject): Map<string, Property> {
  const found = new Map<string, Property>();
  for (const [node, about] of entriesOf(memberOf(description, 'nodes'))) {
    for (const [name, property] of entriesOf(memberOf(about, 'properties'))) {
      if (found.size >= namesPerSourceMax) return found;
      // Topics of such a length are not read.
      if (node.length + name.length > sourceNameLengthMax) continue;
      found.set(`${node}/${name}`, propertyOf(memberOf(property, 'datatype'), memberOf(property, 'unit')));
    }
  }
  return found;
}

/** A word too long to be kept makes it no number. */
function propertyOf(datatype: unknown, unit: unknown): Property {
  if (isTooLong(datatype) || isTooLong(unit)) return { datatype: '' };
  return { ...(typeof datatype === 'string' ? { datatype } : {}), ...(typeof unit === 'string' ? { unit } : {}) };
}

const isTooLong = (value: unknown): boolean => typeof value === 'string' && value.length > nameLengthMax;

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '' && !isTooLong(value);

const entriesOf = (value: unknown): [string, JsonObject][] =>
  isObject(value) ? Object.entries(value).filter((entry): entry is [string, JsonObject] => isObject(entry[1])) : [];
