// Amphenol (Telaire) T6613 and T6615: CO2 by infrared, asked at 19200 8N1.
//
// Layout: Telaire T66xx UART communication protocol (AAS-916-117): FF FA, number of bytes, bytes. There is no checksum;
// header, length and the range of CO2 are all there is to go by. Calibration commands are left out on purpose.
import type { DeviceProfile } from '../../src/sense/profile.ts';

const model = {
  frames: [
    { header: 'fffa02', bytes: 5, fields: [{ at: 3, type: 'u16be', quantity: 'co2' }] },
    // The status byte.
    { header: 'fffa01', bytes: 4 },
  ],
  poll: { everyS: 10, requests: [{ hex: 'fffe020203' }] },
} as const;

export const AMPHENOL_T66XX = {
  name: 'amphenol-t66xx',
  title: 'Amphenol Telaire T6613, T6615',
  aliases: ['T66xx', 'Telaire T6613', 'Telaire T6615'],
  sensorClass: 'ndir_co2',
  line: { baud: 19_200, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: { T6613: model, T6615: model },
  modelDefault: 'T6615',
  warmUpS: 120,
  silenceS: 60,
} as const satisfies DeviceProfile;
