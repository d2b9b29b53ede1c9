// Reads whatever prints one JSON object a line.
//
// Members are known by their names (src/sense/value/quantity-words.ts); a profile of one's own may give paths (`readings`).
import type { DeviceProfile } from '../../src/sense/profile.ts';

export const JSON_LINES = {
  name: 'json-lines',
  title: 'Lines of JSON',
  aliases: ['jsonl', 'json'],
  sensorClass: 'unknown',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'line',
  models: { json: { text: { kind: 'json' } } },
  modelDefault: 'json',
  warmUpS: 0,
  silenceS: 600,
} as const satisfies DeviceProfile;
