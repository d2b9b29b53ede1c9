// Honeywell HPMA115S0 and HPMA115C0: laser dust sensors at 9600 8N1 that send by themselves, or answer.
//
// Layout: HPM Series datasheet 32322550, tables 4 to 7. What it sends begins like a Plantower's frame, but the standard
// version (S0) holds PM2.5 and PM10 where that has PM2.5 and PM10 of CF=1, and nothing else; the compact one (C0) holds
// four masses from byte 4. Its answers say by their length which version they are of.
import type { DeviceProfile, Field, Frame } from '../../src/sense/profile.ts';

const sent = {
  header: '424d001c',
  bytes: 32,
  lengthAt: 2,
  check: { kind: 'sum16be', from: 0, to: 30, at: 30 },
} as const;
const answer = (bytes: number) =>
  ({ bytes, check: { kind: 'sum8_negated', from: 0, to: bytes - 1, at: bytes - 1 } }) as const;
const four = (at: number): Field[] =>
  (['pm1', 'pm2_5', 'pm4', 'pm10'] as const).map((quantity, i) => ({ at: at + 2 * i, type: 'u16be', quantity }));
const answers: Frame[] = [
  {
    header: '400504',
    ...answer(8),
    fields: [
      { at: 3, type: 'u16be', quantity: 'pm2_5' },
      { at: 5, type: 'u16be', quantity: 'pm10' },
    ],
    zeroWhileWarming: [3, 7],
  },
  { header: '400d04', ...answer(16), fields: four(3), zeroWhileWarming: [3, 11] },
  // The customer's coefficient.
  { header: '400210', ...answer(5) },
  { header: 'a5a5', bytes: 2 },
  { header: '9696', bytes: 2, refuses: true },
];
const start = { hex: '68010196' } as const;
const stop = { hex: '68010295' } as const;
const requests = {
  sleep: [stop],
  wake: [start],
  settings: {
    mode_upload: [{ hex: '68014057' }],
    mode_answer: [{ hex: '68012077' }],
    read: [{ hex: '68010493' }],
  },
} as const;

export const HONEYWELL_HPMA115 = {
  name: 'honeywell-hpma115',
  title: 'Honeywell HPMA115S0, HPMA115C0',
  aliases: ['HPMA115'],
  sensorClass: 'optical_honeywell',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: {
    HPMA115S0: {
      frames: [
        {
          ...sent,
          fields: [
            { at: 6, type: 'u16be', quantity: 'pm2_5' },
            { at: 8, type: 'u16be', quantity: 'pm10' },
          ],
          zeroWhileWarming: [6, 10],
        },
        ...answers,
      ],
      ...requests,
    },
    HPMA115C0: {
      frames: [{ ...sent, fields: four(4), zeroWhileWarming: [4, 12] }, ...answers],
      ...requests,
    },
  },
  modelDefault: 'HPMA115S0',
  warmUpS: 6,
  silenceS: 30,
} as const satisfies DeviceProfile;
