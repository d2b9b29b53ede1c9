import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonDepthMax, nameLengthMax } from '../../../src/core/limits.ts';
import type { TextReading } from '../../../src/sense/profile.ts';
import { toldBy } from './told.ts';

const told = (...lines: (string | Uint8Array)[]) => toldBy({ kind: 'json' }, lines);
const toldAs = (readings: readonly TextReading[], ...lines: string[]) => toldBy({ kind: 'json', readings }, lines);

test('members are known by their names; a number in quotes is one', () => {
  assert.deepEqual(told('{"temp":21.5,"hum":"40","PM2.5":12,"temp_f":70.7,"uptime":3,"ok":true}'), [
    'frame',
    'temperature=21.5 degC',
    'relative_humidity=40 %',
    'pm2_5=12 ug/m3',
    'temperature=21.5 degC',
  ]);
});

test('names around a member say what it does not', () => {
  for (const [json, value] of Object.entries({
    '{"wind":{"speed":3,"direction":200,"gust":5}}': 'wind_speed=3 m/s|wind_direction=200 deg|wind_speed/max=5 m/s',
    '{"wind":{"speed":3,"speed_min":1,"speed_max":6}}': 'wind_speed=3 m/s|wind_speed/min=1 m/s|wind_speed/max=6 m/s',
    '{"pm":{"1":3,"2.5":4}}': 'pm1=3 ug/m3|pm2_5=4 ug/m3',
    '{"pm25":{"avg":8,"min":5,"max":11}}': 'pm2_5=8 ug/m3|pm2_5/min=5 ug/m3|pm2_5/max=11 ug/m3',
    '{"temperature":{"value":70.7,"unit":"F"}}': 'temperature=21.5 degC',
    '{"battery":{"voltage":3.7,"level":90}}': 'voltage=3.7 V|battery=90 %',
    '{"r":[{"type":"co2","value":612},{"type":"voc","value":9,"unit":"ug/m3"}]}': 'co2=612 ppm|voc_mass=9 ug/m3',
    '{"temperature":{"offset":1,"status":2}}': '',
  })) {
    assert.deepEqual(told(json).slice(1), value.split('|').filter(Boolean), json);
  }
});

test('one quantity several times: the places are channels, wrapping alone is none', () => {
  assert.deepEqual(told('{"data":{"bme280":{"temp":21}}}').slice(1), ['temperature=21 degC']);
  assert.deepEqual(told('{"indoor":{"temp":21}}').slice(1), ['temperature/indoor=21 degC']);
  assert.deepEqual(told('{"indoor":{"temp":21},"outdoor":{"temp":5}}').slice(1), [
    'temperature/indoor=21 degC',
    'temperature=5 degC',
  ]);
  assert.deepEqual(told('{"temp":20,"Bath":{"temp":21},"s":[{"id":"a","temp":1},{"temp":2}]}').slice(1), [
    'temperature=20 degC',
    'temperature/bath=21 degC',
    'temperature/s_a=1 degC',
    'temperature/s_1=2 degC',
  ]);
  const long = told(`{"temp":1,"${'x'.repeat(1000)}":{"temp":2}}`).at(-1)!;
  assert.equal(long.length, 'temperature/=2 degC'.length + nameLengthMax);
});

test('what is no value: null is absent, nan is invalid, the rest is counted', () => {
  assert.deepEqual(told('{"temp":null,"pm25":"","hum":40}'), ['frame', 'relative_humidity=40 %']);
  assert.deepEqual(told('{"temp":nan,"hum":-inf,"co2":"ovf"}'), [
    'frame',
    'temperature=null degC invalid',
    'relative_humidity=null % invalid',
    'co2=null ppm invalid',
  ]);
  assert.deepEqual(told('{"temp":"warm","hum":1e999}'), ['frame', 'not_a_number 1', 'not_a_number 1']);
  assert.deepEqual(told('{"temp":150}'), ['frame', 'temperature=150 degC out_of_range']);
});

test('who and when', () => {
  assert.deepEqual(told('{"id":"roof","ts":1767323045,"co2":612}'), [
    'frame roof',
    'co2=612 ppm at 2026-01-02T03:04:05.000Z',
  ]);
  assert.deepEqual(told('{"deviceId":7,"time":"2026-01-02T03:04:05","co2":612}'), ['frame 7', 'co2=612 ppm']);
  assert.deepEqual(told('{"time":12,"timestamp":"2026-01-02T03:04:05Z","co2":612}'), [
    'frame',
    'co2=612 ppm at 2026-01-02T03:04:05.000Z',
  ]);
  assert.deepEqual(told('{"name":"temperature","value":21.5}'), ['frame', 'temperature=21.5 degC']);
});

test('a profile gives paths; nothing else is told', () => {
  const readings: TextReading[] = [
    { key: ['a', 'b', '0', 'c'], quantity: 'temperature' },
    { key: 'x.y', quantity: 'pm2_5', scale: 0.1 },
    { key: ['constructor', 'name'], quantity: 'co2' },
  ];
  assert.deepEqual(toldAs(readings, '{"a":{"b":[{"c":"21.5"}]},"x.y":214,"hum":40}'), [
    'frame',
    'temperature=21.5 degC',
    'pm2_5=21.4 ug/m3',
  ]);
});

test('torn, doubled and prefixed lines: whole objects are read', () => {
  assert.deepEqual(told('{"temp":21.{"temp":21.5,"env":{"pm10":3}}'), [
    'malformed 1',
    'frame',
    'temperature=21.5 degC',
    'pm10=3 ug/m3',
  ]);
  assert.deepEqual(told('{"temp":1}{"temp":2}'), ['frame', 'temperature=1 degC', 'frame', 'temperature=2 degC']);
  assert.deepEqual(told('[12] {"temp":1}'), ['malformed 1', 'frame', 'temperature=1 degC']);
  for (const line of [
    'rst:0x1',
    '":21.5,"max":{"temp":30}}',
    '{"temp":',
    '{"temp":21.5',
    '[21.5]',
    '21.5',
    '{temp:1}',
  ]) {
    assert.deepEqual(told(line), ['malformed 1'], line);
  }
});

test('bombs are malformed', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}{"temp":1}${'}'.repeat(depth)}`;
  assert.deepEqual(told(nested(jsonDepthMax - 1)), ['frame', 'temperature=1 degC']);
  assert.deepEqual(told(nested(jsonDepthMax + 40)), ['malformed 1']);
  assert.deepEqual(told('{'.repeat(4096)), ['malformed 1']);
  assert.deepEqual(told('{"__proto__":{"x":1},"constructor":{"prototype":1}}'), ['frame']);
});

test('whatever comes before, the next good line is read', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(...'{}[]":,temp1.\\') }),
    fc.json({ maxDepth: 4 }),
  );
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 5 }), (lines) => {
      assert.deepEqual(told(...lines, '{"temp":21.5}').slice(-2), ['frame', 'temperature=21.5 degC']);
    }),
  );
});
