import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelsMax } from '../../src/core/limits.ts';
import type { Quantity } from '../../src/core/quantities.ts';
import { createWatch, type WatchedQuantity } from '../../src/detect/watch.ts';
import { air, day, hour, minute, reading, start } from './series.ts';

const watched = new Map<Quantity, WatchedQuantity>([
  ['pm2_5', { levels: [9, 35.5, 55.5], direction: 'rise', alarm: 35.5 }],
  ['temperature', { levels: [30, 35], direction: 'both' }],
]);

test('watches the main channel of the watched quantities, and nothing else', () => {
  const watch = createWatch({ watched });
  watch.accept(reading(start, 10));
  watch.accept(reading(start, 10, { sensor: 'yard' }));
  watch.accept(reading(start, 10, { channel: 'cf1' }));
  watch.accept(reading(start, 10, { quantity: 'pm10' }));
  watch.accept(reading(start, 21, { quantity: 'temperature', sensorClass: 40 }));
  assert.deepEqual(
    watch.views().map(({ key, state, sensorClass }) => [key, state, sensorClass]),
    [
      ['roof/pm2_5', 'learning', 1],
      ['yard/pm2_5', 'learning', 1],
      ['roof/temperature', 'learning', 40],
    ],
  );
});

test('channels do not disturb each other', () => {
  const watch = createWatch({ watched });
  const usual = air(1);
  const found = [];
  for (let timeMs = start; timeMs < start + 2 * day; timeMs += minute) {
    const event = timeMs > start + day + 12 * hour;
    found.push(watch.accept(reading(timeMs, usual(timeMs) + (event ? 60 : 0))));
    found.push(watch.accept(reading(timeMs, usual(timeMs), { sensor: 'yard' })));
  }
  const concluded = found.filter((anomaly) => anomaly !== undefined);
  assert.deepEqual(
    concluded.map(({ sensor, kind }) => `${sensor} ${kind}`),
    ['roof event'],
  );
  const [roof, yard] = watch.views();
  assert.equal(roof?.state, 'event');
  assert.equal(roof.onsetMs, concluded[0]?.onsetMs);
  assert(roof.value > 60 && roof.baseline < 25 && roof.spread > 0);
  assert.equal(yard?.state, 'normal');
  assert.equal(yard.onsetMs, 0);
});

test('a tick finds every silent sensor', () => {
  const watch = createWatch({ watched });
  for (let index = 0; index < 10; index++) {
    watch.accept(reading(start + index * minute, 10));
    watch.accept(reading(start + index * minute, 10, { sensor: 'yard' }));
  }
  assert.deepEqual(watch.tick(start + hour), []);
  assert.deepEqual(
    watch.tick(start + hour + minute).map(({ sensor, cause }) => `${sensor} ${cause}`),
    ['roof silent', 'yard silent'],
  );
});

test('the number of channels is capped, and what is refused is reported', () => {
  const refused: string[] = [];
  const watch = createWatch({ watched, onRefused: ({ sensor }) => refused.push(sensor) });
  for (let index = 0; index < channelsMax + 2; index++) watch.accept(reading(start, 10, { sensor: `s${index}` }));
  assert.equal(watch.views().length, channelsMax);
  assert.deepEqual(refused, [`s${channelsMax}`, `s${channelsMax + 1}`]);
  watch.accept(reading(start + minute, 11, { sensor: 's0' }));
  assert.equal(refused.length, 2, 'a known channel goes on');
});

test('a restored watch goes on where the saved one stopped', () => {
  const usual = air(2);
  const first = createWatch({ watched });
  for (let timeMs = start; timeMs < start + day; timeMs += minute) first.accept(reading(timeMs, usual(timeMs)));
  const second = createWatch({ watched });
  assert.equal(second.restore(JSON.parse(JSON.stringify(first.states()))), 1);
  assert.deepEqual(second.views(), first.views());
  for (let timeMs = start + day; timeMs < start + day + hour; timeMs += minute) {
    const item = reading(timeMs, 100 + usual(timeMs));
    assert.deepEqual(second.accept(item), first.accept(item));
  }
  assert.equal(second.views()[0]?.state, 'event');
});

test('restoring ignores what is damaged, not watched, or there already', () => {
  const saved = createWatch({ watched });
  saved.accept(reading(start, 10));
  const [good] = saved.states();
  assert(good);
  const watch = createWatch({ watched });
  const others = [null, 7, {}, { ...good, quantity: 'pm10' }, { ...good, quantity: 'no' }, { ...good, state: {} }];
  assert.equal(watch.restore(others), 0);
  assert.equal(watch.restore([good, good]), 1);
  assert.equal(watch.views().length, 1);
});

test('what an operator allows one sensor to be silent holds for it alone, and never for less than two of its readings', () => {
  const allowed = new Map([
    ['node/1', 2 * hour],
    ['quick', 10_000],
  ]);
  const watch = createWatch({ watched, silenceMsOf: (sensor) => allowed.get(sensor) });
  for (const sensor of ['roof', 'node/1', 'quick']) {
    for (let index = 0; index < 10; index++) watch.accept(reading(start + index * minute, 10, { sensor }));
  }
  const lastMs = start + 9 * minute;
  const silentAt = (afterMs: number) => watch.tick(lastMs + afterMs).map(({ sensor }) => sensor);
  assert.deepEqual([...silentAt(minute / 2), ...silentAt(2 * minute - 1)], []);
  assert.deepEqual([...silentAt(2 * minute), ...silentAt(3 * minute)], ['quick']);
  assert.deepEqual([...silentAt(10 * minute), ...silentAt(11 * minute)], ['roof']);
  assert.deepEqual([...silentAt(2 * hour - 1), ...silentAt(2 * hour), ...silentAt(2 * hour + minute)], ['node/1']);
});
