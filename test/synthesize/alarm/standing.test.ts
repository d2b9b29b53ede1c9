import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { alarmNeighboursMax, alarmStandingsMax } from '../../../src/core/limits.ts';
import { viewRegion } from '../../../src/synthesize/alarm/region.ts';
import { EARNED_WEIGHT, wordWeight } from '../../../src/synthesize/alarm/standing.ts';
import { quiet, settled, ToldJudge } from './told-judge.ts';

const HONEST = ['a', 'b', 'c', 'd'];

/** Days with smoke from noon to six, which the honest see as well. */
function days(one: ToldJudge, count: number, also: (isSmoky: boolean) => void = () => {}): void {
  for (let day = 0; day < count; day++) {
    for (const isSmoky of [false, true]) {
      one.say(isSmoky ? 1 : -1, ...HONEST);
      also(isSmoky);
      one.read((minutes) => (isSmoky ? 80 : 0) + quiet(minutes), isSmoky ? 6 : 18);
    }
  }
}

suite('the worth of a word', () => {
  test('stays with the honest, and is nothing with who always says the same, or the opposite', () => {
    const one = settled([...HONEST, 'high', 'low', 'inverse']);
    days(one, 40, (isSmoky) => {
      one.say(1, 'high');
      one.say(-1, 'low');
      one.say(isSmoky ? -1 : 1, 'inverse');
    });
    for (const name of HONEST) assert.ok(one.weight(name) >= 1, `${name} ${one.weight(name)}`);
    assert.ok(one.weight('high') < 0.3, `${one.weight('high')}`);
    assert.ok(one.weight('low') < 0.3, `${one.weight('low')}`);
    assert.equal(one.weight('inverse'), 0);
  });

  test('a rise that nobody shares costs nobody trust', () => {
    const one = settled(HONEST);
    one.say(-1, ...HONEST);
    const before = HONEST.map((name) => one.weight(name));
    one.read((minutes) => 90 + quiet(minutes), 12);
    for (const [at, name] of HONEST.entries()) assert.ok(one.weight(name) >= before[at]!, name);
  });

  test('who often misses what the others see is no liar; its silence then says little', () => {
    const one = settled([...HONEST, 'deaf']);
    let count = 0;
    days(one, 40, (isSmoky) => one.say(isSmoky && count++ % 8 === 0 ? 1 : -1, 'deaf'));
    const kept = one.weight('deaf');
    assert.ok(kept >= EARNED_WEIGHT, `${kept}`);
    const standing = one.standings.get('deaf')!;
    assert.ok(wordWeight(standing, true, -1) < 0.4, `below ${wordWeight(standing, true, -1)}`);
    assert.ok(wordWeight(standing, true, 1) >= EARNED_WEIGHT, `above ${wordWeight(standing, true, 1)}`);
  });

  test('who cries wolf on one day of three keeps its word for quiet air, and its alarm counts little', () => {
    const one = settled([...HONEST, 'wolf']);
    let day = 0;
    days(one, 40, (isSmoky) => one.say(isSmoky || day++ % 3 === 0 ? 1 : -1, 'wolf'));
    const standing = one.standings.get('wolf')!;
    assert.ok(wordWeight(standing, true, 1) < 0.3, `above ${wordWeight(standing, true, 1)}`);
    assert.ok(wordWeight(standing, true, -1) > 0.5, `below ${wordWeight(standing, true, -1)}`);
  });

  test('a newcomer earns it by what proved true', () => {
    const one = settled(HONEST);
    one.say(-1, 'new');
    assert.ok(one.weight('new') < 0.35);
    days(one, 20, (isSmoky) => one.say(isSmoky ? 1 : -1, 'new'));
    assert.ok(one.weight('new') >= EARNED_WEIGHT, `${one.weight('new')}`);
  });

  test('any number of new keys never outweighs two that are pinned', () => {
    const one = settled(['a', 'b']);
    one.say(-1, 'a', 'b');
    one.say(1, ...Array.from({ length: 200 }, (_, i) => `new ${i}`));
    one.read(quiet, 2);
    assert.deepEqual(one.names(), []);
  });

  test('nor do ten that were right for months, and they confirm as one; without two pinned keys they are heard', () => {
    const ten = Array.from({ length: 10 }, (_, i) => `stranger ${i}`);
    const turned = (pinned: readonly string[]) => {
      const one = settled(pinned);
      days(one, 40, (isSmoky) => one.say(isSmoky ? 1 : -1, ...ten));
      for (const name of ten) assert.ok(one.weight(name) >= EARNED_WEIGHT, `${one.weight(name)}`);
      one.say(-1, ...HONEST);
      one.say(1, ...ten);
      const { pinned: keys, nowMs } = one;
      return viewRegion(one.known, one.standings, { pinned: keys, nowMs });
    };
    const closed = turned(HONEST.slice(0, 2));
    assert.ok(closed.above < 2 && closed.below >= 2, `${closed.above} against ${closed.below}`);
    assert.equal(closed.earnedAbove, 1);
    assert.equal(closed.voices, 3);
    const open = turned([]);
    assert.ok(open.above >= 7, `${open.above}`);
    assert.equal(open.earnedAbove, 10);
  });

  test('new keys alone make no region, and confirm nothing', () => {
    const one = settled();
    one.say(1, ...Array.from({ length: 200 }, (_, i) => `new ${i}`));
    one.read(quiet, 0.9);
    assert.deepEqual(one.names(), []);
  });

  test('new keys never push out what a pinned one told, and what is kept has a cap', () => {
    const one = settled(['a']);
    one.say(-1, 'a');
    for (let i = 0; i < 2 * alarmNeighboursMax; i++) {
      one.nowMs += 1000;
      one.say(1, `new ${i}`);
    }
    assert.equal(one.known.size, alarmNeighboursMax);
    assert.ok(one.known.has('a') && !one.known.has('new 0'));
  });

  test('never more standings than the cap; the one that the least was learned of goes first', () => {
    const one = new ToldJudge(HONEST);
    for (let i = 0; i < alarmStandingsMax; i++) {
      const known = { above: 1, aboveRight: 1, below: 1, belowRight: 1 };
      one.standings.set(`${i}`, i === 7 ? { ...known, above: 0 } : known);
    }
    one.say(-1, ...HONEST);
    one.read(quiet, 3);
    assert.equal(one.standings.size, alarmStandingsMax);
    assert.ok(!one.standings.has('7'));
  });
});
