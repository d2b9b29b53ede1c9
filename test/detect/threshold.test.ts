import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChannelOptions } from '../../src/detect/channel.ts';
import { THRESHOLD } from '../../src/detect/threshold.ts';
import { air, day, detector, feed, hour, minute, names, reading, second, start } from './series.ts';

const alarm = 35.4;
const threshold = (more: Partial<ChannelOptions> = {}) =>
  detector({ detector: THRESHOLD, levels: [9, 35.4, 55.4, 125.4], alarm, ...more });

/** Noise around a level that changes with time; half a unit either way, and never the same twice. */
const around = (level: (timeMs: number) => number) => (timeMs: number) =>
  level(timeMs) + ((timeMs / second) % 7) / 7 - 0.5;

test('needs nothing learned: the first readings of all may be an event', () => {
  const found = feed(threshold(), { from: start, to: start + hour, every: 10 * second, value: around(() => 60) });
  assert.deepEqual(names(found), ['event/rise']);
  const [event] = found;
  assert.deepEqual([event!.onsetMs, event!.timeMs, event!.samples], [start, start + 50 * second, 6]);
  assert.equal(event!.severity, 4);
  assert.ok(Math.abs(event!.observed - 60) < 1);
});

test('what is usual here does not matter, nor how long it lasts', () => {
  const target = threshold();
  const series = { from: start, to: start + 10 * day, every: 10 * minute, value: around(() => 60) };
  assert.deepEqual(names(feed(target, series)), ['event/rise']);
  assert.equal(target.summary().samples, 1440);
  const low = { ...series, value: around((timeMs) => (timeMs - start < 5 * day ? 5 : 34)) };
  assert.deepEqual(names(feed(threshold(), low)), []);
});

test('a few readings over the level are none: 45 s at fast rates, two readings at slow ones', () => {
  const forMs = (lastsMs: number, every: number) => {
    const at = start + 100 * every;
    const value = around((timeMs) => (timeMs >= at && timeMs < at + lastsMs ? 90 : 10));
    return feed(threshold(), { from: start, to: at + 3 * hour, every, value }).filter(({ kind }) => kind === 'event');
  };
  assert.equal(forMs(44 * second, second).length, 0);
  assert.equal(forMs(48 * second, second).length, 1);
  assert.equal(forMs(2 * minute, minute).length, 0);
  assert.equal(forMs(3 * minute, minute).length, 1);
  assert.equal(forMs(10 * minute, 10 * minute).length, 0);
  assert.equal(forMs(20 * minute, 10 * minute).length, 1);
});

test('what is told is over the level: a fast sensor is waited for until its average is', () => {
  const at = start + hour;
  // By so little that its average follows late.
  const value = around((timeMs) => (timeMs < at ? 1 : 36.5));
  const [event] = feed(threshold(), { from: start, to: at + hour, every: second, value });
  assert.ok(event!.timeMs - at > 60 * second && event!.observed >= alarm);
});

test('a lone dip or spike neither ends an event nor keeps it open', () => {
  const at = start + hour;
  const dip = around((timeMs) => (timeMs < at || timeMs === at + hour ? 10 : 90));
  const found = feed(threshold(), { from: start, to: at + 3 * hour, every: 10 * minute, value: dip });
  assert.deepEqual(names(found), ['event/rise']);
  const spikes = around((timeMs) =>
    timeMs < at + hour && timeMs >= at ? 90 : (timeMs - start) % (5 * minute) === 0 ? 200 : 10,
  );
  const ended = feed(threshold(), { from: start, to: at + 2 * hour, every: minute, value: spikes });
  const [, cleared] = ended.filter(({ kind }) => kind !== 'level');
  assert.equal(cleared?.kind, 'cleared');
  assert.ok(Math.abs(cleared.timeMs - at - 70 * minute) <= 2 * minute);
  assert.ok(Math.abs(cleared.durationS - 3600) <= 120, `${cleared.durationS} s`);
});

test('severity is told when it changes, no more often than every two minutes, also over a clock set back', () => {
  const at = start + hour;
  const target = threshold();
  const value = around((timeMs) => (timeMs < at ? 10 : timeMs < at + 10 * minute ? 45 : 90));
  const found = feed(target, { from: start, to: at + 12 * minute, every: 10 * second, value });
  assert.deepEqual(
    found.map(({ kind, severity }) => `${kind} ${severity}`),
    ['event 3', 'level 4'],
  );
  const back = start - 10 * hour;
  const worse = feed(target, { from: back, to: back + 10 * minute, every: 10 * second, value: around(() => 200) });
  assert.deepEqual(
    worse.map(({ kind, severity }) => `${kind} ${severity}`),
    ['level 5'],
  );
  assert.ok(worse[0]!.timeMs < back + 5 * minute);
});

