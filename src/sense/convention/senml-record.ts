// Resolves the records of a SenML pack (RFC 8428), in JSON or CBOR: base fields have gone into each of them.
//
//     bytes ──first byte──> JSON │ CBOR ──> records by label ──base fields──> name, unit, value, time
//
// Base fields stay in force for the records after (section 4.1), and a record may hold nothing else.
// Invariant: never throws; a pack that breaks the rules is one reason, a record that does is left out and counted.
import { Decoder } from 'cbor-x';
import { checkCbor } from '../../core/cbor-wellformed.ts';
import { isObject, parseJson } from '../value/json.ts';

/** Section 4.4: version 10; a pack of a later one may mean other things. */
const VERSION_MAX = 10;
/** Labels of CBOR, section 6. */
const LABELS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [-1, 'bver'],
  [-2, 'bn'],
  [-3, 'bt'],
  [-4, 'bu'],
  [-5, 'bv'],
  [-6, 'bs'],
  [0, 'n'],
  [1, 'u'],
  [2, 'v'],
  [3, 'vs'],
  [4, 'vb'],
  [5, 's'],
  [6, 't'],
  [7, 'ut'],
  [8, 'vd'],
]);
const TEXTS: ReadonlySet<string> = new Set(['bn', 'bu', 'n', 'u']);
const NUMBERS: ReadonlySet<string> = new Set(['bver', 'bt', 'bv', 'bs', 't', 'ut']);
/** Section 4.5.1. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9\-:./_]*$/;
/** Tag 4, a decimal fraction, is how section 6 writes numbers that a float does not hold. */
const TAGS = [4];

type Fields = ReadonlyMap<string, unknown>;

export interface SenmlRecord {
  /** Base name in force, '' for none. */
  readonly base: string;
  /** The record's own name, '' for none. */
  readonly name: string;
  /** '' for none. */
  readonly unit: string;
  /** undefined: text, a boolean, bytes or a sum. */
  readonly value: unknown;
  /** Seconds as resolved: from 2^28 on Unix time, below it relative to now; 0 is now (section 4.5.3). */
  readonly timeS: number;
}

export interface SenmlPack {
  readonly records: readonly SenmlRecord[];
  /** Records left out. */
  readonly malformed: number;
}

/** @returns the pack, or why it is not one */
export function senmlPack(payload: Buffer): SenmlPack | 'not_json' | 'malformed' | 'unsupported' {
  const isCbor = payload.length > 0 && payload[0]! >= 0x80 && payload[0]! <= 0x9f;
  const list = isCbor ? cborList(payload) : jsonList(payload);
  if (typeof list === 'string') return list;
  const packs = list.map((item) => fieldsOf(item));
  if (packs.length === 0 || packs.some((fields) => fields === undefined)) return 'malformed';
  const all = packs as Fields[];
  for (const fields of all) {
    const version = fields.get('bver');
    if (typeof version === 'number' && version > VERSION_MAX) return 'unsupported';
    // Section 4.4: who does not know what such a label says must not use the rest.
    for (const label of fields.keys()) if (label.endsWith('_')) return 'unsupported';
  }
  return resolved(all);
}

function jsonList(payload: Buffer): readonly unknown[] | 'not_json' | 'malformed' {
  const json = parseJson(payload);
  if (json === undefined) return 'not_json';
  return Array.isArray(json) ? json : 'malformed';
}

const decoder = new Decoder({ useRecords: false, mapsAsObjects: false });

function cborList(payload: Buffer): readonly unknown[] | 'malformed' {
  if (checkCbor(payload, { tags: TAGS }) !== undefined) return 'malformed';
  try {
    const list: unknown = decoder.decode(payload);
    return Array.isArray(list) ? list : 'malformed';
  } catch {
    return 'malformed';
  }
}

/** By label as JSON writes it, whichever form it came in. */
function fieldsOf(item: unknown): Fields | undefined {
  if (item instanceof Map) {
    const fields = new Map<string, unknown>();
    for (const [label, value] of item) {
      const name = LABELS.get(label) ?? (typeof label === 'string' ? label : `label ${String(label)}`);
      fields.set(name, typeof value === 'bigint' ? Number(value) : value);
    }
    return fields;
  }
  return isObject(item) ? new Map(Object.entries(item)) : undefined;
}

function resolved(all: readonly Fields[]): SenmlPack {
  const records: SenmlRecord[] = [];
  const base = { name: '', unit: '', value: 0, time: 0 };
  let malformed = 0;
  for (const fields of all) {
    if (!isTyped(fields)) {
      malformed++;
      continue;
    }
    base.name = text(fields, 'bn', base.name);
    base.unit = text(fields, 'bu', base.unit);
    base.value = number(fields, 'bv', base.value);
    base.time = number(fields, 'bt', base.time);
    const name = text(fields, 'n', '');
    if (!['v', 'vs', 'vb', 'vd', 's'].some((label) => fields.has(label))) continue;
    if (!NAME.test(base.name + name)) {
      malformed++;
      continue;
    }
    const own = fields.get('v');
    const value = typeof own === 'number' ? own + base.value : own;
    const unit = text(fields, 'u', base.unit);
    records.push({ base: base.name, name, unit, value, timeS: base.time + number(fields, 't', 0) });
  }
  // Base fields alone measure nothing, and stand for a pack in good order.
  return { records, malformed };
}

function isTyped(fields: Fields): boolean {
  for (const [label, value] of fields) {
    if (TEXTS.has(label) && typeof value !== 'string') return false;
    if (NUMBERS.has(label) && !(typeof value === 'number' && Number.isFinite(value))) return false;
  }
  return true;
}

function text(fields: Fields, label: string, otherwise: string): string {
  const value = fields.get(label);
  return typeof value === 'string' ? value : otherwise;
}

function number(fields: Fields, label: string, otherwise: number): number {
  const value = fields.get(label);
  return typeof value === 'number' ? value : otherwise;
}
