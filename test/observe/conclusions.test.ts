import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimedEvent } from '../../src/core/events.ts';
import { shownConclusionsMax } from '../../src/core/load-limits.ts';
import { createConclusions, type VerdictEvent } from '../../src/observe/conclusions.ts';

const verdict = (about: string, timeMs: number, changes: Partial<VerdictEvent> = {}): VerdictEvent => ({
  ...{ type: 'verdict', phenomenon: 'pm2_5', verdict: 'uncorroborated', probability: 0.6 },
  ...{ about: about.padEnd(32, '0'), evidence: [], timeMs, ...changes },
});

const advisory: TimedEvent = {
  ...{ type: 'advisory', id: 'aabbccdd', phenomenon: 'pm2_5', probability: 0.3, inMinutes: 11 },
  ...{ distanceKm: 3.5, evidence: ['ab'], timeMs: 2_000 },
};

test('the newest word on each finding is kept, beside those that outlast a restart', () => {
  const conclusions = createConclusions();
  conclusions.note(verdict('11223344', 1_000));
  conclusions.note(advisory);
  conclusions.note(
    verdict('11223344', 3_000, { verdict: 'event', probability: 0.94, evidence: ['ab'], neighbours: 3 }),
  );
  conclusions.note({ type: 'link_up', link: 'hub', timeMs: 4_000 });
  const stored = [verdict('11223344', 3_000, { verdict: 'event' }), verdict('55667788', 500), verdict('99', 2_500)];
  assert.deepEqual(conclusions.latest(stored), [
    { timeMs: 3_000, id: '11223344', words: 'PM2.5 is high here and at 3 neighbours: real, 94%' },
    { timeMs: 2_500, id: '99000000', words: 'PM2.5 is high here: no neighbour has said anything of it yet' },
    {
      timeMs: 2_000,
      id: 'aabbccdd',
      words: 'PM2.5 is likely to reach you in about 11 minutes: seen 3.5 km away by 1 gateway, 30%',
    },
    { timeMs: 500, id: '55667788', words: 'PM2.5 is high here: no neighbour has said anything of it yet' },
  ]);
});

test('an alarm is kept, and never more than a person reads', () => {
  const conclusions = createConclusions();
  const alarm = { type: 'alarm', kind: 'event', phenomenon: 'pm2_5', sensor: 'roof', confidence: 0.8 } as const;
  for (let n = 0; n < 3 * shownConclusionsMax; n++) conclusions.note(verdict(`${n}`, n));
  conclusions.note({ ...alarm, id: '01234567', observed: 51.26, unit: 'ug/m3', timeMs: 99 });
  const latest = conclusions.latest([]);
  assert.equal(latest.length, shownConclusionsMax);
  assert.deepEqual(latest[0], {
    timeMs: 99,
    id: '01234567',
    words: 'ALARM: PM2.5 is at 51.3 ug/m3 at roof, 80% that others nearby see it too',
  });
});
