// Members of a JSON object that a quantity can be seen in, by their names and those around them.
//
// `{"pm25":{"avg":8,"max":11}}`, `{"temperature":{"value":21,"unit":"C"}}`, `[{"type":"co2","value":612}]`: a member
// that is called value or mean says what the name around it, or the type beside it, says.
import { nameLengthMax } from '../../core/limits.ts';
import { isObject, type JsonObject, memberOf } from '../value/json.ts';
import { type Wanted, wantedNamed } from './text-value.ts';

export interface Found {
  readonly wanted: Wanted;
  /** As the message has it. */
  readonly raw: unknown;
  /** As the message states it; '' when it does not. */
  readonly unit: string;
}

interface Candidate extends Found {
  /** Names around it, from the outermost in. */
  readonly around: readonly string[];
}

const VALUE = /^(value|val|v|reading|mean|avg|average|last|current)$/i;
const EXTREME = /^(min|max|minimum|maximum)$/i;
const UNIT_NAMES = ['unit', 'units', 'uom', 'u'];
const TYPE_NAMES = ['type', 'quantity', 'parameter', 'measurement', 'metric', 'measure', 'sensor', 'name', 'key', 'n'];
const INDOORS = /^(in|inside|indoor|indoors|internal)$/i;
const OUTDOORS = /^(out|outside|outdoor|outdoors|external|ambient)$/i;

export function membersOf(object: JsonObject): Found[] {
  const found: Candidate[] = [];
  collect(object, [], found);
  const times = new Map<string, number>();
  for (const { wanted } of found) times.set(keyOf(wanted), (times.get(keyOf(wanted)) ?? 0) + 1);
  return found.map(({ wanted, raw, unit, around }) => {
    const isTwice = times.get(keyOf(wanted))! > 1;
    const telling = around.filter((name) => INDOORS.test(name) || (isTwice && !OUTDOORS.test(name)));
    const places = telling.map((name) => (INDOORS.test(name) ? 'indoor' : name.toLowerCase()));
    const channel = [...places, wanted.channel ?? ''].filter(Boolean).join('_').slice(0, nameLengthMax);
    return { raw, unit, wanted: { ...wanted, channel } };
  });
}

const keyOf = ({ quantity, channel }: Wanted): string => `${quantity}/${channel ?? ''}`;

function collect(object: JsonObject, around: readonly string[], found: Candidate[]): void {
  for (const [name, raw] of Object.entries(object)) {
    if (isObject(raw)) collect(raw, [...around, name], found);
    else if (Array.isArray(raw)) collectList(raw, [...around, name], found);
    else if (typeof raw !== 'boolean') {
      const candidate = candidateFor({ object, name, raw, around });
      if (candidate) found.push(candidate);
    }
  }
}

function collectList(list: readonly unknown[], around: readonly string[], found: Candidate[]): void {
  for (const [at, item] of list.entries()) {
    if (!isObject(item)) continue;
    const label = ['id', 'name', 'sensor']
      .map((name) => memberOf(item, name))
      .find((value) => typeof value === 'string');
    collect(item, [...around, (label as string | undefined) ?? String(at)], found);
  }
}

interface MemberContext {
  readonly object: JsonObject;
  readonly name: string;
  readonly raw: unknown;
  readonly around: readonly string[];
}

function candidateFor({ object, name, raw, around }: MemberContext): Candidate | undefined {
  const own = wantedNamed(name);
  if (own) return { wanted: own, raw, unit: '', around };
  // `wind` around `speed`, `pm` around `2.5`: both together name it, with nothing left over.
  const both = wantedNamed(`${around.at(-1) ?? ''} ${name}`);
  if (both && /^(min|max)?$/.test(both.channel ?? '') && !VALUE.test(name) && !EXTREME.test(name)) {
    return { wanted: both, raw, unit: '', around: around.slice(0, -1) };
  }
  if (!VALUE.test(name) && !EXTREME.test(name)) return undefined;
  const unit = textOf(object, UNIT_NAMES) ?? '';
  const type = textOf(object, TYPE_NAMES, (text) => wantedNamed(text, unit) !== undefined);
  const wanted = wantedNamed(type ?? around.at(-1) ?? '', unit);
  if (!wanted) return undefined;
  const extreme = EXTREME.test(name) ? name.slice(0, 3).toLowerCase() : '';
  const channel = [wanted.channel ?? '', extreme].filter(Boolean).join('_');
  return { wanted: { ...wanted, channel }, raw, unit, around: type === undefined ? around.slice(0, -1) : around };
}

/** The first of these members that is a text, and fits. */
function textOf(object: JsonObject, names: readonly string[], fits: (text: string) => boolean = () => true) {
  const texts = names.map((name) => memberOf(object, name));
  return texts.find((text): text is string => typeof text === 'string' && fits(text));
}
