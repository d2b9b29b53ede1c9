import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sensor } from '../../src/config/config.ts';
import { channelsMax } from '../../src/core/limits.ts';
import { QUALITY, type Reading } from '../../src/core/reading.ts';
import type { SensorVitals } from '../../src/detect/watch.ts';
import { createSensorStates } from '../../src/gateway/sensor-states.ts';

const ROOF = { kind: 'serial', name: 'roof', device: 'plantower-pmsx003', model: 'PMS5003' } as Sensor;
const ZIGBEE = { kind: 'convention', name: 'zigbee', device: 'zigbee2mqtt' } as Sensor;
const NOTHING_CAME = 'no byte came in 10 s: check its power';

function followed(sensors: readonly Sensor[]) {
  let vitals: SensorVitals[] = [];
  const states = createSensorStates(sensors, { vitals: () => vitals, views: () => [] });
  return {
    ...states,
    reading: (sensor: string, { timeMs = 5_000, quality = 0 } = {}) =>
      states.heard({ sensor, timeMs, quality } as Reading),
    up: (sensor = 'roof') => states.note({ type: 'source_up', sensor, detail: '' }),
    down: (reason: string, silent?: true) =>
      states.note({ type: 'source_down', sensor: 'roof', reason, retryMs: 0, ...(silent && { silent }) }),
    watched: (...of: Partial<SensorVitals>[]) => {
      vitals = of.map((one) => ({
        ...{ sensor: 'roof', fault: undefined, isAsleep: false, learnedMs: 7_200_000, learnsMs: 21_600_000 },
        ...one,
      }));
    },
    roof: () => states.shown(0).find(({ name }) => name === 'roof')!,
    names: () => states.shown(0).map(({ name, state }) => `${name} ${state}`),
  };
}

test('a sensor goes from waiting over learning to ok, and says how far it has learned', () => {
  const { up, reading, watched, roof } = followed([ROOF]);
  const waiting = { state: 'waiting', problem: null, lastGoodMs: 0, learnedS: null, learnsS: null };
  assert.deepEqual(roof(), { name: 'roof', device: 'PMS5003', ...waiting });
  up();
  assert.equal(roof().state, 'waiting');
  reading('roof', { quality: QUALITY.warming_up });
  assert.equal(roof().lastGoodMs, 0, 'while it warms up nothing is good');
  reading('roof');
  watched({});
  const learning = { state: 'learning', problem: null, lastGoodMs: 5_000, learnedS: 7_200, learnsS: 21_600 };
  assert.deepEqual(roof(), { name: 'roof', device: 'PMS5003', ...learning });
  watched({ learnedMs: 21_600_000 });
  assert.equal(roof().state, 'ok');
  watched({ learnedMs: 21_600_000, isAsleep: true });
  assert.equal(roof().state, 'sleeping');
});

test('why nothing comes stands until something does, also while its port is opened again and again', () => {
  const { up, down, reading, roof } = followed([ROOF]);
  down('no such port; check the cable');
  assert.deepEqual([roof().state, roof().problem], ['missing', 'no such port; check the cable']);
  up();
  assert.deepEqual([roof().state, roof().problem], ['waiting', null]);
  down(NOTHING_CAME, true);
  up();
  assert.deepEqual([roof().state, roof().problem], ['silent', NOTHING_CAME]);
  reading('roof');
  assert.deepEqual([roof().state, roof().problem], ['ok', null]);
});

test('a fault of any of its channels is told in words', () => {
  const { up, reading, watched, roof } = followed([ROOF]);
  up();
  reading('roof');
  watched({}, { fault: 'stuck' });
  assert.deepEqual([roof().state, roof().problem], ['fault', 'it repeats one value']);
  watched({ fault: 'silent' });
  assert.deepEqual([roof().state, roof().problem], ['silent', 'nothing comes from it']);
});

test('devices behind a subscription have rows of their own, and it has one itself only in trouble', () => {
  const { note, reading, names } = followed([ZIGBEE, ROOF]);
  note({ type: 'source_up', sensor: 'zigbee', detail: '' });
  assert.deepEqual(names(), ['zigbee waiting', 'roof waiting']);
  reading('zigbee/kitchen');
  note({ type: 'sensor_online', sensor: 'zigbee/attic', online: false });
  assert.deepEqual(names(), ['roof waiting', 'zigbee/kitchen ok', 'zigbee/attic missing']);
  note({ type: 'source_down', sensor: 'zigbee', reason: 'connection closed', retryMs: 1 });
  assert.deepEqual(names(), ['zigbee missing', 'roof waiting', 'zigbee/kitchen ok', 'zigbee/attic missing']);
});

test('a bridge or a lamp that is there and measures nothing is no sensor that is missing; one that goes is', () => {
  const { note, reading, names } = followed([ZIGBEE]);
  const online = (online: boolean) => note({ type: 'sensor_online', sensor: 'zigbee/bridge', online });
  note({ type: 'source_up', sensor: 'zigbee', detail: '' });
  online(true);
  assert.deepEqual(names(), ['zigbee ok']);
  reading('zigbee/kitchen');
  assert.deepEqual(names(), ['zigbee/kitchen ok']);
  online(false);
  assert.deepEqual(names(), ['zigbee/bridge missing', 'zigbee/kitchen ok']);
});

test('however many names come, the rows have an end', () => {
  const { reading, shown } = followed([ZIGBEE]);
  for (let i = 0; i < channelsMax + 10; i++) reading(`zigbee/${i}`);
  reading('stranger/1');
  assert.equal(shown(0).length, channelsMax);
});
