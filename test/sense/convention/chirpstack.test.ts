import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CHIRPSTACK } from '../../../devices/chirpstack/profile.ts';
import { duplicatesRememberedMax } from '../../../src/core/limits.ts';
import { createChirpstack } from '../../../src/sense/convention/chirpstack.ts';
import { recordingSink } from '../recording-sink.ts';
import { listener } from './listener.ts';

const DEVICE = 'application/ca739e26-7b67-4f14-b69e-d568c22a5a75/device/24e124707c481005';
const AT = '2024-05-14T09:33:28.823Z';
const body = (more: object) => ({
  time: '2024-05-14T09:33:28.823500123+00:00',
  deviceInfo: { devEui: '24e124707c481005' },
  ...more,
});
const hear = (message: unknown, event = 'event/up') => listener(CHIRPSTACK)(`${DEVICE}/${event}`, message);
const up = (object: unknown, more: object = {}) => hear(body({ object, ...more })).slice(1);

test('members of the object are known by name, nested ones by their path', () => {
  assert.deepEqual(
    up({ temperature: 21.3, humidity: 44.5, co2: 638, pm2_5: 7, tvoc_index: 101, light_level: 3, eco2: 800 }),
    [
      `temperature 21.3 degC ${AT}`,
      `relative_humidity 44.5 % ${AT}`,
      `co2 638 ppm ${AT}`,
      `pm2_5 7 ug/m3 ${AT}`,
      `voc_index 101 1 ${AT}`,
    ],
  );
  assert.deepEqual(
    up({ TempC_SHT: '23.41', BatV: 3.05, soil: { moisture: 31.5 }, temperatureSensor: { 1: 19.5 }, vdd: 3642 }),
    [
      `temperature/sht 23.41 degC ${AT}`,
      `voltage 3.05 V ${AT}`,
      `soil_moisture 31.5 % ${AT}`,
      `temperature/1 19.5 degC ${AT}`,
      `voltage 3.642 V ${AT}`,
    ],
  );
  assert.deepEqual(
    up({ temp_f: 32, temperature: 'n/a', alarm: true, history: [{ temperature: 1 }], name: 'temperature' }),
    [`temperature 0 degC ${AT}`],
  );
});

test('the gateway that hears best stands for the radio', () => {
  const rxInfo = [{ rssi: -96, snr: 12 }, { rssi: -57, snr: 10 }, null, { snr: 20 }];
  assert.deepEqual(up(undefined, { rxInfo }), [`signal -57 dBm ${AT}`, `signal_to_noise 10 dB ${AT}`]);
  assert.deepEqual(up({ temperature: 1 }, { rxInfo: 'x' }), [`temperature 1 degC ${AT}`]);
});

test('bytes without a codec say nothing', () => {
  assert.deepEqual(hear(body({ data: 'AWcA', fPort: 85 })), ['frame 24e124707c481005']);
});

test('the time is RFC 3339, of the server or else of a gateway', () => {
  assert.deepEqual(up({ co2: 500 }, { time: null, rxInfo: [{ nsTime: '2024-05-14T09:33:28.5Z' }] }), [
    'co2 500 ppm 2024-05-14T09:33:28.500Z',
  ]);
  for (const time of ['1970-01-01T00:00:00Z', '2024-05-14T09:33:28', 'now', 5, undefined]) {
    assert.deepEqual(up({ co2: 500 }, { time }), ['co2 500 ppm'], `${time}`);
  }
});

test('a codec may write the unit beside the value', () => {
  assert.deepEqual(
    up({
      air_temperature: { displayName: 'Air temperature', value: 21.7, unit: '°C' },
      barometric_pressure: { value: 98_012, unit: 'Pa' },
      wind_speed: { value: 3.2, unit: 'm⋅s⁻¹' },
      total_voc: { value: 273, unit: 'ppb' },
      co2_sensor_status: { value: 0 },
      ambient_light_infrared: { value: 105 },
      strain: { value: 3, unit: 'um/m' },
      humidity: { value: 40 },
      tvoc: 120,
    }),
    [
      `temperature 21.7 degC ${AT}`,
      `pressure 980.12 hPa ${AT}`,
      `wind_speed 3.2 m/s ${AT}`,
      `voc 0.273 ppm ${AT}`,
      `relative_humidity 40 % ${AT}`,
      `voc 0.12 ppm ${AT}`,
    ],
  );
});

