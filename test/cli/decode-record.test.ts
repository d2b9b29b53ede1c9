import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDecodeRecord } from '../../src/cli/decode-record.ts';
import { decodedReadingsMax } from '../../src/core/limits.ts';
import { QUALITY } from '../../src/core/reading.ts';
import type { Observation } from '../../src/sense/sink.ts';

const observation: Observation = { quantity: 'pm2_5', value: 12, unit: 'ug/m3', channel: '', quality: 0 };

test('a reading that is flagged says why', () => {
  const { sink, record } = createDecodeRecord(1);
  for (const quality of [0, QUALITY.invalid, QUALITY.invalid | QUALITY.out_of_range]) {
    sink.value({ ...observation, quality });
  }
  assert.deepEqual(
    record().readings.map(({ quality }) => quality),
    ['good', 'invalid', 'out_of_range invalid'],
  );
});

test('readings have a cap, and what is over it is counted', () => {
  const { sink, record } = createDecodeRecord(1);
  for (let i = 0; i < decodedReadingsMax + 2; i++) sink.value(observation);
  const { readings, rejected } = record();
  assert.equal(readings.length, decodedReadingsMax);
  assert.deepEqual(rejected, [{ reason: 'too_many_readings', count: 2 }]);
});
