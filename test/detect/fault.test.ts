import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUALITY } from '../../src/core/reading.ts';
import { air, day, detector, feed, hour, minute, names, normal, reading, second, seeded, start } from './series.ts';

const rounded = (usual: (timeMs: number) => number) => (timeMs: number) => Math.round(usual(timeMs));

test('a value that sticks is a fault after about ten minutes, and ends when it moves', () => {
  const usual = rounded(air(1));
  const at = start + 2 * day;
  const until = at + hour;
  const value = (timeMs: number) => (timeMs >= at && timeMs < until ? 11 : usual(timeMs));
  const found = feed(detector(), { from: start, to: until + hour, every: 10 * second, value });
  assert.deepEqual(names(found), ['fault/stuck', 'cleared/recovered']);
  const [fault, recovered] = found;
  const afterMin = (fault!.timeMs - at) / minute;
  assert(afterMin >= 9 && afterMin <= 15, `${afterMin} min`);
  assert.equal(fault!.observed, 11);
  assert.equal(fault!.severity, 0);
  assert(Math.abs(fault!.onsetMs - at) <= minute);
  assert(recovered!.timeMs >= until && recovered!.timeMs <= until + 2 * minute);
  assert(Math.abs(recovered!.durationS - 3600) <= 180);
});

test('a jump to a frozen value is a fault and no event', () => {
  for (const every of [second, 10 * second, 10 * minute]) {
    // At 10 minutes two different readings are an event already.
    for (const via of every === 10 * minute ? [[]] : [[], [40], [30, 60]]) {
      const usual = air(2);
      const at = start + 3 * day;
      const value = (timeMs: number) => {
        if (timeMs < at) return usual(timeMs);
        return via[Math.floor((timeMs - at) / every)] ?? 80;
      };
      const found = feed(detector({ alarm: 35.5 }), { from: start, to: at + 8 * hour, every, value });
      assert.deepEqual(names(found), ['fault/stuck'], `every ${every} ms via ${via}`);
    }
  }
});

test('an event is found when the value moves again', () => {
  const usual = air(3);
  const at = start + 2 * day;
  const value = (timeMs: number) => {
    if (timeMs < at) return usual(timeMs);
    return timeMs < at + 30 * minute ? 80 : 70 + usual(timeMs);
  };
  const found = feed(detector(), { from: start, to: at + hour, every: 10 * second, value });
  assert.deepEqual(names(found).slice(0, 3), ['fault/stuck', 'cleared/recovered', 'event/rise']);
  assert(found[2]!.onsetMs >= at + 30 * minute);
});

test('an event that sticks is told as a fault once, and ends after it', () => {
  const usual = air(4);
  const at = start + 2 * day;
  const value = (timeMs: number) => {
    if (timeMs < at || timeMs > at + 2 * hour) return usual(timeMs);
    return timeMs < at + 30 * minute ? 50 + usual(timeMs) : 66;
  };
  const found = feed(detector(), { from: start, to: at + 3 * hour, every: 10 * second, value });
  assert.deepEqual(
    names(found).filter((name) => !name.startsWith('level')),
    ['event/rise', 'fault/stuck', 'cleared/recovered', 'cleared/rise'],
  );
});

test('clean air may read zero for hours', () => {
  const gauss = normal(seeded(5));
  for (const every of [second, 10 * second, 10 * minute]) {
    // A sensor that shows whole numbers: some days of 8, then a front brings air that reads 0 and now and then 1.
    const clean = () => Math.max(0, Math.round(0.15 * gauss()));
    const front = start + 2 * day;
    const value = (timeMs: number) => (timeMs < front ? Math.round(Math.max(0, 8 + 1.5 * gauss())) : clean());
    const days = every === second ? 3 : 8;
    for (const air of [clean, value]) {
      assert.deepEqual(names(feed(detector(), { from: start, to: start + days * day, every, value: air })), []);
    }
  }
});

test('a coarse sensor in still air is not stuck', () => {
  const gauss = normal(seeded(6));
  // Noise well below the step: it rests on one number for long, and longer where the air is cleaner.
  const value = (timeMs: number) => Math.round(9 + 5 * Math.sin((2 * Math.PI * timeMs) / day) + 0.3 * gauss());
  assert.deepEqual(names(feed(detector(), { from: start, to: start + 5 * day, every: 10 * second, value })), []);
});

