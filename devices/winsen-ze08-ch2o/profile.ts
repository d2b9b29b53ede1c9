// Winsen ZE08-CH2O and ZE07-CH2O: formaldehyde by an electrochemical cell, 9600 8N1; sends once a second, or answers.
//
// Layout: ZE08-CH2O manual V1.0 and ZE07-CH2O manual V1.8, section communication protocol. What it sends names its unit
// and its decimals; what it answers holds ug/m3 in bytes 2 and 3 and ppb in bytes 6 and 7.
import type { DeviceProfile, Frame } from '../../src/sense/profile.ts';

const reply = { bytes: 9, check: { kind: 'sum8_negated', from: 1, to: 8, at: 8 } } as const;
/** Answers to: change the mode, sleep or wake. */
const answers: Frame[] = ['78', 'a7'].map((command) => ({ header: `ff${command}`, ...reply }));
const model = {
  frames: [
    {
      header: 'ff17',
      ...reply,
      fields: [
        {
          at: 4,
          type: 'u16be',
          quantity: 'hcho',
          unitAt: { at: 2, units: { '3': 'ppm', '4': 'ppb' } },
          decimalsAt: 3,
        },
      ],
    },
    {
      header: 'ff86',
      ...reply,
      fields: [
        { at: 6, type: 'u16be', quantity: 'hcho', unit: 'ppb' },
        { at: 2, type: 'u16be', quantity: 'hcho_mass' },
      ],
    },
    ...answers,
  ],
  settings: {
    mode_upload: [{ hex: 'ff0178400000000047' }],
    mode_answer: [{ hex: 'ff0178410000000046' }],
    read: [{ hex: 'ff0186000000000079' }],
  },
} as const;

export const WINSEN_ZE08_CH2O = {
  name: 'winsen-ze08-ch2o',
  title: 'Winsen ZE08-CH2O, ZE07-CH2O',
  aliases: ['ZE08'],
  sensorClass: 'electrochemical',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: { 'ZE08-CH2O': model, 'ZE07-CH2O': model },
  modelDefault: 'ZE08-CH2O',
  warmUpS: 180,
  silenceS: 30,
} as const satisfies DeviceProfile;
