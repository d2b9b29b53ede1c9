import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonDepthMax, jsonPayloadBytesMax } from '../../../src/core/limits.ts';
import { QUALITY } from '../../../src/core/reading.ts';
import { createMapping, type MappedKey } from '../../../src/sense/mqtt/mapping.ts';
import type { Observation } from '../../../src/sense/sink.ts';

type Value = Observation & { readonly value: number };

function mapped(payload: string | Buffer, ...rules: MappedKey[]): { readings: Value[]; dropped: string[] } {
  const got = { readings: [] as Value[], dropped: [] as string[] };
  const message = { topic: 'balcony', payload: Buffer.from(payload as string), retained: false, timeMs: 1_000 };
  createMapping(rules).accept(message, {
    frame() {},
    value: (observation) => got.readings.push(observation as Value),
    online: () => assert.fail('a mapping knows nothing of that'),
    rejected: (reason) => got.dropped.push(reason),
    topic: () => assert.fail('a mapping has one topic'),
  });
  return got;
}

const values = (payload: string, ...rules: MappedKey[]) => mapped(payload, ...rules).readings.map(({ value }) => value);
const drops = (payload: string | Buffer, ...rules: MappedKey[]) => mapped(payload, ...rules).dropped;

const PM: MappedKey = { key: 'pm25', quantity: 'pm2_5' };
const pressureIn = (unit: string): MappedKey => ({ key: 'p', quantity: 'pressure', unit });

test('members become readings in the unit of the table, in the order of the rules', () => {
  const payload = '{"temperature":70.7,"pm25":12,"linkquality":120}';
  const { readings, dropped } = mapped(payload, PM, { key: 'temperature', quantity: 'temperature', unit: '°F' });
  assert.deepEqual(readings[0], { quantity: 'pm2_5', channel: '', value: 12, unit: 'ug/m3', quality: 0 });
  assert.equal(readings[1]!.unit, 'degC');
  assert.ok(Math.abs(readings[1]!.value - 21.5) < 1e-9);
  assert.deepEqual(dropped, []);
});

test('a key with dots, colons or slashes is one key; a path is a list', () => {
  const payload = '{"PM2.5":7,"PM2":{"5":8},"temperature:0":{"tC":21},"a/b":9,"":{"":10}}';
  const pm = (key: string | string[]): MappedKey => ({ key, quantity: 'pm2_5' });
  assert.deepEqual(values(payload, pm('PM2.5'), pm(['PM2', '5']), pm('a/b'), pm(['', ''])), [7, 8, 9, 10]);
  assert.deepEqual(values(payload, { key: ['temperature:0', 'tC'], quantity: 'temperature' }), [21]);
});

test('a list by its places, and a payload that is the number itself', () => {
  assert.deepEqual(values('{"v":[1,[2,3]]}', { key: ['v', '1', '0'], quantity: 'pm1' }), [2]);
  assert.deepEqual(values('21.5', { key: [], quantity: 'temperature' }), [21.5]);
  assert.deepEqual(values('"21.5"', { key: [], quantity: 'temperature' }), [21.5]);
});

test('numbers written as text count', () => {
  assert.deepEqual(values('{"pm25":" 12.50 "}', PM), [12.5]);
  assert.deepEqual(values('{"pm25":"1e1"}', PM), [10]);
});

test('what is absent or null is no reading and no complaint', () => {
  for (const payload of ['{}', '{"pm25":null}', '[]', 'null', '1', '"text"', 'true', '{"pm25":{}, "x":1}']) {
    const { readings, dropped } = mapped(payload, { key: ['pm25', 'value'], quantity: 'pm2_5' });
    assert.deepEqual([readings, dropped], [[], []], payload);
  }
  assert.deepEqual(mapped('{"pm25":null}', PM), { readings: [], dropped: [] });
});

test('what is there and no number is counted', () => {
  for (const value of ['""', '" "', '"12,5"', 'true', '{}', '[]', '[12]', '"Infinity"', '1e999']) {
    assert.deepEqual(drops(`{"pm25":${value}}`, PM), ['not_a_number'], value);
  }
  // Finite when written, not in the unit it is converted to.
  assert.deepEqual(drops('{"p":1e308}', pressureIn('bar')), ['not_a_number']);
});

