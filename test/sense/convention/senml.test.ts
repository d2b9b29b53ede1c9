import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Encoder } from 'cbor-x';
import fc from 'fast-check';
import { SENML } from '../../../devices/senml/profile.ts';
import { jsonPayloadBytesMax } from '../../../src/core/limits.ts';
import { createSenml } from '../../../src/sense/convention/senml.ts';
import { recordingSink } from '../recording-sink.ts';
import { listener } from './listener.ts';

const hear = (payload: unknown) => listener(SENML)('any/topic', payload);
const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const AT = '2023-11-14T22:13:20.000Z';

test('base fields stay in force, and a record may hold nothing else', () => {
  assert.deepEqual(
    hear([
      { bn: 'urn:dev:mac:0024befffe804ff1/', bt: 1_700_000_000, bu: 'Cel', bv: 20 },
      { n: 'temp', v: 1.5 },
      { n: 'indoor_temp', v: 3, t: -60 },
      { n: 'pm25', u: 'ug/m3', v: -8 },
      { bn: 'other/', bv: 0 },
      { n: 'temp', v: 5 },
    ]),
    [
      'frame urn:dev:mac:0024befffe804ff1/',
      `temperature 21.5 degC ${AT}`,
      'temperature/indoor 23 degC 2023-11-14T22:12:20.000Z',
      `pm2_5 12 ug/m3 ${AT}`,
      'frame other/',
      `temperature 5 degC ${AT}`,
    ],
  );
});

test('a pack without a base name is from nobody in particular', () => {
  assert.deepEqual(hear([{ n: 'kitchen/temperature', u: 'Cel', v: 21 }]), ['frame', 'temperature/kitchen 21 degC']);
  assert.deepEqual(hear([{ bn: 'dev1' }]), ['frame']);
});

test('every number is told, the unknown ones as they were stated', () => {
  assert.deepEqual(
    hear([
      { bn: 'a/', n: 'fan', u: '1/min', v: 2400 },
      { n: 'eco2', u: 'ppm', v: 600 },
      { n: 'x', v: 1 },
    ]),
    ['frame a/', 'null/fan 2400 1/min', 'null/eco2 600 ppm', 'null/x 1 '],
  );
});

test('a name may end in its unit; ratios, radians and dBW are units too', () => {
  assert.deepEqual(
    hear([
      { bn: 'a/', n: 'temp_f', v: 68 },
      { n: 'temp_f', u: 'Cel', v: 20 },
      { n: 'rh', u: '/', v: 0.5 },
      { n: 'wind_direction', u: 'rad', v: Math.PI },
      { n: 'rssi', u: 'dBW', v: -100 },
    ]),
    [
      'frame a/',
      'temperature 20 degC',
      'temperature 20 degC',
      'relative_humidity 50 %',
      'wind_direction 180 deg',
      'signal -70 dBm',
    ],
  );
});

test('a unit speaks where the name says nothing, and only then', () => {
  assert.deepEqual(hear([{ bn: 'urn:dev:ow:10e2073a01080063', u: 'Cel', v: 23.1 }]), [
    'frame urn:dev:ow:10e2073a01080063',
    'temperature 23.1 degC',
  ]);
  assert.deepEqual(
    hear([
      { bn: 'b:', n: 'attic', u: 'K', v: 273.15 },
      { n: 'target_temperature', u: 'Cel', v: 25 },
    ]),
    ['frame b:', 'temperature/attic 0 degC', 'null/target_temperature 25 Cel'],
  );
  assert.deepEqual(
    hear([
      { bn: 'b:', u: 'lat', v: 60.08 },
      { u: 'lon', v: 24.31 },
      { u: '%EL', v: 98 },
      { u: '%RH', v: 20 },
    ]),
    ['frame b:', 'latitude 60.08 deg', 'longitude 24.31 deg', 'battery 98 %', 'relative_humidity 20 %'],
  );
  assert.deepEqual(hear([{ bn: 'b:', n: 'voltage', u: 'Cel', v: 1 }]), ['frame b:', 'null/voltage 1 Cel']);
  assert.deepEqual(hear([{ bn: 'b/pm25', u: 'ug/m3', v: 1 }]), ['frame b/pm25', 'pm2_5 1 ug/m3']);
});

test('times from 2^28 on are Unix time, others count from the arrival; what is too long ago is no time', () => {
  const time = (record: object) => hear([{ n: 'co2', v: 500, ...record }])[1];
  assert.equal(time({ t: 1_700_000_000 }), `co2 500 ppm ${AT}`);
  assert.equal(time({ bt: 1_699_999_990, t: 10 }), `co2 500 ppm ${AT}`);
  assert.equal(time({ t: 1_700_000_000.25 }), 'co2 500 ppm 2023-11-14T22:13:20.250Z');
  assert.equal(time({ t: -5 }), 'co2 500 ppm 2025-12-31T23:59:55.000Z');
  assert.equal(time({ bt: -5, t: 5 }), 'co2 500 ppm');
  assert.equal(time({ t: 0 }), 'co2 500 ppm');
  assert.equal(time({ t: 2 ** 28 }), 'co2 500 ppm');
  assert.equal(time({ t: 1e300 }), 'co2 500 ppm');
});

test('what a broker kept is not so many seconds old', () => {
  const { sink, told } = recordingSink();
  const payload = Buffer.from('[{"n":"co2","v":500,"t":-5}]');
  createSenml(SENML).accept({ topic: 't', payload, retained: true, timeMs: Date.UTC(2026, 0, 1) }, sink);
  assert.equal(told.observations[0]?.timeMs, undefined);
});

