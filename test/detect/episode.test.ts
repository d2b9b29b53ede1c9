import assert from 'node:assert/strict';
import { test } from 'node:test';
import { severityOf } from '../../src/detect/episode.ts';
import { DETECTOR } from '../../src/detect/tuning.ts';
import { air, day, detector, feed, hour, minute, names, normal, plume, second, seeded, start } from './series.ts';

const at = start + 3 * day;

test('a dip of a few minutes does not end an event', () => {
  const usual = air(1);
  const value = (timeMs: number) => {
    const sinceMin = (timeMs - at) / minute;
    return usual(timeMs) + (sinceMin >= 0 && sinceMin < 60 && !(sinceMin >= 20 && sinceMin < 26) ? 30 : 0);
  };
  const found = feed(detector(), { from: start, to: at + 3 * hour, every: 10 * second, value });
  assert.deepEqual(
    names(found).filter((name) => !name.startsWith('level')),
    ['event/rise', 'cleared/rise'],
  );
  assert(Math.abs(found.at(-1)!.durationS - 3600) < 180);
});

test('soon after an event there is no other, but a lasting departure is told in the end', () => {
  const usual = air(2);
  const second30 = at + 30 * minute + 15 * minute;
  const again = (forMs: number) => (timeMs: number) => {
    const first = timeMs >= at && timeMs < at + 30 * minute;
    return usual(timeMs) + (first || (timeMs >= second30 && timeMs < second30 + forMs) ? 60 : 0);
  };
  const events = (forMs: number) =>
    feed(detector(), { from: start, to: at + 4 * hour, every: 10 * second, value: again(forMs) }).filter(
      ({ kind }) => kind === 'event',
    );
  assert.equal(events(10 * minute).length, 1);
  const [, later] = events(2 * hour);
  assert(later, 'told after the quiet time');
  assert(Math.abs(later.onsetMs - second30) <= 30 * second, 'with its true onset');
});

test('at slow rates one odd reading neither ends an event nor changes its severity', () => {
  for (const every of [10 * minute, hour]) {
    for (const odd of [5, 900]) {
      const gauss = normal(seeded(3));
      const usual = air(3);
      const until = at + 20 * every;
      const value = (timeMs: number) => {
        if (timeMs < at || timeMs >= until) return usual(timeMs);
        return timeMs === at + 10 * every ? odd : 80 + gauss();
      };
      const found = feed(detector(), { from: start, to: until + day, every, value });
      const [event, ...rest] = found.filter(({ timeMs }) => timeMs < until);
      assert.equal(event?.kind, 'event');
      assert.deepEqual(names(rest), [], `${odd} every ${every} ms`);
    }
  }
});

test('severity is told no more often than every two minutes', () => {
  const usual = air(4);
  const value = (timeMs: number) =>
    usual(timeMs) + plume(timeMs, at, { height: 300, rise: 4 * minute, hold: 30 * minute });
  const found = feed(detector({ levels: [9, 30, 60, 90, 120, 150, 180, 210] }), {
    from: start,
    to: at + 2 * hour,
    every: second,
    value,
  });
  const told = found.filter(({ kind }) => kind === 'event' || kind === 'level');
  assert(told.length >= 3);
  for (let index = 1; index < told.length; index++) {
    assert(told[index]!.timeMs - told[index - 1]!.timeMs >= 2 * minute);
  }
  assert.equal(Math.max(...told.map(({ severity }) => severity)), 9);
});

test('what never settles is over after a week', () => {
  const usual = air(5);
  const value = (timeMs: number) => {
    if (timeMs < at) return usual(timeMs);
    return usual(timeMs) + (Math.floor((timeMs - at) / (6 * hour)) % 2 === 0 ? 60 : 150);
  };
  const found = feed(detector({ levels: [] }), { from: start, to: at + 8 * day, every: 10 * minute, value });
  assert.deepEqual(names(found), ['event/rise', 'cleared/rise']);
  const lastedD = (found[1]!.timeMs - at) / day;
  assert(lastedD >= 7 && lastedD < 7.1, `${lastedD} days`);
});

test('an event that lasts while the clock is set back keeps its duration', () => {
  const usual = air(6);
  const target = detector({ levels: [] });
  const raised = (timeMs: number) => usual(timeMs) + 60;
  feed(target, { from: start, to: at, every: minute, value: usual });
  const found = feed(target, { from: at, to: at + hour, every: minute, value: raised });
  const back = at - 10 * hour;
  found.push(...feed(target, { from: back, to: back + hour, every: minute, value: raised }));
  found.push(...feed(target, { from: back + hour, to: back + 3 * hour, every: minute, value: usual }));
  assert.deepEqual(names(found), ['event/rise', 'cleared/rise']);
  // Ten readings pass before the clock is believed.
  assert(Math.abs(found[1]!.durationS - 110 * 60) <= 120, `${found[1]!.durationS} s`);
});

test('a rise of a few percent of the level is no event, however steady the channel', () => {
  const gauss = normal(seeded(7));
  const value = (timeMs: number) => 80 + 0.2 * gauss() + (timeMs >= at ? 8 : 0);
  const found = feed(detector(), { from: start, to: at + 6 * hour, every: minute, value });
  assert.deepEqual(names(found), []);
});

test('one step of a coarse sensor is no event', () => {
  const value = (timeMs: number) => (timeMs % (7 * hour) < 10 * minute || timeMs >= at ? 21 : 20);
  const options = { quantity: 'temperature', levels: [], direction: 'both' } as const;
  const series = { from: start, to: at + 12 * hour, every: minute, value };
  assert.deepEqual(names(feed(detector(options), series, { quantity: 'temperature' })), []);
});

test('severity rises at a threshold and falls clearly below it', () => {
  const levels = [10, 100];
  const of = (value: number, before: number) => severityOf(value, { before, levels, spread: 2, tuning: DETECTOR });
  assert.deepEqual(
    [9.9, 10, 99.9, 100].map((value) => of(value, 0)),
    [1, 2, 2, 3],
  );
  assert.deepEqual(
    [99, 90, 89, 8, 7.9].map((value) => of(value, 3)),
    [3, 3, 2, 2, 1],
  );
  assert.equal(of(99, 2), 2);
});