test('what is delivered twice counts once, of each event', () => {
  const heard = listener(CHIRPSTACK);
  const send = (id: unknown, event = 'up') => heard(`${DEVICE}/event/${event}`, body({ deduplicationId: id }));
  assert.deepEqual(send('a'), ['frame 24e124707c481005']);
  assert.deepEqual(send('a'), ['rejected duplicate 1']);
  assert.deepEqual(send('a', 'ack'), ['frame 24e124707c481005']);
  assert.deepEqual(send(undefined), ['frame 24e124707c481005']);
  assert.deepEqual(send(undefined), ['frame 24e124707c481005']);
  for (let i = 0; i < duplicatesRememberedMax; i++) send(`${i}`);
  assert.deepEqual(send('a'), ['frame 24e124707c481005'], 'the oldest is forgotten');
});

test('status: margin, and a battery that can be told', () => {
  const status = (more: object) => hear(body(more), 'event/status').slice(1);
  assert.deepEqual(status({ margin: 7, batteryLevel: 75.5, externalPowerSource: false }), [
    `signal_to_noise/margin 7 dB ${AT}`,
    `battery 75.5 % ${AT}`,
  ]);
  assert.deepEqual(status({ margin: 7, batteryLevel: 0, externalPowerSource: true }), [
    `signal_to_noise/margin 7 dB ${AT}`,
  ]);
  assert.deepEqual(status({ margin: 7, batteryLevel: 0, batteryLevelUnavailable: true }), [
    `signal_to_noise/margin 7 dB ${AT}`,
  ]);
});

test('other events are understood; commands and other topics are not for us', () => {
  for (const event of ['join', 'ack', 'txack', 'log', 'location', 'integration']) {
    assert.deepEqual(hear(body({ object: { temperature: 1 } }), `event/${event}`), ['frame 24e124707c481005'], event);
  }
  assert.deepEqual(hear({ devEui: '24e124707c481005', data: 'AQ==' }, 'command/down'), ['frame']);
  for (const event of ['event', 'event/rx', 'up', ''])
    assert.deepEqual(hear(body({}), event), ['rejected unsupported 1'], event);
  const prefixed = listener(CHIRPSTACK)(`eu868/${DEVICE}/event/up`, body({ object: { co2: 500 } }));
  assert.deepEqual(prefixed, ['frame 24e124707c481005', `co2 500 ppm ${AT}`]);
});

test('what is not used has a reason', () => {
  assert.deepEqual(hear({ applicationID: '1', devEUI: 'JOEkcHxIEAU=', objectJSON: '{}' }), ['rejected unsupported 1']);
  assert.deepEqual(hear({ object: { temperature: 1 } }), ['rejected malformed 1']);
  assert.deepEqual(hear('[]'), ['rejected malformed 1']);
  assert.deepEqual(hear(Buffer.from('0a2433616337', 'hex')), ['rejected not_json 1']);
  assert.deepEqual(hear(body({ object: 'x'.repeat(9_000) })), ['rejected payload_too_large 1']);
});

test('whatever comes, nothing is thrown', () => {
  const topic = fc.constantFrom(`${DEVICE}/event/up`, `${DEVICE}/event/status`, 'device/device/device', '');
  const made = fc.record(
    {
      deduplicationId: fc.jsonValue(),
      object: fc.jsonValue(),
      rxInfo: fc.jsonValue(),
      time: fc.jsonValue(),
      margin: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(topic, fc.oneof(made.map(body), fc.jsonValue()), (at, message) => {
      const { sink, told } = recordingSink();
      const payload = Buffer.from(JSON.stringify(message));
      createChirpstack(CHIRPSTACK).accept({ topic: at, payload, retained: false, timeMs: 0 }, sink);
      assert.ok(told.frames.length > 0 || Object.keys(told.rejected).length > 0);
      for (const { value } of told.observations) assert.ok(value === null || Number.isFinite(value));
    }),
    { numRuns: 1_000 },
  );
});
