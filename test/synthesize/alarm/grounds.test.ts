// Why an alarm was told: the figures in its grounds are those that decided.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AIR } from '../../../src/distill/air.ts';
import { newAdvice } from '../../../src/synthesize/alarm/advice.ts';
import type { AlarmTold } from '../../../src/synthesize/alarm/alarm-outcome.ts';
import { AlarmWatch } from '../../../src/synthesize/alarm/alarm-watch.ts';
import { regionSide, viewRegion } from '../../../src/synthesize/alarm/region.ts';
import { away, HERE, nodeOf, PART_M, sighting } from '../sightings.ts';
import { ALARM, HOUR_MS, MINUTE_MS, quiet, START_MS, settled, type ToldJudge } from './told-judge.ts';

const FIVE = ['a', 'b', 'c', 'd', 'e'];
const smoke = (above: number) => (minutes: number) => above + quiet(minutes);

type Grounds = AlarmTold['grounds'];
type Verdict = Extract<Grounds, { odds: unknown }>;

const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} ${b}`);

/** What anybody can reckon from the figures alone. */
function checkSums({ kind, confidence, grounds }: AlarmTold): void {
  const sum = (wanted: number) =>
    grounds.neighbours.reduce((all, { side, counts }) => all + (side === wanted ? counts : 0), 0);
  close(sum(1), grounds.above);
  close(sum(-1), grounds.below);
  if (!('odds' in grounds)) return;
  const { odds, above, below } = grounds;
  assert.equal(odds.share === undefined, above + below === 0);
  if (odds.share !== undefined) close(odds.share, (above + 0.5) / (above + below + 1));
  const shared = (odds.shared + odds.beforeCases * odds.before) / (odds.told + odds.beforeCases);
  close(kind === 'local' ? 1 - shared : shared, confidence);
  assert.ok(grounds.stoodMs >= grounds.waitMs, `${grounds.rule}`);
}

/** The rules of what was told, each with its figures checked. */
function rules(one: ToldJudge): string[] {
  return one.told.map((told) => {
    checkSums(told);
    return `${told.kind}: ${told.grounds.rule}`;
  });
}

suite('the grounds of an alarm', () => {
  test('alone: how long it stood and had to, and that nobody is known', () => {
    const one = settled();
    one.read(smoke(60), 3);
    assert.deepEqual(rules(one), ['event: stood']);
    const { value, alarm, own, ownSinceMs, region, neighbours, stoodMs, waitMs } = one.told[0]!.grounds as Verdict;
    assert.deepEqual([alarm, own, region, neighbours, waitMs], [ALARM, 1, 0, [], HOUR_MS]);
    assert.equal(stoodMs, one.zeroMs + one.told[0]!.minutes * MINUTE_MS - ownSinceMs + 10 * MINUTE_MS);
    assert.equal(value, one.told[0]!.observed);
  });

  test('with others above, and when the neighbourhood is below for two hours', () => {
    const shared = settled(FIVE);
    shared.say(1, ...FIVE);
    shared.read(smoke(60), 3);
    assert.deepEqual(rules(shared), ['event: stood_with_others', 'confirmed: region_above']);
    const apart = settled(FIVE);
    apart.say(-1, ...FIVE);
    apart.read(smoke(60), 5);
    assert.deepEqual(rules(apart), ['event: stood', 'local: region_below']);
    const low = settled(FIVE);
    low.say(1, ...FIVE);
    low.read(quiet, 3);
    assert.deepEqual(rules(low), ['event: region_above']);
  });

  test('one neighbour; what goes on; what is plainly local', () => {
    const two = settled(FIVE);
    two.say(1, 'a');
    two.read(smoke(60), 2);
    assert.deepEqual(rules(two), ['event: stood_with_others', 'confirmed: one_above']);
    const long = settled();
    long.read(smoke(60), 9);
    assert.deepEqual(rules(long), ['event: stood', 'event: goes_on']);
    const stove = settled(FIVE);
    stove.say(-1, ...FIVE);
    stove.read(smoke(190), 0.7);
    assert.deepEqual(rules(stove), ['local: contrast']);
  });

  test('strangers: what their cap leaves of each adds up', () => {
    const one = settled(FIVE.slice(0, 2));
    one.say(-1, 'a', 'b');
    one.say(1, ...Array.from({ length: 30 }, (_, i) => `stranger ${i}`));
    one.read(smoke(60), 5);
    assert.ok(rules(one).length > 0);
    const capped = one.told[0]!.grounds.neighbours.filter(({ isPinned }) => !isPinned);
    assert.ok(capped.length === 30 && capped.every(({ counts, weight }) => counts < weight));
  });

  test('so many more neighbours as are said to move the neighbourhood, and none less', () => {
    const more = Array.from({ length: 12 }, (_, i) => `more ${i}`);
    const one = settled([...FIVE, ...more]);
    one.say(-1, ...FIVE);
    while (one.told.length === 0) one.read(smoke(60), 1 / 6);
    const { region, changes } = one.told[0]!.grounds as Verdict;
    const change = changes.find(({ side }) => side === 1)!;
    assert.deepEqual([region, change.region], [-1, 1]);
    const { pinned, nowMs } = one;
    const sideWith = (n: number) => {
      one.say(1, ...more.slice(0, n));
      return regionSide(viewRegion(one.known, one.standings, { pinned, nowMs }), 1);
    };
    assert.deepEqual([sideWith(change.neighbours - 1), sideWith(change.neighbours)], [-1, 1]);
  });
});

test('the grounds of a fault are what was measured', () => {
  const stuck = settled();
  stuck.read(quiet, 72);
  stuck.from();
  stuck.read(12.3, 12);
  const { grounds, minutes } = stuck.told[0]!;
  assert.ok(grounds.rule === 'sign');
  const readings = minutes / 10;
  assert.deepEqual(grounds.sign, { value: 12.3, readings, stoodMs: (readings - 1) * 10 * MINUTE_MS });
  const split = settled();
  for (let i = 0; i < 3; i++) {
    split.nowMs += HOUR_MS / 6;
    split.told.push(...split.judge.readBoth(40, 10, split.nowMs).told.map((one) => ({ ...one, minutes: 0 })));
  }
  const [both] = split.told;
  assert.ok(both?.grounds.rule === 'sign');
  assert.deepEqual(both.grounds.sign, { a: 40, b: 10 });
});

test('the grounds of an early warning add up to its probability', () => {
  const one = settled(FIVE);
  const learned = { weights: [0.4, 0.3, 0.2, 0.6, 1.1], examples: 40, came: 20, pairs: { a: { had: 9, came: 8 } } };
  Object.assign(one.state.advice, { ...newAdvice(), ...learned });
  one.say(-1, ...FIVE);
  one.read(quiet, 1);
  one.from();
  one.say(1, 'a');
  one.read(quiet, 0.5);
  const [told] = one.told;
  assert.ok(told?.kind === 'advisory' && told.grounds.rule === 'approach');
  const { terms, had, came, approach } = told.grounds.advice;
  const logOdds = Object.values(terms).reduce((sum, term) => sum + term, 0);
  close(1 / (1 + Math.exp(-logOdds)), told.confidence);
  assert.deepEqual([had, came, approach.origin], [9, 8, 'a']);
  close(approach.nearness, told.observed / ALARM);
});

test('a watch knows from how far away a class was told, and in which packet', () => {
  const phenomenon = { ...AIR.phenomena[0]!, alarm: ALARM };
  const pinned = new Set(FIVE.map(nodeOf));
  const under = new AlarmWatch({ profile: AIR, phenomenon, here: HERE, pinned, isHeeded: () => true });
  const what = { sensor: 'roof', quantity: 'pm2_5', channel: '', unit: 'ug/m3', clock: 2, quality: 0 } as const;
  const told: AlarmTold[] = [];
  const levels = FIVE.map((by, i) =>
    sighting({ by, at: away(i + 1), finding: 'level', score: 100, sensor: i, issuedMs: START_MS + HOUR_MS }),
  );
  for (let minutes = 0; minutes < 9 * 60; minutes += 10) {
    if (minutes === 7 * 60) for (const one of levels) under.hear(one);
    const reading = { ...what, sensorClass: 1, value: quiet(minutes), timeMs: START_MS + minutes * MINUTE_MS };
    told.push(...under.accept(reading).flatMap((one) => one.told));
  }
  const { neighbours } = told[0]!.grounds;
  for (const [i, { id, origin }] of levels.entries()) {
    const neighbour = neighbours.find((one) => one.origin === origin)!;
    assert.deepEqual([neighbour.id, neighbour.sensorClass], [id, i]);
    assert.ok(Math.abs(neighbour.distanceM! - (i + 1) * PART_M) < 200, `${neighbour.distanceM}`);
  }
});
