// Satellite receivers and weather masts that speak NMEA 0183, one checksummed sentence a line.
//
// 9600 baud is what most receivers are delivered with; masts keep to the 4800 of the standard (`baud` in the configuration).
import type { DeviceProfile } from '../../src/sense/profile.ts';

export const NMEA_0183 = {
  name: 'nmea-0183',
  title: 'NMEA 0183 receiver or weather mast',
  aliases: ['NMEA', 'GPS'],
  sensorClass: 'weather',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'line',
  models: { GNSS: { text: { kind: 'nmea' } } },
  modelDefault: 'GNSS',
  warmUpS: 0,
  silenceS: 30,
} as const satisfies DeviceProfile;
