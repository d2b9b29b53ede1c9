// Panasonic SN-GCJA5: laser particle sensor that sends a frame a second at 9600 8E1.
//
// Layout: SN-GCJA5 communication specification, UART: 02, data, xor of the data, 03. The masses are little-endian 32-bit
// words in thousandths of a ug/m3. Its counts are per size class, for which there is no quantity. The last data byte is
// the state, two bits each: all of it, photodiode, laser, fan. What the sensor itself corrects for counts as good.
import type { DeviceProfile, Status } from '../../src/sense/profile.ts';

const state = (mask: number, equals: number, means: Status['means']): Status => ({
  at: 29,
  type: 'u8',
  mask,
  equals,
  means,
});

export const PANASONIC_SN_GCJA5 = {
  name: 'panasonic-sn-gcja5',
  title: 'Panasonic SN-GCJA5',
  aliases: ['SN-GCJA5L', 'GCJA5'],
  sensorClass: 'optical_other',
  line: { baud: 9600, dataBits: 8, parity: 'even', stopBits: 1 },
  framing: 'fixed',
  models: {
    'SN-GCJA5': {
      frames: [
        {
          header: '02',
          bytes: 32,
          trailer: '03',
          check: { kind: 'xor8', from: 1, to: 30, at: 30 },
          fields: [
            { at: 1, type: 'u32le', quantity: 'pm1', scale: 0.001 },
            { at: 5, type: 'u32le', quantity: 'pm2_5', scale: 0.001 },
            { at: 9, type: 'u32le', quantity: 'pm10', scale: 0.001 },
          ],
          status: [
            // Photodiode or laser: loss of function. Fan: out of control, or in its initial calibration.
            state(0b11_00_00, 0b10_00_00, 'invalid'),
            state(0b11_00, 0b10_00, 'invalid'),
            state(0b11, 0b11, 'invalid'),
            state(0b11, 0b10, 'warming_up'),
          ],
          zeroWhileWarming: [1, 13],
        },
      ],
    },
  },
  modelDefault: 'SN-GCJA5',
  warmUpS: 28,
  silenceS: 30,
} as const satisfies DeviceProfile;
