import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AIRGRADIENT } from '../../../devices/airgradient/profile.ts';
import { THEENGS } from '../../../devices/theengs/profile.ts';
import { ZIGBEE2MQTT } from '../../../devices/zigbee2mqtt/profile.ts';
import { jsonPayloadBytesMax, sourceFrameBytesMax, sourcesPerSensorMax } from '../../../src/core/limits.ts';
import { listener } from './listener.ts';

const numeric = (name: string, unit: string, property = name) => ({ type: 'numeric', name, property, unit, access: 1 });
const device = (friendly_name: string, exposes: unknown) => ({ friendly_name, definition: { model: 'X', exposes } });

test('the name of a device is all levels after the base, whatever stands in it', () => {
  const hear = listener(ZIGBEE2MQTT);
  for (const name of ['kitchen', 'ground floor/stove v1.2', 'bridges/a', 'a/availability/b', 'set', 'availability']) {
    assert.deepEqual(hear(`zigbee2mqtt/${name}`, { temperature: 21 }), [`frame ${name}`, 'temperature 21 degC'], name);
  }
});

test('another base is one level, or as many as the bridge was heard under', () => {
  const hear = listener(ZIGBEE2MQTT);
  assert.equal(hear('attic/shed', {})[0], 'frame shed');
  assert.equal(hear('house/zigbee2mqtt/shed', {})[0], 'frame shed');
  assert.equal(hear('house/two/shed', {})[0], 'frame two/shed');
  assert.deepEqual(hear('house/two/bridge/state', { state: 'online' }), ['frame bridge', 'online']);
  assert.equal(hear('house/two/shed', {})[0], 'frame shed');
  assert.equal(hear('zigbee2mqtt/shed', {})[0], 'frame shed');
});

test('availability comes as text or as JSON, of devices and of the bridge', () => {
  const hear = listener(ZIGBEE2MQTT);
  assert.deepEqual(hear('zigbee2mqtt/a/b/availability', 'online'), ['frame a/b', 'online']);
  assert.deepEqual(hear('zigbee2mqtt/a/b/availability', { state: 'offline' }), ['frame a/b', 'offline']);
  assert.deepEqual(hear('zigbee2mqtt/bridge/state', 'offline'), ['frame bridge', 'offline']);
  assert.deepEqual(hear('zigbee2mqtt/bridge/info', { version: '2.1.0' }), ['frame bridge']);
});

test('commands to devices say nothing', () => {
  const hear = listener(ZIGBEE2MQTT);
  for (const topic of ['kitchen/set', 'kitchen/get', 'a/b/set', 'kitchen/set/temperature']) {
    assert.deepEqual(hear(`zigbee2mqtt/${topic}`, { temperature: 21 }), ['frame'], topic);
  }
});

test('without the list of devices a voltage above 500 is in mV', () => {
  const hear = listener(ZIGBEE2MQTT);
  assert.equal(hear('zigbee2mqtt/a', { battery: 97, voltage: 2975 })[2], 'voltage 2.975 V');
  assert.equal(hear('zigbee2mqtt/a', { voltage: 3.1 })[1], 'voltage 3.1 V');
  assert.equal(hear('zigbee2mqtt/a', { voltage: 230.4 })[1], 'voltage 230.4 V');
});

