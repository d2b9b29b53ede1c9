import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Anomaly } from '../../src/core/anomaly.ts';
import {
  air,
  day,
  detector,
  feed,
  hour,
  minute,
  names,
  normal,
  plume,
  reading,
  second,
  seeded,
  start,
} from './series.ts';

const cadences = { '1 s': second, '10 s': 10 * second, '10 min': 10 * minute, '1 h': hour };

for (const [name, every] of Object.entries(cadences)) {
  test(`ordinary days say nothing at ${name}`, () => {
    const days = every === second ? 2 : 14;
    const gauss = normal(seeded(7));
    const shapes = {
      normal: air(1),
      rounded: (timeMs: number) => Math.round(ordinary(timeMs)),
      'log-normal': (timeMs: number) => (10 + 3 * Math.cos((2 * Math.PI * timeMs) / day)) * Math.exp(0.25 * gauss()),
    };
    const ordinary = air(2);
    for (const [shape, value] of Object.entries(shapes)) {
      const found = feed(detector({ alarm: 35.5 }), { from: start, to: start + days * day, every, value });
      assert.deepEqual(names(found), [], shape);
    }
  });

  test(`a plume is one event with one end at ${name}`, () => {
    const at = start + 3 * day + 7 * hour + 90 * second;
    const slow = every === hour;
    const shape = slow
      ? { height: 90, rise: hour, hold: 5 * hour }
      : { height: 90, rise: 3 * minute, hold: 40 * minute };
    const usual = air(3);
    const value = (timeMs: number) => Math.round(usual(timeMs) + plume(timeMs, at, shape));
    const found = feed(detector({ alarm: 35.5 }), { from: start, to: at + day, every, value });

    const [event] = found;
    assert(event);
    assert.equal(names(found).at(0), 'event/rise');
    assert.equal(names(found).at(-1), 'cleared/rise');
    assert.equal(found.filter(({ kind }) => kind === 'event').length, 1);
    assert.equal(found.filter(({ kind }) => kind === 'cleared').length, 1);
    assert(found.slice(1, -1).every(({ kind }) => kind === 'level'));
    assert(found.length <= 8, `${found.length} conclusions`);
    // The first reading that clearly departs comes within a quarter of the rise, or is the first one there is.
    assert(
      event.onsetMs >= at && event.onsetMs <= at + Math.max(shape.rise / 4, every),
      new Date(event.onsetMs).toISOString(),
    );
    assert(event.timeMs - event.onsetMs <= Math.max(90 * second, every));
    assert(Math.abs(event.baseline - usual(event.timeMs)) < 6);
    assert(event.confidence > 0.6 && event.confidence <= 1);
    const lastedS = (2 * shape.rise + shape.hold) / 1000;
    assert(Math.abs(found.at(-1)!.durationS - lastedS) <= Math.max(0.3 * lastedS, (1.5 * every) / 1000));
  });
}

test('the plume of a demonstration is found within two minutes', () => {
  const at = start + 2 * day;
  for (const [seed, mean] of [
    [1, 8],
    [2, 12],
    [3, 15],
  ] as const) {
    const usual = air(seed, { mean });
    const value = (timeMs: number) => Math.round(usual(timeMs) + plume(timeMs, at, { height: 70 + 10 * seed }));
    const found = feed(detector({ alarm: 35.5 }), { from: start, to: at + 2 * hour, every: 10 * second, value });
    assert.equal(found[0]?.kind, 'event');
    assert(found[0].timeMs - at <= 2 * minute, `${(found[0].timeMs - at) / 1000} s`);
    assert.equal(found.filter(({ kind }) => kind === 'event').length, 1);
    assert.equal(found.at(-1)?.kind, 'cleared');
  }
});

test('severity is told as it changes, up and down', () => {
  const at = start + 2 * day;
  const usual = air(4);
  const value = (timeMs: number) => usual(timeMs) + plume(timeMs, at, { height: 150, rise: 30 * minute, hold: hour });
  const found = feed(detector(), { from: start, to: at + 5 * hour, every: minute, value });
  const severities = found.filter(({ kind }) => kind !== 'cleared').map(({ severity }) => severity);
  assert.equal(Math.max(...severities), 5);
  assert(severities.indexOf(5) < severities.length - 1, 'it falls again');
  for (const [index, severity] of severities.entries()) {
    if (index > 0) assert.notEqual(severity, severities[index - 1]);
  }
});

