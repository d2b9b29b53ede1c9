import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { regionSide } from '../../../src/synthesize/alarm/region.ts';
import { HOUR_MS, quiet, settled, type ToldJudge } from './told-judge.ts';

const FIVE = ['a', 'b', 'c', 'd', 'e'];

/** High by the minute, never twice the same. */
const smoke =
  (level: number) =>
  (minutes: number): number =>
    level + (minutes % 70) / 10;

function heard(side: number, origins: readonly string[] = FIVE): ToldJudge {
  const one = settled(FIVE);
  one.say(side, ...origins);
  return one;
}

suite('an alarm', () => {
  test('is told at once when the region is above, and confirmed', () => {
    const one = heard(-1);
    one.say(1, 'a', 'b', 'c', 'd');
    one.read(smoke(60), 1);
    assert.deepEqual(one.names(), ['event 20', 'confirmed 20'], 'with the second slot of the half hour');
  });

  test('waits a quarter of an hour less for each other one that is above, of whom four make it certain', () => {
    const seen = (count: number) => {
      const one = settled(FIVE);
      one.say(1, ...FIVE.slice(0, count));
      one.read(smoke(60), 2);
      return one.names()[0];
    };
    assert.deepEqual([0, 1, 2, 3, 4].map(seen), ['event 70', 'event 60', 'event 40', 'event 30', 'event 20']);
  });

  test('waits longer the more others are below, and no longer than where nobody knows when one is above and one below', () => {
    const told = (above: readonly string[], below: readonly string[]) => {
      const one = settled(FIVE);
      one.say(1, ...above);
      one.say(-1, ...below);
      one.read(smoke(60), 3);
      return Number(one.names()[0]?.split(' ')[1]);
    };
    const waited = [0, 1, 2, 3, 4, 5].map((count) => told([], FIVE.slice(0, count)));
    assert.deepEqual(waited, [70, 90, 100, 110, 120, 130]);
    assert.ok(told(['a'], ['b']) <= 70);
  });

  test('of few others the region is told only by a clear lead, and never at a quiet sensor', () => {
    const view = (above: number, below: number) => ({ above, below, known: 3, voices: 3, earnedAbove: 0, heads: 3 });
    const side = (above: number, below: number, own: number) => regionSide(view(above, below), own);
    assert.deepEqual([side(1, 1.2, 1), side(1.2, 1, 1), side(2, 1, 1), side(1, 2, 1)], [0, 0, 1, -1]);
    assert.deepEqual([side(3, 0, -1), side(0, 3, -1)], [0, 0]);
    const three = settled(FIVE);
    three.say(1, 'a', 'b', 'c');
    three.read(quiet, 3);
    assert.deepEqual(three.names(), []);
  });

  test('that lasts is told again every six hours where few others are known, too', () => {
    const one = settled(FIVE);
    one.say(1, 'a', 'b', 'c');
    one.read(smoke(60), 8);
    assert.deepEqual(
      one.names().filter((name) => name.startsWith('event')),
      ['event 30', 'event 390'],
    );
  });

  test('waits an hour where nobody knows, and two where all others are below', () => {
    const alone = settled();
    alone.read(smoke(60), 4);
    assert.deepEqual(alone.names(), ['event 70'], 'it stood an hour, the interval of its first reading included');
    const others = heard(-1);
    others.read(smoke(60), 4);
    assert.deepEqual(others.names(), ['event 130', 'local 140']);
  });

  test('at the edge of the level it waits longer: half an hour where nobody knows, two hours where all others are below', () => {
    const edge = (minutes: number) => 50.5 + (minutes % 70) / 100;
    const alone = settled();
    alone.read(edge, 3);
    assert.deepEqual(alone.names(), ['event 100']);
    const others = heard(-1);
    others.read((minutes) => 3 + edge(minutes), 5);
    assert.deepEqual(others.names(), ['event 250', 'local 250']);
  });

  test('that lasts is told again every six hours where nobody knows, however usual it has become', () => {
    const alone = settled();
    alone.read(smoke(60), 26);
    assert.deepEqual(alone.names(), ['event 70', 'event 430', 'event 790', 'event 1150', 'event 1510']);
  });

  test('of half as much again waits an hour, whatever the others say', () => {
    const strong = heard(-1);
    strong.read(smoke(76), 4);
    assert.equal(strong.names()[0], 'event 70');
  });

  test('a tie goes with an own class above, and never against one below; among few the own voice counts', () => {
    const view = (above: number, below: number) => ({
      above,
      below,
      known: above + below,
      voices: above + below,
      heads: above + below,
    });
    const side = (above: number, below: number, own: number) =>
      regionSide({ ...view(above, below), earnedAbove: 0 }, own);
    assert.deepEqual([side(3, 3, 1), side(2, 3, 1), side(3, 3, -1), side(5, 4, -1)], [1, -1, -1, 1]);
    assert.deepEqual([side(4, 3, -1), side(5, 2, -1)], [-1, 1], 'four against three and the own sensor is a tie');
    assert.deepEqual([side(1, 0, 1), side(1, 0, -1), side(0, 0, 1)], [0, 0, 0], 'two voices are no region');
    assert.equal(side(0, 2, 1), -1);
  });

  test('is told at a sensor that reads low, once the region stood half an hour', () => {
    const one = heard(1);
    one.read(quiet, 3);
    assert.deepEqual(one.names(), ['event 40']);
  });

  test('that nobody shares is local two hours after it began; one that was confirmed never is', () => {
    const shared = heard(-1);
    shared.say(1, 'a', 'b', 'c');
    shared.read(smoke(60), 1);
    shared.say(-1, ...FIVE);
    shared.read(smoke(60), 5);
    assert.ok(!shared.names().some((name) => name.startsWith('local')), `${shared.names()}`);
  });

  test('three that rose within hours confirm it, whoever else is below; two do not, nor who has stood there for a day', () => {
    const eleven = Array.from({ length: 11 }, (_, i) => `n${i}`);
    const by = (count: number, hoursBefore = 0) => {
      const one = settled(eleven);
      one.say(-1, ...eleven);
      one.say(1, ...eleven.slice(0, count));
      if (hoursBefore > 0) one.read(quiet, hoursBefore);
      one.from();
      one.read(smoke(80), 3);
      return one.names().filter((name) => name.startsWith('confirmed'));
    };
    assert.deepEqual(by(3), ['confirmed 70']);
    assert.deepEqual(by(2), []);
    assert.deepEqual(by(3, 7), []);
  });

  test('far above the usual is plainly local after two readings and twenty minutes, once a day', () => {
    const one = heard(-1);
    for (let fires = 0; fires < 2; fires++) {
      one.read(smoke(150), 0.7);
      one.read(quiet, 5);
    }
    assert.deepEqual(
      one.names().filter((name) => name.startsWith('local')),
      ['local 40'],
    );
  });

  test('one of a kind is told for a visit, and never two within the hour', () => {
    const one = heard(-1);
    one.say(1, ...FIVE);
    for (let at = 0; at < 20; at++) {
      one.read(smoke(60), 0.5);
      one.read(quiet, 0.5);
    }
    assert.deepEqual(
      one.told.map(({ kind }) => kind),
      ['event', 'confirmed'],
    );
  });

  test('what the region told, the own sensor does not tell again within the hour', () => {
    const one = heard(1);
    one.read((minutes) => (minutes <= 40 ? quiet(minutes) : smoke(60)(minutes)), 3);
    const minutes = one.told.filter(({ kind }) => kind === 'event').map((event) => event.minutes);
    assert.ok(
      minutes.length > 0 && minutes.every((minute, at) => at === 0 || minute - minutes[at - 1]! >= 60),
      `${minutes}`,
    );
  });

  test('a late reading changes nothing, and a clock that was set back is followed after five', () => {
    const one = settled();
    const before = JSON.stringify(one.state.recent);
    for (let late = 1; late < 5; late++) one.judge.read(500, one.nowMs - late * HOUR_MS);
    assert.equal(JSON.stringify(one.state.recent), before);
    one.nowMs -= 48 * HOUR_MS;
    one.state.late = 0;
    one.from();
    one.read(smoke(60), 4);
    assert.equal(one.told[0]?.kind, 'event');
  });
});
