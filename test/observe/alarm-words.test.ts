import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent } from '../../src/core/events.ts';
import { alarmWords } from '../../src/observe/alarm-words.ts';
import { SOME_EVENTS } from './some-events.ts';

const NOON_MS = Date.UTC(2026, 0, 5, 12);

test('an alarm says what it is, and only a sign of the device is called a failure', () => {
  const says = (changes: Partial<Extract<AgentEvent, { type: 'alarm' }>>) =>
    alarmWords({ ...SOME_EVENTS.alarm, ...changes, timeMs: NOON_MS });
  assert.equal(says({}), 'ALARM: PM2.5 is at 81.3 ug/m3 at roof, 75% that others nearby see it too');
  assert.equal(says({ kind: 'confirmed' }), 'ALARM confirmed, PM2.5 is high here and nearby: real, 75%');
  assert.equal(says({ kind: 'local' }), 'PM2.5 is high only here, 81.3 ug/m3: a fire next door, or the sensor');
  assert.equal(
    says({ kind: 'fault', cause: 'drift' }),
    'roof fails: it has stood high for days, and nobody nearby has, at 81.3 ug/m3 of PM2.5',
  );
  assert.equal(
    says({ kind: 'fault', cause: 'attenuated', neighbours: 4 }),
    'roof fails: its fan may have stopped, its values barely move while those of 4 neighbours do, at 81.3 ug/m3 of PM2.5',
  );
  assert.match(says({ kind: 'fault', cause: 'reads_low', neighbours: 3 }), /reads less .* 3 neighbours; clean/);
  assert.match(says({ kind: 'fault', cause: 'reads_high', neighbours: 3 }), /reads more .* 3 neighbours; look for/);
  const interval = { fromMs: NOON_MS, untilMs: NOON_MS + 6 * 3_600_000 };
  assert.match(says({ kind: 'advisory', interval }), /within 6 hours, 75%/);
  const soon = { fromMs: NOON_MS, untilMs: NOON_MS + 60_000 };
  assert.match(says({ kind: 'advisory', interval: soon }), /within the hour, 75%/);
});
