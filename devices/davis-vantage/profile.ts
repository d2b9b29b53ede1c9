// Davis Vantage Pro2 and Vue: weather stations whose console sends 99-byte packets at 19200 8N1 when asked.
//
// Layout: Vantage Pro, Pro2 and Vue Serial Communication Reference Manual V2.6.1, section X.1 and X.2 (LOOP, LOOP2);
// CRC of section XII. Words are little-endian. What no sensor gives holds 255, 32767 or 65535, the barometer 0, the wind
// direction 0. Rain is in clicks of the bucket: 0.01 in, or 0.2 mm in the model Vantage-metric; no packet tells which.
// The 10-minute gust of LOOP2 is in whole mph, whatever the manual says (all drivers agree).
import type { DeviceModel, DeviceProfile, Field, Frame } from '../../src/sense/profile.ts';

const climate = (at: number, quantity: 'temperature' | 'relative_humidity', channel?: string): Field => {
  const where = { at, quantity, ...(channel === undefined ? {} : { channel }) };
  return quantity === 'temperature'
    ? { ...where, type: 'i16le', scale: 0.1, unit: 'degF', absent: [32_767, -32_768] }
    : { ...where, type: 'u8', absent: [255] };
};
const pressure = (at: number, channel?: string): Field => ({
  at,
  type: 'u16le',
  quantity: 'pressure',
  ...(channel === undefined ? {} : { channel }),
  scale: 0.001,
  unit: 'inHg',
  absent: [0, 32_767, 65_535],
});
const direction = (at: number, channel?: string): Field => ({
  at,
  type: 'u16le',
  quantity: 'wind_direction',
  ...(channel === undefined ? {} : { channel }),
  absent: [0, 32_767, 65_535],
});
const shared: Field[] = [
  pressure(7),
  climate(12, 'temperature'),
  climate(33, 'relative_humidity'),
  climate(9, 'temperature', 'indoor'),
  climate(11, 'relative_humidity', 'indoor'),
  { at: 14, type: 'u8', quantity: 'wind_speed', unit: 'mph', absent: [255] },
  direction(16),
  { at: 43, type: 'u8', quantity: 'uv_index', scale: 0.1, absent: [255] },
  { at: 44, type: 'u16le', quantity: 'irradiance', absent: [32_767, 65_535] },
];
/** One byte each, in degrees Fahrenheit above -90. */
const outposts = (at: number, name: string, count: number): Field[] =>
  Array.from({ length: count }, (_, i) => ({
    at: at + i,
    type: 'u8',
    quantity: 'temperature',
    channel: `${name}${i + 1}`,
    offset: -90,
    unit: 'degF',
    absent: [255],
  }));
const loop: Field[] = [
  ...shared,
  { at: 15, type: 'u8', quantity: 'wind_speed', channel: '10min', unit: 'mph', absent: [255] },
  ...outposts(18, 'extra', 7),
  ...outposts(25, 'soil', 4),
  ...outposts(29, 'leaf', 4),
  ...Array.from({ length: 7 }, (_, i) => climate(34 + i, 'relative_humidity', `extra${i + 1}`)),
  // Section X.1: word * 300 / 512 / 100.
  { at: 87, type: 'u16le', quantity: 'voltage', scale: 300 / 512 / 100, absent: [65_535] },
];
const loop2: Field[] = [
  ...shared,
  pressure(67, 'station'),
  { at: 30, type: 'i16le', quantity: 'dew_point', unit: 'degF', absent: [255, 32_767, -1] },
  {
    at: 18,
    type: 'u16le',
    quantity: 'wind_speed',
    channel: '10min',
    scale: 0.1,
    unit: 'mph',
    absent: [32_767, 65_535],
  },
  { at: 20, type: 'u16le', quantity: 'wind_speed', channel: '2min', scale: 0.1, unit: 'mph', absent: [32_767, 65_535] },
  { at: 22, type: 'u16le', quantity: 'wind_speed', channel: 'max', unit: 'mph', absent: [255, 32_767, 65_535] },
  direction(24, 'max'),
];

interface Click {
  readonly scale: number;
  readonly unit: 'mm' | 'in';
}
const rain = (at: number, click: Click, channel?: string): Field => ({
  at,
  type: 'u16le',
  quantity: 'rain',
  ...(channel === undefined ? {} : { channel }),
  ...click,
  absent: [65_535],
});
const packet = (type: '00' | '01', fields: readonly Field[], { scale, unit }: Click): Frame => ({
  header: `4c4f4f..${type}`,
  bytes: 99,
  check: { kind: 'crc16_xmodem', from: 0, to: 97, at: 97 },
  fields: [
    ...fields,
    { at: 41, type: 'u16le', quantity: 'rain_rate', scale, unit: `${unit}/h`, absent: [65_535] },
    rain(50, { scale, unit }),
    rain(46, { scale, unit }, 'storm'),
    ...(type === '00'
      ? [rain(52, { scale, unit }, 'month'), rain(54, { scale, unit }, 'year')]
      : [rain(52, { scale, unit }, '15min'), rain(54, { scale, unit }, '1h'), rain(58, { scale, unit }, '24h')]),
  ],
});
const model = (click: Click): DeviceModel => ({
  frames: [packet('00', loop, click), packet('01', loop2, click)],
  // A line feed wakes the console and ends what it was sending; then 100 packets, one every 2 to 2.5 seconds.
  poll: { everyS: 200, timeoutS: 2, requests: [{ text: '\n' }, { text: 'LOOP 100\n' }] },
});

export const DAVIS_VANTAGE = {
  name: 'davis-vantage',
  title: 'Davis Vantage Pro2, Vantage Vue',
  aliases: [
    'Davis',
    'Vantage Pro',
    'Vantage Pro2',
    'Vantage Vue',
    'Davis Vantage Pro',
    'Davis Vantage Pro2',
    'Davis Vantage Vue',
  ],
  sensorClass: 'weather',
  line: { baud: 19_200, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: { Vantage: model({ scale: 0.01, unit: 'in' }), 'Vantage-metric': model({ scale: 0.2, unit: 'mm' }) },
  modelDefault: 'Vantage',
  warmUpS: 0,
  silenceS: 60,
} as const satisfies DeviceProfile;
