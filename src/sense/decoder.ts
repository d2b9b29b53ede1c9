// Frame -> readings, by the fields of a device model. Compiled once per sensor into a flat list; no lookups per frame.
import { assert } from '../core/assert.ts';
import type { ClockQuality } from '../core/clock.ts';
import { QUANTITIES } from '../core/quantities.ts';
import { QUALITY, type Reading } from '../core/reading.ts';
import { SENSOR_CLASSES } from '../core/sensor-class.ts';
import { converter } from '../core/units.ts';
import type { DeviceModel, DeviceProfile, Field } from './profile.ts';
import { rangeQuality } from './quality.ts';

export interface DecodeTime {
  readonly timeMs: number;
  readonly clock: ClockQuality;
  /** Since the device was powered or opened. */
  readonly uptimeMs: number;
}

export type Decode = (frame: Buffer, time: DecodeTime, onReading: (reading: Reading) => void) => void;

const READ: Record<Field['type'], (frame: Buffer, at: number) => number> = {
  u8: (frame, at) => frame.readUInt8(at),
  u16be: (frame, at) => frame.readUInt16BE(at),
  i16be: (frame, at) => frame.readInt16BE(at),
};

export function createDecoder(profile: DeviceProfile, model: DeviceModel, sensor: string): Decode {
  const sensorClass = SENSOR_CLASSES[profile.sensorClass];
  const warmUpMs = profile.warmUpS * 1000;
  const fields = model.fields.map((field) => {
    const convert = converter(field.unit ?? QUANTITIES[field.quantity].unit, field.quantity);
    assert(convert, `${profile.name}: unit ${field.unit} does not fit ${field.quantity}`);
    const scale = field.scale ?? 1;
    // 214 * 0.1 is 21.400000000000002; dividing by the inverse keeps the decimals the device sent.
    const inverse = Math.round(1 / scale);
    const scaled = scale < 1 && Math.abs(inverse * scale - 1) < 1e-9 ? (raw: number) => raw / inverse : undefined;
    return {
      read: READ[field.type],
      at: field.at,
      quantity: field.quantity,
      channel: field.channel ?? '',
      unit: QUANTITIES[field.quantity].unit,
      value: (raw: number) => convert(scaled ? scaled(raw) : raw * scale),
    };
  });
  return (frame, { timeMs, clock, uptimeMs }, onReading) => {
    const warming = uptimeMs < warmUpMs || isBlank(profile, frame) ? QUALITY.warming_up : 0;
    for (const field of fields) {
      const value = field.value(field.read(frame, field.at));
      onReading({
        sensor,
        quantity: field.quantity,
        channel: field.channel,
        value,
        unit: field.unit,
        timeMs,
        clock,
        quality: warming | rangeQuality(field.quantity, value),
        sensorClass,
      });
    }
  };
}

/** A valid frame whose measuring bytes are all zero comes from a device whose fan is not up yet, not from clean air. */
function isBlank(profile: DeviceProfile, frame: Buffer): boolean {
  if (!profile.zeroWhileWarming) return false;
  const [from, to] = profile.zeroWhileWarming;
  for (let at = from; at < to; at++) if (frame[at] !== 0) return false;
  return true;
}