test('the list of devices says which unit, which endpoint and which of two quantities', () => {
  const hear = listener(ZIGBEE2MQTT);
  const exposes = [
    numeric('voltage', 'mV'),
    numeric('voc', 'ppb'),
    numeric('temperature', '°F'),
    {
      type: 'climate',
      features: [numeric('humidity', '%', 'humidity_floor')].map((of) => ({ ...of, endpoint: 'floor' })),
    },
    numeric('pressure', 'kPa'),
    numeric('co2', 'mired'),
  ];
  const payload = { voltage: 320, voc: 250, temperature: 50, humidity_floor: 40, pressure: 99.5, co2: 500 };
  assert.equal(hear('z2m/a', payload)[2], 'voc_mass 250 ug/m3');
  assert.deepEqual(hear('z2m/bridge/devices', [{ friendly_name: 'c', definition: null }, device('a', exposes)]), [
    'frame bridge',
  ]);
  assert.deepEqual(hear('z2m/a', payload), [
    'frame a',
    'voltage 0.32 V',
    'voc 0.25 ppm',
    'temperature 10 degC',
    'relative_humidity/floor 40 %',
    'pressure 995 hPa',
    'rejected unsupported 1',
  ]);
  assert.equal(hear('z2m/b', payload)[2], 'voc_mass 250 ug/m3');
});

test('the list of devices is bounded in bytes and in devices', () => {
  const hear = listener(ZIGBEE2MQTT);
  const many = Array.from({ length: sourcesPerSensorMax + 1 }, (_, i) => device(`d${i}`, [numeric('voc', 'ppb')]));
  assert.deepEqual(hear('zigbee2mqtt/bridge/devices', many), ['frame bridge']);
  assert.equal(hear(`zigbee2mqtt/d${sourcesPerSensorMax - 1}`, { voc: 1 })[1], 'voc 0.001 ppm');
  assert.equal(hear(`zigbee2mqtt/d${sourcesPerSensorMax}`, { voc: 1 })[1], 'voc_mass 1 ug/m3');
  assert.deepEqual(hear('zigbee2mqtt/bridge/devices', ' '.repeat(sourceFrameBytesMax + 1)), [
    'rejected payload_too_large 1',
  ]);
  assert.deepEqual(hear('zigbee2mqtt/bridge/devices', { a: 1 }), ['rejected malformed 1']);
  for (const odd of [
    [null],
    [{}],
    [{ friendly_name: 1, definition: {} }],
    [device('a', 'x')],
    [device('a', [null, { type: 'numeric' }])],
  ]) {
    assert.deepEqual(hear('zigbee2mqtt/bridge/devices', odd), ['frame bridge']);
  }
});

test('last_seen is the time when it has a zone or is a count, in a year that can be', () => {
  const hear = listener(ZIGBEE2MQTT);
  const timeOf = (last_seen: unknown) => hear('zigbee2mqtt/a', { humidity: 1, last_seen })[1]?.split(' ')[3];
  assert.equal(timeOf('2026-03-01T08:15:30+01:00'), '2026-03-01T07:15:30.000Z');
  assert.equal(timeOf(1772349330123), '2026-03-01T07:15:30.123Z');
  assert.equal(timeOf(1772349330), '2026-03-01T07:15:30.000Z');
  for (const none of ['2026-03-01T08:15:30', '1970-01-01T00:00:01Z', 61_000, null, true, 'yesterday', {}]) {
    assert.equal(timeOf(none), undefined, `${none}`);
  }
});

test('null and the invalid codes of the clusters are no values, text numbers are', () => {
  const hear = listener(ZIGBEE2MQTT);
  const payload = {
    temperature: -327.68,
    humidity: null,
    pm25: 65535,
    co2: '612',
    pressure: {},
    battery: true,
    update: { state: 'idle' },
  };
  assert.deepEqual(hear('zigbee2mqtt/a', payload), [
    'frame a',
    'temperature null degC invalid',
    'pm2_5 null ug/m3 invalid',
    'co2 612 ppm',
    'rejected not_a_number 1',
    'rejected not_a_number 1',
  ]);
});

test('one value a message, and several of one kind', () => {
  const hear = listener(ZIGBEE2MQTT);
  assert.deepEqual(hear('zigbee2mqtt/a/b/temperature', '7.25'), ['frame a/b', 'temperature 7.25 degC']);
  assert.deepEqual(hear('zigbee2mqtt/a/color', '7'), ['rejected malformed 1']);
  assert.deepEqual(hear('zigbee2mqtt/a', { temperature_2: 5, temperature_l1: 6, temperature_max: 7 }), [
    'frame a',
    'temperature/2 5 degC',
    'temperature/l1 6 degC',
  ]);
});

