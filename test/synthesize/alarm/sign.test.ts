import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ALARM, HOUR_MS, quiet, settled } from './told-judge.ts';

const faults = (one: ReturnType<typeof settled>) =>
  one.told.flatMap(({ kind, cause, minutes }) => (kind === 'fault' ? [`${cause} ${minutes}`] : []));

suite('a sign of the device', () => {
  test('stuck: a run of one value that is next to impossible here, told once', () => {
    const one = settled();
    one.read(quiet, 72);
    one.from();
    one.read(12.3, 12);
    assert.deepEqual(faults(one), ['stuck 80']);
  });

  test('a sensor that rests at its floor, or often repeats itself, is not stuck', () => {
    const resting = settled();
    resting.read((minutes) => (Math.floor(minutes / 360) % 2 ? 0 : quiet(minutes)), 14 * 24);
    assert.deepEqual(faults(resting), []);
    const coarse = settled();
    coarse.read((minutes) => 10 + Math.floor(minutes / 60), 72);
    assert.deepEqual(faults(coarse), []);
  });

  test('dead: clearly below all it ever showed, three readings long, after two weeks', () => {
    const one = settled();
    one.read(quiet, 10 * 24);
    one.from();
    one.read((minutes) => 1 + (minutes % 30) / 100, 1);
    assert.deepEqual(faults(one), [], 'ten days are too little to know its floor');
    const known = settled();
    known.read(quiet, 15 * 24);
    known.from();
    known.read((minutes) => 1 + (minutes % 30) / 100, 3);
    assert.deepEqual(faults(known), ['dead 30']);
  });

  test('drift: above for a day and a half while the others are known to be below', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const drifted = settled(names);
    const shared = settled(names);
    for (let day = 0; day < 3; day++) {
      drifted.say(-1, ...names);
      shared.say(1, ...names);
      for (const one of [drifted, shared]) one.read((minutes) => 90 + quiet(minutes), 24);
    }
    assert.deepEqual(faults(drifted), [`drift ${20 + 36 * 60 - 10}`]);
    assert.deepEqual(faults(shared), []);
    const alone = settled();
    alone.read((minutes) => 90 + quiet(minutes), 72);
    assert.deepEqual(faults(alone), [], 'what nobody knows counts for nothing');
  });

  test('two channels: apart three readings in a row is a fault, and the lower one is used meanwhile', () => {
    const one = settled();
    const both = (a: number, b: number, count: number) => {
      const told = [];
      for (let i = 0; i < count; i++) {
        one.nowMs += HOUR_MS / 6;
        told.push(...one.judge.readBoth(a + i / 10, b + i / 10, one.nowMs).told);
      }
      return told.map(({ kind, cause }) => cause ?? kind);
    };
    assert.deepEqual(both(11, 10, 6), []);
    assert.deepEqual(both(10, 4 * ALARM, 2), [], 'twice is a gust');
    assert.deepEqual(both(10, 10, 1), []);
    assert.deepEqual(both(10, 4 * ALARM, 12), ['disagreement'], 'and no alarm');
    assert.ok(one.state.own.side < 0);
  });

  test('one fault an hour at most', () => {
    const one = settled();
    one.read(quiet, 72);
    one.from();
    for (let at = 0; at < 6; at++) {
      one.read(30 + at, 1, { stepMs: HOUR_MS / 60 });
      one.read(quiet, 0.2, { stepMs: HOUR_MS / 60 });
    }
    const minutes = one.told.filter(({ kind }) => kind === 'fault').map((fault) => fault.minutes);
    for (const [at, minute] of minutes.entries()) assert.ok(at === 0 || minute - minutes[at - 1]! >= 60, `${minutes}`);
  });
});
