import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent, AlarmKind, VerdictName } from '../../src/core/events.ts';
import { type Alert, createAlertWriter } from '../../src/sim/replay-alerts.ts';

const row = (timeMs: number) => ({ timeMs, written: `at ${timeMs}`, readings: [] });

function anomaly(kind: string, cause: 'rise' | 'stuck' | 'silent' | 'recovered' = 'rise'): AgentEvent {
  const numbers = { observed: 50, baseline: 10, unit: 'ug/m3', confidence: 0.8, onsetMs: 1, durationS: 0 };
  return { type: 'anomaly', sensor: 'a/b', quantity: 'pm2_5', channel: 'a/b/pm2_5', kind, cause, ...numbers };
}

const advisory: AgentEvent = {
  type: 'advisory',
  id: '5e0c77d1',
  phenomenon: 'pm2_5',
  probability: 0.6,
  inMinutes: 10,
  distanceKm: 3,
  evidence: [],
};

const issued = (finding: 'event' | 'fault', id: string): AgentEvent => ({
  type: 'packet_issued',
  id,
  finding,
  phenomenon: 'pm2_5',
  bytes: 140,
  evidence: [],
});

const verdict = (name: VerdictName, about: string): AgentEvent => ({
  type: 'verdict',
  phenomenon: 'pm2_5',
  verdict: name,
  probability: name === 'event' ? 0.9 : 0.1,
  about,
  evidence: [],
});

function writer(alarmed: readonly string[] = []) {
  const alerts: Alert[] = [];
  const { row, note } = createAlertWriter({
    sensor: 'a/b',
    alarmed: new Set(alarmed),
    write: (alert) => alerts.push(alert),
  });
  return { alerts, row, note: (event: AgentEvent, timeMs: number) => note({ ...event, timeMs }) };
}

test('an alert stands at the row that brought it about, as it is written there', () => {
  const { alerts, row: read, note } = writer();
  read(row(1));
  note(anomaly('event'), 1);
  note(anomaly('fault', 'stuck'), 1);
  const where = { sensor: 'a/b', timeMs: 1, timestamp: 'at 1', phenomenon: 'pm2_5' };
  assert.deepEqual(alerts, [
    { ...where, kind: 'event', confidence: 0.8 },
    { ...where, kind: 'fault', confidence: 0.8 },
  ]);
});

test('levels, ends and recoveries are no alerts', () => {
  const { alerts, row: read, note } = writer();
  read(row(1));
  for (const event of [anomaly('level'), anomaly('cleared'), anomaly('cleared', 'recovered')]) note(event, 1);
  assert.deepEqual(alerts, []);
});

test('a gap within a day of an event does not end it as a fault; one of its own is told', () => {
  const hour = 3_600_000;
  const { alerts, row: read, note } = writer();
  for (const [hours, event] of [
    [0, anomaly('fault', 'silent')],
    [2, anomaly('event')],
    [4, anomaly('fault', 'silent')],
    [6, anomaly('fault', 'stuck')],
    [27, anomaly('fault', 'silent')],
  ] as const) {
    read(row(hours * hour));
    note(event, hours * hour);
  }
  assert.deepEqual(
    alerts.map(({ kind, timeMs }) => [kind, timeMs / hour]),
    [
      ['fault', 0],
      ['event', 2],
      ['fault', 6],
      ['fault', 27],
    ],
  );
});

test('what a packet brings about between rows stands at the next row, never at an earlier one', () => {
  const hour = 3_600_000;
  const { alerts, row: read, note } = writer();
  note(advisory, 5);
  read(row(10));
  read(row(hour + 10));
  note(advisory, hour + 10);
  note(advisory, hour + 11);
  const told = () => alerts.map(({ kind, timeMs, confidence }) => [kind, timeMs, confidence]);
  assert.deepEqual(told(), [
    ['advisory', 10, 0.6],
    ['advisory', hour + 10, 0.6],
  ]);
  read(row(hour + 20));
  assert.equal(alerts.length, 2, 'one of a kind an hour');
  note(advisory, 2 * hour + 15);
  read(row(2 * hour + 20));
  assert.equal(alerts.at(-1)!.timestamp, `at ${2 * hour + 20}`);
});