test('zero is a fault where the air is never clean', () => {
  const usual = rounded(air(7, { mean: 60, swing: 10, noise: 4 }));
  const at = start + 5 * day;
  const value = (timeMs: number) => (timeMs >= at ? 0 : usual(timeMs));
  const found = feed(detector(), { from: start, to: at + 8 * hour, every: 10 * second, value });
  assert.deepEqual(names(found), ['fault/stuck']);
});

test('a channel that never showed that it moves is not called stuck', () => {
  assert.deepEqual(names(feed(detector(), { from: start, to: start + 2 * day, every: minute, value: () => 20 })), []);
});

test('humidity may rest at 100 %', () => {
  const gauss = normal(seeded(8));
  const value = (timeMs: number) =>
    Math.min(100, Math.round(10 * (90 + 12 * Math.sin((2 * Math.PI * timeMs) / day) + 0.2 * gauss())) / 10);
  const options = { quantity: 'relative_humidity', levels: [], direction: 'both' } as const;
  const series = { from: start, to: start + 5 * day, every: minute, value };
  assert.deepEqual(names(feed(detector(options), series, { quantity: 'relative_humidity' })), []);
});

test('flagged values in a row are a fault; one or two are not', () => {
  const target = detector();
  const usual = air(9);
  feed(target, { from: start, to: start + day, every: minute, value: usual });
  let timeMs = start + day;
  const send = (quality: number, value?: number) => {
    timeMs += minute;
    return target.accept(reading(timeMs, value ?? usual(timeMs), { quality }));
  };
  for (let round = 0; round < 10; round++) {
    assert.equal(send(QUALITY.out_of_range, 5000), undefined);
    assert.equal(send(QUALITY.invalid, 0), undefined);
    assert.equal(send(0), undefined);
  }
  send(QUALITY.out_of_range, 5000);
  send(QUALITY.out_of_range, 5000);
  const fault = send(QUALITY.invalid, 5001);
  assert.equal(fault?.cause, 'out_of_range');
  assert.equal(fault.samples, 3);
  assert.equal(fault.onsetMs, timeMs - 2 * minute);
  assert.equal(fault.observed, 5001);
  for (let round = 0; round < 10; round++) assert.equal(send(QUALITY.out_of_range, 5000), undefined, 'told once');
  assert.equal(target.summary().state, 'fault');
  send(0);
  send(0);
  assert.deepEqual(
    [send(0)].map((anomaly) => anomaly?.cause),
    ['recovered'],
  );
  assert.equal(target.summary().state, 'normal');
});

test('values that are no numbers are a fault and leave no trace in the state', () => {
  const target = detector();
  const usual = air(10);
  feed(target, { from: start, to: start + day, every: minute, value: usual });
  const before = target.state().baseline;
  const broken = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const found = broken.map((value, index) => target.accept(reading(start + day + index * minute, value)));
  assert.equal(found[2]?.cause, 'out_of_range');
  assert(Number.isFinite(found[2].observed));
  assert.deepEqual(target.state().baseline, before);
  target.accept(reading(Number.NaN, 10));
  target.accept(reading(Number.POSITIVE_INFINITY, 10));
  target.accept(reading(-5, 10));
  assert.deepEqual(JSON.parse(JSON.stringify(target.state())), target.state());
});

test('a silent sensor is a fault once, and ends with its first reading', () => {
  for (const every of [second, minute, hour]) {
    const target = detector();
    const usual = air(11);
    const last = start + 3 * day;
    feed(target, { from: start, to: last + 1, every, value: usual });
    const limit = Math.max(minute, 10 * every);
    assert.equal(target.tick(last + limit - 1), undefined);
    assert.equal(target.tick(last + limit), undefined, 'a first look');
    const fault = target.tick(last + limit + 2 * every);
    assert.equal(fault?.cause, 'silent');
    assert.equal(fault.onsetMs, last);
    assert.equal(target.tick(last + 2 * limit), undefined, 'told once');
    const back = target.accept(reading(last + 3 * limit, usual(last)));
    assert.equal(back?.cause, 'recovered');
    assert.equal(back.durationS, (3 * limit) / 1000);
  }
});

