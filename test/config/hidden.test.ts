// Mistakes that hide each other: all that is wrong in a file is told at once, whatever else is wrong.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkConfig, problemLine } from '../../src/config/config.ts';
import { checkRunnable } from '../../src/gateway/preflight.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const linesOf = (text: string) =>
  checkConfig(text, 'qis.yaml').problems.map((problem) => problemLine('qis.yaml', problem));

const BALCONY = 'mqtt: {topic: t}, readings: [{key: k, quantity: pm25, unit: ug/m3}]';
const UNKNOWN = (key: string) => `${key}.quantity: "pm25" is not known; did you mean "pm2_5"?`;

/** A text, and all that is told of it. */
const HIDDEN: Readonly<Record<string, readonly [text: string, lines: readonly string[]]>> = {
  'a dash that is too far in': [
    `name: a\nsensors:\n  - name: x\n    device: d\n    port: /dev/x\n     - {name: y, ${BALCONY}}\nlog: {level: loud}`,
    [
      'qis.yaml:6: the indent of this - does not fit: move it under the - in line 3, with 2 spaces before it (5 now)',
      `qis.yaml:6: ${UNKNOWN('sensors[1].readings[0]')}`,
      'qis.yaml:7: log.level: "loud" is not one of error, warn, info, debug',
    ],
  ],
  'a dash that is too far out': [
    `name: a\nsensors:\n  - name: x\n    device: d\n    port: /dev/x\n - {name: y, ${BALCONY}}`,
    [
      'qis.yaml:6: the indent of this - does not fit: move it under the - in line 3, with 2 spaces before it (1 now)',
      `qis.yaml:6: ${UNKNOWN('sensors[1].readings[0]')}`,
    ],
  ],
  'a colon without a space, and one that is not there': [
    `name: a\nclock:auto\nsensors:\n  - name: x\n    device d\n    port: /dev/x\nwatch: [pm25]`,
    [
      'qis.yaml:2: "clock" needs a colon and a space after it (clock: ...)',
      'qis.yaml:5: "device" needs a colon and a space after it (device: ...)',
      'qis.yaml:7: watch[0]: "pm25" is not known; did you mean "pm2_5"?',
    ],
  ],
  'a bracket that is open': [
    'name: a\nsensors:\n  - {name: x, device: d, port: /dev/x\nwatch: [pm25]',
    [
      'qis.yaml:3: not YAML: Flow map in block collection must be sufficiently indented and end with a }',
      'qis.yaml:4: watch[0]: "pm25" is not known; did you mean "pm2_5"?',
    ],
  ],
  'a quote that is open': [
    'name: "a\nwatch: [pm25]',
    [
      'qis.yaml:1: not YAML: Missing closing "quote',
      'qis.yaml:2: watch[0]: "pm25" is not known; did you mean "pm2_5"?',
    ],
  ],
  'a misspelt section': [
    `name: a\nsensers:\n  - {name: x, ${BALCONY}}`,
    ['qis.yaml:2: unknown key "sensers"; did you mean "sensors"?', `qis.yaml:3: ${UNKNOWN('sensors[0].readings[0]')}`],
  ],
  'a section that is indented into another one': [
    `name: a\nbroker:\n  port: 1\n  sensors:\n    - {name: x, ${BALCONY}}`,
    [
      'qis.yaml:4: broker: "sensors" belongs at the beginning of a line: its indent puts it into the section above; take the indent away',
      `qis.yaml:5: ${UNKNOWN('sensors[0].readings[0]')}`,
    ],
  ],
  'a sensor among the readings of another': [
    `name: a\nsensors:\n  - name: x\n    mqtt: {topic: t}\n    readings:\n      - {key: k, quantity: co2, unit: hPa}\n      - {name: y, device: d, port: /dev/x}`,
    [
      'qis.yaml:6: sensors[0].readings[0].unit: "hPa" does not fit co2; use ppm, ppb',
      'qis.yaml:7: sensors[0].readings[1]: "name" belongs to a sensor: move this entry to the left, so that its - stands under the - of the sensor before',
    ],
  ],
  'an entry without its dash': [
    `name: a\nsensors:\n  - name: x\n    device: d\n    port: /dev/x\n    name: y\n    mqtt: {topic: t}\nwatch: [pm25]`,
    [
      'qis.yaml:6: key "name" appears twice; keep one, or begin another entry with a -',
      'qis.yaml:8: watch[0]: "pm25" is not known; did you mean "pm2_5"?',
    ],
  ],
  'a word, and what stands between two sensors': [
    `name: a\nwatch: [pm25]\nsensors:\n  - {name: x, device: d, port: /dev/x}\n  - {name: x, device: d, port: /dev/y}`,
    [
      'qis.yaml:2: watch[0]: "pm25" is not known; did you mean "pm2_5"?',
      'qis.yaml:5: sensors[1].name: "x" is also the name of sensors[0]; give each its own name',
    ],
  ],
};

for (const [name, [text, lines]] of Object.entries(HIDDEN)) {
  test(`${name} hides nothing`, () => assert.deepEqual(linesOf(text), lines));
}

test('what is wrong with a part is told whatever is wrong with the others, and nothing that is right is', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'qis.yaml');
  // Where it would lie if the line were not there.
  writeFileSync(join(folder, 'data'), '');
  const text = `name: a
log: {level: loud}
data: 7
broker: {port: 1884, accounts: [{name: b, role: sensor}, {name: c/d, role: sensor, password: x}]}
sensors:
  - {name: x, device: PMS5004, port: /dev/x}
  - {name: y, ${BALCONY}}
  - {name: z, mqtt: {topic: t, url: "mqtt://h", username: u, password_file: none}, readings: [{key: k, quantity: co2, unit: hPa}]}
  - {name: good, device: PMS5003, port: /dev/y}
neighbours:
  - {name: a, url: "mqtt://h"}
  - {name: hub, url: "mqtt://localhost:1884"}
  - {name: good, url: "mqtt://h", key: ${'ab'.repeat(32)}}
peers: [{name: p, key: "${'0'.repeat(64)}"}]
housekeeping: "61 3 * * *"
`;
  const { config, problems } = await checkRunnable(text, file);
  assert.equal(config, undefined);
  assert.deepEqual(
    problems.map(({ line, key }) => `${line} ${key}`),
    [
      '2 log.level',
      '3 data',
      '4 broker.accounts[0]',
      '4 broker.accounts[1].name',
      '6 sensors[0]',
      '7 sensors[1].readings[0].quantity',
      '8 sensors[2].readings[0].unit',
      '8 sensors[2].mqtt.password_file',
      '11 neighbours[0].name',
      '12 neighbours[1].url',
      '14 peers[0].key',
      '15 housekeeping',
    ],
  );
});
