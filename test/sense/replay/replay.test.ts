import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { findDevice } from '../../../devices/catalogue.ts';
import type { AgentEvent } from '../../../src/core/events.ts';
import { QUALITY, type Reading } from '../../../src/core/reading.ts';
import { type CsvReplayOptions, inOrder, replayBytes, replayCsv } from '../../../src/sense/replay/replay.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { pms5003 } from '../serial/plantower-bytes.ts';

function fileWith(t: TestContext, content: string | Buffer, name = 'day.csv'): string {
  const file = join(temporaryFolder(t), name);
  writeFileSync(file, content);
  return file;
}

type Changes = Partial<CsvReplayOptions>;

async function csv(t: TestContext, content: string | Buffer, { file, ...changes }: Changes = {}) {
  const events: AgentEvent[] = [];
  const source = replayCsv({
    sensor: 'table',
    sensorClass: 0,
    file: file ?? fileWith(t, content),
    timestamp: { column: 'time', format: 'unix', zone: 'UTC' },
    readings: [{ column: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' }],
    emit: (event) => events.push(event),
    ...changes,
  });
  const readings = await Array.fromAsync(source);
  return { readings, dropped: events.map((event) => ('reason' in event ? event.reason : event.type)) };
}

const shown = (readings: readonly Reading[]) => readings.map(({ timeMs, value }) => [timeMs, value]);

async function bytes(t: TestContext, content: Buffer, intervalMs = 10_000) {
  const found = findDevice('PMS5003');
  assert(found);
  const events: AgentEvent[] = [];
  const { profile, model } = found;
  const file = fileWith(t, content, 'day.bin');
  const emit = (event: AgentEvent) => events.push(event);
  const source = replayBytes({ sensor: 'roof', file, profile, model, startMs: 1_000_000, intervalMs, emit });
  const readings = await Array.fromAsync(source);
  const main = readings.filter(({ quantity, channel }) => quantity === 'pm2_5' && channel === '');
  return { readings: main, events };
}

test('recorded bytes: good frames one interval apart, the rest counted', async (t) => {
  const broken = pms5003(99);
  broken[20] = broken[20]! ^ 0xff;
  const content = Buffer.concat([pms5003(1), Buffer.from('boot\n'), broken, pms5003(2), pms5003(3).subarray(0, 9)]);
  const { readings, events } = await bytes(t, content);
  assert.deepEqual(shown(readings), [
    [1_000_000, 1],
    [1_010_000, 2],
  ]);
  assert.deepEqual(
    events.map((event) => ('reason' in event ? event.reason : event.type)),
    ['checksum', 'noise', 'truncated'],
  );
});

test('recorded bytes: the sensor warms up in recorded time', async (t) => {
  const { readings } = await bytes(t, Buffer.concat(Array.from({ length: 5 }, (_, i) => pms5003(i + 1))));
  assert.deepEqual(
    readings.map(({ quality }) => quality),
    [QUALITY.warming_up, QUALITY.warming_up, QUALITY.warming_up, 0, 0],
  );
});

test('recorded bytes: a long recording comes whole', async (t) => {
  const frames = Array.from({ length: 10_000 }, (_, i) => pms5003(i % 1_000));
  const { readings } = await bytes(t, Buffer.concat(frames), 1_000);
  assert.equal(readings.length, frames.length);
  assert.deepEqual(shown(readings).at(-1), [1_000_000 + 9_999_000, 999]);
});

test('recorded bytes: a file of another device is told', async (t) => {
  const { readings, events } = await bytes(t, Buffer.from('no frame in here'));
  assert.deepEqual(readings, []);
  assert.match(
    events.map((event) => ('message' in event ? event.message : '')).join(),
    /holds no frame of a Plantower/,
  );
});

test('recorded bytes: a file that is not there is one clear error', async () => {
  const { profile, model } = findDevice('PMS5003')!;
  const emit = () => {};
  const source = replayBytes({
    sensor: 'roof',
    file: '/nowhere/x.bin',
    profile,
    model,
    startMs: 0,
    intervalMs: 1,
    emit,
  });
  await assert.rejects(Array.fromAsync(source), { code: 'input_unreadable', message: /\/nowhere\/x\.bin/ });
});

test('rows become readings in the unit of the table', async (t) => {
  const { readings, dropped } = await csv(t, 'time,t,pm25\r\n10,"70.7",12.5\r\n20,32,13\r\n', {
    readings: [
      { column: 'pm25', quantity: 'pm2_5' },
      { column: 't', quantity: 'temperature', unit: 'degF', channel: 'a' },
    ],
  });
  assert.deepEqual(dropped, []);
  assert.equal(readings.length, 4);
  assert.deepEqual(readings[0], {
    sensor: 'table',
    quantity: 'pm2_5',
    channel: '',
    value: 12.5,
    unit: 'ug/m3',
    timeMs: 10_000,
    clock: 2,
    quality: 0,
    sensorClass: 0,
  });
  assert.deepEqual([readings[1]!.channel, readings[1]!.unit], ['a', 'degC']);
  assert.ok(Math.abs(readings[1]!.value - 21.5) < 1e-9);
  assert.deepEqual([readings[2]!.quantity, readings[3]!.quantity], ['pm2_5', 'temperature']);
});

test('a packed file, and columns named with blanks around them', async (t) => {
  const file = fileWith(t, gzipSync('\uFEFF time , pm25 \n10,1\n'), 'day.csv.gz');
  assert.deepEqual(shown((await csv(t, '', { file })).readings), [[10_000, 1]]);
});

test('empty cells are no readings, bad ones are counted', async (t) => {
  const content = ['time,pm25', '10,1', '20,', '30,  ', '40,n/a', '50,NaN', '60', '70,1e999', '80,2'].join('\n');
  const { readings, dropped } = await csv(t, content);
  assert.deepEqual(shown(readings), [
    [10_000, 1],
    [80_000, 2],
  ]);
  assert.deepEqual(dropped, ['not_a_number', 'not_a_number', 'bad_row', 'not_a_number']);
});

test('rows without a time, and rows that go back, are left out', async (t) => {
  const content = ['time,pm25', '10,1', 'x,2', ',3', '30,4', '20,5', '30,6', '9e99,7', '40,8'].join('\n');
  const { readings, dropped } = await csv(t, content);
  assert.deepEqual(shown(readings), [
    [10_000, 1],
    [30_000, 4],
    [30_000, 6],
    [40_000, 8],
  ]);
  assert.deepEqual(dropped, ['bad_time', 'bad_time', 'out_of_order', 'bad_time']);
});

test('a value outside the plausible range is kept and marked', async (t) => {
  const { readings } = await csv(t, 'time,pm25\n10,-999\n20,9\n');
  assert.deepEqual(
    readings.map(({ quality }) => quality),
    [QUALITY.out_of_range, 0],
  );
});

test('a column that is missing is an error that names those that are there', async (t) => {
  await assert.rejects(csv(t, 'when,pm25\n1,2\n'), /has no column "time"; it has when, pm25/);
  await assert.rejects(csv(t, 'time,PM25\n1,2\n'), /has no column "pm25"; it has time, PM25/);
  const readings = [{ column: 'pm25', quantity: 'pm2_5', unit: 'hPa' }] as const;
  await assert.rejects(csv(t, 'time,pm25\n1,2\n', { readings }), /unit "hPa" does not fit pm2_5/);
  assert.deepEqual((await csv(t, '')).readings, []);
});

test('local time that goes back in autumn loses an hour, not the day', async (t) => {
  const rows = ['01:30', '02:15', '02:45', '02:15', '02:45', '03:15'].map((time, i) => `2024-10-27 ${time},${i}`);
  const timestamp = { column: 'time', format: 'iso', zone: 'Europe/Berlin' };
  const { readings, dropped } = await csv(t, ['time,pm25', ...rows].join('\n'), { timestamp });
  assert.deepEqual(
    readings.map(({ value }) => value),
    [0, 1, 2, 4, 5],
  );
  assert.deepEqual(dropped, ['out_of_order']);
});

async function* readingsAt(sensor: string, timesMs: readonly number[], onEnd = () => {}): AsyncGenerator<Reading> {
  try {
    for (const timeMs of timesMs) {
      const rest = { channel: '', value: 1, unit: 'ug/m3', clock: 2, quality: 0, sensorClass: 0 } as const;
      yield { sensor, quantity: 'pm1', timeMs, ...rest };
    }
  } finally {
    onEnd();
  }
}

test('several recordings come in the order of their time, each in its own', async () => {
  const times = fc.array(fc.nat(50), { maxLength: 20 }).map((list) => list.sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(fc.array(times, { maxLength: 5 }), async (lists) => {
      const sources = lists.map((list, i) => readingsAt(`${i}`, list));
      const merged = await Array.fromAsync(inOrder(sources));
      assert.deepEqual(
        merged.map(({ timeMs }) => timeMs),
        lists.flat().sort((a, b) => a - b),
      );
      lists.forEach((list, i) => {
        const own = merged.filter(({ sensor }) => sensor === `${i}`).map(({ timeMs }) => timeMs);
        assert.deepEqual(own, list);
      });
    }),
  );
});

test('merging ends its sources, whether it is stopped or one of them fails', async () => {
  const ended: string[] = [];
  const source = (name: string) => readingsAt(name, [1, 2, 3], () => ended.push(name));
  for await (const { timeMs } of inOrder([source('a'), source('b')])) if (timeMs === 2) break;
  assert.deepEqual(ended, ['a', 'b']);

  async function* failing(): AsyncGenerator<Reading> {
    yield* readingsAt('c', [1]);
    throw new Error('torn');
  }
  await assert.rejects(Array.fromAsync(inOrder([source('d'), failing()])), /torn/);
  assert.deepEqual(ended, ['a', 'b', 'd']);
});

test('of a file that holds none of the columns nothing is told: it may be any file', async (t) => {
  const file = fileWith(t, 'root:$y$j9T$hidden:20000:0:99999:7:::\n', 'shadow');
  await assert.rejects(csv(t, '', { file }), ({ code, message }: Error & { code: string }) => {
    assert.match(message, /shadow has no column "time"; nor any other/);
    return code === 'input_unreadable' && !message.includes('hidden');
  });
});
