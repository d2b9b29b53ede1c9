// Winsen ZE25-O3: ozone by an electrochemical cell, 9600 8N1; sends once a second, or answers.
//
// Layout: ZE25-O3 manual, section communication protocol. What it sends names its unit and its decimals; what it
// answers holds ppb in bytes 6 and 7 (and ug/m3 in bytes 2 and 3, for which there is no quantity).
import type { DeviceProfile, Frame } from '../../src/sense/profile.ts';

const reply = { bytes: 9, check: { kind: 'sum8_negated', from: 1, to: 8, at: 8 } } as const;
/** Answers to: change the mode, sleep or wake. */
const answers: Frame[] = ['78', 'a7'].map((command) => ({ header: `ff${command}`, ...reply }));

export const WINSEN_ZE25_O3 = {
  name: 'winsen-ze25-o3',
  title: 'Winsen ZE25-O3',
  sensorClass: 'electrochemical',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: {
    'ZE25-O3': {
      frames: [
        {
          header: 'ff2a',
          ...reply,
          fields: [
            {
              at: 4,
              type: 'u16be',
              quantity: 'o3',
              unitAt: { at: 2, units: { '3': 'ppm', '4': 'ppb' } },
              decimalsAt: 3,
            },
          ],
        },
        { header: 'ff86', ...reply, fields: [{ at: 6, type: 'u16be', quantity: 'o3', unit: 'ppb' }] },
        ...answers,
      ],
      settings: {
        mode_upload: [{ hex: 'ff0178400000000047' }],
        mode_answer: [{ hex: 'ff0178410000000046' }],
        read: [{ hex: 'ff0186000000000079' }],
      },
    },
  },
  modelDefault: 'ZE25-O3',
  warmUpS: 180,
  silenceS: 30,
} as const satisfies DeviceProfile;
