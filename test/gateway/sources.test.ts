import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkConfig } from '../../src/config/config.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import type { Reading } from '../../src/core/reading.ts';
import { isRecording, openLive, type SourceEdges } from '../../src/gateway/sources.ts';
import { recorder } from '../recorder.ts';
import { client, fixture, SENSOR } from '../route/mqtt/broker-fixture.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function opened(text: string, edges: Partial<SourceEdges> = {}) {
  const { config, problems } = checkConfig(`name: roof\nsensors:\n${text}`, '/etc/qis/qis.yaml');
  assert.deepEqual(problems, []);
  const clock: Clock = { now: () => 5_000, quality: () => 2 };
  const sensors = config!.sensors.filter((sensor) => !isRecording(sensor));
  return openLive(sensors, { folder: '/etc/qis', clock, emit: () => {}, subscribeLocal: undefined, ...edges });
}

const MISTAKES: Readonly<Record<string, readonly [string, RegExp]>> = {
  'an unknown device': [
    '  - {device: PMS503, port: /dev/a}',
    /sensor PMS503: no device or model "PMS503"; did you mean "PMS5003"/,
  ],
  'an unknown model': ['  - {device: plantower-pmsx003, model: PMS9, port: /dev/a}', /no device or model "PMS9"/],
  'a convention at a port': ['  - {device: tasmota, port: /dev/a}', /tasmota speaks MQTT: give mqtt instead of a port/],
  'a serial device over MQTT': ['  - {device: PMS5003, mqtt: {url: "mqtt://h"}}', /PMS5003 is on a serial line/],
  'no broker to listen on': ['  - {device: tasmota, mqtt: {}}', /own broker is off; give mqtt.url/],
  'a setting it does not have': [
    '  - {device: MH-Z19B, port: /dev/a, on_open: [abc_of]}',
    /on_open: no setting "abc_of"; it has .*abc_off/,
  ],
  'a device that cannot sleep': [
    '  - {device: PMS3003, port: /dev/a, duty_cycle: {period_s: 300, on_s: 60}}',
    /cannot be sent to sleep; leave out duty_cycle/,
  ],
  'a duty cycle within the warm-up': [
    '  - {device: PMS5003, port: /dev/a, duty_cycle: {period_s: 300, on_s: 30}}',
    /warms up for 30 s, and duty_cycle leaves it 30/,
  ],
  'a streaming device on a bus': [
    `  - {name: a, device: S8, port: /dev/a, address: 1}
  - {name: b, device: PMS5003, port: /dev/a}`,
    /sensor b: speaks by itself, and cannot share its port with a; give each its own/,
  ],
  'two lines on one port': [
    `  - {name: a, device: S8, port: /dev/a, address: 1}
  - {name: b, device: SCD30, port: /dev/a}`,
    /sensor b: shares a port with a, which speaks 9600 8N1, not 19200 8N1/,
  ],
  'one address twice': [
    `  - {name: a, device: S8, port: /dev/a, address: 7}
  - {name: b, device: K30, port: /dev/a, address: "7"}`,
    /sensor b: has the address of a/,
  ],
  'no address': ['  - {device: SCD30, port: /dev/a, address: abc}', /abc is not a Modbus address/],
  'columns of a device that has none': [
    '  - {device: PMS5003, port: /dev/a, readings: [{key: 1, quantity: pm1, unit: ug/m3}]}',
    /readings go with csv-lines and json-lines only/,
  ],
};

for (const [name, [text, says]] of Object.entries(MISTAKES)) {
  test(`${name} is told before anything is opened`, async () => {
    await assert.rejects(() => opened(text), { code: 'config_invalid', message: says });
  });
}

test('devices behind one subscription have their own names, and say when they go', async (t) => {
  const { broker } = await fixture(t);
  const events = recorder<AgentEvent>();
  const readings = recorder<Reading>();
  const [source] = await opened('  - {name: zigbee, device: zigbee2mqtt, mqtt: {}}', {
    subscribeLocal: broker.subscribeLocal,
    emit: (event) => events.add(event),
  });
  t.after(() => source![Symbol.asyncDispose]());
  void (async () => {
    for await (const reading of source!) readings.add(reading);
  })();
  const sensor = await client(t, broker.port, SENSOR);
  await sensor.publishAsync('zigbee2mqtt/my room/a.b', '{"temperature":21.5,"humidity":40}', { qos: 1 });
  await sensor.publishAsync('zigbee2mqtt/my room/a.b/availability', '{"state":"offline"}', { qos: 1 });
  await events.until(({ type }) => type === 'sensor_online');
  assert.deepEqual(
    readings.items.map((reading) => [reading.sensor, reading.quantity, reading.value]),
    [
      ['zigbee/my room/a.b', 'temperature', 21.5],
      ['zigbee/my room/a.b', 'relative_humidity', 40],
    ],
  );
  assert.deepEqual(events.items.at(-1), { type: 'sensor_online', sensor: 'zigbee/my room/a.b', online: false });
});

test('a profile of your own is checked when it is used', async (t) => {
  const file = join(temporaryFolder(t), 'own.yaml');
  writeFileSync(file, 'name: own\n');
  await assert.rejects(() => opened(`  - {device: ${file}, port: /dev/a}`), {
    code: 'config_invalid',
    message: /own\.yaml:1: .*is missing/,
  });
});
