// Names and units beyond any use: they are not kept, and they multiply nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findConvention } from '../../../devices/conventions.ts';
import { sourceNameLengthMax, sourcesPerSensorMax } from '../../../src/core/limits.ts';
import { ARRIVAL_MS, listener } from './listener.ts';
import { sparkplugBytes } from './sparkplug-bytes.ts';

const hears = (name: string) => listener(findConvention(name)!);
const LONG = 'n'.repeat(sourceNameLengthMax + 1);
/** Looked through for negative powers, this would take minutes. */
const UNIT = `${'a'.repeat(100_000)}\u207b4`;

test('Sparkplug: a template with an endless name, or a unit without end', () => {
  const hear = hears('sparkplug');
  const members = [{ name: 'a', datatype: 3, int: 1 }];
  const named = sparkplugBytes(ARRIVAL_MS, 0, [{ name: LONG, members }, ...members]);
  assert.deepEqual(hear('spBv1.0/g/NBIRTH/n', named).slice(2), [
    'rejected malformed 1',
    'null/a 1  2026-01-01T00:00:00.000Z',
  ]);
  const measured = sparkplugBytes(ARRIVAL_MS, 0, [{ name: 'temperature', alias: 1, datatype: 3, int: 1, unit: UNIT }]);
  assert.deepEqual(hear('spBv1.0/g/NBIRTH/n', measured).slice(2), [
    `null/temperature 1 ${UNIT} 2026-01-01T00:00:00.000Z`,
  ]);
  const later = sparkplugBytes(ARRIVAL_MS, 1, [{ alias: 1, int: 1 }]);
  assert.deepEqual(hear('spBv1.0/g/NDATA/n', later).slice(1), ['rejected unknown_alias 1']);
});

test('Homie: a description in such words makes no number', () => {
  const hear = hears('homie');
  const properties = { temperature: { datatype: 'float', unit: UNIT }, humidity: { datatype: 'float', unit: '%' } };
  const nodes = { air: { properties: { [LONG]: { datatype: 'float' }, ...properties } } };
  assert.deepEqual(hear('homie/5/a/$description', { nodes }), ['frame a']);
  assert.deepEqual(hear('homie/5/a/air/temperature', '5'), ['frame a']);
  assert.deepEqual(hear('homie/5/a/air/humidity', '50'), ['frame a', 'relative_humidity 50 %']);
});

test('Zigbee2MQTT: an endless unit is none, and an endless base none either', () => {
  const hear = hears('zigbee2mqtt');
  const exposes = [{ type: 'numeric', name: 'temperature', property: 'temperature', unit: UNIT }];
  hear('zigbee2mqtt/bridge/devices', [{ friendly_name: 'a', definition: { exposes } }]);
  assert.deepEqual(hear('zigbee2mqtt/a', { temperature: 5 }), ['frame a', 'rejected unsupported 1']);
  for (const [base, source] of [
    ['house/zigbee', 'a'],
    [`house/${LONG}`, `${LONG}/a`],
  ] as const) {
    hear(`${base}/bridge/state`, 'online');
    assert.deepEqual(hear(`${base}/a`, { humidity: 5 })[0], `frame ${source}`);
  }
});

test('SenML: an endless unit is told as it stands', () => {
  const unit = `${'a'.repeat(4000)}\u207b4`;
  assert.deepEqual(hears('senml')('s', [{ bn: 'urn:x:', n: 'temperature', u: unit, v: 1 }]), [
    'frame urn:x:',
    `null/temperature 1 ${unit}`,
  ]);
});

test('discovery: neither the topic nor the name of a component may go on without end', () => {
  const hear = hears('homeassistant');
  const config = { stat_t: 's', dev_cla: 'temperature' };
  assert.deepEqual(hear(`homeassistant/sensor/${LONG}/config`, config), ['rejected unknown_alias 1']);
  const cmps = { [LONG]: { p: 'sensor', ...config } };
  assert.deepEqual(hear('homeassistant/device/a/config', { dev: { name: 'a' }, cmps }), ['frame']);
  assert.deepEqual(hear('s', '5'), ['rejected unknown_alias 1']);
});

test('discovery: state topics that leave a level open are bounded', () => {
  const hear = hears('homeassistant');
  const config = (i: number) => ({ stat_t: `+/${i}`, dev_cla: 'temperature', dev: { name: `d${i}` } });
  const told = Array.from({ length: sourcesPerSensorMax + 1 }, (_, i) =>
    hear(`homeassistant/sensor/d${i}/config`, config(i)),
  );
  assert.deepEqual(told.at(-2), [`frame d${sourcesPerSensorMax - 1}`, `topic +/${sourcesPerSensorMax - 1}`]);
  assert.deepEqual(told.at(-1), ['rejected too_many_sources 1', 'frame']);
  const again = hear('homeassistant/sensor/other/config', { ...config(0), dev_cla: 'humidity' });
  assert.deepEqual(again, ['frame d0', 'topic +/0']);
});
