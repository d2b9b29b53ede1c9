import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { SPARKPLUG } from '../../../devices/sparkplug/profile.ts';
import { namesPerSourceMax, sourceFrameBytesMax, sourcesPerSensorMax } from '../../../src/core/limits.ts';
import { createSparkplug } from '../../../src/sense/convention/sparkplug.ts';
import { recordingSink } from '../recording-sink.ts';
import { listener } from './listener.ts';
import { sparkplugBytes as bytes, type WrittenMetric } from './sparkplug-bytes.ts';

const T = 1_700_000_000_000;
const AT = '2023-11-14T22:13:20.000Z';
const BIRTH: WrittenMetric[] = [
  { name: 'bdSeq', datatype: 8, long: 3n },
  { name: 'pm25', alias: 1, datatype: 9, float: 12.5 },
];

/** A node that has said its birth. */
function born() {
  const hear = listener(SPARKPLUG);
  const say = (type: string, seq: number | undefined, metrics: readonly WrittenMetric[], device = '') =>
    hear(`spBv1.0/Plant 1/${type}/gw.7${device}`, bytes(T, seq, metrics));
  say('NBIRTH', 0, BIRTH);
  return { hear, say };
}

test('a published birth, and data by alias after it', () => {
  const hear = listener(SPARKPLUG);
  const birth =
    '0880d095ffbc3112120a0562645365711880d095ffbc312008580312160a04706d323510011880d095ffbc3120096500004841120e0a0473697465200c7a04726f6f661800';
  const data = '08e0a499ffbc311210100118e0a499ffbc31200965000054411801';
  assert.deepEqual(hear('spBv1.0/g/NBIRTH/n', Buffer.from(birth, 'hex')), [
    'frame g/n',
    'online',
    `null/bdSeq 3  ${AT}`,
    `pm2_5 12.5 ug/m3 ${AT}`,
  ]);
  assert.deepEqual(hear('spBv1.0/g/NDATA/n', Buffer.from(data, 'hex')), [
    'frame g/n',
    'pm2_5 13.25 ug/m3 2023-11-14T22:14:20.000Z',
  ]);
});

test('levels are taken as they are written, and a device comes after its node', () => {
  const { say } = born();
  assert.deepEqual(
    say('DBIRTH', 1, [{ name: 'Inputs/temperature', alias: 9, datatype: 2, int: -45, unit: '°F' }], '/wx 1'),
    ['frame Plant 1/gw.7/wx 1', 'online', `temperature/inputs -42.7778 degC ${AT}`],
  );
  assert.deepEqual(say('DDATA', 2, [{ alias: 9, int: 32 }], '/wx 1'), [
    'frame Plant 1/gw.7/wx 1',
    `temperature/inputs 0 degC ${AT}`,
  ]);
});

test('numbers are what their datatype says, which may have been said at birth only', () => {
  const types: [number, WrittenMetric, number][] = [
    [1, { int: -5 }, -5],
    [1, { int: 0xfb }, -5],
    [2, { int: -300 }, -300],
    [2, { int: 0xfffe }, -2],
    [3, { int: -70_000 }, -70_000],
    [4, { long: -(2n ** 40n) }, -(2 ** 40)],
    [5, { int: 0xfb }, 251],
    [6, { int: 0xffff }, 65_535],
    [7, { int: 0xffffffff }, 4_294_967_295],
    [8, { long: 2n ** 50n }, 2 ** 50],
    [9, { float: -1.5 }, -1.5],
    [10, { double: 0.1 }, 0.1],
  ];
  for (const [datatype, value, expected] of types) {
    const convention = createSparkplug();
    const send = (type: string, seq: number, metric: WrittenMetric) => {
      const { sink, told } = recordingSink();
      const payload = bytes(T, seq, [metric]);
      convention.accept({ topic: `spBv1.0/g/${type}/n`, payload, retained: false, timeMs: 0 }, sink);
      return told.observations.map((observation) => observation.value);
    };
    assert.deepEqual(
      send('NBIRTH', 0, { name: 'x', alias: 4, datatype, ...value }),
      [expected],
      `datatype ${datatype}`,
    );
    assert.deepEqual(send('NDATA', 1, { alias: 4, ...value }), [expected], `datatype ${datatype} by alias`);
    assert.deepEqual(send('NDATA', 2, { name: 'x', ...value }), [expected], `datatype ${datatype} by name`);
  }
});

test('texts, booleans and dates are no readings, and a control measures no quantity', () => {
  const { say } = born();
  const metrics: WrittenMetric[] = [
    { name: 'site', datatype: 12, text: '21' },
    { name: 'door', datatype: 11, bool: true },
    { name: 'since', datatype: 13, long: BigInt(T) },
    { name: 'Node Control/Rebirth', datatype: 11, bool: false },
    { name: 'empty' },
  ];
  assert.deepEqual(say('NDATA', 1, metrics), ['frame Plant 1/gw.7']);
  assert.deepEqual(say('NDATA', 2, [{ name: 'Device Control/temperature', datatype: 3, int: 5 }]), [
    'frame Plant 1/gw.7',
    `null/Device Control/temperature 5  ${AT}`,
  ]);
});

