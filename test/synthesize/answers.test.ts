import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AIR } from '../../src/distill/air.ts';
import type { LocalView } from '../../src/synthesize/local-view.ts';
import { createReputation } from '../../src/synthesize/reputation.ts';
import { distanceM, type Place, type Sighting } from '../../src/synthesize/sighting.ts';
import { EVENT, FAULT, LATE_MS, mine, NORMAL, nextDoor, synthesizer, ticks } from './listener.ts';
import { away, HERE, HOUR_MS, MINUTE_MS, nodeOf, sighting, T0_MS, type Told } from './sightings.ts';

suite('several keys of one liar', () => {
  /** What the listener says of an event next door, of which these speak as well. */
  const given = (others: (event: Sighting) => Sighting[], pinned: readonly string[] = []) => {
    const reputation = createReputation({ pinned: new Set(pinned.map(nodeOf)) });
    const under = synthesizer({ reputation });
    const event = nextDoor();
    for (const one of [event, ...others(event)]) under.hear(one, T0_MS, NORMAL);
    const about = ticks(under, T0_MS, LATE_MS, NORMAL).filter((one) => one.about.id === event.id);
    return about.map(({ finding }) => finding);
  };

  test('silence no refutation: they neither stand for each other nor say it often enough', () => {
    const alike = () => [nextDoor({ by: 'second' })];
    const confirmed = (event: Sighting) => [sighting({ by: 'second', finding: 'confirm', about: [event] })];
    const refuted = (event: Sighting) =>
      ['x', 'y', 'z'].map((by) => sighting({ by, finding: 'refute', about: [event] }));
    for (const others of [alike, confirmed, refuted]) assert.deepEqual(given(others), ['refute'], others.name);
    assert.deepEqual(given(alike, ['second']), [], 'who is trusted does');
    assert.deepEqual(given(confirmed, ['second']), []);
    assert.deepEqual(given(refuted, ['z']), []);
  });
});

