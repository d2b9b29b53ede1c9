import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkConfig, loadConfig, problemLine } from '../../src/config/config.ts';
import { configBytesMax, configProblemsMax } from '../../src/core/limits.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const KEY = 'ab'.repeat(32);

const LIVE = `
name: roof-1
location: {latitude: 48.01, longitude: 7.85}
site: urban
data: ./data
watch: [pm2_5, co2]
clock: synchronised
sensors:
  - name: roof
    device: plantower-pmsx003
    model: PMS5003
    port: /dev/serial/by-id/usb-1
    baud: 9600
    silence_s: 30
  - device: plantower-pmsx003
    port: tcp://serial.local:2000
  - name: kitchen
    mqtt: {topic: zigbee2mqtt/kitchen, url: "mqtt://10.0.0.1", username: qis, password_file: kitchen.password}
    readings:
      - {key: pm25, quantity: pm2_5, unit: µg/m³}
      - {key: [air, "co2.ppm"], quantity: co2, unit: ppm, channel: a}
broker:
  port: 1884
  accounts: [{name: gw2, password: secret, role: gateway}]
neighbours: [{name: gw2, url: "mqtt://10.0.0.2:1883", key: ${KEY}}]
peers: [{name: gw3, key: ${KEY}}]
community: ${KEY}
log: {level: debug}
`;

const RECORDED = `
name: roof-1
sensors:
  - name: recorded
    device: plantower-pmsx003
    replay: {file: day.bin, start: 2026-01-01T00:00:00Z, interval_s: 10}
  - name: history
    replay: {file: day.csv, timestamp: {column: timestamp, format: "yyyy-MM-dd HH:mm:ss", zone: Europe/Berlin}}
    readings: [{column: pm2_5_atm, quantity: pm2_5, unit: ug/m3}]
`;

function configOf(text: string) {
  const { config, problems } = checkConfig(text, '/etc/qis/qis.yaml');
  assert.deepEqual(problems, []);
  return config ?? assert.fail();
}

function linesOf(text: string): string[] {
  const { config, problems } = checkConfig(text, '/etc/qis/qis.yaml');
  assert.equal(config, undefined);
  assert.ok(problems.length > 0);
  return problems.map((problem) => problemLine('/etc/qis/qis.yaml', problem));
}

test('a configuration with everything in it becomes what it says', () => {
  const config = configOf(LIVE);
  assert.equal(config.data, '/etc/qis/data');
  assert.equal(config.folder, '/etc/qis');
  assert.deepEqual(config.watch, ['pm2_5', 'co2']);
  const [roof, unnamed, kitchen] = config.sensors;
  assert.deepEqual(roof, {
    kind: 'serial',
    name: 'roof',
    device: 'plantower-pmsx003',
    model: 'PMS5003',
    port: '/dev/serial/by-id/usb-1',
    baud: 9600,
    silenceS: 30,
    address: undefined,
    everyS: undefined,
    dutyCycle: undefined,
    onOpen: [],
    readings: [],
  });
  assert.equal(unnamed?.name, 'plantower-pmsx003');
  assert.ok(kitchen?.kind === 'mqtt');
  assert.deepEqual(kitchen.readings[1], { key: ['air', 'co2.ppm'], quantity: 'co2', unit: 'ppm', channel: 'a' });
  assert.equal(config.broker?.listen, '127.0.0.1');
  assert.deepEqual(config.neighbours[0]?.key, Buffer.from(KEY, 'hex'));
});

test('a recorded day has times in milliseconds and files beside the configuration', () => {
  const [frames, table] = configOf(RECORDED).sensors;
  assert.ok(frames?.kind === 'frames' && table?.kind === 'table');
  assert.equal(frames.file, '/etc/qis/day.bin');
  assert.deepEqual([frames.startMs, frames.intervalMs], [Date.UTC(2026, 0, 1), 10_000]);
  assert.equal(table.file, '/etc/qis/day.csv');
  assert.equal(table.timestamp.zone, 'Europe/Berlin');
});

test('a name is enough, and the rest has defaults', () => {
  const config = configOf('name: a');
  assert.deepEqual(config.broker, { listen: '127.0.0.1', port: 1883, accounts: [] });
  assert.deepEqual(
    [config.domains, config.clock, config.log.level, config.sensors.length, config.location],
    [['air'], 'auto', 'info', 0, undefined],
  );
  assert.equal(configOf('name: a\nbroker: off').broker, undefined);
  assert.equal(configOf('name: a\nbroker: false').broker, undefined);
});

const SENSOR = 'name: a\nsensors:\n  - name: x\n';

