// Reads whatever prints its values as text: columns under a header line, or pairs of name and value.
//
// Names are known as in src/sense/value/quantity-words.ts; a profile of one's own may name columns by number (`readings`).
import type { DeviceProfile } from '../../src/sense/profile.ts';

export const CSV_LINES = {
  name: 'csv-lines',
  title: 'Lines of text: columns, or name=value',
  aliases: ['ascii', 'csv'],
  sensorClass: 'unknown',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'line',
  models: { csv: { text: { kind: 'csv' } } },
  modelDefault: 'csv',
  warmUpS: 0,
  silenceS: 600,
} as const satisfies DeviceProfile;