suite('answers to others', () => {
  test('confirms what it sees too, whichever came first', () => {
    for (const isMineFirst of [true, false]) {
      const under = synthesizer();
      const theirs = sighting({ confidence: 20 });
      if (isMineFirst) under.issued(mine(), T0_MS);
      under.hear(theirs, T0_MS, EVENT);
      if (!isMineFirst) under.issued(mine(), T0_MS);
      assert.deepEqual(
        ticks(under, T0_MS, T0_MS + 2 * MINUTE_MS, EVENT).map(({ finding, evidence }) => [finding, evidence]),
        [['confirm', [theirs.id]]],
      );
    }
  });

  test('a verdict that names an event of another answers it, too', () => {
    const under = synthesizer();
    const [event, theirs] = [mine(), sighting()];
    under.issued(event, T0_MS);
    under.hear(theirs, T0_MS, EVENT);
    assert.deepEqual(
      ticks(under, T0_MS, T0_MS + 5 * MINUTE_MS, EVENT).map(({ finding, evidence }) => [finding, evidence]),
      [['verdict', [event.id, theirs.id]]],
    );
  });

  test('a confirmation names the own finding behind it', () => {
    const under = synthesizer();
    const [event, theirs] = [mine(), sighting({ confidence: 20 })];
    under.issued(event, T0_MS);
    under.hear(theirs, T0_MS, EVENT);
    const [confirm, ...more] = ticks(under, T0_MS, T0_MS + 2 * MINUTE_MS, EVENT);
    assert.deepEqual(more, []);
    assert.deepEqual(confirm, {
      kind: 'answer',
      finding: 'confirm',
      about: theirs,
      own: event,
      probability: 1,
      evidence: [theirs.id],
    });
  });

  test('a sensor that is found to err vouches for nothing', () => {
    const under = synthesizer();
    const event = mine();
    under.issued(event, T0_MS);
    for (const [sensor, by] of ['a', 'b'].entries()) {
      under.hear(sighting({ by, sensor, finding: 'refute', about: [event] }), T0_MS, EVENT);
    }
    const [deposit, ...more] = ticks(under, T0_MS, T0_MS + 2 * MINUTE_MS, EVENT);
    assert.deepEqual([deposit?.finding, deposit?.about, more], ['verdict', event, []]);
    assert.ok((deposit?.probability ?? 1) < 0.25);
    under.hear(nextDoor({ by: 'c', confidence: 20 }), T0_MS + 2 * MINUTE_MS, NORMAL);
    assert.deepEqual(ticks(under, T0_MS + 2 * MINUTE_MS, LATE_MS, NORMAL), []);
  });

  test('refutes what it must have seen and did not', () => {
    const under = synthesizer();
    const theirs = nextDoor();
    under.hear(theirs, T0_MS, NORMAL);
    assert.deepEqual(ticks(under, T0_MS, T0_MS + 30 * MINUTE_MS, NORMAL), [], 'not before it can have come');
    assert.deepEqual(ticks(under, T0_MS + 30 * MINUTE_MS, LATE_MS, NORMAL), [
      { kind: 'answer', finding: 'refute', about: theirs, probability: 0, evidence: [theirs.id] },
    ]);
    assert.deepEqual(ticks(under, LATE_MS, LATE_MS + HOUR_MS, NORMAL), []);
  });

  test('refutes only when near, healthy and alone with the other', () => {
    const silent: [
      string,
      Partial<{ told: Told; views: readonly LocalView[]; here: Place | undefined; also: Told }>,
    ][] = [
      ['far', { told: { at: away(2) } }],
      ['place not stated', { told: { at: undefined } }],
      ['own place not known', { here: undefined }],
      ['learning', { views: [{ quantity: 'pm2_5', state: 'learning', value: 11 }] }],
      ['at fault', { views: FAULT }],
      ['in an event', { views: EVENT }],
      ['one channel in an event', { views: [...NORMAL, ...EVENT] }],
      ['not watched', { views: [{ quantity: 'co', state: 'normal', value: 1 }] }],
      ['reading half of it', { views: [{ quantity: 'pm2_5', state: 'normal', value: 20 }] }],
      ['over the alarm level', { told: { outcome: { observed: 4_000 } }, views: [{ ...NORMAL[0]!, value: 36 }] }],
      ['another saw it', { also: { by: 'south', at: away(3) } }],
      ['another domain', { told: { outcome: { domain: 1 } } }],
      ['only a level', { told: { finding: 'level' } }],
      ['a fault', { told: { finding: 'fault' } }],
    ];
    for (const [why, { told, views = NORMAL, also, ...options }] of silent) {
      const under = synthesizer('here' in options ? { here: options.here } : {});
      under.hear(nextDoor(told), T0_MS, views);
      if (also) under.hear(sighting(also), T0_MS, views);
      assert.deepEqual(ticks(under, T0_MS, LATE_MS, views), [], why);
    }
    const faulty = synthesizer();
    faulty.hear(nextDoor(), T0_MS, NORMAL);
    assert.equal(ticks(faulty, T0_MS, LATE_MS, [...FAULT, ...NORMAL]).length, 1, 'one healthy channel is enough');
  });

  test('is corroborated by what was heard before it, too, but not by its own origin', () => {
    const known = synthesizer();
    known.hear(sighting({ by: 'south', at: away(3) }), T0_MS, NORMAL);
    known.hear(nextDoor(), T0_MS, NORMAL);
    assert.deepEqual(ticks(known, T0_MS, LATE_MS, NORMAL), []);
    const alone = synthesizer();
    for (let i = 0; i < 3; i++) alone.hear(nextDoor(), T0_MS, NORMAL);
    assert.equal(ticks(alone, T0_MS, LATE_MS, NORMAL).length, 3);
  });

  test('confirms instead when it sees it after all, also while a refutation is due', () => {
    const under = synthesizer({ random: () => 0.99 });
    const theirs = nextDoor({ confidence: 20 });
    under.hear(theirs, T0_MS, NORMAL);
    const expectedByMs = T0_MS + 1_800_000 + ((2 * distanceM(HERE, theirs.place!)) / AIR.travelSpeedMps) * 1000;
    assert.deepEqual(ticks(under, expectedByMs, expectedByMs + 50_000, NORMAL), []);
    under.issued(mine({ onsetMs: T0_MS + 20 * MINUTE_MS }), expectedByMs + 51_000);
    assert.deepEqual(ticks(under, expectedByMs + 51_000, expectedByMs + 105_000, EVENT), [], 'a new delay begins');
    assert.deepEqual(
      ticks(under, expectedByMs + 105_000, LATE_MS, EVENT).map(({ finding }) => finding),
      ['confirm'],
    );
  });

  test('an event that is long over is not answered', () => {
    const under = synthesizer();
    under.hear(nextDoor({ onsetMs: T0_MS - 6 * HOUR_MS - 1000, issuedMs: T0_MS }), T0_MS, NORMAL);
    assert.deepEqual(ticks(under, T0_MS, LATE_MS, NORMAL), []);
  });
});