test('at slow rates: severity falls no further than it is clearly below, and the next event begins with itself', () => {
  const values = [10, 10, 10, 200, 200, 200, 46, 46, 46, 10, 10, 10, 90, 90];
  const value = around((timeMs) => values[(timeMs - start) / (10 * minute)]!);
  const series = { from: start, to: start + values.length * 10 * minute, every: 10 * minute, value };
  assert.deepEqual(
    feed(threshold(), series).map(({ kind, severity, onsetMs }) => [kind, severity, (onsetMs - start) / minute]),
    [
      ['event', 5, 30],
      ['level', 4, 30],
      ['level', 3, 30],
      ['level', 2, 30],
      ['cleared', 2, 30],
      ['event', 4, 120],
    ],
  );
});

test('severity does not flutter', () => {
  const at = start + hour;
  const told = (later: (timeMs: number) => number) => {
    const value = around((timeMs) => (timeMs < at ? 10 : timeMs < at + 5 * minute ? 200 : later(timeMs)));
    const found = feed(threshold(), { from: start, to: at + 30 * minute, every: 10 * second, value });
    return found.map(({ kind, severity, timeMs }) => ({ told: `${kind} ${severity}`, timeMs }));
  };
  const often = told((timeMs) => (timeMs % minute < 30 * second ? 40 : 200));
  assert.ok(often.length > 3);
  for (const [index, { timeMs }] of often.entries())
    if (index > 0) assert.ok(timeMs - often[index - 1]!.timeMs >= 2 * minute);
});

test('each event has its own onset', () => {
  const value = around((timeMs) => ((timeMs - start) % (2 * hour) < hour ? 10 : 90));
  const found = feed(threshold(), { from: start, to: start + 6 * hour, every: 10 * second, value });
  assert.deepEqual(
    found.filter(({ kind }) => kind === 'event').map(({ onsetMs }) => (onsetMs - start) / hour),
    [1, 3, 5],
  );
});

test('the end of an event that the clock is set back over comes ten minutes after it was below', () => {
  const at = start + hour;
  const target = threshold();
  const value = around((timeMs) => (timeMs >= at && timeMs < at + 20 * minute ? 90 : 10));
  const found = feed(target, { from: start, to: at + 25 * minute, every: 10 * second, value });
  const back = start - 10 * hour;
  found.push(...feed(target, { from: back, to: back + 20 * minute, every: 10 * second, value: around(() => 10) }));
  const [event, cleared] = found.filter(({ kind }) => kind !== 'level');
  assert(event?.kind === 'event' && cleared?.kind === 'cleared');
  assert.ok(Math.abs(cleared.timeMs - back - 5 * minute) <= 2 * minute, `${(cleared.timeMs - back) / second} s`);
  assert.ok(Math.abs(cleared.durationS - 20 * 60) <= 30, `${cleared.durationS} s`);
});

test('after a fault it counts anew', () => {
  const target = threshold();
  feed(target, { from: start, to: start + hour, every: 10 * second, value: air(1) });
  const send = (sinceS: number, value: number) => target.accept(reading(start + hour + sinceS * second, value));
  for (const sinceS of [0, 10]) assert.equal(send(sinceS, 90 + sinceS / 10), undefined);
  for (const sinceS of [20, 30, 40]) send(sinceS, 9_000);
  assert.equal(target.summary().state, 'fault');
  for (const sinceS of [50, 60, 70]) send(sinceS, 90 + sinceS / 10);
  assert.equal(target.summary().state, 'learning');
  for (const sinceS of [80, 90, 100, 110, 120]) assert.equal(send(sinceS, 90 + sinceS / 10), undefined);
  assert.equal(send(130, 91)?.onsetMs, start + hour + 80 * second);
});

test('without an alarm level there are faults and no events', () => {
  const options: Partial<ChannelOptions> = { quantity: 'temperature', levels: [], direction: 'both' };
  const target = detector({ detector: THRESHOLD, ...options });
  const more = { quantity: 'temperature' } as const;
  const heat = { from: start, to: start + 2 * day, every: minute, value: around((t) => (t > start + day ? 45 : 15)) };
  assert.deepEqual(names(feed(target, heat, more)), []);
  const gone = { from: start + 2 * day, to: start + 2 * day + hour, every: minute, value: () => 999 };
  assert.deepEqual(names(feed(target, gone, more)), ['fault/out_of_range']);
});
