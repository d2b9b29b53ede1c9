import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { evidenceMax } from '../../src/core/limits.ts';
import { answers, EVENT, FAULT, mine, NORMAL, said, synthesizer, ticks, verdicts } from './listener.ts';
import { away, HOUR_MS, MINUTE_MS, sighting, T0_MS, type Told } from './sightings.ts';

suite('verdict on an event of our own', () => {
  test('uncorroborated, until a neighbour sees it too; told only when it changes', () => {
    const under = synthesizer();
    const event = mine();
    assert.deepEqual(said(under.issued(event, T0_MS)), ['uncorroborated']);
    const neighbour = sighting();
    const [verdict, ...more] = verdicts(under.hear(neighbour, T0_MS + MINUTE_MS, EVENT));
    assert.equal(verdict?.verdict, 'event');
    assert.equal(verdict?.about, event);
    assert.deepEqual(verdict?.evidence, [neighbour.id]);
    assert.deepEqual(more, []);
    assert.deepEqual(under.hear(sighting({ by: 'south', at: away(-1) }), T0_MS + MINUTE_MS, EVENT), []);
  });

  test('an event at once, when neighbours saw it first', () => {
    const under = synthesizer();
    under.hear(sighting(), T0_MS, NORMAL);
    assert.deepEqual(said(under.issued(mine(), T0_MS)), ['event']);
  });

  test('local, when neighbours refute it', () => {
    const under = synthesizer();
    const event = mine();
    under.issued(event, T0_MS);
    const refute = sighting({ finding: 'refute', about: [event], issuedMs: T0_MS + HOUR_MS });
    const refuted = under.hear(refute, T0_MS + HOUR_MS, EVENT);
    assert.deepEqual(said(refuted), ['local']);
  });

  test('what is elsewhere, at another time or of another kind corroborates nothing', () => {
    const others: Told[] = [
      { at: away(14) },
      { onsetMs: T0_MS + 2 * HOUR_MS },
      { quantity: 'co' },
      { finding: 'cleared' },
      { finding: 'fault' },
      { at: away(1), outcome: { fine: [3], coarse: [1, 20, 30] } },
      { outcome: { domain: 1 } },
    ];
    for (const other of others) {
      const under = synthesizer();
      under.issued(mine(), T0_MS);
      assert.deepEqual(said(under.hear(sighting(other), T0_MS + MINUTE_MS, EVENT)), [], JSON.stringify(other));
    }
  });

  test('travel explains a later onset further away', () => {
    const heard = (told: Told) => {
      const under = synthesizer();
      under.issued(mine(), T0_MS);
      return said(under.hear(sighting(told), T0_MS + MINUTE_MS, EVENT));
    };
    const onsetMs = T0_MS + 60 * MINUTE_MS;
    assert.deepEqual(heard({ at: away(0, 1), onsetMs }), []);
    assert.deepEqual(heard({ at: away(4), onsetMs }), ['event']);
  });

  test('one liar with many packets counts once, whatever it says', () => {
    const under = synthesizer();
    const event = mine();
    under.issued(event, T0_MS);
    const honest = ['north', 'south'].map((by) => sighting({ by, sensor: by.length }));
    assert.deepEqual(
      honest.flatMap((one) => said(under.hear(one, T0_MS, EVENT))),
      ['event'],
    );
    for (let i = 0; i < 300; i++) {
      const lie = sighting({
        by: 'liar',
        finding: 'refute',
        confidence: 100,
        samples: 2 ** 32 - 1,
        sensor: i,
        about: [event],
      });
      assert.deepEqual(under.hear(lie, T0_MS, EVENT), []);
    }
  });

  test('says nothing new as the votes age', () => {
    const under = synthesizer();
    under.issued(mine(), T0_MS);
    assert.deepEqual(said(under.hear(sighting(), T0_MS, EVENT)), ['event']);
    for (let hours = 1; hours <= 5; hours++) {
      const later = sighting({ by: `${hours}`, confidence: 1, issuedMs: T0_MS + hours * HOUR_MS });
      assert.deepEqual(said(under.hear(later, T0_MS + hours * HOUR_MS, EVENT)), []);
    }
  });

  test('what has expired votes no longer, and nobody vouches for himself', () => {
    const under = synthesizer();
    under.hear(sighting({ outcome: { lifetime: 1 } }), T0_MS, NORMAL);
    const nowMs = T0_MS + HOUR_MS + 2 * MINUTE_MS;
    const [late] = verdicts(under.issued(mine({ onsetMs: T0_MS + 10 * MINUTE_MS, issuedMs: nowMs }), nowMs));
    assert.deepEqual([late?.verdict, late?.evidence], ['uncorroborated', []]);
    const alone = synthesizer();
    alone.hear(sighting({ by: 'me' }), T0_MS, NORMAL);
    assert.deepEqual(said(alone.issued(mine(), T0_MS)), ['uncorroborated']);
  });

  test('the delay of its deposit begins when there is something to deposit', () => {
    const under = synthesizer({ random: () => 0.99 });
    under.issued(mine(), T0_MS);
    under.hear(sighting(), T0_MS + 50_000, EVENT);
    assert.deepEqual(ticks(under, T0_MS + 50_000, T0_MS + 105_000, EVENT), []);
    assert.equal(ticks(under, T0_MS + 105_000, T0_MS + 111_000, EVENT)[0]?.finding, 'verdict');
  });

  test('is settled six hours after it was told', () => {
    const under = synthesizer();
    const event = mine();
    under.issued(event, T0_MS);
    const nowMs = T0_MS + 6 * HOUR_MS + 2 * MINUTE_MS;
    under.tick(nowMs, EVENT);
    assert.deepEqual(under.hear(sighting({ finding: 'refute', about: [event], issuedMs: nowMs }), nowMs, EVENT), []);
  });

  test('a verdict of a neighbour on its own event says nothing against ours', () => {
    const under = synthesizer();
    const event = mine();
    under.issued(event, T0_MS);
    const theirs = sighting();
    under.hear(theirs, T0_MS, EVENT);
    const given = sighting({ finding: 'verdict', score: 3, confidence: 94, about: [theirs, event] });
    assert.deepEqual(under.hear(given, T0_MS, EVENT), []);
  });

  test('counts the neighbours that are on its side, and no others', () => {
    const under = synthesizer();
    const event = mine();
    assert.deepEqual(
      verdicts(under.issued(event, T0_MS)).map(({ neighbours }) => neighbours),
      [0],
    );
    under.hear(sighting({ by: 'no', finding: 'refute', about: [event], confidence: 5, sensor: 9 }), T0_MS, EVENT);
    const later = ['a', 'b', 'c'].flatMap((by, i) => verdicts(under.hear(sighting({ by, sensor: i }), T0_MS, EVENT)));
    const [told] = later;
    assert.equal(told?.verdict, 'event');
    assert.equal(
      told?.evidence.length,
      (told?.neighbours ?? 0) + 1,
      'the one that says no is evidence, and does not agree',
    );
    const alone = synthesizer();
    alone.issued(event, T0_MS);
    const denied = ['a', 'b', 'c'].flatMap((by, i) =>
      verdicts(alone.hear(sighting({ by, finding: 'refute', about: [event], sensor: i }), T0_MS, EVENT)),
    );
    const local = denied.find(({ verdict }) => verdict === 'local');
    assert.ok(local && local.neighbours === local.evidence.length && local.neighbours > 0);
  });

  test('evidence is capped, strongest first', () => {
    const under = synthesizer();
    const seen = Array.from({ length: 40 }, (_, i) => sighting({ by: `${i}`, confidence: 20 + i, sensor: i }));
    for (const one of seen) under.hear(one, T0_MS, NORMAL);
    const [verdict] = verdicts(under.issued(mine(), T0_MS));
    assert.deepEqual(
      verdict?.evidence,
      seen
        .toReversed()
        .slice(0, evidenceMax)
        .map(({ id }) => id),
    );
  });

  test('is deposited once, after a delay, with the own finding first', () => {
    const under = synthesizer();
    const event = mine();
    under.issued(event, T0_MS);
    const neighbours = ['a', 'b', 'c', 'd', 'e'].map((by, i) => sighting({ by, sensor: i }));
    for (const one of neighbours) under.hear(one, T0_MS, EVENT);
    assert.deepEqual(answers(under.tick(T0_MS + 4_000, EVENT)), []);
    const [deposit, ...confirms] = ticks(under, T0_MS, T0_MS + 2 * MINUTE_MS, EVENT);
    assert.equal(deposit?.finding, 'verdict');
    assert.equal(deposit?.about, event);
    assert.equal(deposit?.evidence[0], event.id);
    assert.equal(deposit?.evidence.length, 4);
    assert.ok((deposit?.probability ?? 0) > 0.75);
    // What the deposit named is answered; the rest is confirmed, each once.
    assert.deepEqual(
      [...deposit!.evidence.slice(1), ...confirms.flatMap(({ evidence }) => evidence)].toSorted(),
      neighbours.map(({ id }) => id).toSorted(),
    );
    assert.deepEqual(ticks(under, T0_MS + 2 * MINUTE_MS, T0_MS + HOUR_MS, EVENT), []);
  });

  test('is deposited also when it was barely reached', () => {
    const barely = Array.from({ length: 100 }, (_, confidence) => {
      const under = synthesizer();
      under.issued(mine(), T0_MS);
      return { under, reached: said(under.hear(sighting({ confidence }), T0_MS + MINUTE_MS, EVENT)) };
    }).find(({ reached }) => reached.includes('event'));
    const given = ticks(barely!.under, T0_MS + MINUTE_MS, T0_MS + 3 * MINUTE_MS, EVENT);
    assert.deepEqual(given.filter(({ finding }) => finding === 'verdict').length, 1);
  });

  test('a deposit never takes the side that its verdict did not', () => {
    const under = synthesizer();
    const event = mine();
    under.issued(event, T0_MS);
    under.hear(sighting({ finding: 'refute', about: [event] }), T0_MS, EVENT);
    // The machine slept over the moment: the votes are old, the odds nearly even.
    assert.deepEqual(answers(under.tick(T0_MS + 5 * HOUR_MS, EVENT)), []);
  });
});

suite('a fault of our own', () => {
  test('is named at once, with what the neighbours see meanwhile', () => {
    const under = synthesizer();
    const neighbour = sighting();
    under.hear(neighbour, T0_MS, NORMAL);
    const [verdict] = verdicts(under.issued(mine({ finding: 'fault', severity: 0, confidence: 97 }), T0_MS));
    assert.equal(verdict?.verdict, 'fault');
    assert.ok(verdict.probability < 0.05);
    assert.deepEqual(verdict.evidence, [neighbour.id]);
    assert.equal(said(synthesizer().issued(mine({ finding: 'fault', confidence: 0 }), T0_MS))[0], 'fault');
  });

  test('is not voted on, and not deposited again', () => {
    const under = synthesizer();
    under.issued(mine({ finding: 'fault', severity: 0 }), T0_MS);
    assert.deepEqual(said(under.hear(sighting(), T0_MS, FAULT)), []);
    assert.deepEqual(ticks(under, T0_MS, T0_MS + 5 * MINUTE_MS, FAULT), []);
  });
});
