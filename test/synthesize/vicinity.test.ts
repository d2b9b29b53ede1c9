import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AIR } from '../../src/distill/air.ts';
import { conditionOf, middleOf, placeIn } from '../../src/distill/condition.ts';
import { savedVicinity, Vicinity, type VicinityState } from '../../src/synthesize/vicinity.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
const HERE = { latitude: 42.51, longitude: -73.76 };
const PART = 0.5 / 16;
const LENGTHS = { coarse: AIR.coarse.length, fine: AIR.fine.length - 1 };
const names = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `n${from + index}`);

/** Each further away than the one before, in a part of a cell of its own: in two rows to the north. */
const placed = (name: string) => {
  const index = Number(name.slice(1));
  const latitude = HERE.latitude + (1 + Math.floor(index / 2)) * PART;
  const longitude = HERE.longitude + (index % 2) * PART;
  return placeIn(AIR, conditionOf(AIR, { phenomenon: 1, latitude, longitude }));
};

function world(weights: Readonly<Record<string, number>> = {}, saved?: VicinityState) {
  const vicinity = new Vicinity({
    here: HERE,
    reachM: AIR.reachM,
    placeOf(key) {
      const condition = { domain: 0, ...key };
      const latitude = middleOf(AIR, condition, 'latitude');
      const longitude = middleOf(AIR, condition, 'longitude');
      return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
    },
    weightOf: (origin) => weights[origin] ?? 1,
    random: () => 0,
    saved,
  });
  /** Who tells a level each morning; @returns the days on which what is watched changed */
  const pass = (from: number, until: number, who: readonly string[]): number[] => {
    const changes: number[] = [];
    for (let hour = from * 24; hour < until * 24; hour++) {
      const nowMs = START_MS + (hour / 24) * DAY_MS;
      if (hour % 24 === 0) for (const name of who) vicinity.hear(name, { ...placed(name), atMs: nowMs });
      if (vicinity.tick(nowMs)) changes.push(Math.floor(hour / 24));
    }
    return changes;
  };
  const watched = () => vicinity.places()?.map(({ coarse, fine }) => JSON.stringify([coarse, fine]));
  const at = (...origins: string[]) => origins.map((name) => JSON.stringify([placed(name).coarse, placed(name).fine]));
  return { vicinity, pass, watched, at };
}

suite('vicinity', () => {
  test('who is not crowded listens to all, however long', () => {
    const { pass, watched } = world();
    assert.deepEqual(pass(0, 40, names(16)), []);
    assert.equal(watched(), undefined);
  });

  test('in a crowd the nearest 8 are listened to after a week, and all again for a day', () => {
    const { pass, watched, at } = world();
    assert.deepEqual(pass(0, 7, names(20)), []);
    assert.deepEqual(pass(7, 16, names(20)), [7]);
    assert.deepEqual(watched(), at(...names(8)));
    assert.deepEqual(pass(16, 19, names(20)), [17, 18], 'wide after ten days, narrow after one');
  });

  test('a word that matched counts before a near one; one that is worth little is not listened to', () => {
    const { pass, watched, at } = world({ n0: 0.1, n1: 0.33, n2: 0.7, n3: 1.2 });
    pass(0, 8, names(20));
    assert.deepEqual(watched(), at('n3', 'n2', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9').toSorted(byOrderOf(watched()!)));
  });

  test('new keys next door push nobody out whose word has counted', () => {
    const strangers = names(12);
    const { pass, watched, at } = world(Object.fromEntries(strangers.map((name) => [name, 0.33])));
    pass(0, 8, names(20));
    assert.deepEqual(watched(), at(...names(8, 12)));
  });

  test('what changes is found: newcomers on the next wide day, those that fell silent within days', () => {
    const { pass, watched, at } = world();
    const first = names(17, 4);
    pass(0, 17, first);
    assert.deepEqual(watched(), at(...names(8, 4)));
    pass(17, 19, [...first, 'n0']);
    assert.equal(watched()![0], at('n0')[0]);
    assert.deepEqual(pass(19, 24, first.slice(6)), [20], 'of its eight three are left');
    assert.equal(watched(), undefined);
  });

  test('what was saved goes on; what does not fit is a fresh start', () => {
    const before = world();
    before.pass(0, 9, names(20));
    const text = JSON.stringify(before.vicinity.state());
    const after = world({}, savedVicinity(JSON.parse(text), LENGTHS));
    assert.deepEqual(after.watched(), before.watched());
    assert.deepEqual(after.pass(9, 17, names(20)), []);
    assert.equal(savedVicinity(JSON.parse(text), { coarse: 2, fine: 7 })!.heard.length, 0, 'of other conditions');
    for (const bad of [
      undefined,
      null,
      [],
      {},
      { ...JSON.parse(text), phase: 'x' },
      { ...JSON.parse(text), untilMs: null },
    ])
      assert.equal(savedVicinity(bad, LENGTHS), undefined);
  });

  test('a clock that is set back makes it listen to all', () => {
    const { pass, watched } = world();
    pass(10, 18, names(20));
    assert.ok(watched());
    assert.deepEqual(pass(2, 3, names(20)), [2]);
    assert.equal(watched(), undefined);
  });

  test('never more are remembered than there is room for', () => {
    const { vicinity } = world();
    for (const name of names(300)) vicinity.hear(name, { ...placed('n1'), atMs: START_MS });
    const { heard } = vicinity.state();
    assert.equal(heard.length, 256);
    assert.equal(heard.at(-1)![0], 'n299');
  });
});

/** The order of the actual list, for comparing sets. */
const byOrderOf = (list: readonly string[]) => (a: string, b: string) => list.indexOf(a) - list.indexOf(b);
