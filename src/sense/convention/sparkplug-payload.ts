// A Sparkplug B payload (specification 3.0, section 6.4.3) off the protobuf wire: the members that are used, no others.
//
//     bytes ──BinaryReader──> timestamp, seq, metrics { name, alias, time, datatype, value or members, unit, quality }
//
// Signed integers travel as two's complement in unsigned fields (section 6.4.16); their width comes with the datatype,
// which may have been said at birth only, so the raw number is kept here and read by `metricNumber`.
// Invariant: never throws; metrics and nesting under caps, since the reader is only told of bytes that are there.
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { cborItemsMax } from '../../core/limits.ts';

export interface Metric {
  readonly name?: string;
  readonly alias?: bigint;
  readonly timeMs?: number;
  readonly datatype?: number;
  readonly isNull: boolean;
  /** undefined: text, a boolean, bytes, a data set, a template, or nothing. */
  readonly raw?: bigint | number;
  /** Of an instance of a template. */
  readonly members?: readonly Metric[];
  readonly unit?: string;
  /** Of the property "Quality": 192 is good, 0 bad, 500 stale. */
  readonly quality?: number;
}

export interface SparkplugPayload {
  readonly timeMs?: number;
  readonly seq?: number;
  /** Its metrics are in a compressed body. */
  readonly isPacked?: boolean;
  readonly metrics: readonly Metric[];
}

const UNIT_NAMES: ReadonlySet<string> = new Set(['engunit', 'engineeringunits', 'engunits', 'unit', 'units', 'uom']);

/** Widths in bits of the signed datatypes, Int8 to Int64. */
const SIGNED_BITS: Readonly<Record<number, number>> = { 1: 8, 2: 16, 3: 32, 4: 64 };
/** Up to Double. */
const NUMERIC_MAX = 10;
/** Templates hold others of their own; in practice one or two deep. */
const TEMPLATE_DEPTH_MAX = 8;
/** As Eclipse Tahu marks a compressed payload. */
const COMPRESSED = 'SPBV1.0_COMPRESSED';

/** @returns undefined when the bytes are not a payload */
export function sparkplugPayload(bytes: Uint8Array): SparkplugPayload | undefined {
  try {
    return payload(new BinaryReader(bytes));
  } catch {
    return undefined;
  }
}

/** @returns the number as its datatype says; undefined for what is not a number */
export function metricNumber(raw: bigint | number | undefined, datatype: number | undefined): number | undefined {
  if (raw === undefined || (datatype !== undefined && (datatype < 1 || datatype > NUMERIC_MAX))) return undefined;
  if (typeof raw === 'number') return raw;
  const bits = SIGNED_BITS[datatype ?? 0];
  return Number(bits === undefined ? raw : BigInt.asIntN(bits, raw));
}

const { skip } = BinaryReader.prototype;

type Built<T> = { -readonly [key in keyof T]: T[key] };

function payload(reader: BinaryReader): SparkplugPayload {
  const metrics: Metric[] = [];
  const built: Built<SparkplugPayload> = { metrics };
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WireType.Varint) built.timeMs = Number(reader.uint64());
    else if (field === 2 && wire === WireType.LengthDelimited) {
      if (metrics.length >= cborItemsMax) throw new RangeError('too many metrics');
      metrics.push(metric(inner(reader)));
    } else if (field === 3 && wire === WireType.Varint) built.seq = Number(reader.uint64());
    else if (field === 4 && wire === WireType.LengthDelimited) built.isPacked = reader.string() === COMPRESSED;
    else skip.call(reader, wire, field);
  }
  return built;
}

const inner = (reader: BinaryReader) => new BinaryReader(reader.bytes());

function metric(reader: BinaryReader, depth = 0): Metric {
  const built: Built<Metric> = { isNull: false };
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (wire === WireType.Varint) varint(built, field, BigInt(reader.uint64()));
    else if (field === 12 && wire === WireType.Bit32) built.raw = reader.float();
    else if (field === 13 && wire === WireType.Bit64) built.raw = reader.double();
    else if (field === 1 && wire === WireType.LengthDelimited) built.name = reader.string();
    else if (field === 9 && wire === WireType.LengthDelimited) properties(inner(reader), built);
    else if (field === 18 && wire === WireType.LengthDelimited) built.members = members(inner(reader), depth + 1);
    else skip.call(reader, wire, field);
  }
  return built;
}

/** Section 6.4.7; a definition says which members there are, and measures nothing. */
function members(reader: BinaryReader, depth: number): Metric[] {
  const found: Metric[] = [];
  if (depth > TEMPLATE_DEPTH_MAX) throw new RangeError('templates nest too deep');
  let isDefinition = false;
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 2 && wire === WireType.LengthDelimited) {
      if (found.length >= cborItemsMax) throw new RangeError('too many metrics');
      found.push(metric(inner(reader), depth));
    } else if (field === 5 && wire === WireType.Varint) isDefinition = BigInt(reader.uint64()) !== 0n;
    else skip.call(reader, wire, field);
  }
  return isDefinition ? [] : found;
}

function varint(built: Built<Metric>, field: number, value: bigint): void {
  if (field === 2) built.alias = value;
  else if (field === 3) built.timeMs = Number(value);
  else if (field === 4 && value !== 0n) built.datatype = Number(value);
  else if (field === 7) built.isNull = value !== 0n;
  // A writer in Java sends a 32-bit field of a negative number with 64 bits.
  else if (field === 10) built.raw = BigInt.asUintN(32, value);
  else if (field === 11) built.raw = value;
}

/** Keys and values stand in two lists, matched by position. */
function properties(reader: BinaryReader, built: Built<Metric>): void {
  const keys: string[] = [];
  const values: (string | number | undefined)[] = [];
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WireType.LengthDelimited) keys.push(reader.string());
    else if (field === 2 && wire === WireType.LengthDelimited) values.push(propertyValue(inner(reader)));
    else skip.call(reader, wire, field);
  }
  for (const [at, key] of keys.entries()) {
    const value = values[at];
    const name = key.toLowerCase().replaceAll(/[\s_.-]/g, '');
    if (typeof value === 'string' && UNIT_NAMES.has(name)) built.unit = value;
    if (typeof value === 'number' && name === 'quality') built.quality = value;
  }
}

function propertyValue(reader: BinaryReader): string | number | undefined {
  let value: string | number | undefined;
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 8 && wire === WireType.LengthDelimited) value = reader.string();
    else if ((field === 3 || field === 4) && wire === WireType.Varint) value = Number(reader.uint64());
    else skip.call(reader, wire, field);
  }
  return value;
}