/** Text of a file -> the one line an operator gets. */
const MISTAKES: Record<string, [text: string, line: string]> = {
  'an unknown key': ['name: a\n\nbrokr: off', 'qis.yaml:3: unknown key "brokr"; did you mean "broker"?'],
  'an unknown key inside': [
    `${SENSOR}    device: d\n    port: /dev/x\n    bauds: 9600`,
    'qis.yaml:6: sensors[0]: unknown key "bauds"; did you mean "baud"?',
  ],
  'a word for a number': [
    `${SENSOR}    device: d\n    port: /dev/x\n    baud: 96k`,
    'qis.yaml:6: sensors[0].baud: "96k" is not a number',
  ],
  'a number for text': ['name: 7', 'qis.yaml:1: name: 7 is not text; put it in quotes'],
  'a key without a value': ['name: a\nclock:\n', 'qis.yaml:2: clock has no value'],
  'a missing key': ['data: x', 'qis.yaml:1: name is missing'],
  'a missing key inside': ['name: a\nlocation:\n  latitude: 1', 'qis.yaml:2: location.longitude is missing'],
  'a port out of range': ['name: a\nbroker: {port: 70000}', 'qis.yaml:2: broker.port: 70000 is more than 65535'],
  'a latitude out of range': [
    'name: a\nlocation: {latitude: 91, longitude: 0}',
    'qis.yaml:2: location.latitude: 91 is more than 90',
  ],
  'an unknown quantity': [
    'name: a\nwatch:\n  - pm2_5\n  - pm25',
    'qis.yaml:4: watch[1]: "pm25" is not known; did you mean "pm2_5"?',
  ],
  'a choice that is none': [
    'name: a\nlog: {level: loud}',
    'qis.yaml:2: log.level: "loud" is not one of error, warn, info, debug',
  ],
  'a unit that does not fit': [
    `${SENSOR}    mqtt: {topic: t}\n    readings:\n      - {key: k, quantity: co2, unit: hPa}`,
    'qis.yaml:6: sensors[0].readings[0].unit: "hPa" does not fit co2; use ppm, ppb',
  ],
  'a sensor of no kind': [SENSOR, 'qis.yaml:3: sensors[0] needs one of port, mqtt or replay'],
  'a sensor of two kinds': [
    `${SENSOR}    device: d\n    port: /dev/x\n    mqtt: {topic: t}`,
    'qis.yaml:6: sensors[0].mqtt does not go together with port; leave one of them out',
  ],
  'a port without a device': [`${SENSOR}    port: /dev/x`, 'qis.yaml:3: sensors[0] needs device, because it has port'],
  'a serial server without a port': [
    `${SENSOR}    device: d\n    port: tcp://host`,
    'qis.yaml:5: sensors[0].port: "tcp://host" is not a port; write /dev/serial/by-id/... or tcp://host:port',
  ],
  'two sensors of one name': [
    'name: a\nsensors:\n  - {device: d, port: /dev/x}\n  - {device: d, port: /dev/y}',
    'qis.yaml:4: sensors[1].name: "d" is also the name of sensors[0]; give each its own name',
  ],
  'two profiles whose files have one name': [
    'name: a\nsensors:\n  - {device: ./x/own.yaml, port: /dev/x}\n  - {device: ./y/own.json, port: /dev/y}',
    'qis.yaml:4: sensors[1].name: "own" is also the name of sensors[0]; give each its own name',
  ],
  'a neighbour with the name of this gateway': [
    'name: a\nneighbours: [{name: a, url: "mqtt://b"}]',
    'qis.yaml:2: neighbours[0].name: "a" is also the name of this gateway; give each its own name',
  ],
  'one name for two keys': [
    `name: a\nneighbours: [{name: b, key: ${KEY}}]\npeers: [{name: b, key: ${'cd'.repeat(32)}}]`,
    'qis.yaml:3: peers[0].name: "b" is also the name of neighbours[0], which has another key; rename one',
  ],
  'live and recorded sensors': [
    'name: a\nsensors:\n  - {device: d, port: /dev/x}\n  - {device: e, replay: {file: f, start: "2026-01-01T00:00:00Z", interval_s: 1}}',
    'qis.yaml:2: sensors mixes live sensors with recordings, which run on a clock of their own; use two files',
  ],
  'two readings of one channel': [
    `${SENSOR}    mqtt: {topic: t}\n    readings:\n      - {key: k, quantity: co2, unit: ppm}\n      - {key: l, quantity: co2, unit: ppm}`,
    'qis.yaml:7: sensors[0].readings[1] is a second co2 without a channel of its own; give each one a channel',
  ],
  'a time format that is none': [
    `${SENSOR}    replay: {file: f, timestamp: {column: t, format: HH}}\n    readings: [{column: c, quantity: co2, unit: ppm}]`,
    'qis.yaml:4: sensors[0].replay.timestamp does not work: time format "HH" needs yyyy, MM and dd once each (or use iso, unix, unix_ms)',
  ],
  'a topic that is none': [
    `${SENSOR}    mqtt: {topic: "a/#/b"}\n    readings: [{key: k, quantity: co2, unit: ppm}]`,
    'qis.yaml:4: sensors[0].mqtt.topic: "a/#/b" is not a valid topic filter; + stands for one whole level, # for all levels that follow',
  ],
  'a sensor of the broker that is off': [
    `${SENSOR}    mqtt: {topic: t}\n    readings: [{key: k, quantity: co2, unit: ppm}]\nbroker: off`,
    'qis.yaml:4: sensors[0].mqtt needs a url, because broker is off',
  ],
  'a neighbour that is nothing': [
    'name: a\nneighbours: [{name: b}]',
    'qis.yaml:2: neighbours[0] needs a url to connect to, or a key to believe, or both',
  ],
  'no such alarm': ['name: a\nalarm: {x: 1}', 'qis.yaml:2: alarm.x: "x" is not a quantity'],
  'an account without a password': [
    'name: a\nbroker: {accounts: [{name: b, role: sensor}]}',
    'qis.yaml:2: broker.accounts[0] needs password or password_file',
  ],
  'an inner mistake where there is a choice': [
    'name: a\nbroker: {accounts: 5}',
    'qis.yaml:2: broker.accounts: 5 is not a list (lines that begin with -)',
  ],
  'a duplicate key': ['name: a\ndata: x\nname: b', 'qis.yaml:3: key "name" appears twice; keep one'],
  'a tab': ['name: a\nlog:\n\tlevel: info', 'qis.yaml:3: indented with a tab; use spaces'],
  'an alias': ['name: &n a\ndata: *n', 'qis.yaml:2: *n is an alias, which is not allowed; write the value out'],
  'a second document': [
    'name: a\n---\nname: b',
    'qis.yaml:2: a second YAML document begins here; a file may hold only one',
  ],
  'an empty file': ['# nothing yet\n', 'qis.yaml:1: the file is empty; qis init writes one to start from'],
  'a list': ['- name: a', 'qis.yaml:1: [{"name":"a"}] is not a group of keys (key: value)'],
  'a name from Object': ['name: a\n__proto__: 1', 'qis.yaml:2: unknown key "__proto__"'],
};

