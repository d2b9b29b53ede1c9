import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TASMOTA } from '../../../devices/tasmota/profile.ts';
import { listener } from './listener.ts';

const hear = listener(TASMOTA);

test('whatever the order of the levels, what is neither prefix nor command is the name', () => {
  const sources: [string, string][] = [
    ['tele/roof/SENSOR', 'roof'],
    ['roof/tele/SENSOR', 'roof'],
    ['tasmota/roof/tele/SENSOR', 'roof'],
    ['tasmota/tele/roof/SENSOR', 'roof'],
    ['tele/tasmota/SENSOR', 'tasmota'],
    ['house/north.side/tele/SENSOR', 'house/north.side'],
    ['stat/roof/STATUS10', 'roof'],
    ['roof/SENSOR', 'roof'],
  ];
  for (const [topic, source] of sources) assert.deepEqual(hear(topic, {}), [`frame ${source}`], topic);
  assert.deepEqual(hear('SENSOR', {}), ['frame']);
});

test('units are those that the message states', () => {
  const sensor = { BME280: { Temperature: 70.7, DewPoint: 50, Pressure: 750 } };
  assert.deepEqual(hear('tele/a/SENSOR', { ...sensor, TempUnit: 'F', PressureUnit: 'mmHg' }), [
    'frame a',
    'temperature 21.5 degC',
    'dew_point 10 degC',
    'pressure 999.918 hPa',
  ]);
  assert.equal(hear('tele/a/SENSOR', { ...sensor, TempUnit: 'C' })[3], 'pressure 750 hPa');
  const speeds = { 'm/s': 10, 'km/h': 36, kn: 19.438445, mph: 22.369363, 'ft/s': 32.808399, 'yd/s': 10.936133 };
  for (const [SpeedUnit, Avg] of Object.entries(speeds)) {
    const told = hear('tele/a/SENSOR', { TX23: { Speed: { Avg, Max: Avg } }, SpeedUnit });
    assert.deepEqual(told, ['frame a', 'wind_speed 10 m/s', 'wind_speed/max 10 m/s'], SpeedUnit);
  }
  assert.deepEqual(hear('tele/a/SENSOR', { ...sensor, TempUnit: 'R' }).slice(1), [
    'rejected unsupported 1',
    'rejected unsupported 1',
    'pressure 750 hPa',
  ]);
});

test('an answer to Status holds the same one level deeper', () => {
  const StatusSNS = { Time: '2026-03-01T09:00:00', SDS0X1: { 'PM2.5': 5.7, PM10: 12.4 }, TempUnit: 'C' };
  const told = ['frame a', 'pm2_5 5.7 ug/m3', 'pm10 12.4 ug/m3'];
  for (const topic of ['stat/a/STATUS8', 'stat/a/STATUS10']) assert.deepEqual(hear(topic, { StatusSNS }), told);
  const StatusSTS = { Wifi: { RSSI: 100, Signal: -48 } };
  assert.deepEqual(hear('stat/a/STATUS0', { Status: { Topic: 'a' }, StatusSNS, StatusSTS }), [
    ...told,
    'signal -48 dBm',
  ]);
  assert.deepEqual(hear('stat/a/STATUS11', { StatusSTS }), ['frame a', 'signal -48 dBm']);
  assert.deepEqual(hear('tele/a/STATE', { Vcc: 3.4, ...StatusSTS }), ['frame a', 'signal -48 dBm']);
});

test('several sensors of one quantity are told apart by name, a lone one is the main channel', () => {
  const payload = {
    'BME280-76': { Temperature: 21, Humidity: 40 },
    'BME280-77': { Temperature: null, Humidity: '41' },
    ESP32: { Temperature: 53 },
    SDS0X1: { 'PM2.5': 3 },
  };
  assert.deepEqual(hear('tele/a/SENSOR', payload), [
    'frame a',
    'temperature/bme280-76 21 degC',
    'relative_humidity/bme280-76 40 %',
    'relative_humidity/bme280-77 41 %',
    'temperature/esp32 53 degC',
    'pm2_5 3 ug/m3',
  ]);
  assert.deepEqual(hear('tele/a/SENSOR', { AM2301: { Temperature: 20 }, ESP32: { Temperature: 53 } }), [
    'frame a',
    'temperature 20 degC',
    'temperature/esp32 53 degC',
  ]);
});

test('lists, numbered names and objects inside a sensor', () => {
  assert.deepEqual(hear('tele/a/SENSOR', { ANALOG: { Temperature: [20, '21.5'] } }).slice(1), [
    'temperature/analog_1 20 degC',
    'temperature/analog_2 21.5 degC',
  ]);
  assert.deepEqual(hear('tele/a/SENSOR', { ANALOG: { Temperature1: 20, Temperature2: 21 } }).slice(1), [
    'temperature/analog_1 20 degC',
    'temperature/analog_2 21 degC',
  ]);
  assert.deepEqual(
    hear('tele/a/SENSOR', { DS18B20: { '1': { Id: '01', Temperature: 20 }, '2': { Temperature: 21 } } }).slice(1),
    ['temperature/ds18b20_1 20 degC', 'temperature/ds18b20_2 21 degC'],
  );
});

