import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { QUALITY, type Reading } from '../../src/core/reading.ts';
import { createSurroundings } from '../../src/distill/surroundings.ts';

const NOW_MS = Date.UTC(2026, 0, 5);
const HOUR_MS = 3_600_000;

const reading = (changes: Partial<Reading> = {}): Reading => ({
  sensor: 'roof',
  quantity: 'temperature',
  channel: '',
  value: 12,
  unit: 'degC',
  timeMs: NOW_MS,
  clock: 2,
  quality: 0,
  sensorClass: 40,
  ...changes,
});

suite('surroundings', () => {
  const after = (...readings: Reading[]) => {
    const surroundings = createSurroundings(['relative_humidity', 'temperature']);
    for (const one of readings) surroundings.note(one);
    return surroundings.attributes(NOW_MS);
  };

  test('are the latest good values of what is wanted', () => {
    assert.deepEqual(after(), {});
    assert.deepEqual(after(reading(), reading({ value: 13 }), reading({ quantity: 'relative_humidity', value: 60 })), {
      temperature: 13,
      relative_humidity: 60,
    });
    assert.deepEqual(after(reading({ quantity: 'pm2_5' })), {});
  });

  test('flagged values and other channels say nothing', () => {
    assert.deepEqual(after(reading({ quality: QUALITY.warming_up })), {});
    assert.deepEqual(after(reading(), reading({ value: 99, quality: QUALITY.out_of_range })), { temperature: 12 });
    assert.deepEqual(after(reading(), reading({ value: 30, channel: 'max' })), { temperature: 12 });
  });

  test('are forgotten after an hour, and when a clock was set back over them', () => {
    assert.deepEqual(after(reading({ timeMs: NOW_MS - HOUR_MS + 1 })), { temperature: 12 });
    assert.deepEqual(after(reading({ timeMs: NOW_MS - HOUR_MS })), {});
    assert.deepEqual(after(reading({ timeMs: NOW_MS + 1_000 })), { temperature: 12 });
    assert.deepEqual(after(reading({ timeMs: NOW_MS + 24 * HOUR_MS })), {});
  });
});
