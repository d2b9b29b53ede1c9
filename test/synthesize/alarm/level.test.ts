import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR_MS, quiet, START_MS, settled, ToldJudge } from './told-judge.ts';

test('a level is told when it changes and once a day', () => {
  const one = new ToldJudge();
  one.read(quiet, 30);
  one.read((minutes) => 90 + quiet(minutes), 3);
  assert.deepEqual(
    one.levels.map(({ side, minutes }) => [side, minutes]),
    [
      [-1, 10],
      [-1, 24 * 60 + 10],
      [1, 30 * 60 + 20],
    ],
  );
  const above = one.levels.at(-1)!;
  assert.equal(above.sinceMs, START_MS + 30 * HOUR_MS + 20 * 60_000);
  assert.ok(above.value >= 50 && above.usual < 20);
});

test('in the long run two a day are told, however often it changes, and the last change is not lost', () => {
  const one = new ToldJudge();
  const days = 30;
  for (let hour = 0; hour < days * 24; hour += 2) {
    one.read((minutes) => 90 + quiet(minutes), 1);
    one.read(quiet, 1);
  }
  assert.ok(one.levels.length <= 2 * days + 6 && one.levels.length > 2 * days - 6, `${one.levels.length}`);
  one.read((minutes) => 90 + quiet(minutes), 13);
  assert.equal(one.levels.at(-1)!.side, 1);
});

test('a sensor that stands still tells no level', () => {
  const one = settled();
  one.read(quiet, 48);
  one.from();
  one.read(12.3, 22);
  assert.equal(one.state.still.open, 1);
  assert.deepEqual(one.levels, [], 'the one that is due after 17 hours');
  one.read(quiet, 1);
  assert.equal(one.levels.length, 1);
});

test('what a failing sensor had told is told anew as soon as it is trusted, and not before', () => {
  const one = settled(['a', 'b', 'c', 'd']);
  one.from();
  for (let day = 0; day < 3; day++) {
    one.say(-1, 'a', 'b', 'c', 'd');
    one.read((minutes) => 90 + quiet(minutes), 24);
  }
  const fault = one.told.find(({ cause }) => cause === 'drift')!;
  assert.ok(fault);
  assert.deepEqual(
    one.levels.filter(({ minutes }) => minutes >= fault.minutes),
    [],
  );
  one.from();
  one.read(quiet, 1);
  assert.deepEqual(
    one.levels.map(({ side }) => side),
    [-1],
  );
});

test('the class that stood before a sensor failed is told when it measures again, within the hour', () => {
  const one = settled();
  one.read(quiet, 48);
  one.from();
  one.read(12.3, 10);
  assert.equal(one.state.still.open, 1);
  one.read(quiet, 1);
  assert.equal(one.levels.length, 1, 'fourteen hours before it would be due');
});
