// Decodes a frame by the fields of its shape. Compiled once per sensor into flat lists; no lookups per frame.
//
// What a device marks as not valid is told without a value, never as a number; a value outside the plausible range is
// told and marked. A frame in which the device says no does not count as good.
import { assert } from '../../core/assert.ts';
import { QUANTITIES } from '../../core/quantities.ts';
import { QUALITY } from '../../core/reading.ts';
import { converter } from '../../core/units.ts';
import type { Field, Frame, Status } from '../profile.ts';
import type { Sink } from '../sink.ts';
import { rangeCheck } from '../value/range.ts';
import { scaling } from '../value/scale.ts';
import { numberReader } from './number-reader.ts';

/** @param shape place of its shape in the model's frames */
export type Decode = (frame: Buffer, shape: number, sink: Sink) => void;

/** Raw values are divided by a power of ten up to this one; a byte that asks for more counts no decimals. */
const DECIMALS_MAX = 6;

/** @param isChecked the framing itself has a check (SHDLC) */
export function createDecoder(frames: readonly Frame[], isChecked = false): Decode {
  const decoders = frames.map((frame) => shapeDecoder(frame, isChecked || frame.check !== undefined));
  return (frame, shape, sink) => decoders[shape]!(frame, sink);
}

function shapeDecoder(shape: Frame, isChecked: boolean): (frame: Buffer, sink: Sink) => void {
  if (shape.refuses) return (_frame, sink) => sink.rejected('refused', 1);
  const fields = (shape.fields ?? []).map(fieldDecoder);
  const statuses = (shape.status ?? []).map(statusReader);
  const { zeroWhileWarming, source } = shape;
  // Two bytes that mean "yes" stand in noise as well: taken for what they are, and not for a sign of life.
  if (!isChecked && fields.length === 0) return () => {};
  return (frame, sink) => {
    let quality = zeroWhileWarming && isBlank(frame, zeroWhileWarming) ? QUALITY.warming_up : 0;
    for (const statusOf of statuses) quality |= statusOf(frame);
    sink.frame(source && frame.toString('hex', source[0], source[1]).toUpperCase());
    for (const decode of fields) decode(frame, quality, sink);
  };
}

type DecodeField = (frame: Buffer, quality: number, sink: Sink) => void;

function fieldDecoder(field: Field): DecodeField {
  const { at, type, quantity, channel = '', absent = [], invalid = [] } = field;
  const { unit } = QUANTITIES[quantity];
  const read = numberReader(type);
  const toValue = fieldValue(field);
  const range = rangeCheck(quantity);
  return (frame, quality, sink) => {
    const raw = read(frame, at);
    if (absent.length > 0 && absent.includes(raw)) return;
    const isMarked = invalid.length > 0 && invalid.includes(raw);
    const isValid = (quality & QUALITY.invalid) === 0 && Number.isFinite(raw) && !isMarked;
    const value = isValid ? toValue(raw, frame) : null;
    if (value === undefined) sink.rejected('unsupported', 1);
    else if (value === null) {
      sink.value({ quantity, value, unit, channel, quality: quality | QUALITY.invalid });
    } else sink.value({ quantity, value, unit, channel, quality: quality | range(value) });
  };
}

/** Raw value -> value in the unit of the table; undefined for a unit or a number of decimals that the profile does not have. */
function fieldValue({
  quantity,
  scale = 1,
  offset = 0,
  unit,
  unitAt,
  decimalsAt,
}: Field): (raw: number, frame: Buffer) => number | undefined {
  const convert = conversion(unit ?? QUANTITIES[quantity].unit, quantity);
  const scaled = scaling(scale, offset);
  if (!unitAt && decimalsAt === undefined) return (raw) => convert(scaled(raw));
  const byUnit = Object.entries(unitAt?.units ?? {}).map(([byte, name]) => {
    assert(byte === `${Number(byte)}`, `the unit of ${quantity} goes by a byte in decimal, not "${byte}"`);
    return [Number(byte), conversion(name, quantity)] as const;
  });
  const conversions = new Map(byUnit);
  return (raw, frame) => {
    const decimals = decimalsAt === undefined ? 0 : frame[decimalsAt]!;
    const toUnit = unitAt ? conversions.get(frame[unitAt.at]!) : convert;
    return toUnit && decimals <= DECIMALS_MAX ? toUnit(scaled(raw / 10 ** decimals)) : undefined;
  };
}

function conversion(unit: string, quantity: Field['quantity']): (value: number) => number {
  const convert = converter(unit, quantity);
  assert(convert, `unit ${unit} does not fit ${quantity}`);
  return convert;
}

function statusReader({ at, type, mask = -1, equals, means }: Status): (frame: Buffer) => number {
  const read = numberReader(type);
  const bit = QUALITY[means];
  return (frame) => {
    // Bits of a word of 32 beyond the sign are compared as they are, without a sign.
    const status = (read(frame, at) & mask) >>> 0;
    return (equals === undefined ? status !== 0 : status === equals >>> 0) ? bit : 0;
  };
}

/** A valid frame whose measuring bytes are all zero comes from a device whose fan is not up yet, not from clean air. */
function isBlank(frame: Buffer, [from, to]: readonly [number, number]): boolean {
  for (let at = from; at < to; at++) if (frame[at] !== 0) return false;
  return true;
}
