import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Quantity } from '../../../src/core/quantities.ts';
import { QUALITY } from '../../../src/core/reading.ts';
import { createQualityControl, type QualityControl } from '../../../src/sense/quality/quality-control.ts';
import { HOUR, MINUTE, moment, reading, SECOND, START } from './judged.ts';

describe('neighbours', () => {
  test('a contradiction is told at the value that completes it', () => {
    const check = createQualityControl();
    const of = (pm1: number, pm25: number, pm10: number, timeMs: number) =>
      moment(check, timeMs, [
        ['pm1', '', pm1],
        ['pm2_5', '', pm25],
        ['pm10', '', pm10],
      ]);
    assert.deepEqual(of(8, 12, 15, START), ['', '', '']);
    assert.deepEqual(of(8, 12, 11, START + SECOND), ['', '', ''], 'rounding is none');
    assert.deepEqual(of(8, 90, 15, START + 2 * SECOND), ['', '', 'neighbour']);
    assert.deepEqual(of(8, 12, 15, START + 3 * SECOND), ['', '', ''], 'nor is the rise from the frame before');
  });

  test('values of different moments are not compared, however close their frames come in', () => {
    const check = createQualityControl();
    assert.deepEqual(moment(check, START, [['pm10', '', 20]]), ['']);
    assert.deepEqual(moment(check, START + SECOND, [['pm2_5', '', 90]]), ['']);
    for (const [index, [pm25, pm10]] of [[12, 15] as const, [90, 95] as const].entries()) {
      const found = moment(check, START + HOUR + index, [
        ['pm2_5', '', pm25],
        ['pm10', '', pm10],
      ]);
      assert.deepEqual(found, ['', '']);
    }
  });

  test('one that lasts a minute marks both', () => {
    const check = createQualityControl();
    let found: string[] = [];
    for (let timeMs = START; timeMs <= START + 2 * MINUTE; timeMs += 10 * SECOND) {
      found = moment(check, timeMs, [
        ['pm2_5', '', 90],
        ['pm10', '', 20],
      ]);
    }
    assert.deepEqual(found, ['neighbour', 'neighbour']);
  });

  test('physics, quantity by quantity', () => {
    const last = (...values: [Quantity, string, number][]) => moment(createQualityControl(), START, values).at(-1);
    assert.equal(last(['temperature', '', 10], ['dew_point', '', 10.5]), '');
    assert.equal(last(['temperature', '', 10], ['dew_point', '', 14]), 'neighbour');
    assert.equal(last(['temperature', '', -10], ['dew_point', '', -8]), 'neighbour');
    assert.equal(last(['wind_speed', 'min', 1], ['wind_speed', '', 2], ['wind_speed', 'max', 5]), '');
    assert.equal(last(['wind_speed', 'min', 1], ['wind_speed', '', 8], ['wind_speed', 'max', 5]), 'neighbour');
    assert.equal(last(['wind_direction', 'min', 350], ['wind_direction', '', 10]), '');
    assert.equal(last(['particles_gt_0_3', '', 7650], ['particles_gt_0_5', '', 2520]), '');
    assert.equal(last(['particles_gt_0_3', '', 2520], ['particles_gt_0_5', '', 7650]), 'neighbour');
    assert.equal(last(['particles_lt_1', '', 43.7], ['particles_lt_2_5', '', 46.2]), '');
    assert.equal(last(['particles_lt_1', '', 143], ['particles_lt_2_5', '', 46.2]), 'neighbour');
    assert.equal(last(['pm10', '', 0], ['particles_gt_0_3', '', 0]), '');
    assert.equal(last(['pm10', '', 1], ['particles_gt_0_3', '', 0]), 'neighbour');
  });

  test('channels and sensors are compared among themselves', () => {
    const check = createQualityControl();
    const found = moment(check, START, [
      ['pm2_5', 'cf1', 90],
      ['pm10', '', 10],
      ['pm2_5', '', 9],
      ['pm10', 'cf1', 95],
    ]);
    assert.deepEqual(found, ['', '', '', '']);
    assert.equal(check(reading('pm10', 5, START, { sensor: 'yard' })).quality, 0);
  });
});

describe('two lasers', () => {
  type Values = [Quantity, string, number][];
  const run = (check: QualityControl, fromMs: number, count: number, values: Values, every = 2 * MINUTE) => {
    let found: string[] = [];
    for (let index = 0; index < count; index++) found = moment(check, fromMs + index * every, values);
    return found;
  };
  const both = (a: number, b: number): Values => [
    ['pm2_5', 'a', a],
    ['pm2_5', 'b', b],
  ];

  test('disagree when they are apart by 5 ug/m3 and by 62 %, three times over a minute', () => {
    const after = (a: number, b: number, count = 10, every?: number) =>
      run(createQualityControl(), START, count, both(a, b), every);
    assert.deepEqual(after(10, 40), ['disagreement', 'disagreement']);
    assert.deepEqual(after(0, 40), ['disagreement', 'disagreement']);
    assert.deepEqual(after(1, 5), ['', ''], 'little in ug/m3');
    assert.deepEqual(after(300, 200), ['', ''], 'little in percent');
    assert.deepEqual(after(10, 40, 2), ['', '']);
    assert.deepEqual(after(10, 40, 20, SECOND), ['', '']);
    assert.deepEqual(after(10, 40, 70, SECOND), ['disagreement', 'disagreement']);
  });

  test('a flicker is none, and it takes as many agreements to end', () => {
    const check = createQualityControl();
    for (let index = 0; index < 40; index++) {
      const apart = index % 2 === 0;
      assert.deepEqual(run(check, START + index * 2 * MINUTE, 1, both(10, apart ? 40 : 11)), ['', '']);
    }
    run(check, START + 2 * HOUR, 5, both(10, 40));
    assert.deepEqual(run(check, START + 3 * HOUR, 2, both(10, 11)), ['disagreement', 'disagreement']);
    assert.deepEqual(run(check, START + 3 * HOUR + 4 * MINUTE, 1, both(10, 11)).at(-1), '');
  });

  test('the main channel is doubted with them, whichever spoke first', () => {
    const main: Values = [['pm2_5', '', 25]];
    for (const values of [
      [...main, ...both(10, 40)],
      [...both(10, 40), ...main],
    ]) {
      assert.deepEqual(new Set(run(createQualityControl(), START, 10, values)), new Set(['disagreement']));
    }
  });

  test('the main channel may be the first of the two; cf1 is no second one', () => {
    const main = (channel: string): Values => [
      ['pm2_5', '', 10],
      ['pm2_5', channel, 40],
    ];
    assert.deepEqual(run(createQualityControl(), START, 10, main('b')), ['disagreement', 'disagreement']);
    assert.deepEqual(run(createQualityControl(), START, 10, main('cf1')), ['', '']);
  });

  test('lasers that take turns are compared as well', () => {
    const check = createQualityControl();
    let found = 0;
    for (let index = 0; index < 20; index++) {
      const [channel, value] = index % 2 === 0 ? (['a', 10] as const) : (['b', 40] as const);
      found = check(reading('pm2_5', value, START + index * 10 * SECOND, { channel })).quality;
    }
    assert.equal(found, QUALITY.disagreement);
  });

  test('when one of them falls silent the other one is believed again', () => {
    const check = createQualityControl();
    run(check, START, 10, both(10, 40));
    const alone: Values = [['pm2_5', 'a', 10]];
    assert.deepEqual(run(check, START + 2 * HOUR, 1, alone), ['disagreement']);
    assert.deepEqual(run(check, START + 4 * HOUR, 1, alone), ['']);
  });
});
