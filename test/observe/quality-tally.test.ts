import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgedChannelsMax } from '../../src/core/limits.ts';
import { QUALITY, type Reading } from '../../src/core/reading.ts';
import { createQualityTally } from '../../src/observe/quality-tally.ts';

function flagged(quality: number, sensor = 'roof'): Reading {
  const rest = { channel: '', value: 1, unit: 'ug/m3', timeMs: 1, clock: 2, sensorClass: 0 } as const;
  return { sensor, quantity: 'pm2_5', quality, ...rest };
}

test('counts what was flagged, bit by bit, and knows nothing of the rest', () => {
  const tally = createQualityTally();
  for (const quality of [0, QUALITY.spike, QUALITY.spike | QUALITY.humid]) tally.note(flagged(quality));
  tally.note(flagged(0, 'yard'));
  assert.deepEqual(tally.snapshot(), [{ channel: 'roof/pm2_5', spike: 2, humid: 1 }]);
});

test('the number of channels is capped', () => {
  const tally = createQualityTally();
  for (let index = 0; index <= judgedChannelsMax; index++) tally.note(flagged(QUALITY.spike, `s${index}`));
  tally.note(flagged(QUALITY.spike, 's0'));
  const shown = tally.snapshot();
  assert.equal(shown.length, judgedChannelsMax);
  assert.deepEqual(shown[0], { channel: 's0/pm2_5', spike: 2 });
});
