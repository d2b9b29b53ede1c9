// A gateway whose sensor drifts into the alarm class, beside three that read quiet air, in a replay with real packets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimedEvent } from '../../src/core/events.ts';
import { AIR } from '../../src/distill/air.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { withAlarms } from '../../src/gateway/domains.ts';
import type { CsvRow } from '../../src/sense/replay/replay.ts';
import { seededRandom } from '../../src/sim/random.ts';
import { runReplay } from '../../src/sim/replay-run.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);
const DRIFT = { fromH: 30, untilH: 126 };

async function* rowsOf(sensor: string): AsyncGenerator<CsvRow> {
  const random = seededRandom(sensor.charCodeAt(0));
  for (let hour = 0; hour < 150; hour++) {
    const timeMs = START_MS + hour * HOUR_MS;
    const hasDrifted = sensor === 'drifting' && hour >= DRIFT.fromH && hour < DRIFT.untilH;
    const value = 8 + 4 * random() + (hasDrifted ? 90 : 0);
    const base = { sensor, channel: '', timeMs, clock: 2, quality: 0, sensorClass: 0 } as const;
    yield { timeMs, written: `${timeMs}`, readings: [{ ...base, quantity: 'pm2_5', value, unit: 'ug/m3' }] };
  }
}

test('a fault that the alarm finds is told to the others once, and no level follows before it is over', async () => {
  const issued: string[] = [];
  const heard: string[] = [];
  const note = (station: string, event: TimedEvent) => {
    const hour = Math.round((event.timeMs - START_MS) / HOUR_MS);
    if (event.type === 'packet_issued' && station === 'drifting' && /^(level|fault)$/.test(event.finding))
      issued.push(`${event.finding} ${hour}`);
    if (event.type === 'packet_received' && event.finding === 'fault') heard.push(station);
  };
  await runReplay({
    domains: withAlarms(createDomains([AIR]), { pm2_5: 75 }),
    stations: ['a', 'b', 'c', 'drifting'].map((id) => ({ id, place: undefined, rows: rowsOf(id) })),
    alone: false,
    signal: new AbortController().signal,
    listener: { row: () => {}, event: note, moment: () => {}, failed: (id, why) => assert.fail(`${id} ${why}`) },
  });
  const faults = issued.filter((one) => one.startsWith('fault'));
  assert.equal(faults.length, 1, `${issued}`);
  assert.deepEqual(heard.toSorted(), ['a', 'b', 'c']);
  const after = issued.slice(issued.indexOf(faults[0]!) + 1);
  assert.equal(after[0], `level ${DRIFT.untilH}`, `${issued}`);
});
