// Whatever comes under whatever topic, no convention throws, and what it tells keeps the promises of the sink.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CONVENTIONS } from '../../../devices/conventions.ts';
import { QUANTITIES } from '../../../src/core/quantities.ts';
import { QUALITY } from '../../../src/core/reading.ts';
import type { ConventionProfile } from '../../../src/sense/convention/convention-profile.ts';
import { createConvention } from '../../../src/sense/mqtt/conventions.ts';
import type { Sink } from '../../../src/sense/sink.ts';

const strictSink: Sink = {
  frame() {},
  value({ quantity, value, unit, quality, timeMs }) {
    assert.equal(value === null, (quality & QUALITY.invalid) !== 0);
    assert.ok(value === null || Number.isFinite(value));
    assert.ok(timeMs === undefined || Number.isInteger(timeMs));
    if (quantity !== null) assert.equal(unit, QUANTITIES[quantity].unit);
  },
  online() {},
  rejected(_, count) {
    assert.ok(count > 0);
  },
  topic(filter) {
    assert.doesNotMatch(filter, /[+#]/);
  },
};

/** Words that lead deeper into the engines than random ones do. */
const WORDS = [
  ...['zigbee2mqtt', 'bridge', 'devices', 'state', 'availability', 'set', 'tele', 'stat', 'SENSOR', 'STATUS8', 'LWT'],
  ...[
    'sensor',
    'status',
    'config',
    'device',
    'homeassistant',
    'events',
    'rpc',
    'online',
    'temperature:0',
    'a',
    '',
    '__proto__',
  ],
  ...[
    'friendly_name',
    'definition',
    'exposes',
    'features',
    'type',
    'numeric',
    'name',
    'property',
    'unit',
    'channels',
    '1',
  ],
  ...[
    'StatusSNS',
    'BME280',
    'Temperature',
    'Speed',
    'Avg',
    'TempUnit',
    'params',
    'src',
    'ts',
    'tC',
    'errors',
    'result',
  ],
  ...[
    'sensordatavalues',
    'value_type',
    'value',
    'SDS_P1',
    'HECA_temperature',
    'stat_t',
    'val_tpl',
    'dev_cla',
    'temperature',
  ],
  ...[
    'cmps',
    'p',
    'dev',
    'ids',
    'avty',
    't',
    '~',
    '{{ value_json.a }}',
    '{{ value }}',
    '°C',
    'constructor',
    'last_seen',
    'nan',
  ],
];

const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(fc.constantFrom(...WORDS), fc.double(), fc.integer(), fc.constantFrom(null, true, 1e308, '1e400', '-1')),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...WORDS), tie('json'), { maxKeys: 6 }),
  ),
}));

const topic = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 }).map((levels) => levels.join('/'));
const payload = fc.oneof(
  json.map((value) => Buffer.from(JSON.stringify(value))),
  fc.constantFrom(...WORDS).map((word) => Buffer.from(word)),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);
const messages = fc.array(
  fc.record({ topic, payload, retained: fc.boolean(), timeMs: fc.constant(1_772_349_330_000) }),
  { maxLength: 12 },
);

const hears = (profile: ConventionProfile) => {
  fc.assert(
    fc.property(messages, (all) => {
      const convention = createConvention(profile);
      for (const message of all) convention.accept(message, strictSink);
    }),
    { numRuns: 300 },
  );
};

for (const profile of CONVENTIONS) test(`${profile.name}: hostile messages`, () => hears(profile));

test('a message of 200 kB of brackets, or of a deep object, is counted and not followed', () => {
  for (const profile of CONVENTIONS) {
    const convention = createConvention(profile);
    for (const text of [
      '['.repeat(200_000),
      '{"a":'.repeat(40_000),
      `[${'{},'.repeat(60_000)}{}]`,
      '{"a":'.repeat(1500),
    ]) {
      for (const where of [
        'zigbee2mqtt/bridge/devices',
        'homeassistant/sensor/a/config',
        'tele/a/SENSOR',
        's/events/rpc',
        'x',
      ]) {
        convention.accept({ topic: where, payload: Buffer.from(text), retained: false, timeMs: 0 }, strictSink);
      }
    }
  }
});
