// Winsen MH-Z19B and MH-Z19C: CO2 by infrared, asked at 9600 8N1.
//
// Layout: MH-Z19B manual V1.6, section UART. Bytes 4 to 7 of the reply are in no manual: byte 4 is a coarse temperature
// in the case plus 40 (0 where the firmware sends none), bytes 6 and 7 hold 15000 while it boots and CO2 means nothing.
// Zero (87) and span (88) calibration are left out on purpose: they re-base the sensor without a word.
import type { DeviceProfile, Frame } from '../../src/sense/profile.ts';

const reply = { bytes: 9, check: { kind: 'sum8_negated', from: 1, to: 8, at: 8 } } as const;
/** Answers to other commands: self-calibration and range, their read-backs, raw values, firmware, response to 78. */
const answers: Frame[] = ['78', '79', '7d', '84', '85', '87', '88', '8d', '99', '9b', 'a0'].map((command) => ({
  header: `ff${command}`,
  ...reply,
}));
const model = {
  frames: [
    {
      header: 'ff86',
      ...reply,
      fields: [
        { at: 2, type: 'u16be', quantity: 'co2' },
        { at: 4, type: 'u8', quantity: 'temperature', channel: 'internal', offset: -40, absent: [0] },
      ],
      status: [{ at: 6, type: 'u16be', equals: 15_000, means: 'invalid' }],
    },
    ...answers,
  ],
  poll: { everyS: 10, requests: [{ hex: 'ff0186000000000079' }] },
  settings: {
    abc_on: [{ hex: 'ff0179a000000000e6' }],
    abc_off: [{ hex: 'ff0179000000000086' }],
    range_2000: [{ hex: 'ff019900000007d08f' }],
    range_5000: [{ hex: 'ff01990000001388cb' }],
  },
} as const;

export const WINSEN_MH_Z19 = {
  name: 'winsen-mh-z19',
  title: 'Winsen MH-Z19B, MH-Z19C',
  aliases: ['MH-Z19', 'MH-Z14A'],
  sensorClass: 'ndir_co2',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: { 'MH-Z19B': model, 'MH-Z19C': model },
  modelDefault: 'MH-Z19B',
  warmUpS: 180,
  silenceS: 60,
} as const satisfies DeviceProfile;