test('words for a value that is not there are a value that is not valid', () => {
  for (const word of ['NaN', 'nan', 'none', 'unavailable', 'unknown']) {
    const { readings, dropped } = mapped(`{"pm25":"${word}"}`, PM);
    assert.deepEqual(
      [readings.map(({ value, quality }) => [value, quality]), dropped],
      [[[null, QUALITY.invalid]], []],
    );
  }
});

test('one bad member leaves the others', () => {
  const { readings, dropped } = mapped('{"pm25":"?","t":3}', PM, { key: 't', quantity: 'temperature' });
  assert.deepEqual(dropped, ['not_a_number']);
  assert.deepEqual(
    readings.map(({ value }) => value),
    [3],
  );
});

test('what is no JSON is counted once', () => {
  for (const payload of ['', 'NaN', '{"pm25":NaN}', "{'pm25':1}", '{"pm25":1', '\uFEFF{"pm25":1}', 'online']) {
    assert.deepEqual(drops(payload, PM, pressureIn('hPa')), ['not_json'], payload);
  }
  assert.deepEqual(drops(Buffer.from([0xff, 0xfe, 0x00]), PM), ['not_json']);
});

test('names that every object has are not found where the payload has none', () => {
  for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
    assert.deepEqual(mapped('{"a":1}', { key, quantity: 'pm1' }), { readings: [], dropped: [] }, key);
    assert.deepEqual(mapped('{"a":1}', { key: [key, 'name'], quantity: 'pm1' }), { readings: [], dropped: [] }, key);
    assert.deepEqual(values(`{"${key}":4}`, { key, quantity: 'pm1' }), [4], key);
  }
  mapped('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}', PM);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test('the cap: as large as allowed passes, one byte more does not', () => {
  const payload = (bytes: number) => `{"pm25":12}${' '.repeat(bytes - 11)}`;
  assert.deepEqual(values(payload(jsonPayloadBytesMax), PM), [12]);
  assert.deepEqual(drops(payload(jsonPayloadBytesMax + 1), PM), ['payload_too_large']);
});

test('nesting as deep as the cap allows does no harm, deeper is refused', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  assert.deepEqual(values(nested(jsonDepthMax), { key: Array<string>(jsonDepthMax).fill('a'), quantity: 'pm1' }), [1]);
  assert.deepEqual(drops(nested(jsonDepthMax + 1), PM), ['not_json']);
  assert.deepEqual(drops('['.repeat(jsonPayloadBytesMax), PM), ['not_json']);
  // Brackets in a text are text.
  assert.deepEqual(values(`{"note":"${'['.repeat(100)}\\"{","pm25":4}`, PM), [4]);
});

test('a value outside the plausible range is kept and marked', () => {
  const [reading] = mapped('{"p":-999}', pressureIn('Pa')).readings;
  assert.equal(reading!.quality, QUALITY.out_of_range);
});

test('any payload gives readings that are finite, or reasons', () => {
  const rules: MappedKey[] = [PM, { key: ['a', 'b'], quantity: 'temperature', unit: 'K' }, pressureIn('inHg')];
  const keys = fc.constantFrom('pm25', 'a', 'b', 'p', '__proto__');
  const json = fc.letrec((tie) => ({
    value: fc.oneof(fc.double(), fc.string(), fc.constant(null), fc.boolean(), tie('object'), fc.array(tie('value'))),
    object: fc.dictionary(keys, tie('value')),
  })).object;
  fc.assert(
    fc.property(
      fc.oneof(
        json.map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      (payload) => {
        const { readings, dropped } = mapped(payload, ...rules);
        for (const { value } of readings) assert.ok(value === null || Number.isFinite(value));
        assert.ok(readings.length + dropped.length <= rules.length);
      },
    ),
    { numRuns: 500 },
  );
});

test('a unit that does not fit is refused when the mapping is made', () => {
  assert.throws(() => mapped('{}', { key: 'a', quantity: 'pm1', unit: 'hPa' }), /hPa does not fit pm1/);
});
