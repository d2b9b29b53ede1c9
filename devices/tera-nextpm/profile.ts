// Tera NextPM: optical particle sensor, asked at 115200 8E1.
//
// Layout: NextPM user guide, simple protocol: 81, command, state, data, check, all bytes summing up to 0. Counts are per
// litre, from the smallest up to a diameter. Bits of the state: 0 asleep, 1 degraded, 2 not ready, 3 heater, 4 climate
// sensor, 5 fan, 6 memory, 7 laser. Asleep it answers with its state alone. Temperature and humidity are those in the case.
import type { DeviceProfile, Field, Frame, Status } from '../../src/sense/profile.ts';

const check = (bytes: number) =>
  ({ bytes, check: { kind: 'sum8_negated', from: 0, to: bytes - 1, at: bytes - 1 } }) as const;
const state = (mask: number, means: Status['means']): Status => ({ at: 2, type: 'u8', mask, means });
const fields: Field[] = [
  { at: 9, type: 'u16be', quantity: 'pm1', scale: 0.1 },
  { at: 11, type: 'u16be', quantity: 'pm2_5', scale: 0.1 },
  { at: 13, type: 'u16be', quantity: 'pm10', scale: 0.1 },
  { at: 3, type: 'u16be', quantity: 'particles_lt_1', unit: '1/L' },
  { at: 5, type: 'u16be', quantity: 'particles_lt_2_5', unit: '1/L' },
  { at: 7, type: 'u16be', quantity: 'particles_lt_10', unit: '1/L' },
];

export const TERA_NEXTPM = {
  name: 'tera-nextpm',
  title: 'Tera NextPM',
  aliases: ['Tera Sensor NextPM', 'NPM'],
  sensorClass: 'optical_tera',
  line: { baud: 115_200, dataBits: 8, parity: 'even', stopBits: 1 },
  framing: 'fixed',
  models: {
    NextPM: {
      frames: [
        // Means of 10, 60 and 900 seconds.
        ...['11', '12', '13'].map(
          (command): Frame => ({
            header: `81${command}`,
            ...check(16),
            fields,
            status: [state(0b1010_0001, 'invalid'), state(0b100, 'warming_up')],
            zeroWhileWarming: [3, 15],
          }),
        ),
        {
          header: '8114',
          ...check(8),
          fields: [
            { at: 3, type: 'i16be', quantity: 'temperature', channel: 'internal', scale: 0.01 },
            { at: 5, type: 'u16be', quantity: 'relative_humidity', channel: 'internal', scale: 0.01 },
          ],
          status: [state(0b1_0000, 'invalid')],
        },
        // Started or stopped, state (also in place of values), version.
        { header: '8115', ...check(4) },
        { header: '8116', ...check(4) },
        { header: '8117', ...check(6) },
      ],
      poll: { everyS: 10, requests: [{ hex: '81116e' }] },
      // One command starts and stops it, whichever it did not: no duty cycle can be built on that.
      settings: { start_or_stop: [{ hex: '81156a' }], climate: [{ hex: '81146b' }] },
    },
  },
  modelDefault: 'NextPM',
  warmUpS: 15,
  silenceS: 60,
} as const satisfies DeviceProfile;
