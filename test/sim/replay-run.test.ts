import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperatingError } from '../../src/core/errors.ts';
import type { TimedEvent } from '../../src/core/events.ts';
import { AIR } from '../../src/distill/air.ts';
import { createDomains } from '../../src/distill/domains.ts';
import type { CsvRow } from '../../src/sense/replay/replay.ts';
import { createAir, type Plume } from '../../src/sim/air.ts';
import { type ReplayStation, runReplay } from '../../src/sim/replay-run.ts';

const START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SMOKE_MS = START_MS + 30 * HOUR_MS;

async function* rowsOf(sensor: string, seed: number, smoke: readonly Plume[], hours = 36): AsyncGenerator<CsvRow> {
  const air = createAir(seed, smoke);
  for (let timeMs = START_MS; timeMs < START_MS + hours * HOUR_MS; timeMs += 10 * MINUTE_MS) {
    const value = Math.round(air(timeMs).pm2_5 * 10) / 10;
    const base = { sensor, channel: '', timeMs, clock: 2, quality: 0, sensorClass: 0 } as const;
    yield { timeMs, written: `${timeMs}`, readings: [{ ...base, quantity: 'pm2_5', value, unit: 'ug/m3' }] };
  }
}

const smokeAt = (arrivesMs: number): Plume[] => [
  { arrivesMs, riseMs: 10 * MINUTE_MS, holdsMs: 2 * HOUR_MS, decayMs: HOUR_MS, peak: 90 },
];

/** Smoke that passes the stations half an hour apart. */
function line(names: readonly string[]): ReplayStation[] {
  return names.map((id, index) => ({
    id,
    place: { latitude: 47.9 + 0.03 * index, longitude: 7.8 },
    rows: rowsOf(id, index, smokeAt(SMOKE_MS + index * 30 * MINUTE_MS)),
  }));
}

interface Heard {
  readonly events: (TimedEvent & { station: string })[];
  readonly failed: [string, string][];
  moments: number;
}

