import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { FindingName } from '../../../src/core/condition.ts';
import { QUALITY, type Reading } from '../../../src/core/reading.ts';
import { AIR } from '../../../src/distill/air.ts';
import { type AlarmConclusion, AlarmWatch } from '../../../src/synthesize/alarm/alarm-watch.ts';
import { away, HERE, nodeOf, sighting, type Told } from '../sightings.ts';
import { ALARM, HOUR_MS, quiet, START_MS } from './told-judge.ts';

const TEN_MS = 10 * 60_000;
const pinned = new Set(['a', 'b', 'c', 'd', 'e'].map(nodeOf));
const phenomenon = { ...AIR.phenomena[0]!, alarm: ALARM };

function watch(saved?: unknown, isHeeded = (_origin: string) => true): AlarmWatch {
  return new AlarmWatch({ profile: AIR, phenomenon, here: HERE, pinned, isHeeded, saved });
}

const reading = (value: number, timeMs: number, change: Partial<Reading> = {}): Reading => ({
  ...{ sensor: 'roof', quantity: 'pm2_5', channel: '', unit: 'ug/m3', clock: 2, quality: 0, sensorClass: 1 },
  value,
  timeMs,
  ...change,
});

/** Readings every ten minutes from an hour on, for so long. */
function feed(under: AlarmWatch, fromH: number, toH: number, value: number | undefined, change: Partial<Reading> = {}) {
  const found: AlarmConclusion[] = [];
  for (let minutes = fromH * 60; minutes < toH * 60; minutes += 10) {
    const of = value === undefined ? quiet(minutes) : value + (minutes % 70) / 10;
    found.push(...under.accept(reading(of, START_MS + minutes * 60_000, change)));
  }
  return found;
}

const told = (found: readonly AlarmConclusion[]) => found.flatMap((one) => one.told.map(({ kind }) => kind));

function level(side: number, by: string, atH = 0, change: Told = {}) {
  const atMs = START_MS + atH * HOUR_MS;
  return sighting({ by, finding: 'level', onsetMs: atMs, issuedMs: atMs, score: side > 0 ? 100 : 0, ...change });
}

/** A watch whose sensor reads low while its neighbours say what they say. */
function lowWith(say: (under: AlarmWatch) => void) {
  const under = watch();
  feed(under, 0, 7, undefined);
  say(under);
  return told(feed(under, 7, 9, undefined));
}

const everybody = ['a', 'b', 'c', 'd', 'e'];

suite('an alarm watch hears', () => {
  test('levels of those within reach', () => {
    const levels = (side: number, change: Told = {}) =>
      lowWith((under) => {
        for (const by of everybody) under.hear(level(side, by, 7, change));
      });
    assert.deepEqual(levels(1), ['event']);
    assert.deepEqual(levels(-1), []);
    assert.deepEqual(levels(1, { at: away(14) }), [], '49 km away');
  });

  test('events over the alarm level, and none below it', () => {
    const event = (observed: number, finding: FindingName = 'event') =>
      lowWith((under) => {
        for (const by of everybody) under.hear(level(1, by, 7, { finding, outcome: { observed } }));
      });
    assert.deepEqual(event(600), ['event']);
    assert.deepEqual(event(400), []);
    assert.deepEqual(event(600, 'confirm'), []);
    const ended = lowWith((under) => {
      for (const by of everybody) {
        under.hear(level(1, by, 7));
        under.hear(level(1, by, 7.1, { finding: 'cleared', outcome: { observed: 100 } }));
      }
    });
    assert.deepEqual(ended, []);
  });

  test('the level rather than the event of who tells levels', () => {
    const both = lowWith((under) => {
      for (const by of everybody) {
        under.hear(level(-1, by, 6));
        under.hear(level(1, by, 7, { finding: 'event', outcome: { observed: 600 } }));
      }
    });
    assert.deepEqual(both, []);
  });

  test('a fault of the sensor that told a level takes it back', () => {
    const withdrawn = (context: Buffer) =>
      lowWith((under) => {
        for (const by of everybody) {
          under.hear(level(1, by, 7));
          under.hear(level(1, by, 7.1, { finding: 'fault', outcome: { context } }));
        }
      });
    assert.deepEqual(withdrawn(level(1, 'a').outcome.context), []);
    assert.deepEqual(withdrawn(Buffer.from('00ff00ff', 'hex')), ['event'], 'another sensor');
  });

  test('nobody whose key contradicted itself', () => {
    const under = watch(undefined, (origin) => origin !== nodeOf('a'));
    assert.deepEqual([under.weightOf(nodeOf('a')), under.weightOf(nodeOf('b'))], [0, 1]);
    under.hear(level(1, 'a'));
    assert.deepEqual(under.state().known, []);
  });
});

