// Sensirion SCD30: CO2 (NDIR), temperature and humidity over Modbus RTU at 19200 8N1, address 61 hex.
//
// Layout: Interface Description Sensirion SCD30, Modbus part: three 32-bit floats from register 28 hex.
// A reply is taken whatever its address: the line knows who was asked. Before the first measurement is
// done CO2 is 0, or all three are.
import type { DeviceProfile, Frame, Request } from '../../src/sense/profile.ts';

const modbus = (bytes: number) =>
  ({ bytes, check: { kind: 'crc16_modbus', from: 0, to: bytes - 2, at: bytes - 2 } }) as const;
const refusals: Frame[] = ['83', '84', '86'].map((code) => ({ header: `..${code}`, ...modbus(5), refuses: true }));
const measure: Request = { function: 6, register: 0x36, value: 0 };
const stop: Request = { function: 6, register: 0x37, value: 1 };

export const SENSIRION_SCD30 = {
  name: 'sensirion-scd30',
  title: 'Sensirion SCD30',
  sensorClass: 'ndir_co2',
  line: { baud: 19_200, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: {
    SCD30: {
      frames: [
        {
          header: '..030c',
          ...modbus(17),
          fields: [
            { at: 3, type: 'f32be', quantity: 'co2', invalid: [0] },
            { at: 7, type: 'f32be', quantity: 'temperature' },
            { at: 11, type: 'f32be', quantity: 'relative_humidity' },
          ],
          zeroWhileWarming: [3, 15],
        },
        // One register: is data ready, firmware, a setting.
        { header: '..0302', ...modbus(7) },
        // What was written, repeated. All registers are below 100 hex.
        { header: '..0600', ...modbus(8) },
        ...refusals,
      ],
      address: 0x61,
      start: [measure],
      stop: [stop],
      sleep: [stop],
      // `start`, which follows, is all it needs.
      wake: [],
      poll: { everyS: 5, requests: [{ function: 3, register: 0x28, value: 6 }] },
      settings: {
        interval_2_s: [{ function: 6, register: 0x25, value: 2 }],
        self_calibration_off: [{ function: 6, register: 0x3a, value: 0 }],
        self_calibration_on: [{ function: 6, register: 0x3a, value: 1 }],
      },
    },
  },
  modelDefault: 'SCD30',
  warmUpS: 30,
  silenceS: 30,
} as const satisfies DeviceProfile;
