import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOMEASSISTANT } from '../../../devices/homeassistant/profile.ts';
import { discoveredSensorsMax, namesPerSourceMax } from '../../../src/core/limits.ts';
import { listener } from './listener.ts';

const dev = { ids: ['0x1'], name: 'Attic' };
const TEMPERATURE = { dev_cla: 'temperature', unit_of_meas: '°C', stat_t: 'attic', val_tpl: '{{ value_json.t }}', dev };

test('a configuration names a topic; states under it are values of the device it names', () => {
  const hear = listener(HOMEASSISTANT);
  assert.deepEqual(hear('attic', { t: 21 }), ['rejected unknown_alias 1']);
  assert.deepEqual(hear('homeassistant/sensor/0x1/t/config', TEMPERATURE), ['frame Attic', 'topic attic']);
  assert.deepEqual(hear('attic', { t: 21 }), ['frame Attic', 'temperature 21 degC']);
  assert.deepEqual(hear('attic', { h: 21 }), ['frame Attic']);
  assert.deepEqual(hear('attic', 'off'), ['rejected not_json 1']);
});

test('short names, long names and the base topic mean the same', () => {
  const long = {
    '~': 'house/attic',
    device_class: 'temperature',
    unit_of_measurement: '°F',
    state_topic: '~/state',
    value_template: "{{ value_json['a.b'].c }}",
    device: { identifiers: '0x1', name: 'Attic' },
  };
  for (const topic of [
    'homeassistant/sensor/t/config',
    'homeassistant/sensor/n/t/config',
    'my/prefix/sensor/t/config',
  ]) {
    const hear = listener(HOMEASSISTANT);
    assert.deepEqual(hear(topic, long), ['frame Attic', 'topic house/attic/state'], topic);
    assert.deepEqual(hear('house/attic/state', { 'a.b': { c: '50' } }), ['frame Attic', 'temperature 10 degC']);
  }
});

test('the device form: what stands outside the components holds for all of them', () => {
  const hear = listener(HOMEASSISTANT);
  const config = {
    dev: { ids: 'box7', name: 'Box 7' },
    o: { name: 'box' },
    '~': 'box',
    state_topic: '~/7',
    cmps: {
      t1: {
        p: 'sensor',
        name: 'Inside temperature',
        dev_cla: 'temperature',
        unit_of_meas: '°C',
        val_tpl: '{{ value_json.t[0] }}',
      },
      t2: {
        p: 'sensor',
        name: 'Temperature',
        dev_cla: 'temperature',
        unit_of_meas: '°C',
        val_tpl: '{{ value_json.t[1] }}',
      },
      pm: { p: 'sensor', name: 'PM2.5', unit_of_meas: 'µg/m³', val_tpl: '{{ value_json.pm }}', stat_t: '~/pm' },
      gone: { p: 'sensor' },
      d: { p: 'binary_sensor', val_tpl: '{{ value_json.d }}' },
    },
  };
  assert.deepEqual(hear('homeassistant/device/box7/config', config), ['frame Box 7', 'topic box/7', 'topic box/pm']);
  assert.deepEqual(hear('box/7', { t: [24, 21], d: 'ON' }), [
    'frame Box 7',
    'temperature/indoor 24 degC',
    'temperature 21 degC',
  ]);
  assert.deepEqual(hear('box/pm', { pm: 12 }), ['frame Box 7', 'pm2_5 12 ug/m3']);
  assert.deepEqual(hear('homeassistant/device/box7/config', { dev }), ['rejected malformed 1', 'frame']);
});

test('a state topic may leave the gateway open', () => {
  const hear = listener(HOMEASSISTANT);
  const config = { ...TEMPERATURE, stat_t: '+/+/BTtoMQTT/C4D8' };
  assert.deepEqual(hear('homeassistant/sensor/c4d8/t/config', config), ['frame Attic', 'topic +/+/BTtoMQTT/C4D8']);
  for (const topic of ['home/north/BTtoMQTT/C4D8', 'home/south/BTtoMQTT/C4D8'])
    assert.deepEqual(hear(topic, { t: 21 }), ['frame Attic', 'temperature 21 degC']);
  assert.deepEqual(hear('home/north/BTtoMQTT/A4C1', { t: 21 }), ['rejected unknown_alias 1']);
  hear('homeassistant/sensor/c4d8/t/config', '');
  assert.deepEqual(hear('home/north/BTtoMQTT/C4D8', { t: 21 }), ['rejected unknown_alias 1']);
  for (const stat_t of ['#', 'home/#', 'home/a+/c', '+a/b'])
    assert.deepEqual(hear('homeassistant/sensor/c4d8/t/config', { ...config, stat_t }), ['frame'], stat_t);
});

