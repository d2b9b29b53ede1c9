// Plantower PMSx003 family: optical particle counters that stream one frame about every second at 9600 8N1.
//
// Layout: PMS5003 series data manual V2.5, appendix I; PMS5003T/S/ST manuals, appendix I. The published figures are the
// atmospheric words (10..14); the CF=1 words are kept beside them, because correction formulas are written for those.
// Counts are "larger than" per 0.1 L. One header and length fit several models: the model comes from the configuration.
import type { DeviceProfile, Field } from '../../src/sense/profile.ts';

const mass: Field[] = [
  { at: 4, type: 'u16be', quantity: 'pm1', channel: 'cf1' },
  { at: 6, type: 'u16be', quantity: 'pm2_5', channel: 'cf1' },
  { at: 8, type: 'u16be', quantity: 'pm10', channel: 'cf1' },
  { at: 10, type: 'u16be', quantity: 'pm1' },
  { at: 12, type: 'u16be', quantity: 'pm2_5' },
  { at: 14, type: 'u16be', quantity: 'pm10' },
];
const countsTo2_5: Field[] = [
  { at: 16, type: 'u16be', quantity: 'particles_gt_0_3', unit: '1/dL' },
  { at: 18, type: 'u16be', quantity: 'particles_gt_0_5', unit: '1/dL' },
  { at: 20, type: 'u16be', quantity: 'particles_gt_1', unit: '1/dL' },
  { at: 22, type: 'u16be', quantity: 'particles_gt_2_5', unit: '1/dL' },
];
const counts: Field[] = [
  ...countsTo2_5,
  { at: 24, type: 'u16be', quantity: 'particles_gt_5', unit: '1/dL' },
  { at: 26, type: 'u16be', quantity: 'particles_gt_10', unit: '1/dL' },
];
const climateAt = (at: number): Field[] => [
  { at, type: 'i16be', quantity: 'temperature', scale: 0.1 },
  { at: at + 2, type: 'u16be', quantity: 'relative_humidity', scale: 0.1 },
];
const plain = { frameBytes: 32, fields: [...mass, ...counts] };

export const PLANTOWER_PMSX003 = {
  name: 'plantower-pmsx003',
  title: 'Plantower PMS1003/3003/5003/6003/7003/A003, 5003T',
  sensorClass: 'optical_plantower',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: { kind: 'header_length_sum16', header: '424d' },
  models: {
    PMS1003: plain,
    PMS3003: { frameBytes: 24, fields: mass },
    PMS5003: plain,
    PMS6003: plain,
    PMS7003: plain,
    PMSA003: plain,
    PMS5003T: { frameBytes: 32, fields: [...mass, ...countsTo2_5, ...climateAt(24)] },
  },
  modelDefault: 'PMS5003',
  warmUpS: 30,
  zeroWhileWarming: [4, 16],
  silenceS: 30,
} as const satisfies DeviceProfile;
