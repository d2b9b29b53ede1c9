import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { QUANTITIES, type Quantity } from '../../../src/core/quantities.ts';
import { createQualityControl } from '../../../src/sense/quality/quality-control.ts';
import { flags, HOUR, MINUTE, reading, SECOND, START, wave } from './judged.ts';

describe('rate of change and spike', () => {
  test('a lone jump is told at once, and the way back is none', () => {
    const found = flags('temperature', [...wave(30, 21, 0.1), 40, ...wave(30, 21, 0.1)]);
    assert.equal(found[30], 'spike rate_of_change');
    assert.deepEqual(new Set(found.toSpliced(30, 1)), new Set(['']));
  });

  test('of a new level only the first value is in doubt', () => {
    const found = flags('pm2_5', [...wave(30, 10, 1), ...wave(30, 300, 4)], SECOND);
    assert.equal(found[30], 'spike rate_of_change');
    assert.deepEqual(new Set(found.toSpliced(30, 1)), new Set(['']));
  });

  test('what is too fast for a minute is not for an hour', () => {
    const last = (every: number) => flags('temperature', [...wave(20, 15, 0.3), 22], every).at(-1);
    assert.match(last(MINUTE)!, /rate_of_change/);
    assert.match(last(SECOND)!, /rate_of_change/);
    assert.equal(last(HOUR), '');
  });

  test('a spike is what the channel does not do otherwise', () => {
    const jump = (noise: number) => flags('pm2_5', [...wave(40, 60, noise), 125], 10 * SECOND).at(-1);
    assert.equal(jump(2), 'spike');
    assert.equal(jump(20), '');
  });

  test('a spike is seen wherever it comes', () => {
    for (let at = 12; at < 40; at++) {
      const values = wave(at, 10, 1);
      assert.match(flags('pm2_5', [...values, 200]).at(-1)!, /spike/, `after ${at} values`);
    }
  });

  test('spikes do not make themselves usual', () => {
    const values = wave(400, 10, 1).map((value, index) => (index > 50 && index % 10 === 0 ? 200 : value));
    const found = flags('pm2_5', values, 10 * SECOND);
    assert.equal(found.filter((flag) => flag.includes('spike')).length, 34);
  });

  test('noise of any seed is neither, at any rate', () => {
    const series = fc.record({
      quantity: fc.constantFrom('pm2_5' as const, 'temperature' as const, 'co2' as const, 'pressure' as const),
      every: fc.constantFrom(SECOND, MINUTE, 10 * MINUTE, HOUR),
      noise: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 20, maxLength: 200 }),
    });
    fc.assert(
      fc.property(series, ({ quantity, every, noise }) => {
        const { min, max, resolution } = QUANTITIES[quantity];
        const values = noise.map((value) => (min + max) / 2 + resolution * value);
        assert.deepEqual(new Set(flags(quantity, values, every)), new Set(['']));
      }),
    );
  });

  test('after a gap, and after a clock was set back by hours, nothing from before is compared', () => {
    for (const at of [START + 10 * HOUR, START - 10 * HOUR]) {
      const check = createQualityControl();
      flags('temperature', wave(30, 21, 0.1), MINUTE, check);
      assert.equal(check(reading('temperature', 2, at)).quality, 0);
      assert.equal(check(reading('temperature', 2.1, at + MINUTE)).quality, 0);
      assert.equal(check(reading('temperature', 2, at + 2 * MINUTE)).quality, 0);
      assert.notEqual(check(reading('temperature', 20, at + 3 * MINUTE)).quality, 0);
    }
  });

  test('after a gap of hours nothing is compared with what was before', () => {
    assert.deepEqual(new Set(flags('temperature', [0, 60, 0, 60, 0, 60], 4 * HOUR)), new Set(['']));
    assert.ok(flags('temperature', [0, 60, 0, 60, 0, 60], 2 * HOUR).includes('rate_of_change'));
  });

  test('a late reading is not judged and leaves no trace', () => {
    const check = createQualityControl();
    flags('temperature', wave(30, 21, 0.1), MINUTE, check);
    assert.equal(check(reading('temperature', 40, START)).quality, 0);
    assert.equal(check(reading('temperature', 21, START + 30 * MINUTE)).quality, 0);
  });
});

describe('flat line', () => {
  const still = (quantity: Quantity, value: number, minutes: number, before = wave(60, value, 5)) =>
    flags(quantity, [...before, ...Array.from({ length: minutes }, () => value)]).slice(before.length);

  test('a value that stood still for an hour is flagged until it moves', () => {
    const found = still('pm2_5', 20, 90);
    assert.equal(found.indexOf('flat_line'), 60);
    assert.deepEqual(new Set(found.slice(60)), new Set(['flat_line']));
    assert.equal(flags('pm2_5', [...wave(60, 20, 5), ...Array.from({ length: 90 }, () => 20), 20.1]).at(-1), '');
  });

  test('at the ends of its range a value may rest, and some quantities may rest anywhere', () => {
    assert.deepEqual(new Set(still('pm2_5', 0, 600)), new Set(['']));
    assert.deepEqual(new Set(still('relative_humidity', 100, 900)), new Set(['']));
    assert.deepEqual(new Set(still('wind_direction', 180, 900)), new Set(['']));
    assert.ok(still('relative_humidity', 60, 900).includes('flat_line'));
  });

  test('a channel that has not shown that it moves is not called flat', () => {
    assert.deepEqual(new Set(still('pm2_5', 20, 600, [20, 21])), new Set(['']));
  });

  test('it takes five readings, however far apart', () => {
    const found = flags('pm2_5', [...wave(40, 50, 20), 50, 50, 50, 50, 50], HOUR).slice(40);
    assert.deepEqual(found, ['', '', '', '', 'flat_line']);
  });
});
