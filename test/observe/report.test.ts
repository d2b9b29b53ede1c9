import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reported } from '../../src/observe/report.ts';

test('keys are written with marks, points in time as such, and what has not happened yet as null', () => {
  const channels = [{ timeMs: 1_800_000_000_000, onsetMs: 0, intervalMs: 500, nodeId: 'ab' }];
  assert.deepEqual(reported({ uptimeS: 3, clockQuality: 2, broker: null, channels, links: [] }), {
    uptime_s: 3,
    clock_quality: 2,
    broker: null,
    channels: [{ time: '2027-01-15T08:00:00.000Z', onset: null, interval_ms: 500, node_id: 'ab' }],
    links: [],
  });
  const sensors = [{ lastGoodMs: 1_800_000_000_000 }, { lastGoodMs: 0 }];
  assert.deepEqual(reported({ sensors, links: [{ heardMs: null }] }), {
    sensors: [{ last_good: '2027-01-15T08:00:00.000Z' }, { last_good: null }],
    links: [{ heard: null }],
  });
});
