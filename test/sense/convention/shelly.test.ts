import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHELLY } from '../../../devices/shelly/profile.ts';
import { listener } from './listener.ts';

const hear = listener(SHELLY);
const notify = (params: object, method = 'NotifyStatus') => ({ src: 'shellyht-1', dst: 'x', method, params });

test('a notification holds some components or all of them', () => {
  const params = {
    ts: 1772349330.25,
    'temperature:0': { id: 0, tC: 21.5, tF: 70.7 },
    'temperature:100': { id: 100, tC: 7.3, tF: 45.1 },
    'humidity:0': { id: 0, rh: 45.1 },
    'devicepower:0': { id: 0, battery: { V: 5.89, percent: 98 }, external: { present: false } },
    wifi: { rssi: -57, ssid: 'x' },
    'switch:0': { id: 0, voltage: 230, temperature: { tC: 42 } },
    'bthomesensor:200': { id: 200, value: 5 },
  };
  const values = [
    'temperature 21.5 degC',
    'temperature/100 7.3 degC',
    'relative_humidity 45.1 %',
    'voltage 5.89 V',
    'battery 98 %',
    'signal -57 dBm',
  ];
  const timed = values.map((line) => `${line} 2026-03-01T07:15:30.250Z`);
  assert.deepEqual(hear('shellyht-1/events/rpc', notify(params, 'NotifyFullStatus')), ['frame shellyht-1', ...timed]);
  assert.deepEqual(hear('other/prefix/events/rpc', notify({ ...params, ts: 1.27 })), ['frame shellyht-1', ...values]);
  assert.deepEqual(hear('panel/rpc', { id: 1, src: 'shellyht-1', result: { ...params, ts: null } }), [
    'frame shellyht-1',
    ...values,
  ]);
});

test('a component under its own topic is of the device that the topic names', () => {
  assert.deepEqual(hear('hall/wall/status/illuminance:0', { id: 0, lux: 143 }), [
    'frame hall/wall',
    'illuminance 143 lx',
  ]);
  assert.deepEqual(hear('s/status/voltmeter:100', { id: 100, voltage: 12.83, xvoltage: 13.28 }), [
    'frame s',
    'voltage/100 12.83 V',
  ]);
  assert.deepEqual(hear('s/status/temperature:1', { tC: null }), ['frame s']);
});

test('a component that reports errors has no valid value', () => {
  assert.deepEqual(hear('s/status/temperature:0', { tC: null, errors: ['read'] }), [
    'frame s',
    'temperature null degC invalid',
  ]);
  assert.deepEqual(hear('s/status/temperature:0', { tC: 120.5, errors: ['out_of_range'] }), [
    'frame s',
    'temperature null degC invalid',
  ]);
  assert.deepEqual(hear('s/status/temperature:0', { tC: 20.5, errors: [] }), ['frame s', 'temperature 20.5 degC']);
});

test('online tells who is there', () => {
  assert.deepEqual(hear('s/online', 'true'), ['frame s', 'online']);
  assert.deepEqual(hear('a/s/online', 'false'), ['frame a/s', 'offline']);
});

test('events and questions say nothing; what is no frame is counted', () => {
  assert.deepEqual(
    hear('s/events/rpc', notify({ ts: 1772349330, events: [{ component: 'input:0' }] }, 'NotifyEvent')),
    ['frame shellyht-1'],
  );
  assert.deepEqual(hear('s/rpc', { id: 1, src: 'panel', method: 'Shelly.GetStatus' }), ['frame']);
  assert.deepEqual(hear('s/command', 'announce'), ['frame']);
  assert.deepEqual(hear('s/events/rpc', '{"src":"s"'), ['rejected not_json 1']);
  assert.deepEqual(hear('s/events/rpc', '7'), ['rejected malformed 1']);
  assert.deepEqual(hear('s/status/temperature:0', '[]'), ['rejected malformed 1']);
  assert.deepEqual(hear('s/events/rpc', notify({ 'temperature:0': { tC: 'warm' }, sys: 7 })), [
    'frame shellyht-1',
    'rejected not_a_number 1',
  ]);
});
