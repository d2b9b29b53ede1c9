// Alarms of whole gateways in a replay: what the levels of neighbours add.
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
const NAMES = ['a', 'b', 'c', 'd', 'deaf'];
const DAY = 24;

/** Smoke over all of them on the second day, a fire beside `a` on the third; `deaf` reads quiet air throughout. */
async function* rowsOf(sensor: string): AsyncGenerator<CsvRow> {
  const random = seededRandom(sensor.length + sensor.charCodeAt(0));
  for (let timeMs = START_MS; timeMs < START_MS + 4 * DAY * HOUR_MS; timeMs += 600_000) {
    const hour = (timeMs - START_MS) / HOUR_MS;
    const isSmoky = hour >= DAY + 10 && hour < DAY + 16 && sensor !== 'deaf';
    const isFire = hour >= 2 * DAY + 10 && hour < 2 * DAY + 14 && sensor === 'a';
    const value = 8 + 4 * random() + (isSmoky || isFire ? 90 : 0);
    const base = { sensor, channel: '', timeMs, clock: 2, quality: 0, sensorClass: 0 } as const;
    yield { timeMs, written: `${timeMs}`, readings: [{ ...base, quantity: 'pm2_5', value, unit: 'ug/m3' }] };
  }
}

interface Heard {
  /** `<station> <kind> <day>`. */
  readonly alarms: string[];
  readonly levels: Map<string, number>;
}

async function replay({ alone = false, alarm = 75 } = {}): Promise<Heard> {
  const heard: Heard = { alarms: [], levels: new Map() };
  const note = (station: string, event: TimedEvent) => {
    const day = Math.floor((event.timeMs - START_MS) / HOUR_MS / DAY) + 1;
    if (event.type === 'alarm') heard.alarms.push(`${station} ${event.kind} ${day}`);
    if (event.type !== 'packet_issued' || event.finding !== 'level') return;
    heard.levels.set(station, (heard.levels.get(station) ?? 0) + 1);
  };
  await runReplay({
    domains: withAlarms(createDomains([AIR]), { pm2_5: alarm }),
    stations: NAMES.map((id) => ({ id, place: undefined, rows: rowsOf(id) })),
    alone,
    signal: new AbortController().signal,
    listener: { row: () => {}, event: note, moment: () => {}, failed: (id, why) => assert.fail(`${id} ${why}`) },
  });
  heard.alarms.sort();
  return heard;
}

test('neighbours confirm, tell a lone rise local, and alarm where the own sensor reads low', async () => {
  const { alarms, levels } = await replay();
  const smoke = ['a', 'b', 'c', 'd'].flatMap((name) => [`${name} confirmed 2`, `${name} event 2`]);
  assert.deepEqual(alarms, [...smoke, 'a event 3', 'a local 3', 'deaf event 2'].toSorted());
  for (const name of NAMES) assert.ok(levels.get(name)! >= 4 && levels.get(name)! <= 8, `${name} ${levels.get(name)}`);
});

test('alone there are only the own alarms; a level that is not reached is none', async () => {
  const { alarms } = await replay({ alone: true });
  assert.deepEqual(alarms, ['a event 2', 'a event 3', 'b event 2', 'c event 2', 'd event 2']);
  assert.deepEqual((await replay({ alarm: 400 })).alarms, []);
});