for (const [name, [text, line]] of Object.entries(MISTAKES)) {
  test(`${name} is told in one line`, () => assert.deepEqual(linesOf(text), [line]));
}

test('one gateway may be a neighbour and a peer, where its key is the same or stands only once', () => {
  configOf(`name: a\nneighbours: [{name: b, url: "mqtt://b", key: ${KEY}}]\npeers: [{name: b, key: ${KEY}}]`);
  configOf(`name: a\nneighbours: [{name: b, url: "mqtt://b"}]\npeers: [{name: b, key: ${KEY}}]`);
});

test('every mistake is told at once, in the order of the file', () => {
  const lines = linesOf('name: 7\nlog: {level: loud}\nbrokr: off\n');
  assert.deepEqual(
    lines.map((line) => line.split(':')[1]),
    ['1', '2', '3'],
  );
});

test('secrets are not repeated', () => {
  for (const text of [
    'name: a\ncommunity: hunter2',
    'name: a\nbroker: {accounts: [{name: b, role: sensor, password: 42424242}]}',
    'name: a\nneighbours: [{name: b, url: "mqtt://me:hunter2@host"}]',
  ]) {
    const { problems } = checkConfig(text, 'qis.yaml');
    assert.equal(problems.length, 1);
    assert.doesNotMatch(JSON.stringify(problems), /hunter2|42424242/);
  }
});

test('no text throws, and what is wrong fits on a screen', () => {
  const bomb = Array.from({ length: 9 }, (_, i) => `l${i}: &l${i} [${`*l${i - 1},`.repeat(9)}]`).join('\n');
  for (const text of ['['.repeat(10_000), bomb, 'a: &a {b: *a}', '"', 'a: !!binary =', '%YAML 9\n---\na', '\u0000']) {
    assert.ok(linesOf(text).length <= configProblemsMax);
  }
  const piece = fc.constantFrom(
    'name: a',
    '\n',
    '  ',
    '- ',
    ': ',
    '{',
    '}',
    '[',
    ']',
    '"',
    '&a',
    '*a',
    '\t',
    'sensors:',
    '#',
    '|',
    '? ',
    '!!set',
    '---',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const { config, problems } = checkConfig(pieces.join(''), 'qis.yaml');
      assert.equal(config === undefined, problems.length > 0);
      for (const { line, message } of problems) assert.ok(line >= 1 && !message.includes('\n'));
    }),
  );
});

test('a file larger than any configuration is not looked into', () => {
  const { config, problems } = checkConfig(`name: a\n${'#'.repeat(configBytesMax)}`, 'qis.yaml');
  assert.equal(config, undefined);
  assert.match(problems.map(({ message }) => message).join('; '), /^the file is larger than \d+ bytes$/);
});

test('a file is loaded, or one error holds all its lines', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'qis.yaml');
  assert.throws(() => loadConfig(file), { code: 'config_missing', message: /qis init/ });
  writeFileSync(file, 'name: a\r\n');
  assert.equal(loadConfig(file).data, join(folder, 'data'));
  writeFileSync(file, 'name: A\nx: 1\n');
  assert.throws(() => loadConfig(file), { code: 'config_invalid', message: /^qis\.yaml:1: .*\nqis\.yaml:2: .*$/ });
  mkdirSync(join(folder, 'dir.yaml'));
  assert.throws(() => loadConfig(join(folder, 'dir.yaml')), { code: 'config_invalid', message: /is not a file/ });
});
