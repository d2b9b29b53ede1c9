// Signs that only neighbours' values show: generated air over a town, told once a day by each neighbour.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { alarmNeighboursMax } from '../../../src/core/limits.ts';
import { newToldValue } from '../../../src/synthesize/alarm/told-values.ts';
import { HOUR_MS, MINUTE_MS, ToldJudge } from './told-judge.ts';

const DAY_MINUTES = 24 * 60;
const FAULT_DAY = 32;

/** Weather of some days, a rhythm of each day, and a flicker; 3 to 21 ug/m3. */
function air(minutes: number): number {
  const turn = (days: number) => Math.sin((2 * Math.PI * minutes) / (days * DAY_MINUTES));
  return 12 + 4 * turn(5.3) + 3 * turn(1) + 2 * turn(0.37) + ((minutes * 7919) % 97) / 100;
}

type Shown = (value: number, days: number) => number;
const asIs: Shown = (value) => value;
const fromFault =
  (shown: Shown): Shown =>
  (value, days) =>
    days < FAULT_DAY ? value : shown(value, days - FAULT_DAY);
const stopped = fromFault((_, days) => 0.7 + ((days * 1_440) % 7) / 100);

interface Town {
  readonly own?: Shown;
  readonly others?: (name: string) => Shown;
  readonly names?: readonly string[];
  readonly pinned?: readonly string[];
  /** They say that they are above whatever they show. */
  readonly criers?: readonly string[];
  readonly days?: number;
}

const FIVE = ['a', 'b', 'c', 'd', 'e'];

/** Each neighbour has an hour of the day at which it tells. @returns causes with the day they were told on */
function town({
  own = asIs,
  others = () => asIs,
  names = FIVE,
  pinned = names,
  days = FAULT_DAY + 30,
  criers = [],
}: Town) {
  const one = new ToldJudge(pinned);
  for (let hour = 0; hour < days * 24; hour++) {
    one.read((minutes) => own(air(minutes), minutes / DAY_MINUTES), 1, { stepMs: 30 * MINUTE_MS });
    names.forEach((name, at) => {
      if (hour % 24 !== (5 * at) % 24) return;
      const shown = (ago: number) => others(name)(air(hour * 60 - ago), hour / 24);
      const day = Array.from({ length: 24 }, (_, ago) => shown(ago * 60)).sort((x, y) => x - y);
      one.judge.hear(name, { side: criers.includes(name) ? 1 : -1, atMs: one.nowMs, context: '', by: 'level' });
      one.judge.hearValue(name, { context: '', atMs: one.nowMs, value: shown(0), usual: day[12]! });
    });
  }
  const faults = one.told.filter(({ cause }) => cause?.startsWith('reads_') || cause === 'attenuated');
  return faults.map(({ cause, neighbours, minutes }) => ({
    ...{ cause, neighbours },
    day: Math.round((10 * minutes) / DAY_MINUTES) / 10 - FAULT_DAY,
  }));
}

const causes = (from: Town) => town(from).map(({ cause }) => cause);

suite('a fan that stopped', () => {
  test('is told within three days, with the number of neighbours that move on', () => {
    const [first, ...rest] = town({ own: stopped, days: FAULT_DAY + 3 });
    assert.deepEqual([first?.cause, first?.neighbours, rest], ['attenuated', 5, []]);
    assert.ok(first!.day > 0.9 && first!.day < 3, `${first!.day}`);
  });

  test('is not clean air that lies still over the town', () => {
    assert.deepEqual(causes({ own: stopped, others: () => stopped }), []);
  });

  test('is not told without three neighbours whose word counts', () => {
    const days = FAULT_DAY + 3;
    assert.deepEqual(causes({ own: stopped, names: [], days }), []);
    assert.deepEqual(causes({ own: stopped, names: ['a', 'b'], days }), []);
    assert.deepEqual(causes({ own: stopped, criers: ['c', 'd', 'e'], days }), [], 'three were shown to be wrong');
  });
});

suite('slow drift', () => {
  test('is told on either side, once, well below the alarm level', () => {
    for (const [rate, cause, dayMax] of [
      [1.05, 'reads_high', 26],
      [0.95, 'reads_low', 26],
      [0.5, 'reads_low', 9],
    ] as const) {
      const own = fromFault((value, days) => value * Math.max(0.3, Math.min(4, rate ** days)));
      const [first, ...rest] = town({ own });
      assert.deepEqual([first?.cause, first?.neighbours, rest.length], [cause, 5, 0], `${rate}`);
      assert.ok(first!.day > 3 && first!.day < dayMax, `${rate}: ${first!.day}`);
    }
  });

  test('of one neighbour is not the own, nor is a place that was always different', () => {
    const drifts = fromFault((value, days) => value * 1.08 ** days);
    assert.deepEqual(causes({ others: (name) => (name === 'a' ? drifts : asIs) }), []);
    assert.deepEqual(causes({ own: (value) => value / 3 }), []);
  });

  test('is not an episode that is thin here', () => {
    const episode: Shown = (value, days) => (days >= FAULT_DAY && days < FAULT_DAY + 6 ? 5 * value : value);
    assert.deepEqual(causes({ others: () => episode }), []);
  });
});

suite('told values', () => {
  const tell = (one: ToldJudge, origin: string, { context = '', value = 8, usual = 8 } = {}) =>
    one.judge.hearValue(origin, { context, atMs: one.nowMs, value, usual });

  test('make room, of strangers first', () => {
    const one = new ToldJudge(['friend']);
    one.read(air, 12);
    tell(one, 'friend');
    for (let at = 0; at <= alarmNeighboursMax; at++) {
      one.nowMs += 1;
      tell(one, `stranger ${at}`);
    }
    assert.equal(one.values.size, alarmNeighboursMax);
    assert.ok(one.values.has('friend'));
  });

  test('begin anew with another sensor there, or here', () => {
    const one = new ToldJudge(['a']);
    const days = (context: string) => {
      for (let day = 0; day < 3; day++) {
        one.read(air, 24);
        tell(one, 'a', { context });
      }
      return one.values.get('a')!.pairs;
    };
    assert.deepEqual([days('x'), days('y')], [3, 3]);
    one.judge.changeSensor();
    assert.equal(one.values.size, 0);
  });

  test('stay of the same size for ever, and an old one changes nothing', () => {
    const one = new ToldJudge(['a']);
    one.read(air, 24);
    const members = Object.keys(newToldValue());
    for (let day = 0; day < 60; day++) {
      one.read(air, 24);
      tell(one, 'a', { value: day });
      one.judge.hearValue('a', { context: 'old', atMs: one.nowMs - HOUR_MS, value: 99, usual: 99 });
    }
    const held = one.values.get('a')!;
    assert.deepEqual([Object.keys(held), held.gaps.length, held.value, held.context], [members, 4, 59, '']);
  });
});
