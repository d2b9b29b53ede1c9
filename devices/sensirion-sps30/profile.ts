// Sensirion SPS30: optical particle sensor, asked over SHDLC at 115200 8N1.
//
// Layout: SPS30 datasheet V1.0, section 5. A reply is address, command, state, length, data, check; zero length means
// nothing new. Bit 7 of the state says that an error register is set and leaves the reply as it is; other bits are a no.
// Counts are "from 0.3 um up to", per cm3. The integer format (command data 05) has the typical size in nm.
import type { DeviceProfile, Field, Frame, NumberType } from '../../src/sense/profile.ts';

const QUANTITIES = [
  ...(['pm1', 'pm2_5', 'pm4', 'pm10'] as const),
  ...(['particles_lt_0_5', 'particles_lt_1', 'particles_lt_2_5', 'particles_lt_4', 'particles_lt_10'] as const),
];
const values = (type: NumberType, width: number): Field[] =>
  QUANTITIES.map((quantity, i) => ({ at: 4 + width * i, type, quantity }));
const floats: Field[] = [...values('f32be', 4), { at: 40, type: 'f32be', quantity: 'particle_size' }];
const integers: Field[] = [...values('u16be', 2), { at: 22, type: 'u16be', quantity: 'particle_size', scale: 0.001 }];
const measured = (state: string): Frame[] => [
  { header: `0003${state}28`, bytes: 45, fields: floats, zeroWhileWarming: [4, 44] },
  { header: `0003${state}14`, bytes: 25, fields: integers, zeroWhileWarming: [4, 24] },
  // Done, or nothing new.
  { header: `00..${state}00`, bytes: 5 },
  // Auto-clean interval, serial number, article code, version, status register.
  { header: `0080${state}04`, bytes: 9 },
  { header: `00d0${state}11`, bytes: 22 },
  { header: `00d0${state}15`, bytes: 26 },
  { header: `00d0${state}09`, bytes: 14 },
  { header: `00d1${state}07`, bytes: 12 },
  { header: `00d2${state}05`, bytes: 10 },
];
/** Wrong length, unknown command, no access, bad parameter, bad argument, not in this state. */
const refusals = ['01', '02', '03', '04', '28', '43', '81', '82', '83', '84', 'a8', 'c3'].map(
  (state): Frame => ({ header: `00..${state}00`, bytes: 5, refuses: true }),
);
const stop = { hex: '7e000100fe7e' } as const;

export const SENSIRION_SPS30 = {
  name: 'sensirion-sps30',
  title: 'Sensirion SPS30',
  sensorClass: 'optical_sensirion',
  line: { baud: 115_200, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'shdlc',
  models: {
    SPS30: {
      frames: [...measured('00'), ...measured('80'), ...refusals],
      start: [{ hex: '7e0000020103f97e' }],
      stop: [stop],
      sleep: [stop],
      // `start`, which follows, is all it needs.
      wake: [],
      poll: { everyS: 5, requests: [{ hex: '7e000300fc7e' }] },
      settings: { fan_clean: [{ hex: '7e005600a97e' }] },
    },
  },
  modelDefault: 'SPS30',
  warmUpS: 30,
  silenceS: 30,
} as const satisfies DeviceProfile;