test('an empty configuration removes the sensor, a new one replaces it', () => {
  const hear = listener(HOMEASSISTANT);
  hear('homeassistant/sensor/t/config', TEMPERATURE);
  hear('homeassistant/sensor/t/config', { ...TEMPERATURE, stat_t: 'loft' });
  assert.deepEqual(hear('attic', { t: 1 }), ['rejected unknown_alias 1']);
  assert.deepEqual(hear('loft', { t: 1 }), ['frame Attic', 'temperature 1 degC']);
  assert.deepEqual(hear('homeassistant/sensor/t/config', ''), ['frame']);
  assert.deepEqual(hear('loft', { t: 1 }), ['rejected unknown_alias 1']);
});

test('the source is the name of the device, its identifier, its address, the node or the topic', () => {
  const named: [object, string][] = [
    [{ dev: { ids: ['a', 'b'], name: 'N' } }, 'N'],
    [{ dev: { ids: 'a' } }, 'a'],
    [{ dev: { cns: [['mac', '02:00']] } }, '02:00'],
    [{}, 'node'],
  ];
  for (const [device, source] of named) {
    const hear = listener(HOMEASSISTANT);
    const { dev: _, ...plain } = TEMPERATURE;
    hear('homeassistant/sensor/node/t/config', { ...plain, ...device });
    assert.equal(hear('attic', { t: 1 })[0], `frame ${source}`);
  }
  const hear = listener(HOMEASSISTANT);
  const { dev: _, ...plain } = TEMPERATURE;
  hear('homeassistant/sensor/t/config', plain);
  assert.equal(hear('attic', { t: 1 })[0], 'frame attic');
});

test('a name that one configuration gives holds for the others of the device', () => {
  const hear = listener(HOMEASSISTANT);
  hear('homeassistant/sensor/0x1/h/config', {
    ...TEMPERATURE,
    dev_cla: 'humidity',
    unit_of_meas: '%',
    val_tpl: '{{ value_json.h }}',
    dev: { ids: '0x1' },
  });
  hear('homeassistant/sensor/0x1/t/config', TEMPERATURE);
  assert.deepEqual(hear('attic', { t: 1, h: 40 }), ['frame Attic', 'relative_humidity 40 %', 'temperature 1 degC']);
});

test('classes: the unit decides, and one that does not convert is refused visibly', () => {
  const classes: [string, string | undefined, string | undefined, unknown, string[]][] = [
    ['volatile_organic_compounds', 'µg/m³', undefined, 250, ['voc_mass 250 ug/m3']],
    ['volatile_organic_compounds_parts', 'ppb', undefined, 250, ['voc 0.25 ppm']],
    ['volatile_organic_compounds_parts', undefined, undefined, 250, ['voc 0.25 ppm']],
    ['nitrogen_dioxide', 'µg/m³', undefined, 20, ['rejected unsupported 1']],
    ['atmospheric_pressure', 'psi', undefined, 14.5, ['pressure 999.74 hPa']],
    ['wind_speed', 'km/h', 'Wind gust', 36, ['wind_speed/max 10 m/s']],
    ['precipitation', 'in', undefined, 1, ['rain 25.4 mm']],
    ['precipitation_intensity', 'mm/d', undefined, 24, ['rain_rate 1 mm/h']],
    ['moisture', '%', undefined, 31, ['soil_moisture 31 %']],
    ['sound_pressure', 'dBA', undefined, 45, ['noise 45 dB']],
    ['temperature', '°C', 'Dew point', 7, ['dew_point 7 degC']],
    ['temperature', '°C', 'Kitchen', 'unavailable', ['temperature null degC invalid']],
    ['illuminance', 'lx', 'Light level', 60, ['illuminance 60 lx']],
    ['carbon_dioxide', 'ppm', 'BME680 CO2 equivalent', 600, []],
    ['temperature', '°C', 'Heat index', 31, []],
    ['temperature', '°C', 'Target temperature', 21, []],
    ['aqi', undefined, 'AQI', 40, []],
    ['', '%', 'Humidity', 40, ['relative_humidity 40 %']],
    ['', '%', 'Temperature', 40, []],
    ['', undefined, 'Uptime', 40, []],
  ];
  for (const [dev_cla, unit_of_meas, name, value, told] of classes) {
    const hear = listener(HOMEASSISTANT);
    hear('homeassistant/sensor/x/config', { dev_cla: dev_cla || null, unit_of_meas, name, stat_t: 's', dev });
    assert.deepEqual(hear('s', value), ['frame Attic', ...told], `${dev_cla} ${unit_of_meas} ${name}`);
  }
});