suite('an alarm watch reads', () => {
  test('nothing that is unfit or warms up', () => {
    for (const bit of ['out_of_range', 'invalid', 'warming_up', 'disagreement'] as const) {
      assert.deepEqual(feed(watch(), 0, 6, 90, { quality: QUALITY[bit] }), [], bit);
    }
    assert.deepEqual(told(feed(watch(), 0, 6, 90, { quality: QUALITY.humid })), ['event']);
  });

  test('the sensor that spoke first, until it was silent for an hour', () => {
    const under = watch();
    feed(under, 0, 2, undefined);
    const found: string[] = [];
    for (let h = 2; h < 5; h += 1 / 6) {
      found.push(...told(feed(under, h, h + 1 / 12, 90, { sensor: 'cellar' })));
      feed(under, h, h + 1 / 12, undefined);
    }
    assert.deepEqual(found, []);
    assert.deepEqual(told(feed(under, 5, 9, 90, { sensor: 'cellar' })), ['event']);
  });

  test('two channels of one moment together, in either order, and a gap in one uses the other', () => {
    const under = watch();
    const found: AlarmConclusion[] = [];
    const at = (i: number, a: number | undefined, b: number | undefined, isSwapped = false) => {
      const timeMs = START_MS + i * TEN_MS;
      const both = [
        ...(a === undefined ? [] : [reading(a, timeMs)]),
        ...(b === undefined ? [] : [reading(b, timeMs, { channel: 'b' })]),
      ];
      for (const one of isSwapped ? both.toReversed() : both) found.push(...under.accept(one));
      found.push(...under.flush());
    };
    for (let i = 0; i < 12; i++) at(i, 10 + i / 10, 10.5 + i / 10, i % 2 === 0);
    for (let i = 12; i < 36; i++) at(i, 10, 300 + i);
    assert.deepEqual(
      found.flatMap((one) => one.told.map(({ kind, cause }) => `${kind} ${cause}`)),
      ['fault disagreement'],
      'the lower one is used',
    );
    found.length = 0;
    for (let i = 36; i < 60; i++) at(i, undefined, 90 + i / 10);
    assert.deepEqual(told(found), ['event']);
  });

  test('a channel that shows what cannot be disagrees', () => {
    const under = watch();
    const found: AlarmConclusion[] = [];
    for (let i = 0; i < 12; i++) {
      const timeMs = START_MS + i * TEN_MS;
      const value = i < 6 ? 10 : 4_000;
      const quality = i < 6 ? 0 : QUALITY.out_of_range;
      found.push(...under.accept(reading(10 + i / 10, timeMs)));
      found.push(...under.accept(reading(value, timeMs, { channel: 'b', quality })), ...under.flush());
    }
    assert.deepEqual(told(found), ['fault']);
  });
});

suite('a saved alarm watch', () => {
  test('goes on as without a break', () => {
    const [whole, broken] = [watch(), watch()];
    for (const under of [whole, broken]) {
      for (const by of everybody) under.hear(level(-1, by));
      feed(under, 0, 30, undefined);
      for (const by of everybody) under.hear(level(-1, by, 29));
      feed(under, 30, 31, 90);
    }
    const again = watch(JSON.parse(JSON.stringify(broken.state())));
    assert.equal(again.state().values.length, everybody.length, 'what they told of their values');
    const risen = everybody.map((by) => level(1, by, 31));
    for (const under of [whole, again]) for (const one of risen) under.hear(one);
    assert.deepEqual(feed(again, 31, 40, 90), feed(whole, 31, 40, 90));
    assert.deepEqual(again.state(), whole.state());
  });

  test('of a version that knew no values of neighbours keeps the rest', () => {
    const one = watch();
    for (const by of everybody) one.hear(level(1, by));
    feed(one, 0, 9, 90);
    const { values: _, signs: __, ...before } = JSON.parse(JSON.stringify(one.state()));
    const { values, signs, ...rest } = watch(before).state();
    assert.deepEqual(rest, before);
    assert.deepEqual([values, signs], [watch().state().values, watch().state().signs]);
  });

  test('of another level, or that does not fit, begins anew', () => {
    const one = watch();
    for (const by of everybody) one.hear(level(1, by));
    feed(one, 0, 9, 90);
    const saved = JSON.parse(JSON.stringify(one.state()));
    const fresh = watch().state();
    assert.notDeepEqual(watch(saved).state(), fresh);
    const broken: unknown[] = [
      undefined,
      null,
      7,
      [],
      { ...saved, alarm: 51 },
      { ...saved, state: { ...saved.state, lastMs: null } },
      { ...saved, state: { ...saved.state, recent: { slots: [] } } },
    ];
    for (const bad of broken) assert.deepEqual(watch(bad).state(), fresh, JSON.stringify(bad)?.slice(0, 60));
    const odd = watch({ ...saved, known: [['x', { side: 'up' }], 7], standings: 'none' }).state();
    assert.deepEqual([odd.known, odd.standings], [[], []]);
  });
});

test('a sensor that nobody listened to for a while begins anew: the time between is not stood above the level', () => {
  const isRoof = (sensor: string) => sensor === 'roof';
  const again = (resume: (under: AlarmWatch) => void) => {
    const under = watch();
    feed(under, 0, 7, undefined);
    assert.deepEqual(told(feed(under, 7, 7.5, 90)), []);
    resume(under);
    return told(feed(under, 10, 10.5, 90));
  };
  assert.deepEqual(
    again(() => {}),
    ['event'],
  );
  assert.deepEqual(
    again((under) => under.resume((sensor) => !isRoof(sensor))),
    ['event'],
    'another sensor',
  );
  assert.deepEqual(
    again((under) => under.resume(isRoof)),
    [],
  );
});