async function replay(stations: readonly ReplayStation[], alone = false): Promise<Heard> {
  const heard: Heard = { events: [], failed: [], moments: 0 };
  await runReplay({
    domains: createDomains([AIR]),
    stations,
    alone,
    signal: new AbortController().signal,
    listener: {
      row: () => {},
      event: (station, event) => void heard.events.push({ station, ...event }),
      moment: () => void heard.moments++,
      failed: (...why) => void heard.failed.push(why),
    },
  });
  return heard;
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

test('the same recordings give the same events, packet for packet', async () => {
  const [one, other] = [await replay(line(NAMES)), await replay(line(NAMES))];
  assert.ok(one.events.some(({ type }) => type === 'verdict'));
  assert.deepEqual(other.events, one.events);
});

/** Every ten seconds, so that the seconds of an answer show. */
async function* closely(sensor: string, seed: number): AsyncGenerator<CsvRow> {
  const air = createAir(seed, [{ ...smokeAt(START_MS + 20 * HOUR_MS)[0]!, riseMs: MINUTE_MS }]);
  for (let timeMs = START_MS; timeMs < START_MS + 20.25 * HOUR_MS; timeMs += 10_000) {
    const base = { sensor, channel: '', timeMs, clock: 2, quality: 0, sensorClass: 0 } as const;
    const value = Math.round(air(timeMs).pm2_5 * 10) / 10;
    yield { timeMs, written: `${timeMs}`, readings: [{ ...base, quantity: 'pm2_5', value, unit: 'ug/m3' }] };
  }
}

test('the delay of an answer is drawn from the name of the station, and the same again', async () => {
  const stations = () => ['a', 'b', 'c', 'd'].map((id, index) => ({ id, place: undefined, rows: closely(id, index) }));
  const answered = ({ events }: Heard) =>
    events.flatMap((event) =>
      event.type === 'packet_issued' && event.evidence.length > 0 ? [[event.station, event.timeMs, event.id]] : [],
    );
  const one = answered(await replay(stations()));
  assert.ok(one.length >= 3, `${one.length}`);
  assert.ok(new Set(one.map(([, timeMs]) => timeMs)).size > 1, 'not all at once');
  assert.deepEqual(answered(await replay(stations())), one);
});

test('an answer comes when it is due, also where the next row is far off', async () => {
  const { events } = await replay(line(NAMES));
  const rowMs = 10 * MINUTE_MS;
  const answers = events.filter((event) => event.type === 'packet_issued' && event.evidence.length > 0);
  assert.ok(answers.length > 0);
  assert.ok(answers.some(({ timeMs }) => (timeMs - START_MS) % rowMs === MINUTE_MS));
});

test('packets reach every station, over several hops; a station downwind is warned before its own event', async () => {
  const { events, failed, moments } = await replay(line(NAMES));
  assert.deepEqual([failed, moments], [[], 36 * 6]);
  const first = events.find((event) => event.type === 'packet_issued' && event.finding === 'event');
  assert(first?.type === 'packet_issued' && first.station === 'a');
  const received = events.flatMap((event) => (event.type === 'packet_received' && event.id === first.id ? event : []));
  assert.deepEqual(received.map(({ station }) => station).sort(), ['b', 'c', 'd', 'e', 'f']);
  assert.ok(received.every(({ timeMs }) => timeMs === first.timeMs));
  assert.ok(received.some(({ hops }) => hops > 0));
  const warned = events.find(({ type, station }) => type === 'advisory' && station === 'c');
  const detected = events.find((event) => event.type === 'anomaly' && event.station === 'c');
  assert.ok(warned!.timeMs < detected!.timeMs);
  const bad = events.filter((event) => event.type === 'packet_dropped' && event.reason !== 'duplicate');
  assert.deepEqual(new Set(bad.map((event) => event.type === 'packet_dropped' && event.reason)), new Set(['own_echo']));
});

test('alone they detect the same and hear nothing', async () => {
  const [alone, mesh] = [await replay(line(NAMES), true), await replay(line(NAMES))];
  const anomalies = ({ events }: Heard) => events.filter(({ type }) => type === 'anomaly').map((event) => event);
  assert.deepEqual(anomalies(alone), anomalies(mesh));
  assert.ok(!alone.events.some(({ type }) => type === 'packet_received' || type === 'advisory'));
});

test('who measures at the same moment learns nothing from the order of the stations', async () => {
  const both = (names: string[]) =>
    names.map((id) => ({ id, place: undefined, rows: rowsOf(id, id === 'a' ? 1 : 2, smokeAt(SMOKE_MS)) }));
  for (const names of [
    ['a', 'b'],
    ['b', 'a'],
  ]) {
    const { events } = await replay(both(names));
    const detectedMs = events
      .filter((event) => event.type === 'anomaly' && event.kind === 'event')
      .map((e) => e.timeMs);
    assert.equal(new Set(detectedMs).size, 1);
    assert.ok(!events.some(({ type }) => type === 'advisory'));
  }
});

/** Rows, then a failure. */
async function* failing(rows: readonly CsvRow[] | AsyncIterable<CsvRow>, error: Error): AsyncGenerator<CsvRow> {
  yield* rows;
  throw error;
}

test('a station is there from its first row to its last, and one that fails stops nobody', async () => {
  const broken = (id: string, rows: AsyncIterable<CsvRow>) => ({ id, place: undefined, rows });
  const gone = failing([], new OperatingError('input_unreadable', 'it is gone'));
  const torn = failing(rowsOf('torn', 8, [], 2), new OperatingError('input_unreadable', 'it is torn'));
  const empty = rowsOf('empty', 7, [], 0);
  const short = broken('short', rowsOf('short', 9, [], 3));
  const stations = [broken('gone', gone), broken('torn', torn), broken('empty', empty), short, ...line(['a', 'b'])];
  const { events, failed, moments } = await replay(stations);
  assert.deepEqual(failed, [
    ['gone', 'it is gone'],
    ['empty', 'there is no row with a time that can be read'],
    ['torn', 'it is torn'],
  ]);
  assert.equal(moments, 36 * 6);
  // Each says where it stands beside its alarm level; the two that end early are not heard of after that.
  const lastH = (name: string) =>
    Math.max(...events.filter(({ station }) => station === name).map(({ timeMs }) => (timeMs - START_MS) / HOUR_MS));
  assert.deepEqual(new Set(events.map(({ station }) => station)), new Set(['a', 'b', 'short', 'torn']));
  assert.ok(lastH('torn') < 2 && lastH('short') < 3 && lastH('a') > 24 && lastH('b') > 24);
});

test('a mistake of ours is no failing station', async () => {
  const wrong = failing([], new TypeError('oh no'));
  await assert.rejects(replay([{ id: 'a', place: undefined, rows: wrong }]), TypeError);
});