test('several of one kind on a device are told apart by their names', () => {
  const hear = listener(HOMEASSISTANT);
  for (const [object, name] of [
    ['a', 'Living room'],
    ['b', 'Cellar temperature'],
    ['c', 'Temperature'],
    ['d', 'Temperature'],
  ] as const) {
    hear(`homeassistant/sensor/n/${object}/config`, { ...TEMPERATURE, name, val_tpl: `{{ value_json.${object} }}` });
  }
  hear('homeassistant/sensor/n/chip/config', {
    ...TEMPERATURE,
    name: 'Chip temperature',
    ent_cat: 'diagnostic',
    val_tpl: '{{ value_json.chip }}',
  });
  const [frame, ...values] = hear('attic', { a: 1, b: 2, c: 3, d: 4, chip: 50 });
  assert.equal(frame, 'frame Attic');
  const channels = values.map((line) => line.split(' ')[0]);
  assert.equal(new Set(channels).size, 5);
  assert.ok(channels.includes('temperature/cellar') && channels.includes('temperature/chip'));
});

test('a template that is not understood is refused when it is announced', () => {
  const hear = listener(HOMEASSISTANT);
  const val_tpl = '{% if value_json.t %}{{ value_json.t }}{% endif %}';
  assert.deepEqual(hear('homeassistant/sensor/t/config', { ...TEMPERATURE, val_tpl }), [
    'rejected unsupported 1',
    'frame Attic',
  ]);
  assert.deepEqual(hear('attic', { t: 21 }), ['frame Attic']);
});

test('availability: one topic, several with a mode, payloads and templates', () => {
  const config = (rest: object) => ({ ...TEMPERATURE, ...rest });
  const one = listener(HOMEASSISTANT);
  assert.deepEqual(
    one('homeassistant/sensor/t/config', config({ avty_t: 'lwt', pl_avail: 'up', pl_not_avail: 'down' })),
    ['frame Attic', 'topic attic', 'topic lwt'],
  );
  assert.deepEqual(one('lwt', 'up'), ['frame Attic', 'online']);
  assert.deepEqual(one('lwt', 'down'), ['frame Attic', 'offline']);
  assert.deepEqual(one('lwt', 'online'), ['rejected malformed 1']);

  const availability = [{ topic: 'bridge', value_template: '{{ value_json.state }}' }, { t: 'lwt' }];
  const modes = {
    all: [[], ['online'], ['offline']],
    any: [['online'], ['online'], ['online']],
    latest: [['online'], ['online'], ['offline']],
  };
  for (const [availability_mode, [bridge, own, bridgeGone]] of Object.entries(modes)) {
    const hear = listener(HOMEASSISTANT);
    hear('homeassistant/sensor/t/config', config({ availability, availability_mode }));
    hear('homeassistant/sensor/h/config', config({ availability, availability_mode, dev_cla: 'humidity' }));
    assert.deepEqual(hear('bridge', { state: 'online' }), ['frame Attic', ...bridge!], availability_mode);
    assert.deepEqual(hear('lwt', 'online'), ['frame Attic', ...own!], availability_mode);
    assert.deepEqual(hear('bridge', { state: 'offline' }), ['frame Attic', ...bridgeGone!], availability_mode);
  }
});

test('configurations of other components are understood and say nothing; broken ones are counted', () => {
  const hear = listener(HOMEASSISTANT);
  assert.deepEqual(hear('homeassistant/binary_sensor/d/config', { stat_t: 'door', dev }), ['frame Attic']);
  assert.deepEqual(hear('door', 'ON'), ['frame Attic']);
  assert.deepEqual(hear('homeassistant/button/b/config', { cmd_t: 'press' }), ['frame']);
  assert.deepEqual(hear('homeassistant/status', 'online'), ['frame']);
  assert.deepEqual(hear('homeassistant/sensor/t/config', '{'), ['rejected not_json 1']);
  assert.deepEqual(hear('homeassistant/sensor/t/config', [1]), ['rejected malformed 1']);
  for (const stat_t of ['#', 'a/+b', '', 7, 'x'.repeat(300)]) {
    assert.deepEqual(hear('homeassistant/sensor/t/config', { ...TEMPERATURE, stat_t }), ['frame'], `${stat_t}`);
  }
});

test('sensors are bounded, of one device and in all', () => {
  const hear = listener(HOMEASSISTANT);
  const cmps = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${i}`, { p: 'sensor', stat_t: `s${i}` }]));
  assert.deepEqual(hear('homeassistant/device/a/config', { dev, cmps: cmps(namesPerSourceMax + 2) }), [
    'rejected too_many_sources 2',
    'frame Attic',
  ]);
  let refused = 0;
  for (let i = 0; i < discoveredSensorsMax; i++) {
    const told = hear(`homeassistant/sensor/n${i}/t/config`, { ...TEMPERATURE, dev: { ids: `d${i}` } });
    if (told.includes('rejected too_many_sources 1')) refused++;
  }
  assert.equal(refused, namesPerSourceMax);
  hear('homeassistant/device/a/config', '');
  assert.equal(hear('homeassistant/sensor/t/config', { ...TEMPERATURE, dev: { ids: 'late' } })[0], 'frame late');
});
