import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgedChannelsMax } from '../../src/core/limits.ts';
import { QUALITY, type Reading } from '../../src/core/reading.ts';
import { createLatestReadings } from '../../src/observe/latest-readings.ts';

const reading = (about: Partial<Reading>): Reading => ({
  sensor: 'zigbee/my room/a.b',
  quantity: 'temperature',
  channel: '',
  value: 21.5,
  unit: 'degC',
  timeMs: 1_000,
  clock: 2,
  quality: 0,
  sensorClass: 0,
  ...about,
});

test('the newest reading of each channel is shown, with what is known of its sensor', () => {
  const latest = createLatestReadings();
  latest.note(reading({ value: 20 }));
  latest.note(reading({ sensor: 'roof', quantity: 'pm2_5', channel: 'cf1', value: 12, unit: 'ug/m3' }));
  latest.note(reading({ timeMs: 2_000, quality: QUALITY.warming_up | QUALITY.spike }));
  assert.deepEqual(
    latest.snapshot((sensor) => ({ online: sensor === 'roof' })),
    [
      {
        channel: 'zigbee/my room/a.b/temperature',
        sensor: 'zigbee/my room/a.b',
        quantity: 'temperature',
        value: 21.5,
        unit: 'degC',
        quality: 'warming_up spike',
        online: false,
        timeMs: 2_000,
        good: { value: 20, timeMs: 1_000 },
      },
      {
        ...{ channel: 'roof/pm2_5/cf1', sensor: 'roof', quantity: 'pm2_5', value: 12, unit: 'ug/m3' },
        ...{ quality: 'good', online: true, timeMs: 1_000, good: { value: 12, timeMs: 1_000 } },
      },
    ],
  );
});

test('what is unfit is never the last good value, a doubt may be', () => {
  const latest = createLatestReadings();
  const good = () => latest.snapshot(() => ({}))[0]?.good;
  latest.note(reading({ quality: QUALITY.warming_up }));
  assert.equal(good(), null);
  latest.note(reading({ value: 22, quality: QUALITY.spike }));
  for (const bit of ['out_of_range', 'warming_up', 'invalid', 'disagreement'] as const)
    latest.note(reading({ value: 99, timeMs: 2_000, quality: QUALITY[bit] }));
  assert.deepEqual(good(), { value: 22, timeMs: 1_000 });
});

test('channels beyond the cap are not kept, and those that are known go on', () => {
  const latest = createLatestReadings();
  for (let i = 0; i <= judgedChannelsMax; i++) latest.note(reading({ sensor: `s${i}` }));
  latest.note(reading({ sensor: 's0', value: 3 }));
  const shown = latest.snapshot(() => ({}));
  assert.equal(shown.length, judgedChannelsMax);
  assert.equal(shown[0]?.value, 3);
});
