// A Modbus device of the operator's own, written in the configuration -> the same model a profile would hold.
//
// One request reads from the first register to the last; the reply is one fixed frame (Modbus over serial line V1.02,
// section 2.5; application protocol V1.1b3, sections 6.3 and 6.4). Any address is taken: the line knows who was asked.
import { assert } from '../../core/assert.ts';
import { modbusRegistersMax } from '../../core/limits.ts';
import type { Quantity } from '../../core/quantities.ts';
import { type DeviceProfile, type Field, NUMBER_TYPES, type NumberType, type SerialLine } from '../profile.ts';

/** Words of a register map, big-endian within a register; cdab and badc: see NumberType. */
export const REGISTER_TYPES = NUMBER_TYPES.filter((type) => !type.endsWith('8')) as RegisterType[];

export type RegisterType = Exclude<NumberType, 'u8' | 'i8'>;

export interface RegisterReading {
  /** As on the wire, counted from 0. */
  readonly register: number;
  readonly type: RegisterType;
  readonly quantity: Quantity;
  readonly unit: string;
  readonly channel: string;
  readonly scale: number;
}

/** The name of every profile that is made here. */
export const MODBUS = 'modbus';

export interface ModbusDevice {
  readonly function: 3 | 4;
  readonly line: SerialLine;
  readonly everyS: number;
  readonly readings: readonly RegisterReading[];
}

export const registersOf = (type: RegisterType): number => (type.includes('32') ? 2 : 1);

/** @param device at least one reading, all within modbusRegistersMax registers (checked with the configuration) */
export function modbusProfile(device: ModbusDevice): DeviceProfile {
  const first = Math.min(...device.readings.map(({ register }) => register));
  const end = Math.max(...device.readings.map(({ register, type }) => register + registersOf(type)));
  const count = end - first;
  assert(count > 0 && count <= modbusRegistersMax, `${count} registers in one request`);
  const bytes = 5 + 2 * count;
  const check = (at: number) => ({ kind: 'crc16_modbus', from: 0, to: at, at }) as const;
  const fields: Field[] = device.readings.map(({ register, type, quantity, unit, channel, scale }) => ({
    at: 3 + 2 * (register - first),
    type,
    quantity,
    unit,
    scale,
    ...(channel === '' ? {} : { channel }),
  }));
  const replyHeader = `..${hexByte(device.function)}${hexByte(2 * count)}`;
  const frames = [
    { header: replyHeader, bytes, check: check(bytes - 2), fields },
    { header: `..${hexByte(device.function | 0x80)}`, bytes: 5, check: check(3), refuses: true },
  ] as const;
  const request = { function: device.function, register: first, value: count };
  return {
    name: MODBUS,
    title: 'Modbus RTU, as written in the configuration',
    sensorClass: 'unknown',
    line: device.line,
    framing: 'fixed',
    models: { modbus: { frames, poll: { everyS: device.everyS, requests: [request] } } },
    modelDefault: 'modbus',
    warmUpS: 0,
    silenceS: Math.max(30, 5 * device.everyS),
  };
}

const hexByte = (value: number): string => value.toString(16).padStart(2, '0');
