import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HOMIE } from '../../../devices/homie/profile.ts';
import { sourceFrameBytesMax, sourcesPerSensorMax } from '../../../src/core/limits.ts';
import { createHomie } from '../../../src/sense/convention/homie.ts';
import { recordingSink } from '../recording-sink.ts';
import { listener } from './listener.ts';

const described = (properties: object, more: object = {}) => ({
  homie: '5.0',
  version: 1,
  nodes: { air: { properties } },
  ...more,
});

test('version 4: attributes describe what the values are', () => {
  const hear = listener(HOMIE);
  const about = (attribute: string, value: string) => hear(`homie/shed/climate/temperature/${attribute}`, value);
  assert.deepEqual(hear('homie/shed/climate/temperature', '20.5'), ['frame shed', 'temperature 20.5 degC']);
  assert.deepEqual(about('$datatype', 'float'), ['frame shed']);
  assert.deepEqual(about('$unit', '°F'), ['frame shed']);
  assert.deepEqual(hear('homie/shed/climate/temperature', '68.9'), ['frame shed', 'temperature 20.5 degC']);
  about('$datatype', 'string');
  assert.deepEqual(hear('homie/shed/climate/temperature', '68.9'), ['frame shed']);
});

test('version 5: one description says it all, under any base', () => {
  const hear = listener(HOMIE);
  const properties = {
    pm25: { datatype: 'float', unit: 'µg/m³' },
    turns: { datatype: 'integer', unit: '#' },
    class: { datatype: 'enum', format: 'good,bad' },
    temperature: { datatype: 'float', unit: '°F' },
  };
  assert.deepEqual(hear('my-site/5/box-1/$description', described(properties)), ['frame box-1']);
  assert.deepEqual(hear('my-site/5/box-1/air/pm25', '8.4'), ['frame box-1', 'pm2_5 8.4 ug/m3']);
  assert.deepEqual(hear('my-site/5/box-1/air/turns', '1180'), ['frame box-1', 'null/air/turns 1180 #']);
  assert.deepEqual(hear('my-site/5/box-1/air/class', '1'), ['frame box-1']);
  assert.deepEqual(hear('my-site/5/box-1/air/temperature', '32'), ['frame box-1', 'temperature 0 degC']);
  assert.deepEqual(hear('my-site/5/box-1/air/co2', '612'), ['frame box-1', 'co2 612 ppm']);
  // The same device under another base is another one.
  assert.deepEqual(hear('other/5/box-1/air/temperature', '32'), ['frame box-1', 'temperature 32 degC']);
});

test('node and property together are the name', () => {
  const hear = listener(HOMIE);
  const value = (name: string) => hear(`homie/dev/${name}`, '1')[1];
  assert.equal(value('soil/temperature'), 'temperature/soil 1 degC');
  assert.equal(value('indoor/temperature'), 'temperature/indoor 1 degC');
  assert.equal(value('wind/speed'), 'wind_speed 1 m/s');
  assert.equal(value('climate/target-temperature'), 'null/climate/target-temperature 1 ');
  assert.equal(value('light/power'), 'null/light/power 1 ');
});

test('the state tells whether a device is there', () => {
  const hear = listener(HOMIE);
  const states = {
    init: 'offline',
    ready: 'online',
    alert: 'online',
    sleeping: 'offline',
    disconnected: 'offline',
    lost: 'offline',
  };
  for (const [state, told] of Object.entries(states)) {
    assert.deepEqual(hear('homie/shed/$state', state), ['frame shed', told], state);
    assert.deepEqual(hear('homie/5/box/$state', state), ['frame box', told], state);
  }
  assert.deepEqual(hear('homie/shed/$state', ''), ['frame shed', 'offline']);
  assert.deepEqual(hear('homie/shed/$state', 'tired'), ['rejected malformed 1']);
  assert.deepEqual(hear('homie/old/$online', 'true'), ['frame old', 'online']);
  assert.deepEqual(hear('homie/old/$online', 'false'), ['frame old', 'offline']);
});

test('children of a root that is lost are lost, however deep, and come back with it', () => {
  const hear = listener(HOMIE);
  hear('homie/5/root/$description', described({}, { children: ['child'] }));
  hear('homie/5/child/$description', described({}, { root: 'root', parent: 'root', children: ['leaf'] }));
  hear('homie/5/leaf/$description', described({}, { root: 'root', parent: 'child' }));
  hear('homie/5/root/$state', 'ready');
  for (const id of ['child', 'leaf'])
    assert.deepEqual(hear(`homie/5/${id}/$state`, 'ready'), [`frame ${id}`, 'online']);
  assert.deepEqual(hear('homie/5/root/$state', 'lost'), ['frame root', 'offline child', 'offline leaf', 'offline']);
  assert.deepEqual(hear('homie/5/leaf/$state', 'ready'), ['frame leaf', 'offline']);
  assert.deepEqual(hear('homie/5/root/$state', 'ready'), ['frame root', 'online child', 'online leaf', 'online']);
});

