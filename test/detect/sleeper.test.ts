// Sensors that sleep by themselves: bursts of readings with a regular silence between them, as a PMS5003 with a working
// period or a node on a battery sends them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Anomaly } from '../../src/core/anomaly.ts';
import type { Channel } from '../../src/detect/channel.ts';
import { type ChannelOptions, createChannel } from '../../src/detect/channel.ts';
import { air, day, detector, hour, minute, names, reading, second, seeded, start } from './series.ts';

const PERIOD = 30 * minute;
const BURST = 30 * second;

interface Cycles {
  readonly from: number;
  readonly count: number;
  /** Share by which each silence may be longer or shorter. */
  readonly jitter?: number;
  readonly value?: (timeMs: number) => number;
  readonly asleep?: number;
}

/** Bursts of a reading a second, and ticks all the time. @returns what was concluded in each cycle, burst first */
function sleep(target: Channel, { from, count, jitter = 0, value = air(1), asleep = PERIOD - BURST }: Cycles) {
  const random = seeded(7);
  const cycles: Anomaly[][] = [];
  let timeMs = from;
  for (let cycle = 0; cycle < count; cycle++) {
    const found: (Anomaly | undefined)[] = [];
    for (const untilMs = timeMs + BURST; timeMs < untilMs; timeMs += second) {
      found.push(target.accept(reading(timeMs, value(timeMs))), target.tick(timeMs));
    }
    const wakesMs = timeMs + asleep * (1 + jitter * (2 * random() - 1));
    for (; timeMs < wakesMs; timeMs += 10 * second) found.push(target.tick(timeMs));
    cycles.push(found.filter((anomaly) => anomaly !== undefined));
  }
  return { cycles, untilMs: timeMs };
}

const silences = (cycles: readonly Anomaly[][]) =>
  cycles.map((found) => names(found).filter((name) => name === 'fault/silent').length);

test('a sensor that sleeps regularly is silent twice at most, however its sleep varies', () => {
  for (const jitter of [0, 0.2]) {
    const { cycles } = sleep(detector(), { from: start, count: 40, jitter });
    assert.deepEqual(silences(cycles.slice(2)), new Array(38).fill(0), `${jitter}`);
  }
});

test('one that sleeps for much longer than it ever did has fallen silent', () => {
  const target = detector();
  const { untilMs } = sleep(target, { from: start, count: 10 });
  const wokeMs = untilMs - (PERIOD - BURST);
  const faults: number[] = [];
  for (let timeMs = untilMs; timeMs < untilMs + 3 * hour; timeMs += second) {
    if (target.tick(timeMs)) faults.push(timeMs - wokeMs);
  }
  assert.equal(faults.length, 1);
  assert.ok(faults[0]! > 2 * (PERIOD - BURST) && faults[0]! < 2 * PERIOD + 2 * minute, `${faults[0]! / minute} min`);
});

test('one gap, or two far apart, blind nobody', () => {
  const target = detector();
  let untilMs = start;
  const awake = (count: number) => {
    ({ untilMs } = sleep(target, { from: untilMs, count, asleep: second }));
  };
  const pulled = (forMs: number): number => {
    const { cycles, untilMs: at } = sleep(target, { from: untilMs, count: 1, asleep: forMs });
    untilMs = at;
    return silences(cycles)[0]!;
  };
  awake(10);
  assert.equal(pulled(20 * minute), 1);
  awake(200);
  assert.equal(pulled(25 * minute), 1, 'the second, after two hours');
  awake(5);
  assert.equal(pulled(22 * minute), 1, 'the third: with the second alone it makes no rhythm yet');
});

test('a sleeper that stays awake, and only then falls silent, is missed within the ordinary time', () => {
  const target = detector();
  const { untilMs } = sleep(target, { from: start, count: 10 });
  const awake = sleep(target, { from: untilMs, count: 140, asleep: second });
  assert.deepEqual(silences(awake.cycles.slice(-1)), [0]);
  assert.deepEqual(silences(sleep(target, { from: awake.untilMs, count: 1, asleep: 5 * minute }).cycles), [1]);
});

test('a sleeper with an outage now and then stays one; with another period it is one again after four cycles', () => {
  const target = detector();
  let { untilMs } = sleep(target, { from: start, count: 10 });
  for (let outage = 0; outage < 3; outage++) {
    ({ untilMs } = sleep(target, { from: untilMs, count: 1, asleep: 70 * minute }));
    const after = sleep(target, { from: untilMs, count: 3 });
    assert.deepEqual(silences(after.cycles), [0, 0, 0]);
    ({ untilMs } = after);
  }
  const { cycles } = sleep(target, { from: untilMs, count: 10, asleep: 80 * minute });
  assert.deepEqual(silences(cycles.slice(4)), [0, 0, 0, 0, 0, 0]);
});

test('a sleeper learns within a day and finds an event within two cycles', () => {
  const target = detector();
  const { untilMs, cycles } = sleep(target, { from: start, count: 48, jitter: 0.2 });
  assert.equal(target.summary().state, 'normal');
  assert.deepEqual(names(cycles.flat().filter(({ kind }) => kind === 'event')), []);
  const usual = air(2);
  const smoke = sleep(target, { from: untilMs, count: 4, jitter: 0.2, value: (timeMs) => 90 + usual(timeMs) });
  const event = smoke.cycles.flat().find(({ kind }) => kind === 'event');
  assert.ok(event && event.timeMs - untilMs < 2 * PERIOD, 'found');
  assert.ok(event.onsetMs - untilMs <= 3 * second);
});

test('what was learned of its sleep outlasts a restart, and takes no room', () => {
  const options = { sensor: 'roof', quantity: 'pm2_5', channel: '', sensorClass: 1, levels: [9], direction: 'rise' };
  const first = createChannel(options as ChannelOptions);
  const fresh = Object.keys(first.state()).length;
  const { untilMs } = sleep(first, { from: start, count: 5 });
  const saved = JSON.parse(JSON.stringify(first.state()));
  assert.equal(Object.keys(saved).length, fresh);
  const { cycles } = sleep(createChannel(options as ChannelOptions, saved), { from: untilMs, count: 5 });
  assert.deepEqual(silences(cycles), [0, 0, 0, 0, 0]);
});

test('asleep is told from awake and from silent', () => {
  const target = detector();
  const { untilMs } = sleep(target, { from: start, count: 5 });
  const burst = sleep(target, { from: untilMs, count: 1, asleep: 0 });
  const at = (afterMs: number) => target.vitals(burst.untilMs + afterMs).isAsleep;
  assert.deepEqual([at(second), at(10 * minute), at(30 * minute), at(day)], [false, true, true, false]);
});

test('the silence that an operator allows holds for the fault', () => {
  const target = detector({ tuning: { silentMs: 40 * minute, silentIntervals: 2 } });
  assert.deepEqual(silences(sleep(target, { from: start, count: 6 }).cycles), [0, 0, 0, 0, 0, 0]);
  assert.deepEqual(
    silences(sleep(target, { from: start + 3 * hour + second, count: 1, asleep: 90 * minute }).cycles),
    [1],
  );
});