test('what is no JSON, too large or nested too deep is counted', () => {
  const hear = listener(ZIGBEE2MQTT);
  for (const payload of [
    '',
    '{"temperature":21.',
    'on',
    '['.repeat(4000),
    `{"a":${'['.repeat(40)}${']'.repeat(40)}}`,
  ]) {
    assert.deepEqual(hear('zigbee2mqtt/a', payload), ['rejected not_json 1'], payload.slice(0, 20));
  }
  assert.deepEqual(hear('zigbee2mqtt/a', `{"a":"${'x'.repeat(jsonPayloadBytesMax)}"}`), [
    'rejected payload_too_large 1',
  ]);
  assert.deepEqual(hear('zigbee2mqtt/a', [1, 2]), ['rejected malformed 1']);
  assert.deepEqual(hear('zigbee2mqtt/a', '{"__proto__":{"temperature":1},"constructor":2}'), ['frame a']);
});

test('two sensors of one outdoor monitor are two channels beside the mean', () => {
  const hear = listener(AIRGRADIENT);
  const channels = { '1': { pm02: 6, pm02Standard: 8 }, '2': { pm02: 7, atmp: -1001 } };
  assert.deepEqual(hear('airgradient/readings/84fc', { serialno: 'aa', pm02: 6.5, channels }), [
    'frame aa',
    'pm2_5 6.5 ug/m3',
    'pm2_5/a 6 ug/m3',
    'pm2_5/a_standard 8 ug/m3',
    'pm2_5/b 7 ug/m3',
    'temperature/b null degC invalid',
  ]);
  assert.deepEqual(hear('airgradient/readings/84fc', { channels: { '1': { pm02: 6 } } }), [
    'frame 84fc',
    'pm2_5 6 ug/m3',
  ]);
});

test('AirGradient counts per 0.1 L, and sends negative numbers for what does not answer', () => {
  const hear = listener(AIRGRADIENT);
  assert.deepEqual(
    hear('airgradient/readings/84fc', { pm003Count: 442, rco2: -1, rhum: -1, tvocRaw: 33051, wifi: -46 }),
    [
      'frame 84fc',
      'particles_gt_0_3 4420 1/L',
      'co2 null ppm invalid',
      'relative_humidity null % invalid',
      'signal -46 dBm',
    ],
  );
});

test('a Bluetooth sensor is called by its id, else by the end of the topic; Fahrenheit is not told again', () => {
  const hear = listener(THEENGS);
  const topic = 'home/OpenMQTTGateway/BTtoMQTT/C4D8';
  assert.deepEqual(hear(topic, { id: 'C4:D8', tempc: '24.8', tempf: 76.64, for: 0.03, volt: 2.9 }), [
    'frame C4:D8',
    'temperature 24.8 degC',
    'hcho_mass 30 ug/m3',
    'voltage 2.9 V',
  ]);
  assert.deepEqual(hear(topic, { tem: 20, tempc2_dp: 9 }), ['frame C4D8', 'temperature 20 degC', 'dew_point 9 degC']);
  assert.deepEqual(hear('home/OpenMQTTGateway/version', '1.7.0'), ['frame']);
  assert.equal(hear(topic, { tempc: 20 })[0], 'frame C4D8');
  assert.equal(hear('garage/gw/BTtoMQTT/C4D8', { tempc: 20 })[0], 'frame C4D8');
  assert.deepEqual(hear('home/OpenMQTTGateway/LWT', 'offline'), ['frame OpenMQTTGateway', 'offline']);
  assert.deepEqual(hear('home/OpenMQTTGateway/SYStoMQTT', { tempc: 53, rssi: -50 }), ['frame']);
});