test('a value that hovers at a threshold does not chatter', () => {
  const at = start + 2 * day;
  const gauss = normal(seeded(5));
  const usual = air(6);
  const value = (timeMs: number) => (timeMs < at ? usual(timeMs) : 55.5 + 1.5 * gauss());
  const found = feed(detector(), { from: start, to: at + 6 * hour, every: 10 * second, value });
  assert(found.length >= 1 && found.length <= 2, names(found).join());
});

test('spikes of one reading say nothing, at any rate', () => {
  for (const every of Object.values(cadences)) {
    const usual = air(8);
    let count = 0;
    // Every 17th reading once there is a baseline.
    const value = (timeMs: number) => usual(timeMs) + (timeMs > start + 2 * day && ++count % 17 === 0 ? 500 : 0);
    const found = feed(detector(), { from: start, to: start + 3 * day, every, value });
    assert.deepEqual(names(found), []);
  }
});

test('the first reading after a gap may be a spike', () => {
  for (const every of [minute, hour]) {
    const target = detector();
    const usual = air(9);
    feed(target, { from: start, to: start + 3 * day, every, value: usual });
    const back = start + 5 * day;
    const value = (timeMs: number) => (timeMs === back ? 400 : usual(timeMs));
    assert.deepEqual(names(feed(target, { from: back, to: back + day, every, value })), []);
  }
});

test('nothing is said before enough is learned', () => {
  const usual = air(10);
  const value = (timeMs: number) => usual(timeMs) + plume(timeMs, start + 4 * hour);
  assert.deepEqual(names(feed(detector(), { from: start, to: start + 5.9 * hour, every: 10 * second, value })), []);
});

test('a slow rise over the alarm level is an event; by the baseline alone it is not', () => {
  const usual = air(11, { mean: 16, noise: 4, swing: 8 });
  const value = (timeMs: number) => usual(timeMs) + Math.max(0, Math.min(25, (timeMs - start - 5 * day) / hour));
  const series = { from: start, to: start + 7 * day, every: 10 * minute, value };
  assert.equal(feed(detector({ alarm: 35.5 }), series)[0]?.kind, 'event');
  assert.deepEqual(names(feed(detector(), series)), []);
});

test('in very clean air a rise that concerns nobody is no event', () => {
  const gauss = normal(seeded(12));
  const at = start + 3 * day;
  const value = (timeMs: number) => 1 + 0.05 * gauss() + (timeMs > at ? 2 : 0);
  assert.deepEqual(names(feed(detector(), { from: start, to: at + 4 * hour, every: minute, value })), []);
});

test('a drop counts where the quantity is watched both ways', () => {
  const gauss = normal(seeded(13));
  const at = start + 3 * day;
  const value = (timeMs: number) => 21 + 0.3 * gauss() - (timeMs > at && timeMs < at + 2 * hour ? 12 : 0);
  const series = { from: start, to: at + 6 * hour, every: minute, value };
  const options = { quantity: 'temperature', levels: [], direction: 'both' } as const;
  const found = feed(detector(options), series, { quantity: 'temperature' });
  assert.deepEqual(names(found), ['event/drop', 'cleared/drop']);
  assert.equal(found[0]!.severity, 1);
  assert(Math.abs(found[1]!.durationS - 7200) <= 180, `${found[1]!.durationS} s`);
  const risesOnly = feed(detector({ ...options, direction: 'rise' }), series, { quantity: 'temperature' });
  assert.deepEqual(names(risesOnly), []);
});

test('a new level that holds for a day becomes the baseline', () => {
  for (const every of [minute, hour]) {
    const at = start + 4 * day;
    const usual = air(14);
    const value = (timeMs: number) => usual(timeMs) + (timeMs > at ? 60 : 0);
    const target = detector();
    const found = feed(target, { from: start, to: at + 4 * day, every, value });
    assert.deepEqual(names(found), ['event/rise', 'cleared/rise']);
    const afterH = (found[1]!.timeMs - at) / hour;
    assert(afterH >= 24 && afterH <= 30, `${afterH} h`);
    const { state, baseline } = target.summary();
    assert.equal(state, 'normal');
    assert(Math.abs(baseline - 72) < 8, `${baseline}`);
  }
});

