// Plantower PMSx003 family: optical particle counters that stream one frame about every second at 9600 8N1.
//
// Layout: PMS5003 series data manual V2.5, appendix I; PMS5003T/S/ST manuals, appendix I; commands: appendix II. The
// published figures are the atmospheric words (10..14); the CF=1 words are kept beside them, because correction formulas
// are written for those. Counts are "larger than" per 0.1 L. One header and length fit several models: the model comes
// from the configuration.
import type { DeviceModel, DeviceProfile, Field, Frame } from '../../src/sense/profile.ts';

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
const formaldehyde: Field = { at: 28, type: 'u16be', quantity: 'hcho_mass' };
const climateAt = (at: number): Field[] => [
  { at, type: 'i16be', quantity: 'temperature', scale: 0.1 },
  { at: at + 2, type: 'u16be', quantity: 'relative_humidity', scale: 0.1 },
];

const sumAt = (at: number) => ({ kind: 'sum16be', from: 0, to: at, at }) as const;
/**
 * @param header with the length of what follows it
 * @param particlesTo end of the masses and counts: masses of 0 beside counts are clean air
 */
const data = (header: string, bytes: number, particlesTo: number, fields: Field[]): Frame => ({
  header,
  lengthAt: 2,
  bytes,
  check: sumAt(bytes - 2),
  fields,
  zeroWhileWarming: [4, particlesTo],
});
const longData = (particlesTo: number, fields: Field[]) => data('424d001c', 32, particlesTo, fields);
const answer = (command: string): Frame => ({ header: `424d0004${command}`, lengthAt: 2, bytes: 8, check: sumAt(6) });

const active = [{ hex: '424de100010171' }];
const passive = [{ hex: '424de100000170' }];
/** It wakes up in active mode, whatever it was in before. */
const commanded = (frame: Frame): DeviceModel => ({
  frames: [frame, answer('e1'), answer('e4')],
  sleep: [{ hex: '424de400000173' }],
  wake: [{ hex: '424de400010174' }],
  settings: { active, passive, read: [{ hex: '424de200000171' }] },
});
const plain = commanded(longData(28, [...mass, ...counts]));

export const PLANTOWER_PMSX003 = {
  name: 'plantower-pmsx003',
  title: 'Plantower PMS1003/3003/5003/6003/7003/A003, 5003S/T/ST',
  aliases: ['Plantower', 'PMSx003', 'A003', 'PMS9003M'],
  sensorClass: 'optical_plantower',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: {
    PMS1003: plain,
    PMS3003: { frames: [data('424d0014', 24, 16, mass)] },
    PMS5003: plain,
    PMS6003: plain,
    PMS7003: plain,
    PMSA003: plain,
    PMS5003S: commanded(longData(28, [...mass, ...counts, formaldehyde])),
    PMS5003T: commanded(longData(24, [...mass, ...countsTo2_5, ...climateAt(24)])),
    PMS5003ST: commanded(data('424d0024', 40, 28, [...mass, ...counts, formaldehyde, ...climateAt(30)])),
  },
  modelDefault: 'PMS5003',
  warmUpS: 30,
  silenceS: 30,
} as const satisfies DeviceProfile;