test('what is null, bad or stale is not valid; what was recorded earlier keeps its time', () => {
  const { say } = born();
  assert.deepEqual(
    say('NDATA', 1, [
      { alias: 1, isNull: true },
      { name: 'x', isNull: true },
    ]),
    ['frame Plant 1/gw.7', `pm2_5 null ug/m3 invalid ${AT}`],
  );
  assert.deepEqual(
    say('NDATA', 2, [
      { alias: 1, float: 1, quality: 0 },
      { alias: 1, float: 2, quality: 500 },
    ]).length,
    3,
  );
  assert.deepEqual(say('NDATA', 3, [{ alias: 1, float: 3, quality: 192, timeMs: T - 60_000 }]), [
    'frame Plant 1/gw.7',
    'pm2_5 3 ug/m3 2023-11-14T22:12:20.000Z',
  ]);
  assert.deepEqual(say('NDATA', 4, [{ alias: 1, float: 3, timeMs: 5 }])[1], `pm2_5 3 ug/m3 ${AT}`);
});

test('an alias that no birth told is counted for each metric; the other metrics are used', () => {
  const hear = listener(SPARKPLUG);
  assert.deepEqual(
    hear(
      'spBv1.0/g/NDATA/n',
      bytes(T, 7, [
        { alias: 1, float: 1 },
        { alias: 2, float: 1 },
        { name: 'co2', int: 420 },
      ]),
    ),
    ['frame g/n', 'rejected unknown_alias 1', 'rejected unknown_alias 1', `co2 420 ppm ${AT}`],
  );
});

test('sequence numbers wrap; a gap is counted and the values are used', () => {
  const { say } = born();
  const gap = (seq: number) => say('NDATA', seq, [{ alias: 1, float: 1 }]).includes('rejected sequence_gap 1');
  for (let seq = 1; seq <= 255; seq++) assert.ok(!gap(seq), `${seq}`);
  assert.ok(!gap(0));
  assert.ok(gap(2));
  assert.ok(!gap(3));
  assert.deepEqual(say('NDATA', 9, [{ alias: 1, float: 1 }]), [
    'frame Plant 1/gw.7',
    'rejected sequence_gap 1',
    `pm2_5 1 ug/m3 ${AT}`,
  ]);
  assert.ok(!say('NBIRTH', 0, BIRTH).includes('rejected sequence_gap 1'));
});

test('a node that dies takes its devices along, and its aliases', () => {
  const { say } = born();
  say('DBIRTH', 1, [{ name: 'co2', alias: 5, datatype: 3, int: 1 }], '/a');
  say('DBIRTH', 2, [{ name: 'co2', alias: 6, datatype: 3, int: 1 }], '/b');
  assert.deepEqual(say('DDEATH', 3, [], '/b'), ['frame Plant 1/gw.7/b', 'offline']);
  assert.deepEqual(say('DDATA', 4, [{ alias: 6, int: 1 }], '/b')[1], 'rejected unknown_alias 1');
  assert.deepEqual(say('NDEATH', undefined, [{ name: 'bdSeq', datatype: 8, long: 3n }]).slice(0, 3), [
    'frame Plant 1/gw.7',
    'offline Plant 1/gw.7/a',
    'offline',
  ]);
  assert.ok(say('NDATA', 5, [{ alias: 1, float: 1 }]).includes('rejected unknown_alias 1'));
});

test('the death certificate of an earlier session is ignored', () => {
  const { say } = born();
  assert.deepEqual(say('NDEATH', undefined, [{ name: 'bdSeq', datatype: 8, long: 2n }]), ['frame Plant 1/gw.7']);
  assert.ok(say('NDATA', 1, [{ alias: 1, float: 1 }]).includes(`pm2_5 1 ug/m3 ${AT}`));
  const hear = listener(SPARKPLUG);
  assert.equal(hear('spBv1.0/g/NDEATH/n', bytes(T, undefined, [{ name: 'bdSeq', long: 1n }]))[1], 'offline');
});

test('a new birth forgets the aliases of the old one', () => {
  const { say } = born();
  say('NBIRTH', 0, [{ name: 'bdSeq', datatype: 8, long: 4n }]);
  assert.ok(say('NDATA', 1, [{ alias: 1, float: 1 }]).includes('rejected unknown_alias 1'));
});