test('the baseline does not follow an event', () => {
  const at = start + 4 * day;
  const usual = air(15);
  const value = (timeMs: number) => usual(timeMs) + (timeMs > at ? 100 : 0);
  const target = detector();
  feed(target, { from: start, to: at, every: minute, value });
  const before = target.state().baseline;
  feed(target, { from: at, to: at + 20 * hour, every: minute, value });
  assert(Math.abs(target.state().baseline.level - before.level) < 0.5);
});

test('after a gap of months the spread is wider', () => {
  const target = detector();
  const usual = air(20);
  feed(target, { from: start, to: start + 10 * day, every: minute, value: usual });
  const before = target.summary().spread;
  const back = start + 80 * day;
  feed(target, { from: back, to: back + 5 * minute, every: minute, value: usual });
  assert(target.summary().spread > 1.3 * before);
});

test('what was missed in a gap of a day does not matter', () => {
  const target = detector();
  const usual = air(16);
  const found: Anomaly[] = feed(target, { from: start, to: start + 3 * day, every: minute, value: usual });
  found.push(...feed(target, { from: start + 4 * day, to: start + 6 * day, every: minute, value: usual }));
  assert.deepEqual(names(found), []);
});

test('readings out of order or repeated change nothing', () => {
  const plain = detector();
  const disturbed = detector();
  const usual = air(17);
  for (let timeMs = start; timeMs < start + day; timeMs += minute) {
    const value = usual(timeMs);
    assert.deepEqual(disturbed.accept(reading(timeMs, value)), plain.accept(reading(timeMs, value)));
    disturbed.accept(reading(timeMs, 900));
    disturbed.accept(reading(timeMs - 3 * hour, 900));
  }
  assert.deepEqual({ ...disturbed.state(), backwards: 0, backwardsMs: 0 }, plain.state());
});

test('a clock that was set back is followed', () => {
  const target = detector();
  const usual = air(18);
  feed(target, { from: start, to: start + 3 * day, every: minute, value: usual });
  const back = start + 2 * day;
  const at = back + 2 * hour;
  const value = (timeMs: number) => usual(timeMs) + plume(timeMs, at, { hold: 30 * minute });
  const found = feed(target, { from: back, to: back + 6 * hour, every: minute, value });
  assert.equal(found[0]?.kind, 'event');
  assert(found[0].onsetMs >= at && found[0].timeMs <= at + 5 * minute);
  assert.equal(found.at(-1)?.kind, 'cleared');
});

test('confidence grows with the departure and with what was learned', () => {
  const confidence = (days: number, height: number) => {
    const at = start + days * day;
    const usual = air(19);
    const value = (timeMs: number) => usual(timeMs) + (timeMs >= at ? height : 0);
    return feed(detector(), { from: start, to: at + hour, every: minute, value })[0]!.confidence;
  };
  assert(confidence(5, 200) > confidence(5, 40));
  assert(confidence(5, 200) > confidence(0.5, 200));
});

test('an event that began soon after learning ends, even when a long gap took some of what was learned', () => {
  const target = detector();
  const usual = air(21);
  const at = start + 6.5 * hour;
  const value = (timeMs: number) => usual(timeMs) + (timeMs >= at && timeMs < at + hour ? 80 : 0);
  const found = feed(target, { from: start, to: at + 30 * minute, every: minute, value });
  found.push(...feed(target, { from: start + 4 * day, to: start + 4 * day + hour, every: minute, value }));
  const told = found.filter(({ kind }) => kind !== 'level');
  assert.deepEqual(names(told), ['event/rise', 'cleared/rise']);
  assert.equal(target.summary().state, 'learning');
});

test('what lasts for some seconds only is no event, however often the sensor speaks', () => {
  const usual = air(11);
  const at = start + 8 * hour;
  const lasting = (forMs: number) =>
    names(
      feed(detector(), {
        from: start,
        to: at + 5 * minute,
        every: second,
        value: (timeMs) => usual(timeMs) + (timeMs >= at && timeMs < at + forMs ? 90 : 0),
      }),
    );
  assert.deepEqual(lasting(30 * second), []);
  assert.deepEqual(lasting(90 * second).slice(0, 1), ['event/rise']);
});
