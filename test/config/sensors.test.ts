import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfig, type Sensor } from '../../src/config/config.ts';
import { modbusRegistersMax } from '../../src/core/limits.ts';

function sensorsOf(text: string): readonly Sensor[] {
  const { config, problems } = checkConfig(`name: roof\nsensors:\n${text}`, '/etc/qis/qis.yaml');
  assert.deepEqual(problems, []);
  return config!.sensors;
}

function problemsOf(text: string): string[] {
  return checkConfig(`name: roof\nsensors:\n${text}`, '/etc/qis/qis.yaml').problems.map(({ message }) => message);
}

test('a polled device: address, interval, duty cycle, settings', () => {
  const [sensor] = sensorsOf(`
  - {device: MH-Z19B, port: /dev/ttyUSB0, every_s: 20, on_open: [abc_off]}`);
  assert.deepEqual(sensor, {
    kind: 'serial',
    name: 'MH-Z19B',
    silenceS: undefined,
    device: 'MH-Z19B',
    model: undefined,
    port: '/dev/ttyUSB0',
    baud: undefined,
    address: undefined,
    everyS: 20,
    dutyCycle: undefined,
    onOpen: ['abc_off'],
    readings: [],
  });
  const [duty] = sensorsOf('  - {device: SDS011, port: /dev/ttyUSB0, duty_cycle: {period_s: 300, on_s: 45}}');
  assert.deepEqual(duty?.kind === 'serial' && duty.dutyCycle, { periodS: 300, onS: 45 });
});

test('a convention needs no topic; a device of its own is a file beside the configuration', () => {
  const [convention, own] = sensorsOf(`
  - {device: zigbee2mqtt, mqtt: {}}
  - {device: devices/my-sensor.yaml, port: /dev/ttyUSB0}`);
  assert.deepEqual(convention, {
    kind: 'convention',
    name: 'zigbee2mqtt',
    silenceS: undefined,
    device: 'zigbee2mqtt',
    topic: undefined,
    mqtt: {},
  });
  assert.deepEqual(own?.kind === 'serial' && [own.name, own.device], ['my-sensor', '/etc/qis/devices/my-sensor.yaml']);
});

test('a register map of a Modbus device', () => {
  const [sensor] = sensorsOf(`
  - name: soil
    port: /dev/ttyUSB0
    every_s: 30
    modbus: {address: 7, function: 4, baud: 4800, parity: even}
    readings:
      - {register: 0, quantity: soil_moisture, unit: "%", scale: 0.1}
      - {register: 8, type: f32cdab, quantity: temperature, unit: degC}`);
  assert.deepEqual(sensor, {
    kind: 'modbus',
    name: 'soil',
    silenceS: undefined,
    port: '/dev/ttyUSB0',
    address: 7,
    everyS: 30,
    modbus: { address: 7, function: 4, baud: 4800, parity: 'even', stop_bits: 1 },
    readings: [
      { register: 0, type: 'u16be', quantity: 'soil_moisture', unit: '%', channel: '', scale: 0.1 },
      { register: 8, type: 'f32cdab', quantity: 'temperature', unit: 'degC', channel: '', scale: 1 },
    ],
  });
});

test('columns and members of lines', () => {
  const [sensor] = sensorsOf(`
  - name: arduino
    device: csv-lines
    port: /dev/ttyACM0
    readings: [{key: 2, quantity: co2, unit: ppm}, {key: T, quantity: temperature, unit: degC, scale: 0.1}]`);
  assert.deepEqual(sensor?.kind === 'serial' && sensor.readings.map(({ key, scale }) => [key, scale]), [
    [2, undefined],
    ['T', 0.1],
  ]);
});

const MISTAKES: Readonly<Record<string, readonly [string, string]>> = {
  'a topic and no meaning': ['  - {name: a, mqtt: {topic: t}}', 'sensors[0] needs readings, because it has mqtt'],
  'readings without a topic': [
    '  - {name: a, mqtt: {}, readings: [{key: t, quantity: pm1, unit: ug/m3}]}',
    'sensors[0].mqtt needs a topic, or a device',
  ],
  'a convention with a mapping': [
    '  - {device: tasmota, mqtt: {}, readings: [{key: t, quantity: pm1, unit: ug/m3}]}',
    'sensors[0].readings does not go together with mqtt and device; leave one of them out',
  ],
  'a duty cycle without sleep': [
    '  - {device: SDS011, port: /dev/a, duty_cycle: {period_s: 30, on_s: 30}}',
    'sensors[0].duty_cycle leaves no time to sleep; make on_s shorter than period_s',
  ],
  'a register without Modbus': [
    '  - {device: csv-lines, port: /dev/a, readings: [{register: 1, quantity: pm1, unit: ug/m3}]}',
    'sensors[0].readings[0] needs a key',
  ],
  'a key on Modbus': [
    '  - {name: a, port: /dev/a, modbus: {address: 1}, readings: [{register: 1, key: k, quantity: pm1, unit: ug/m3}]}',
    'sensors[0].readings[0].key does not fit this kind of sensor; use register',
  ],
  'a column number in JSON': [
    '  - {name: a, mqtt: {topic: t}, readings: [{key: 1, quantity: pm1, unit: ug/m3}]}',
    'sensors[0].readings[0].key is a column number; write the name of the member',
  ],
  'two lines on one port': [
    `  - {name: a, device: S8, port: /dev/a, baud: 9600}
  - {name: b, device: S8, port: /dev/a, baud: 4800}`,
    'sensors[1] shares a port with sensors[0] but has other line settings; give both the same',
  ],
};

for (const [name, [text, message]] of Object.entries(MISTAKES)) {
  test(`${name} is told`, () => assert.equal(problemsOf(text)[0], message));
}

test('registers of one request lie together', () => {
  const far = `  - name: a
    port: /dev/a
    modbus: {address: 1}
    readings:
      - {register: 0, quantity: co2, unit: ppm}
      - {register: ${modbusRegistersMax}, quantity: temperature, unit: degC}`;
  assert.match(problemsOf(far)[0]!, /span 121 registers, and one request reads 120; split them into two sensors/);
  assert.deepEqual(problemsOf(far.replace(`${modbusRegistersMax}`, `${modbusRegistersMax - 1}`)), []);
});
