import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTally } from '../../src/cli/demo-tally.ts';

test('a demo in which nothing happened did not succeed', () => {
  const tally = createTally('client:visitor');
  const figures = tally.figures({ gateways: 0, weights_moved: 0, link_bytes: 0, raw_bytes: 0 });
  const counted = [
    'gateways',
    'events_confirmed',
    'faults_named',
    'forgeries_rejected',
    'replays_rejected',
    'advisories',
    'confirms',
    'verdict_deposits',
    'hops_max',
    'lone_rises_told',
    'weights_moved',
    'weights_moved',
  ];
  const missing = tally.missing(figures);
  for (const key of counted)
    assert.ok(
      missing.some((line) => line.includes(`${key}: 0`)),
      key,
    );
});