test('a Zigbee bridge speaks for its devices: each is a source', () => {
  const ZbReceived = {
    '0x1A': { Device: '0x1A', Temperature: 20, Endpoint: 1, LinkQuality: 97 },
    attic: { Device: '0xCB93', Name: 'attic', Pressure: 1019, SeaPressure: 1025, BatteryVoltage: 2.97 },
  };
  assert.deepEqual(hear('tele/bridge/SENSOR', { ZbReceived }), [
    'frame 0x1A',
    'temperature 20 degC',
    'frame attic',
    'pressure 1019 hPa',
    'pressure/sea_level 1025 hPa',
    'voltage 2.97 V',
  ]);
  assert.deepEqual(hear('tele/bridge/SENSOR', { ZbReceived: {} }), ['frame bridge']);
});

test('a board that is a sensor itself; the settings in its state are no readings', () => {
  const plain = { Time: '2018-02-16T16:18:49', Temperature: 68, Humidity: 83, Light: 10, Noise: 20, TempUnit: 'F' };
  const told = ['frame a', 'temperature 20 degC', 'relative_humidity 83 %'];
  assert.deepEqual(hear('tele/a/SENSOR', plain), told);
  assert.deepEqual(hear('stat/a/STATUS10', { StatusSNS: plain }), told);
  assert.deepEqual(hear('tele/a/STATE', { Dimmer: 30, Fade: 'ON', Speed: 3 }), ['frame a']);
  assert.deepEqual(hear('stat/a/STATUS11', { StatusSTS: { Speed: 3 } }), ['frame a']);
});

test('Plantower: atmospheric values are the main ones, counts are per 0.1 L', () => {
  assert.deepEqual(
    hear('tele/a/SENSOR', { PMS5003: { CF1: 10, 'CF2.5': 16, PM1: 9, 'PM2.5': 14, 'PB0.3': 1908 } }).slice(1),
    ['pm1/cf1 10 ug/m3', 'pm2_5/cf1 16 ug/m3', 'pm1 9 ug/m3', 'pm2_5 14 ug/m3', 'particles_gt_0_3 19080 1/L'],
  );
});

test('gases: TVOC is in ppb, the VOC of Sensirion is an index, the equivalent CO2 is none', () => {
  const payload = {
    SGP30: { TVOC: 125, eCO2: 512 },
    SEN5X: { NOx: 1, VOC: 103, PM4: 2.5 },
    MHZ19B: { CarbonDioxide: 612 },
  };
  assert.deepEqual(hear('tele/a/SENSOR', payload).slice(1), [
    'voc 0.125 ppm',
    'nox_index 1 1',
    'voc_index 103 1',
    'pm4 2.5 ug/m3',
    'co2 612 ppm',
  ]);
  // What the drivers of these call TVOC is the index too.
  assert.deepEqual(hear('tele/a/SENSOR', { SGP41: { VOC_Raw: 30123, TVOC: 99, NOx: 1 } }).slice(1), [
    'voc_index 99 1',
    'nox_index 1 1',
  ]);
  assert.deepEqual(hear('tele/a/SENSOR', { 'SGP40-59': { TVOC: 102 } }).slice(1), ['voc_index 102 1']);
});

test('power meters, other topics and commands hold no readings', () => {
  assert.deepEqual(hear('tele/a/SENSOR', { ENERGY: { Voltage: 231, Current: 0.5 } }), ['frame a']);
  assert.deepEqual(hear('tele/a/INFO1', { Info1: { Module: 'x' } }), ['frame a']);
  assert.deepEqual(hear('stat/a/POWER', 'ON'), ['frame a']);
  assert.deepEqual(hear('cmnd/a/STATUS', '8'), ['frame']);
  assert.deepEqual(hear('tasmota/discovery/AABB01/sensors', { sn: { BME280: { Temperature: 1 } } }), ['frame']);
});

test('LWT tells who is there; what is no telemetry is counted', () => {
  assert.deepEqual(hear('tele/a/LWT', 'Online'), ['frame a', 'online']);
  assert.deepEqual(hear('a/tele/LWT', 'Offline'), ['frame a', 'offline']);
  assert.deepEqual(hear('tele/a/LWT', 'asleep'), ['rejected malformed 1']);
  assert.deepEqual(hear('tele/a/SENSOR', '{"AM2301":{"Temperature":nan}}'), ['rejected not_json 1']);
  assert.deepEqual(hear('tele/a/SENSOR', '7'), ['rejected malformed 1']);
  assert.deepEqual(hear('tele/a/SENSOR', { AM2301: { Temperature: 'warm', Humidity: {} } }), [
    'frame a',
    'rejected not_a_number 1',
  ]);
});