test('hosts and commands say nothing; what is no Sparkplug topic is not understood', () => {
  const hear = listener(SPARKPLUG);
  for (const topic of ['spBv1.0/STATE/host', 'STATE/host']) assert.deepEqual(hear(topic, { online: true }), ['frame']);
  for (const topic of ['spBv1.0/g/NCMD/n', 'spBv1.0/g/DCMD/n/d'])
    assert.deepEqual(hear(topic, bytes(T, 0, BIRTH)), ['frame']);
  for (const topic of ['', 'spBv1.0', 'spBv1.0/g', 'spBv1.0/g/NDATA', 'spBv1.0/g/NDATA/', 'spBv1.0/g/NDATA/n/d']) {
    assert.deepEqual(hear(topic, bytes(T, 0, BIRTH)), ['rejected unsupported 1'], topic);
  }
  for (const topic of [
    'spAv1.0/g/NDATA/n',
    'spBv1.0/g/DDATA/n',
    'spBv1.0/g/NREC/n',
    `spBv1.0/g/NDATA/${'n'.repeat(300)}`,
  ]) {
    assert.deepEqual(hear(topic, bytes(T, 0, BIRTH)), ['rejected unsupported 1'], topic);
  }
});

test('bytes that are no payload are one reason, and a compressed one another', () => {
  const hear = listener(SPARKPLUG);
  const whole = bytes(T, 0, BIRTH);
  for (let length = 1; length < whole.length; length++) {
    const told = hear('spBv1.0/g/NDATA/n', whole.subarray(0, length));
    assert.ok(told[0] === 'rejected malformed 1' || told[0] === 'frame g/n', told.join());
  }
  assert.deepEqual(hear('spBv1.0/g/NDATA/n', '{"metrics":[]}'), ['rejected malformed 1']);
  assert.deepEqual(hear('spBv1.0/g/NDATA/n', Buffer.alloc(5_000, 0x0b)), ['rejected malformed 1']);
  assert.deepEqual(hear('spBv1.0/g/NDATA/n', Buffer.alloc(sourceFrameBytesMax + 1)), ['rejected payload_too_large 1']);
  const packed = new BinaryWriter().tag(4, WireType.LengthDelimited).string('SPBV1.0_COMPRESSED').finish();
  assert.deepEqual(hear('spBv1.0/g/NDATA/n', Buffer.from(packed)), ['rejected unsupported 1']);
});

test('nodes, and names of one node, are kept up to a cap', () => {
  const hear = listener(SPARKPLUG);
  const births = Array.from({ length: namesPerSourceMax + 1 }, (_, i) => ({
    name: `m${i}`,
    alias: i,
    datatype: 9,
    float: i,
  }));
  assert.equal(hear('spBv1.0/g/NBIRTH/big', bytes(T, 0, births)).length, births.length + 2);
  const last = [
    { alias: namesPerSourceMax - 1, float: 1 },
    { alias: namesPerSourceMax, float: 1 },
  ];
  assert.deepEqual(hear('spBv1.0/g/NDATA/big', bytes(T, 1, last)).slice(1), [
    `null/m511 1  ${AT}`,
    'rejected unknown_alias 1',
  ]);
  for (let i = 1; i < sourcesPerSensorMax; i++) hear(`spBv1.0/g/NBIRTH/n${i}`, bytes(T, 0, BIRTH));
  assert.deepEqual(hear('spBv1.0/g/NBIRTH/more', bytes(T, 0, BIRTH)), ['rejected too_many_sources 1']);
  assert.equal(hear('spBv1.0/g/NDATA/big', bytes(T, 2, []))[0], 'frame g/big');
});

test('whatever bytes come on whatever topic, nothing is thrown', () => {
  const topic = fc.constantFrom('NBIRTH/n', 'NDATA/n', 'NDEATH/n', 'DBIRTH/n/d', 'DDATA/n/d', 'DDEATH/n/d');
  const metric = fc.record(
    {
      name: fc.constantFrom('bdSeq', 'temperature', 'x'),
      alias: fc.nat(3),
      datatype: fc.nat(20),
      long: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      double: fc.double(),
      quality: fc.constantFrom(0, 192, 500),
    },
    { requiredKeys: [] },
  );
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 120 }).map((raw) => Buffer.from(raw)),
    fc.tuple(fc.nat(300), fc.array(metric), fc.nat(99)).map(([seq, metrics, cut]) => {
      const whole = bytes(T, seq, metrics as WrittenMetric[]);
      return cut > 80 ? whole.subarray(0, (whole.length * cut) / 100) : whole;
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(topic, payload), { maxLength: 8 }), (messages) => {
      const convention = createSparkplug();
      const { sink, told } = recordingSink();
      for (const [end, sent] of messages) {
        convention.accept({ topic: `spBv1.0/g/${end}`, payload: sent, retained: false, timeMs: 0 }, sink);
      }
      for (const { value } of told.observations) assert.ok(value === null || Number.isFinite(value));
    }),
    { numRuns: 500 },
  );
});