test('a verdict that an event of ours was local is told once; faults and verdicts on others are not told again', () => {
  const { alerts, row: read, note } = writer();
  read(row(1));
  note(issued('event', 'e'), 1);
  note(issued('fault', 'f'), 1);
  for (const event of [verdict('fault', 'f'), verdict('event', 'e'), verdict('local', 'x')]) note(event, 1);
  assert.deepEqual(alerts, []);
  note(verdict('local', 'e'), 1);
  note(verdict('local', 'e'), 1);
  assert.deepEqual(
    alerts.map(({ kind, confidence }) => [kind, confidence]),
    [['local', 0.9]],
  );
});

test('silence stands at a row without its value, and nowhere when there is no row', () => {
  const { alerts, row: read, note } = writer();
  read(row(1));
  note(anomaly('fault', 'silent'), 2);
  read(row(3));
  assert.deepEqual(alerts, []);
  note(anomaly('fault', 'silent'), 3);
  assert.equal(alerts.length, 1);
});

const alarm = (kind: AlarmKind, phenomenon = 'pm2_5'): AgentEvent => ({
  type: 'alarm',
  id: '3f21ab09',
  kind,
  phenomenon,
  sensor: 'roof',
  confidence: 0.7,
  observed: 80,
  unit: 'ug/m3',
});

test('where a phenomenon has an alarm, its alerts are those of the alarm, and the onset of an event is none', () => {
  const { alerts, row: read, note } = writer(['pm2_5']);
  read(row(1));
  note(issued('event', 'e'), 1);
  for (const event of [anomaly('event'), advisory, verdict('local', 'e')]) note(event, 1);
  assert.deepEqual(alerts, []);
  for (const kind of ['event', 'confirmed', 'local', 'advisory'] as const) note(alarm(kind), 1);
  assert.deepEqual(
    alerts.map(({ kind, confidence }) => [kind, confidence]),
    [
      ['event', 0.7],
      ['confirmed', 0.7],
      ['local', 0.7],
      ['advisory', 0.7],
    ],
  );
});

test('of the faults of one phenomenon, whoever found them, one an hour is told', () => {
  const hour = 3_600_000;
  const { alerts, row: read, note } = writer(['pm2_5']);
  for (const timeMs of [1, hour / 2, hour + 1]) {
    read(row(timeMs));
    note(alarm('fault'), timeMs);
    note(anomaly('fault', 'stuck'), timeMs);
  }
  assert.deepEqual(
    alerts.map(({ kind, timeMs }) => [kind, timeMs]),
    [
      ['fault', 1],
      ['fault', hour + 1],
    ],
  );
});

test('of every kind of one phenomenon at most one an hour is told, whether a row or a packet brought it about', () => {
  const kinds = ['event', 'confirmed', 'local', 'fault', 'advisory'] as const;
  const { alerts, row: read, note } = writer(['pm2_5', 'no2']);
  const minute = 60_000;
  for (let timeMs = minute; timeMs < 300 * minute; timeMs += 10 * minute) {
    read(row(timeMs));
    for (const kind of kinds) {
      note(alarm(kind), timeMs);
      note(alarm(kind), timeMs + 5 * minute);
    }
  }
  for (const kind of kinds) {
    const times = alerts.filter((one) => one.kind === kind).map((one) => one.timeMs);
    assert.equal(times.length, 5, kind);
    for (const [at, timeMs] of times.slice(1).entries()) assert.ok(timeMs - times[at]! >= 60 * minute, kind);
  }
  note(alarm('event', 'no2'), 291 * minute);
  assert.equal(alerts.at(-1)?.phenomenon, 'no2', 'another phenomenon has an hour of its own');
});
