// Insiders, losses and unset clocks in whole gateways of a replay: what is said takes the way of any packet.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimedEvent } from '../../src/core/events.ts';
import { AIR } from '../../src/distill/air.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { withAlarms } from '../../src/gateway/domains.ts';
import type { CsvRow } from '../../src/sense/replay/replay.ts';
import { seededRandom } from '../../src/sim/random.ts';
import type { Disturbance } from '../../src/sim/replay-disturbance.ts';
import { runReplay } from '../../src/sim/replay-run.ts';
import { insidersOf, type Lie } from '../bench/liars.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);
const NAMES = ['a', 'b', 'c', 'd', 'e'];
const LIAR = 'e';
const ALARM = 75;

/** Smoke over all of them every second day. */
function rowsOf(sensor: string, hours: number): CsvRow[] {
  const random = seededRandom(sensor.charCodeAt(0));
  return Array.from({ length: hours * 2 }, (_, at) => {
    const timeMs = START_MS + at * (HOUR_MS / 2);
    const isSmoky = (at / 2) % 48 >= 34 && (at / 2) % 48 < 42;
    const value = 8 + 4 * random() + (isSmoky ? 90 : 0);
    const base = { sensor, channel: '', timeMs, clock: 2, quality: 0, sensorClass: 0 } as const;
    return { timeMs, written: `${timeMs}`, readings: [{ ...base, quantity: 'pm2_5', value, unit: 'ug/m3' }] };
  });
}

async function* inTurn(rows: readonly CsvRow[]): AsyncGenerator<CsvRow> {
  yield* rows;
}

interface Heard {
  readonly events: readonly (TimedEvent & { station: string })[];
  /** What the word of an origin counts at `a` in the end. */
  readonly weights: ReadonlyMap<string, number>;
}

async function replay(disturbance: Disturbance | undefined, days = 4): Promise<Heard> {
  const events: (TimedEvent & { station: string })[] = [];
  const weights = new Map<string, number>();
  await runReplay({
    domains: withAlarms(createDomains([AIR]), { pm2_5: ALARM }),
    stations: NAMES.map((id) => ({ id, place: undefined, rows: inTurn(rowsOf(id, days * 24)) })),
    alone: false,
    signal: new AbortController().signal,
    disturbance,
    listener: {
      row: () => {},
      event: (station, event) => void events.push({ station, ...event }),
      moment: () => {},
      failed: (id, why) => assert.fail(`${id} ${why}`),
      ended(station, standings, name) {
        if (station === 'a') for (const { origin, weight } of standings) weights.set(name(origin), weight);
      },
    },
  });
  return { events, weights };
}

function insiders(lie: Lie, newcomers = 0): Disturbance {
  const recordings = NAMES.map((id) => ({ id, place: undefined, rows: rowsOf(id, 96) }));
  return {
    insiders: insidersOf({ lie, liars: [LIAR], inConcert: true, seed: 1, alarm: ALARM, newcomers }, recordings),
  };
}

const received = ({ events }: Heard, at: string, from: string) =>
  events.flatMap((event) =>
    event.type === 'packet_received' && event.station === at && event.origin === from ? [event] : [],
  );

test('what an insider says is signed, admitted by all, and costs it its weight; its own gateway sees that somebody else signs with its key', async () => {
  const honest = await replay(undefined);
  const lied = await replay(insiders('inverting'));
  assert.ok((honest.weights.get(LIAR) ?? 0) > 1, `${honest.weights.get(LIAR)}`);
  assert.ok((lied.weights.get(LIAR) ?? 1) < 0.7, `${lied.weights.get(LIAR)}`);
  assert.ok((lied.weights.get('b') ?? 0) > 1);
  for (const name of ['a', 'b', 'c', 'd']) assert.ok(received(lied, name, LIAR).length > 5, name);
  const bad = lied.events.flatMap((event) => (event.type === 'packet_dropped' ? [event.reason] : []));
  assert.deepEqual([...new Set(bad)].sort(), ['duplicate', 'own_echo', 'own_key']);
  assert.ok(!lied.events.some(({ type }) => type === 'equivocation'));
});

test('who always says high says so once a day, and an event only once', async () => {
  const lied = await replay(insiders('high'));
  const findings = received(lied, 'a', LIAR).map(({ finding }) => finding);
  assert.deepEqual(findings.filter((one) => one === 'event').length, 1);
  assert.deepEqual(findings.filter((one) => one === 'level').length, 4);
});

test('keys that an insider made up are heard, and change nothing for the honest', async () => {
  const lied = await replay(insiders('high', 10));
  const origins = lied.events.flatMap((event) =>
    event.type === 'packet_received' && event.station === 'a' && !NAMES.includes(event.origin) ? [event.origin] : [],
  );
  assert.equal(new Set(origins).size, 10);
  const alarms = (heard: Heard) =>
    heard.events.flatMap((event) => (event.type === 'alarm' ? [`${event.station} ${event.kind} ${event.timeMs}`] : []));
  const told = (heard: Heard) => alarms(heard).filter((alarm) => !alarm.startsWith(LIAR)).length;
  assert.equal(told(lied), told(await replay(undefined)));
});

test('what is lost at a station never reaches it; the others lack nothing', async () => {
  const [honest, deaf] = [await replay(undefined), await replay({ isLost: (station) => station === 'b' })];
  const count = (heard: Heard, at: string) => received(heard, at, 'a').length + received(heard, at, 'd').length;
  assert.equal(count(deaf, 'b'), 0);
  assert.ok(count(honest, 'b') > 5);
  assert.ok(received(deaf, 'c', 'b').length > 0);
});

test('a clock that was never set keeps what it makes to itself, and hears the others', async () => {
  const unset = await replay({ clockQuality: (station) => (station === 'b' ? 0 : 2) });
  assert.equal(received(unset, 'a', 'b').length, 0);
  assert.ok(received(unset, 'b', 'a').length > 5);
  assert.ok(
    unset.events.some((event) => event.station === 'b' && event.type === 'alarm' && event.kind === 'confirmed'),
  );
  const all = await replay({ clockQuality: () => 0 });
  assert.ok(!all.events.some(({ type }) => type === 'packet_received'));
  assert.ok(all.events.some(({ type }) => type === 'alarm'));
});
