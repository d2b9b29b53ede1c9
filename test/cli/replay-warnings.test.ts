import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPersistence } from '../../src/cli/replay-persistence.ts';
import { momentKey, WARNING_MS, warningFigures } from '../../src/cli/replay-warnings.ts';
import type { TimedEvent } from '../../src/core/events.ts';
import { AIR } from '../../src/distill/air.ts';

const HOUR_MS = 3_600_000;

test('a warning is right when an event began after it, within six hours, at its station', () => {
  const events = new Map([['a', [10, 20].map((hour) => hour * HOUR_MS)]]);
  const figures = (hours: number[], key = 'a') =>
    warningFigures(new Map([[key, hours.map((hour) => hour * HOUR_MS)]]), events);
  assert.deepEqual(figures([3, 4, 8, 10, 19]), {
    warnings: 5,
    right: 3,
    precision: 0.6,
    lead_median_s: 2 * 3600,
    events_warned: 2,
  });
  assert.equal(figures([10 - WARNING_MS / HOUR_MS]).right, 1);
  assert.equal(figures([8], 'b').right, 0);
  assert.deepEqual(figures([]), { warnings: 0, right: 0, precision: null, lead_median_s: null, events_warned: 0 });
});

const near = { latitude: 48, longitude: 8 };
const places = new Map([
  ['a', near],
  ['b', { latitude: 48.1, longitude: 8 }],
  ['far', { latitude: 50, longitude: 8 }],
]);

function persistence() {
  const persist = createPersistence([AIR], places);
  const give = (hour: number, values: Record<string, number>) => {
    const timeMs = hour * HOUR_MS;
    for (const [sensor, value] of Object.entries(values)) {
      const base = { sensor, channel: '', timeMs, clock: 2, quality: 0, sensorClass: 0 } as const;
      persist.row(sensor, { timeMs, written: '', readings: [{ ...base, quantity: 'pm2_5', value, unit: 'ug/m3' }] });
    }
    persist.moment(timeMs);
  };
  const of = (station: string) => ({
    own: persist.own.get(momentKey(station, 'pm2_5')) ?? [],
    neighbours: persist.neighbours.get(momentKey(station, 'pm2_5')) ?? [],
  });
  return { persist, give, of };
}

test('persistence warns once each time the alarm level is passed, and whoever is near but not yet above it', () => {
  const { give, of } = persistence();
  for (const [hour, value] of [10, 40, 50, 30, 36].entries()) give(hour, { a: value, b: 5, far: 5 });
  assert.deepEqual(of('a'), { own: [HOUR_MS, 4 * HOUR_MS], neighbours: [] });
  assert.deepEqual(of('b'), { own: [], neighbours: [HOUR_MS, 4 * HOUR_MS] });
  assert.deepEqual(of('far'), { own: [], neighbours: [] });
});

test('it does not warn of an event that is there already', () => {
  const { persist, give, of } = persistence();
  const numbers = { observed: 50, baseline: 10, unit: 'ug/m3', confidence: 0.8, onsetMs: 1, durationS: 0 };
  const anomaly = (kind: string): TimedEvent => ({
    type: 'anomaly',
    sensor: 'a',
    quantity: 'pm2_5',
    timeMs: 1,
    channel: 'a/pm2_5',
    kind,
    cause: 'rise',
    ...numbers,
  });
  persist.event('a', anomaly('event'));
  give(1, { a: 40, b: 5 });
  assert.deepEqual(of('a').own, []);
  give(2, { a: 5, b: 40 });
  assert.deepEqual(of('a').neighbours, []);
  persist.event('a', anomaly('cleared'));
  give(3, { a: 40, b: 40 });
  assert.deepEqual(of('a').own, [3 * HOUR_MS]);
});