test('a ring of parents ends', () => {
  const hear = listener(HOMIE);
  for (const [id, parent] of [
    ['a', 'b'],
    ['b', 'a'],
    ['c', 'c'],
  ] as const) {
    hear(`homie/5/${id}/$description`, described({}, { parent }));
    assert.deepEqual(hear(`homie/5/${id}/$state`, 'ready').at(-1), 'online');
  }
});

test('numbers are plain text; nan is not valid, and text is no number', () => {
  const hear = listener(HOMIE);
  hear('homie/5/d/$description', described({ temperature: { datatype: 'float' } }));
  const value = (text: string | Buffer, name = 'temperature') => hear(`homie/5/d/air/${name}`, text)[1];
  assert.equal(value('-3.25'), 'temperature -3.25 degC');
  assert.equal(value('2.1e1'), 'temperature 21 degC');
  assert.equal(value(' 21 '), 'temperature 21 degC');
  assert.equal(value('nan'), 'temperature null degC invalid');
  assert.equal(value('-Infinity'), 'temperature null degC invalid');
  assert.equal(value('1e999'), 'rejected not_a_number 1');
  assert.equal(value('warm'), 'rejected not_a_number 1');
  assert.equal(value('21,5'), 'rejected not_a_number 1');
  assert.equal(value('0x15'), 'rejected not_a_number 1');
  assert.equal(value(Buffer.from([0])), 'rejected not_a_number 1');
  assert.equal(value(''), undefined);
  assert.equal(value('open', 'door'), undefined);
  assert.equal(value('true', 'door'), undefined);
  assert.equal(value('nan', 'door'), 'rejected not_a_number 1');
  assert.equal(value('9'.repeat(100), 'door'), undefined);
});

test('commands, targets, broadcasts and other attributes are no readings', () => {
  const hear = listener(HOMIE);
  for (const topic of [
    ...['homie/d/air/temperature/set', 'homie/5/d/air/temperature/set', 'homie/5/d/air/temperature/$target'],
    ...[
      'homie/$broadcast/alert',
      'homie/5/$broadcast/alert',
      'homie/d/$name',
      'homie/d/$stats/uptime',
      'homie/d/air/$properties',
    ],
    'homie/5/d/$alert/door',
  ]) {
    assert.deepEqual(hear(topic, '21'), ['frame'], topic);
  }
  for (const topic of ['', 'homie', 'homie/a', 'homie/a/b', `homie/${'x'.repeat(300)}/a/b`]) {
    assert.deepEqual(hear(topic, '21'), ['rejected unsupported 1'], topic);
  }
});

test('descriptions that are none', () => {
  const hear = listener(HOMIE);
  const describe = (payload: unknown) => hear('homie/5/d/$description', payload)[0];
  assert.equal(describe('{"nodes":'), 'rejected not_json 1');
  assert.equal(describe('[]'), 'rejected malformed 1');
  assert.equal(describe(Buffer.alloc(sourceFrameBytesMax + 1, 0x20)), 'rejected payload_too_large 1');
  assert.equal(describe(''), 'frame d');
  assert.equal(
    describe({ nodes: { air: { properties: { pm25: 5 } }, b: null }, children: [1, ''], parent: {} }),
    'frame d',
  );
  assert.deepEqual(hear('homie/5/d/air/pm25', '5'), ['frame d', 'pm2_5 5 ug/m3']);
});

test('devices are kept up to a cap; values need no keeping', () => {
  const hear = listener(HOMIE);
  for (let i = 0; i < sourcesPerSensorMax; i++) hear(`homie/d${i}/$state`, 'ready');
  assert.deepEqual(hear('homie/more/$state', 'ready'), ['rejected too_many_sources 1']);
  assert.deepEqual(hear('homie/5/more/$description', described({})), ['rejected too_many_sources 1']);
  assert.deepEqual(hear('homie/more/air/co2/$unit', 'ppm'), ['rejected too_many_sources 1']);
  assert.deepEqual(hear('homie/more/air/co2', '500'), ['frame more', 'co2 500 ppm']);
  hear('homie/d0/$state', '');
  assert.deepEqual(hear('homie/more/$state', 'ready'), ['frame more', 'online']);
});

test('whatever comes, nothing is thrown', () => {
  const level = fc.constantFrom(
    'homie',
    '5',
    'a',
    'b',
    '$state',
    '$description',
    '$unit',
    '$datatype',
    'set',
    'temperature',
    '',
  );
  const text = fc.oneof(fc.string(), fc.constantFrom('ready', 'lost', '21.5', 'nan', '°C'), fc.json());
  const tree = fc.record({ parent: level, children: fc.array(level), nodes: fc.dictionary(level, fc.jsonValue()) });
  const payload = fc.oneof(
    text,
    tree.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.array(level, { maxLength: 7 }), payload), { maxLength: 12 }), (messages) => {
      const convention = createHomie();
      const { sink, told } = recordingSink();
      for (const [levels, sent] of messages) {
        convention.accept({ topic: levels.join('/'), payload: Buffer.from(sent), retained: false, timeMs: 0 }, sink);
      }
      for (const { value } of told.observations) assert.ok(value === null || Number.isFinite(value));
    }),
    { numRuns: 500 },
  );
});
