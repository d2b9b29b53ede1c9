// Winsen ZE07-CO: carbon monoxide by an electrochemical cell, 9600 8N1; sends once a second, or answers.
//
// Layout: ZE07-CO manual, section communication protocol. What it sends names its unit and its decimals; what it
// answers is in tenths of a ppm.
import type { DeviceProfile, Frame } from '../../src/sense/profile.ts';

const reply = { bytes: 9, check: { kind: 'sum8_negated', from: 1, to: 8, at: 8 } } as const;
/** Answers to: change the mode, sleep or wake. */
const answers: Frame[] = ['78', 'a7'].map((command) => ({ header: `ff${command}`, ...reply }));

export const WINSEN_ZE07_CO = {
  name: 'winsen-ze07-co',
  title: 'Winsen ZE07-CO',
  sensorClass: 'electrochemical',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: {
    'ZE07-CO': {
      frames: [
        {
          header: 'ff04',
          ...reply,
          fields: [
            {
              at: 4,
              type: 'u16be',
              quantity: 'co',
              unitAt: { at: 2, units: { '3': 'ppm', '4': 'ppb' } },
              decimalsAt: 3,
            },
          ],
        },
        { header: 'ff86', ...reply, fields: [{ at: 2, type: 'u16be', quantity: 'co', scale: 0.1 }] },
        ...answers,
      ],
      settings: {
        mode_upload: [{ hex: 'ff0178400000000047' }],
        mode_answer: [{ hex: 'ff0178410000000046' }],
        read: [{ hex: 'ff0186000000000079' }],
      },
    },
  },
  modelDefault: 'ZE07-CO',
  warmUpS: 180,
  silenceS: 30,
} as const satisfies DeviceProfile;