test('two readings do not tell how often a sensor speaks', () => {
  const target = detector();
  feed(target, { from: start, to: start + 2 * second, every: second, value: () => 10 });
  target.tick(start + hour);
  assert.equal(target.tick(start + 2 * hour), undefined);
});

test('two lasers that disagree are a fault, and nothing is learned meanwhile', () => {
  const target = detector();
  const usual = air(15);
  feed(target, { from: start, to: start + day, every: minute, value: usual });
  const { baseline } = target.state();
  const at = start + day;
  const doubtful = { from: at, to: at + hour, every: minute, value: () => 300 };
  assert.deepEqual(names(feed(target, doubtful, { quality: QUALITY.disagreement })), ['fault/disagreement']);
  assert.deepEqual(target.state().baseline, baseline);
  const after = { from: at + hour, to: at + 2 * hour, every: minute, value: usual };
  assert.deepEqual(names(feed(target, after)), ['cleared/recovered']);
});

test('a doubt that is no failure changes nothing: smoke is a jump, and fog is humid', () => {
  const doubts = QUALITY.spike | QUALITY.rate_of_change | QUALITY.flat_line | QUALITY.neighbour | QUALITY.humid;
  const told = [0, doubts].map((quality) => {
    const target = detector();
    const usual = air(18);
    feed(target, { from: start, to: start + day, every: minute, value: usual });
    const smoke = { from: start + day, to: start + day + hour, every: minute, value: (t: number) => 150 + usual(t) };
    return [feed(target, smoke, { quality }), target.state()] as const;
  });
  assert.deepEqual(names(told[0]![0])[0], 'event/rise');
  assert.deepEqual(told[1], told[0]);
});

test('a value no sensor of the quantity can have is out of range, flagged or not', () => {
  const target = detector();
  feed(target, { from: start, to: start + day, every: minute, value: air(16) });
  const { baseline } = target.state();
  const wild = { from: start + day, to: start + day + 3 * minute, every: minute, value: () => Number.MAX_VALUE };
  assert.deepEqual(names(feed(target, wild)), ['fault/out_of_range']);
  assert.deepEqual(target.state().baseline, baseline);
});

test('after flagged hours nothing from before them is mixed in', () => {
  const target = detector();
  const from = start + day;
  feed(target, { from: start, to: from, every: second, value: () => 10 });
  feed(target, { from, to: from + hour, every: second, value: () => 10 }, { quality: QUALITY.invalid });
  const { timeMs } = target.summary();
  assert.equal(timeMs, from - second, 'the time of the last good reading');
  target.accept(reading(from + hour, 22));
  assert.equal(target.summary().value, 22);
});

test('a clock set forward is not silence', () => {
  const target = detector();
  feed(target, { from: start, to: start + day, every: second, value: air(12) });
  assert.equal(target.tick(start + 400 * day), undefined);
  assert.equal(target.accept(reading(start + 400 * day + 500, 12)), undefined);
  assert.equal(target.tick(start + 400 * day + second), undefined);
});

test('a sensor that warms up is neither silent nor heard', () => {
  const target = detector();
  const usual = air(13);
  feed(target, { from: start, to: start + day, every: 10 * second, value: usual });
  const before = target.state().baseline;
  for (let timeMs = start + day; timeMs < start + day + hour; timeMs += 10 * second) {
    assert.equal(target.accept(reading(timeMs, 300, { quality: QUALITY.warming_up | QUALITY.invalid })), undefined);
    assert.equal(target.tick(timeMs + 5 * second), undefined);
  }
  assert.deepEqual(target.state().baseline, before);
});

test('while a fault lasts there are no events and nothing is learned', () => {
  const usual = air(14);
  const target = detector();
  const at = start + 2 * day;
  feed(target, { from: start, to: at, every: 10 * second, value: usual });
  feed(target, { from: at, to: at + minute, every: 10 * second, value: () => 3000 }, { quality: QUALITY.out_of_range });
  assert.equal(target.summary().state, 'fault');
  const before = target.state().baseline;
  let count = 0;
  for (let timeMs = at + minute; timeMs < at + 2 * hour; timeMs += 10 * second) {
    // Never three good ones in a row.
    const quality = ++count % 3 === 0 ? QUALITY.invalid : 0;
    assert.equal(target.accept(reading(timeMs, 120 + usual(timeMs), { quality })), undefined);
  }
  assert.deepEqual(target.state().baseline, before);
});
