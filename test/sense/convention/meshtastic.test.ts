import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MESHTASTIC } from '../../../devices/meshtastic/profile.ts';
import { createMeshtastic } from '../../../src/sense/convention/meshtastic.ts';
import { recordingSink } from '../recording-sink.ts';
import { listener } from './listener.ts';

const TOPIC = 'msh/EU_868/2/json/LongFast/!a1b2c3d4';
const AT = '2023-11-14T22:13:20.000Z';
const packet = (payload: unknown, more: object = {}) => ({
  ...{ id: 1, channel: 0, to: 4_294_967_295, from: 2_130_636_288, sender: '!a1b2c3d4' },
  ...{ timestamp: 1_700_000_000, type: 'telemetry', payload },
  ...more,
});
const hear = (message: unknown) => listener(MESHTASTIC)(TOPIC, message);
const told = (payload: unknown, more?: object) => hear(packet(payload, more)).slice(1);

test('the source is the node that measured, not the gateway', () => {
  assert.equal(hear(packet({}))[0], 'frame !7efeee00');
  assert.equal(hear(packet({}, { from: 255 }))[0], 'frame !000000ff');
  assert.equal(hear(packet({}, { from: -1 }))[0], 'frame !ffffffff');
});

test('particulate matter is named after tenths of a micrometre', () => {
  assert.deepEqual(told({ pm10: 4, pm25: 9, pm100: 13, pm10_e: 3, pm25_e: 8, pm100_e: 12, co2: 455 }), [
    `pm1 4 ug/m3 ${AT}`,
    `pm2_5 9 ug/m3 ${AT}`,
    `pm10 13 ug/m3 ${AT}`,
    `pm1/atm 3 ug/m3 ${AT}`,
    `pm2_5/atm 8 ug/m3 ${AT}`,
    `pm10/atm 12 ug/m3 ${AT}`,
    `co2 455 ppm ${AT}`,
  ]);
});

test('weather: gust and lull are the greatest and the least wind', () => {
  const payload = {
    temperature: 22.4,
    barometric_pressure: 1013.1,
    wind_speed: 3,
    wind_gust: 6,
    wind_lull: 1,
    rainfall_24h: 4,
  };
  assert.deepEqual(told(payload), [
    `temperature 22.4 degC ${AT}`,
    `pressure 1013.1 hPa ${AT}`,
    `wind_speed 3 m/s ${AT}`,
    `wind_speed/min 1 m/s ${AT}`,
    `wind_speed/max 6 m/s ${AT}`,
    `rain/24h 4 mm ${AT}`,
  ]);
  assert.deepEqual(told({ radiation: 12, gas_resistance: 310.5, current: 250 }), [
    `gas_resistance 310.5 kOhm ${AT}`,
    `radiation 0.12 uSv/h ${AT}`,
    `current 0.25 A ${AT}`,
  ]);
});

test('mains power is no battery level; times before 2020 are no times', () => {
  assert.deepEqual(told({ battery_level: 87, voltage: 3.98, uptime_seconds: 5 }, { timestamp: 12 }), [
    'battery 87 %',
    'voltage 3.98 V',
  ]);
  assert.deepEqual(told({ battery_level: 101, voltage: 4.95 }, { timestamp: 0 }), ['voltage 4.95 V']);
});

test('the radio describes the node when it was heard directly', () => {
  const heard = { rssi: -61, snr: 6.25 };
  const radio = [`signal -61 dBm ${AT}`, `signal_to_noise 6.25 dB ${AT}`];
  assert.deepEqual(told({}, { ...heard, hops_away: 0 }), radio);
  assert.deepEqual(told({}, heard), radio);
  assert.deepEqual(told({}, { ...heard, hops_away: 2 }), []);
});

test('positions are whole numbers of 1e-7 degrees, with the time of the fix', () => {
  const position = (payload: object) => told(payload, { type: 'position' });
  assert.deepEqual(
    position({ latitude_i: 481_173_000, longitude_i: -1_151_666_670, altitude: 545, time: 1_699_999_990 }),
    [
      'latitude 48.1173 deg 2023-11-14T22:13:10.000Z',
      'longitude -115.167 deg 2023-11-14T22:13:10.000Z',
      'altitude 545 m 2023-11-14T22:13:10.000Z',
    ],
  );
  assert.deepEqual(position({ latitude_i: 0, longitude_i: 0, altitude: 1 }), []);
  assert.deepEqual(position({ latitude_i: 10_000_000, longitude_i: 0 }), [
    `latitude 1 deg ${AT}`,
    `longitude 0 deg ${AT}`,
  ]);
});

test('other packets are understood and measure nothing', () => {
  for (const type of ['text', 'nodeinfo', 'neighborinfo', 'traceroute', 'waypoint', 'paxcounter', '', undefined]) {
    assert.deepEqual(hear(packet({ temperature: 21 }, { type })), ['frame !7efeee00'], type);
  }
});

test('what is not used has a reason', () => {
  assert.deepEqual(hear({ ...packet({ temperature: 21 }), from: undefined }), ['rejected malformed 1']);
  assert.deepEqual(hear('[]'), ['rejected malformed 1']);
  assert.deepEqual(hear('{"from":1,"payload":{"temperature":nan}}'), ['rejected not_json 1']);
  assert.deepEqual(hear(Buffer.from('0a3f0d', 'hex')), ['rejected not_json 1']);
  assert.deepEqual(hear(' '.repeat(10_000)), ['rejected payload_too_large 1']);
  assert.deepEqual(told({ temperature: 'hot' }), ['rejected not_a_number 1']);
});

test('telemetry without members breaks the convention', () => {
  for (const payload of ['hi', null, 5])
    assert.deepEqual(hear(packet(payload)), ['rejected malformed 1'], `${payload}`);
  assert.deepEqual(hear(packet('hi', { type: 'text' })), ['frame !7efeee00']);
});

test('whatever comes, nothing is thrown', () => {
  const value = fc.oneof(fc.double(), fc.string(), fc.jsonValue());
  const payload = fc.dictionary(
    fc.constantFrom('temperature', 'battery_level', 'latitude_i', 'altitude', '__proto__'),
    value,
  );
  const made = fc.record({
    from: value,
    type: fc.constantFrom('telemetry', 'position', 'text'),
    timestamp: value,
    rssi: value,
    payload,
  });
  fc.assert(
    fc.property(fc.oneof(made, fc.jsonValue()), (message) => {
      const { sink, told } = recordingSink();
      const bytes = Buffer.from(JSON.stringify(message));
      createMeshtastic(MESHTASTIC).accept({ topic: TOPIC, payload: bytes, retained: false, timeMs: 0 }, sink);
      assert.ok(told.frames.length > 0 || Object.keys(told.rejected).length > 0);
      for (const { value: number } of told.observations) assert.ok(number === null || Number.isFinite(number));
    }),
    { numRuns: 1_000 },
  );
});
