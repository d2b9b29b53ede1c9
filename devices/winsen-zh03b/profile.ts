// Winsen ZH03B and ZH06: laser dust sensors at 9600 8N1 that send by themselves, or answer.
//
// Layout: ZH03B manual, initiative upload and question and answer. The two modes order the masses differently: 1, 2.5,
// 10 when it sends, 2.5, 10, 1 when it answers. After power-up it sends.
import type { DeviceProfile, Frame } from '../../src/sense/profile.ts';

const reply = { bytes: 9, check: { kind: 'sum8_negated', from: 1, to: 8, at: 8 } } as const;
/** Answers to: change the mode, sleep or wake. */
const answers: Frame[] = ['78', 'a7'].map((command) => ({ header: `ff${command}`, ...reply }));
const model = {
  frames: [
    {
      header: '424d0014',
      bytes: 24,
      lengthAt: 2,
      check: { kind: 'sum16be', from: 0, to: 22, at: 22 },
      fields: [
        { at: 10, type: 'u16be', quantity: 'pm1' },
        { at: 12, type: 'u16be', quantity: 'pm2_5' },
        { at: 14, type: 'u16be', quantity: 'pm10' },
      ],
      zeroWhileWarming: [10, 16],
    },
    {
      header: 'ff86',
      ...reply,
      fields: [
        { at: 6, type: 'u16be', quantity: 'pm1' },
        { at: 2, type: 'u16be', quantity: 'pm2_5' },
        { at: 4, type: 'u16be', quantity: 'pm10' },
      ],
      zeroWhileWarming: [2, 8],
    },
    ...answers,
  ],
  sleep: [{ hex: 'ff01a7010000000057' }],
  wake: [{ hex: 'ff01a7000000000058' }],
  settings: {
    mode_upload: [{ hex: 'ff0178400000000047' }],
    mode_answer: [{ hex: 'ff0178410000000046' }],
    read: [{ hex: 'ff0186000000000079' }],
  },
} as const;

export const WINSEN_ZH03B = {
  name: 'winsen-zh03b',
  title: 'Winsen ZH03B, ZH06',
  aliases: ['ZH03', 'ZH03A', 'ZH06-I'],
  sensorClass: 'optical_winsen',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: { ZH03B: model, ZH06: model },
  modelDefault: 'ZH03B',
  warmUpS: 30,
  silenceS: 30,
} as const satisfies DeviceProfile;
