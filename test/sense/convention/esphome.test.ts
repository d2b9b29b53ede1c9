import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ESPHOME } from '../../../devices/esphome/profile.ts';
import { listener } from './listener.ts';

test('the prefix is the source, however many levels it has; the object id says what it is', () => {
  const hear = listener(ESPHOME);
  assert.deepEqual(hear('porch/sensor/pm_2_5/state', '12.5'), ['frame porch', 'pm2_5 12.5 ug/m3']);
  assert.deepEqual(hear('site/2/my.mast/sensor/outdoor_temperature/state', '-3.40'), [
    'frame site/2/my.mast',
    'temperature -3.4 degC',
  ]);
  assert.deepEqual(hear('porch/sensor/cellar_humidity/state', '81'), ['frame porch', 'relative_humidity/cellar 81 %']);
  assert.deepEqual(hear('porch/sensor/uptime/state', '81'), ['frame porch']);
});

test('nan is a sensor without a value; other words and infinity are no numbers', () => {
  const hear = listener(ESPHOME);
  for (const text of ['nan', 'NaN', '-nan'])
    assert.deepEqual(hear('a/sensor/co2/state', text), ['frame a', 'co2 null ppm invalid']);
  for (const text of ['wet', 'inf', '12 ppm', '1,5'])
    assert.deepEqual(hear('a/sensor/co2/state', text), ['frame a', 'rejected not_a_number 1'], text);
  assert.deepEqual(hear('a/sensor/co2/state', ''), ['frame a']);
  assert.deepEqual(hear('a/sensor/co2/state', '9'.repeat(500)), ['rejected payload_too_large 1']);
});

test('without discovery the units are those of the components', () => {
  const hear = listener(ESPHOME);
  const units: [string, string, string][] = [
    ['bme680_gas_resistance', '86000', 'gas_resistance/bme680 86 kOhm'],
    ['tvoc', '240', 'voc 0.24 ppm'],
    ['voc', '240', 'voc 0.24 ppm'],
    ['ccs811_total_volatile_organic_compound', '240', 'voc/ccs811 0.24 ppm'],
    ['bme680_breath_voc_equivalent', '0.52', 'voc/bme680 0.52 ppm'],
    ['particulate_matter_25m_concentration', '5', 'pm2_5 5 ug/m3'],
    ['particulate_matter_100m_concentration', '8', 'pm10 8 ug/m3'],
    ['wind_speed', '18', 'wind_speed 5 m/s'],
    ['formaldehyde', '20', 'hcho_mass 20 ug/m3'],
    ['pressure', '1001.5', 'pressure 1001.5 hPa'],
    ['pm__0_5__m_number_concentration', '33.2', 'particles_lt_0_5 33.2 1/cm3'],
    ['particulate_count__0_3um', '150', 'particles_gt_0_3 1500 1/L'],
  ];
  for (const [id, text, told] of units) assert.equal(hear(`a/sensor/${id}/state`, text)[1], told, id);
});

test('a discovery message says the unit, and what a name does not', () => {
  const hear = listener(ESPHOME);
  const config = (rest: object) => ({ stat_t: 'a/sensor/x/state', dev: { ids: 'a4cf', name: 'a' }, ...rest });
  assert.deepEqual(
    hear('homeassistant/sensor/a/x/config', config({ dev_cla: 'temperature', unit_of_meas: '°F', name: 'North' })),
    ['frame a', 'topic a/sensor/x/state'],
  );
  assert.deepEqual(hear('a/sensor/x/state', '50'), ['frame a', 'temperature/x 10 degC']);
  hear(
    'homeassistant/sensor/a/w/config',
    config({ stat_t: 'a/sensor/wind_speed/state', dev_cla: 'wind_speed', unit_of_meas: 'm/s' }),
  );
  assert.equal(hear('a/sensor/wind_speed/state', '5')[1], 'wind_speed 5 m/s');
});

test('what is computed from other gases is no CO2, whatever its class', () => {
  const hear = listener(ESPHOME);
  const config = { stat_t: 'a/sensor/co2_equivalent/state', dev_cla: 'carbon_dioxide', unit_of_meas: 'ppm' };
  hear('homeassistant/sensor/a/co2_equivalent/config', config);
  assert.deepEqual(hear('a/sensor/co2_equivalent/state', '600'), ['frame a']);
  assert.deepEqual(hear('a/sensor/particulate_matter_10m_concentration/state', '5'), ['frame a']);
});

test('status tells who is there; other components say nothing', () => {
  const hear = listener(ESPHOME);
  assert.deepEqual(hear('a/b/status', 'online'), ['frame a/b', 'online']);
  assert.deepEqual(hear('a/status', 'offline'), ['frame a', 'offline']);
  assert.deepEqual(hear('a/debug', '[D][sensor]'), ['frame']);
  assert.deepEqual(hear('a/binary_sensor/door/state', 'ON'), ['frame']);
  assert.deepEqual(hear('a/sensor/x/command', '1'), ['frame']);
});
