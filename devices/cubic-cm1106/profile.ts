// Cubic CM1106: CO2 by infrared, asked at 9600 8N1.
//
// Layout: CM1106 specification, UART protocol: 16, length, command, data, check, all bytes summing up to 0; 06 is a no.
// CO2 is big-endian. What the bits of the status byte mean differs between the papers, so it is left alone.
// The calibration to 400 ppm (command 03) is left out on purpose.
import type { DeviceProfile } from '../../src/sense/profile.ts';

const check = (bytes: number) =>
  ({ bytes, check: { kind: 'sum8_negated', from: 0, to: bytes - 1, at: bytes - 1 } }) as const;

export const CUBIC_CM1106 = {
  name: 'cubic-cm1106',
  title: 'Cubic CM1106',
  aliases: ['CM1107', 'CU-1106'],
  sensorClass: 'ndir_co2',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: {
    CM1106: {
      frames: [
        { header: '160501', ...check(8), fields: [{ at: 3, type: 'u16be', quantity: 'co2' }] },
        // Software version, serial number, calibrated, self-calibration set.
        { header: '160c1e', ...check(15) },
        { header: '160b1f', ...check(14) },
        { header: '160103', ...check(4) },
        { header: '160110', ...check(4) },
        { header: '0602', ...check(5), refuses: true },
      ],
      poll: { everyS: 10, requests: [{ hex: '110101ed' }] },
    },
  },
  modelDefault: 'CM1106',
  warmUpS: 120,
  silenceS: 60,
} as const satisfies DeviceProfile;
