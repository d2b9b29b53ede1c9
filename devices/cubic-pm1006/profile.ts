// Cubic PM1006 and PM1006K: dust sensors asked at 9600 8N1, known from IKEA's Vindriktning.
//
// Layout: PM1006 specification, serial protocol: 16, length, command, data, check, all bytes summing up to 0. PM2.5 is
// in the third and fourth data bytes; the others hold internals. The PM1006K has a command 02 besides, whose
// answer holds PM1 and PM10 too. In the Vindriktning its own board asks, in bursts of 15 seconds with 20 between: there
// this profile only listens.
import type { DeviceModel, DeviceProfile, Frame } from '../../src/sense/profile.ts';

const check = (bytes: number) =>
  ({ bytes, check: { kind: 'sum8_negated', from: 0, to: bytes - 1, at: bytes - 1 } }) as const;
const frames: Frame[] = [
  {
    header: '16110b',
    ...check(20),
    fields: [{ at: 5, type: 'u16be', quantity: 'pm2_5' }],
    zeroWhileWarming: [3, 19],
  },
  { header: '0602', ...check(5), refuses: true },
];
const allMasses: Frame = {
  header: '160d02',
  ...check(16),
  fields: [
    { at: 9, type: 'u16be', quantity: 'pm1' },
    { at: 5, type: 'u16be', quantity: 'pm2_5' },
    { at: 13, type: 'u16be', quantity: 'pm10' },
  ],
  zeroWhileWarming: [3, 15],
};
const asked = (hex: string, answers = frames): DeviceModel => ({
  frames: answers,
  poll: { everyS: 5, requests: [{ hex }] },
});

export const CUBIC_PM1006 = {
  name: 'cubic-pm1006',
  title: 'Cubic PM1006, PM1006K; IKEA Vindriktning',
  sensorClass: 'optical_cubic',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: {
    PM1006: asked('11020b01e1'),
    PM1006K: asked('110102ec', [...frames, allMasses]),
    Vindriktning: { frames },
    'IKEA Vindriktning': { frames },
  },
  modelDefault: 'PM1006',
  warmUpS: 15,
  silenceS: 120,
} as const satisfies DeviceProfile;
