// Senseair S8, S88, K30, K33, tSense: CO2 by infrared over Modbus RTU at 9600 8N1; FE hex is the address of any unit.
//
// Layout: Modbus on Senseair S8, rev P01; Modbus on CO2 Engine K30 and K33. Input registers: 1 meter status, 4 CO2,
// 5 temperature x 100, 6 humidity x 100. The number of registers in a reply tells where it began: 1, 2 and 3 begin at
// register 4, the others at register 1. Any of the status bits 0 to 6 means an error or a value out of range.
// Background calibration is left out on purpose.
import type { DeviceModel, DeviceProfile, Field, Frame } from '../../src/sense/profile.ts';

const modbus = (bytes: number) =>
  ({ bytes, check: { kind: 'crc16_modbus', from: 0, to: bytes - 2, at: bytes - 2 } }) as const;
/** Input registers from 4 on, as many as a reply holds; CO2 in units of `scale` ppm. */
const fieldsAt = (at: number, count: number, scale: number): Field[] => {
  const fields: Field[] = [
    { at, type: 'u16be', quantity: 'co2', ...(scale === 1 ? {} : { scale }) },
    { at: at + 2, type: 'i16be', quantity: 'temperature', scale: 0.01 },
    { at: at + 4, type: 'u16be', quantity: 'relative_humidity', scale: 0.01 },
  ];
  return fields.slice(0, count);
};
const framesOf = (scale: number): Frame[] => [
  { header: '..0402', ...modbus(7), fields: fieldsAt(3, 1, scale) },
  { header: '..0404', ...modbus(9), fields: fieldsAt(3, 2, scale) },
  { header: '..0406', ...modbus(11), fields: fieldsAt(3, 3, scale) },
  ...[1, 2, 3].map(
    (count): Frame => ({
      header: `..040${(6 + 2 * count).toString(16)}`,
      ...modbus(11 + 2 * count),
      fields: fieldsAt(9, count, scale),
      status: [{ at: 3, type: 'u16be', mask: 0x7f, means: 'invalid' }],
    }),
  ),
  // A setting that was read, or written (registers below 100 hex) and repeated.
  { header: '..0302', ...modbus(7) },
  { header: '..0600', ...modbus(8) },
  ...['83', '84', '86'].map((code): Frame => ({ header: `..${code}`, ...modbus(5), refuses: true })),
];
/** @param registers those that every unit of the model has: one that it lacks makes it refuse them all */
const model = (registers: number, scale = 1): DeviceModel => ({
  frames: framesOf(scale),
  address: 0xfe,
  poll: { everyS: 10, requests: [{ function: 4, register: 0, value: registers }] },
  settings: {
    abc_off: [{ function: 6, register: 0x1f, value: 0 }],
    abc_on: [{ function: 6, register: 0x1f, value: 180 }],
  },
});

export const SENSEAIR_S8 = {
  name: 'senseair-s8',
  title: 'Senseair S8, S88, K30, K33, tSense',
  aliases: ['Senseair', 'S8 LP', 'S8 004-0-0053'],
  sensorClass: 'ndir_co2',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: {
    S8: model(4),
    S88: model(4),
    K30: model(4),
    K33: model(6),
    tSense: model(6),
    'K33-ICB': model(6, 10),
    '004-0-0017': model(4, 10),
  },
  modelDefault: 'S8',
  warmUpS: 60,
  silenceS: 60,
} as const satisfies DeviceProfile;