test('texts, booleans, bytes and sums are no numbers', () => {
  assert.deepEqual(
    hear([
      { n: 'a', vs: '21' },
      { n: 'b', vb: true },
      { n: 'c', vd: 'AQ' },
      { n: 'd', s: 4 },
    ]),
    ['frame'],
  );
  assert.deepEqual(
    hear([
      { n: 'temp', v: '21' },
      { n: 'temp', v: null },
    ]),
    ['frame', 'rejected not_a_number 1', 'rejected not_a_number 1'],
  );
});

test('packs that break the rules are refused as a whole, records alone', () => {
  for (const [pack, reason] of [
    [
      [
        { n: 'temp', v: 1 },
        { n: 'temp', v: 1, strict_: 1 },
      ],
      'unsupported',
    ],
    [[{ bver: 11, n: 'temp', v: 1 }], 'unsupported'],
    [{ n: 'temp', v: 1 }, 'malformed'],
    [[], 'malformed'],
    [[1], 'malformed'],
    ['[{"n":"temp","v":1', 'not_json'],
    ['', 'not_json'],
    ['[{"n":"temp","v":NaN}]', 'not_json'],
    [`[${'['.repeat(500)}${']'.repeat(500)}]`, 'not_json'],
    [`[{"n":"temp","v":1${' '.repeat(jsonPayloadBytesMax)}}]`, 'payload_too_large'],
  ] as const) {
    assert.deepEqual(hear(pack), [`rejected ${reason} 1`], JSON.stringify(pack).slice(0, 60));
  }
  assert.deepEqual(hear([{ bver: 5, n: 'temp', v: 1 }]), ['frame', 'temperature 1 degC']);
  for (const n of ['a b', '-a', '', 'ä', 'a?']) {
    assert.deepEqual(
      hear([
        { n, v: 1 },
        { n: 'temp', v: 2 },
      ]),
      ['rejected malformed 1', 'frame', 'temperature 2 degC'],
      n,
    );
  }
  for (const wrong of [{ n: 5 }, { u: 1 }, { t: '5' }, { bn: null }, { bt: true }]) {
    assert.deepEqual(hear([{ n: 'temp', v: 1, ...wrong }]), ['rejected malformed 1'], JSON.stringify(wrong));
  }
});

test('CBOR says the same: integer labels, half floats, indefinite lengths, decimal fractions', () => {
  const published =
    '81a521781d75726e3a6465763a6d61633a303032346265666666653830346666312f0064706d3235016575672f6d3302fb40290000000000000600';
  assert.deepEqual(hear(hex(published)), ['frame urn:dev:mac:0024befffe804ff1/', 'pm2_5 12.5 ug/m3']);
  // [{-2: "dev1", 0: "temp", 1: "Cel", 2: 21.5}, {0: "co2", 2: 4285 * 10^-1}], nothing of it with a length
  const indefinite = '9f bf 21 6464657631 00 6474656d70 01 6343656c 02 f94d60 ff bf 00 63636f32 02 c4822019 10bd ff ff';
  assert.deepEqual(hear(hex(indefinite)), ['frame dev1', 'temperature 21.5 degC', 'co2 428.5 ppm']);
});

test('CBOR keeps 64-bit and negative integers', () => {
  const encoder = new Encoder({ useRecords: false, mapsAsObjects: false, tagUint8Array: false });
  const pack = (v: unknown) =>
    encoder.encode([
      new Map<unknown, unknown>([
        [0, 'x'],
        [2, v],
      ]),
    ]);
  assert.deepEqual(hear(pack(-40)), ['frame', 'null/x -40 ']);
  assert.deepEqual(hear(pack(-5_000_000_000n)), ['frame', 'null/x -5000000000 ']);
  assert.deepEqual(hear(pack(10n ** 12n)), ['frame', 'null/x 1000000000000 ']);
  assert.deepEqual(hear(pack('text')), ['frame', 'rejected not_a_number 1']);
});

test('CBOR with false lengths, deep nesting or tags is refused before anything is built from it', () => {
  for (const digits of [
    '81',
    '9f',
    '9b00ffffffffffff',
    '81bb00000000ffffffff',
    '81c100',
    '81d81c80',
    '80',
    '8101',
    '81a1',
  ]) {
    assert.deepEqual(hear(hex(digits)), ['rejected malformed 1'], digits);
  }
  assert.deepEqual(hear(Buffer.alloc(5_000, 0x81)), ['rejected malformed 1']);
});

test('whatever comes, nothing is thrown, and each message is a frame or a reason', () => {
  const label = fc.constantFrom('bn', 'bt', 'bu', 'bv', 'bver', 'n', 'u', 'v', 'vs', 't', 's', '__proto__', 'x_');
  const value = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.string(),
    fc.constantFrom('Cel', 'temp', null, true),
    fc.jsonValue(),
  );
  const json = fc.array(fc.dictionary(label, value)).map((pack) => Buffer.from(JSON.stringify(pack)));
  const bytes = fc.uint8Array({ maxLength: 200 }).map((raw) => Buffer.from([0x80 + (raw.length % 32), ...raw]));
  fc.assert(
    fc.property(fc.oneof(json, bytes), (payload) => {
      const { sink, told } = recordingSink();
      createSenml(SENML).accept({ topic: 't', payload, retained: false, timeMs: 0 }, sink);
      assert.ok(told.frames.length > 0 || Object.keys(told.rejected).length > 0);
      for (const { value: number } of told.observations) assert.ok(Number.isFinite(number));
    }),
    { numRuns: 1_000 },
  );
});
