import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LinkRow, SensorRow, StatusAnswer } from '../../src/cli/status-answer.ts';
import { screenLines } from '../../src/cli/status-screen.ts';

const KEY = 'ed97eb8a42574dcca687c114a53ca53c96d7f462b37e097fa009ed040cfe4d58-bddc';
const at = (secondsAgo: number) => new Date(Date.UTC(2026, 10, 22, 10) - secondsAgo * 1000).toISOString();

const reading = (sensor: string, value: number, time: string) => ({
  ...{ sensor, quantity: 'pm2_5', unit: 'ug/m3', value, quality: 'good', time, good: { value, time } },
});

const roof: SensorRow = {
  name: 'roof',
  state: 'learning',
  problem: null,
  trouble: false,
  learned_s: 7_800,
  learns_s: 21_600,
};
const hub: LinkRow = {
  ...{ name: 'hub', up: true, problem: null, trouble: false, key: KEY, session: true, heard: at(12), owed: 3 },
};

const status: StatusAnswer = {
  ...{ running: true, state: 'ok', problems: [], name: 'roof-1', public_key: KEY, version: '0.1.0' },
  ...{ now: at(0), started: at(7_200), uptime_s: 7_200, held: 0 },
  time: { problem: null, source: "this machine's clock, which is synchronised" },
  sensors: [roof, { name: 'zigbee', state: 'waiting', problem: null, trouble: false }],
  channels: [{ sensor: 'roof', quantity: 'pm2_5' }],
  readings: [{ ...reading('roof', 1, at(1)), quantity: 'temperature' }, reading('roof', 13.4159, at(4))],
  links: [hub],
  conclusions: [{ time: at(720), id: '4a917251', words: 'PM2.5 is high here and at 3 neighbours: real, 94%' }],
  last_day: { span_s: 7_200, readings: 86_412, verdicts: 1, alarms: 0, packets_issued: 12, packets_received: 40 },
};

const TEN_LINES = [
  'roof-1: all is well',
  '  running for 2 h, since 2026-11-22 08:00 UTC, version 0.1.0',
  `  public key: ${KEY}`,
  "  clock: 2026-11-22 10:00 UTC, from this machine's clock, which is synchronised",
  '  sensor roof: PM2.5 13.4 ug/m3, 4 s ago; learning 2 h 10 min of 6 h',
  '  sensor zigbee: nothing has come yet',
  '  neighbour hub: connected, heard 12 s ago, 3 packets wait for it, key ed97eb8a..bddc',
  '  12 min ago  PM2.5 is high here and at 3 neighbours: real, 94% (4a917251)',
  '  in the last 2 h: 86,412 readings, 1 verdict, 12 packets issued, 40 received',
];

test('a gateway that is well, in about ten lines', () => {
  assert.deepEqual(screenLines(status, 'qis.yaml'), TEN_LINES);
});

test('deposits that wait for their turn are counted, with how long they take', () => {
  const lines = (waiting: number) => screenLines({ ...status, gauges: { deposits_waiting: waiting } }, 'qis.yaml');
  assert.deepEqual(lines(0), TEN_LINES);
  assert.equal(lines(1).at(-2), '  1 deposit waits for its turn, about 1 s');
  assert.equal(lines(16_384).at(-2), '  16384 deposits wait for their turn, about 4 h 33 min');
});

test('what is wrong stands first, marked, with its last good value and its likeliest cause', () => {
  const words = 'no byte came in 60 s: TX and RX swapped';
  const silent: SensorRow = { name: 'yard', state: 'silent', problem: words, trouble: true, last_good: at(7_200) };
  const lines = screenLines(
    {
      ...status,
      ...{ state: 'degraded', problems: ['a', 'b', 'c', 'd'], held: 2, store: { problem: 'no space left' } },
      time: { problem: 'the time is not known: nothing is sent' },
      sensors: [
        roof,
        silent,
        { ...silent, name: 'never', last_good: null },
        { ...roof, name: 'old', state: 'fault', trouble: true },
      ],
      readings: [...status.readings!, { ...reading('yard', 8, at(7_200)), value: 99, time: at(7_000) }],
      links: [
        hub,
        { ...hub, name: 'hill', up: false, heard: null, owed: 0, trouble: true, problem: 'hill: wrong key' },
      ],
    },
    'qis.yaml',
  );
  assert.deepEqual(lines.slice(0, 1), ['roof-1: degraded, 4 problems, marked with !']);
  assert.deepEqual(lines.slice(3, 11), [
    '! clock: the time is not known: nothing is sent; 2 packets held',
    '! disk: no space left',
    `! sensor yard: PM2.5 8 ug/m3, 2 h ago; ${words}`,
    `! sensor never: nothing has come yet: ${words}`,
    '! sensor old: nothing has come yet: it fails: its values cannot be right',
    '  sensor roof: PM2.5 13.4 ug/m3, 4 s ago; learning 2 h 10 min of 6 h',
    '! neighbour hill: not connected, not heard since the start, nothing waits for it, key ed97eb8a..bddc; wrong key',
    '  neighbour hub: connected, heard 12 s ago, 3 packets wait for it, key ed97eb8a..bddc',
  ]);
});

test('a value that is not good yet says why, and one from before the start when it was', () => {
  const warm = { ...reading('roof', 0, at(1)), quality: 'warming_up', good: null };
  const lines = screenLines(
    {
      ...status,
      readings: [warm],
      sensors: [roof, { ...roof, name: 'zigbee', state: 'sleeping', last_good: at(600) }],
    },
    'qis.yaml',
  );
  assert.deepEqual(lines.slice(4, 6), [
    '  sensor roof: PM2.5 0 ug/m3 (warming up), 1 s ago; learning 2 h 10 min of 6 h',
    '  sensor zigbee: nothing since the start, last good value 10 min ago; asleep, as usual',
  ]);
});

test('fifty sensors and neighbours fit on one screen: those in trouble first, the rest counted', () => {
  const many = <Row extends object>(row: Row, bad: number) =>
    Array.from({ length: 50 }, (_, n) => ({
      ...row,
      name: `n${n}`,
      trouble: n >= 50 - bad,
      problem: n >= 50 - bad ? 'gone' : null,
    }));
  const lines = screenLines({ ...status, sensors: many(roof, 3), links: many(hub, 7) }, 'qis.yaml');
  assert.ok(lines.length <= 24, `${lines.length}`);
  assert.deepEqual(
    lines.slice(4, 8).map((line) => line.slice(0, 12)),
    ['! sensor n47', '! sensor n48', '! sensor n49', '  sensor n0:'],
  );
  assert.equal(lines[12], '  and 42 more sensors are well');
  assert.equal(lines[18], '! and 45 more neighbours, 2 of them in trouble too: qis status --all');
});

test('who has configured nothing is told what to do', () => {
  const lines = screenLines({ ...status, sensors: [], links: [], conclusions: [] }, '/etc/qis-edge/qis.yaml');
  assert.match(lines[4]!, /^ {2}no sensor is configured: name one under sensors in \/etc\/qis-edge\/qis\.yaml/);
  assert.match(lines[5]!, /^ {2}no neighbour is configured/);
  assert.match(lines[6]!, /^ {2}nothing was concluded yet$/);
});

test('an answer of another version shows what it has', () => {
  assert.match(screenLines({ running: true, name: 'roof-1' }, 'qis.yaml').join('\n'), /^roof-1: all is well\n/);
});
