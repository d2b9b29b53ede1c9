import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { openEventsPerOriginMax } from '../../src/core/limits.ts';
import type { Sighting } from '../../src/synthesize/sighting.ts';
import { answers, EVENT, FAULT, LATE_MS, mine, NORMAL, nextDoor, synthesizer, ticks } from './listener.ts';
import { away, HOUR_MS, MINUTE_MS, sighting, T0_MS, type Told } from './sightings.ts';

suite('no storms', () => {
  test('findings 3 to 5 are never answered', () => {
    const under = synthesizer();
    const event = nextDoor({ by: 'south' });
    for (const finding of ['confirm', 'refute', 'verdict'] as const) {
      under.hear(nextDoor({ finding, about: [event] }), T0_MS, NORMAL);
    }
    assert.deepEqual(ticks(under, T0_MS, LATE_MS, NORMAL), []);
  });

  test('silent after three others agree, from distinct origins', () => {
    const after = (by: readonly string[], finding: 'confirm' | 'refute') => {
      const under = synthesizer();
      const event = nextDoor();
      under.hear(event, T0_MS, NORMAL);
      for (const one of by) under.hear(sighting({ by: one, finding, about: [event] }), T0_MS, NORMAL);
      return ticks(under, T0_MS, LATE_MS, NORMAL).map((given) => given.finding);
    };
    assert.deepEqual(after(['a', 'b'], 'refute'), ['refute']);
    assert.deepEqual(after(['a', 'a', 'a', 'a', 'b'], 'refute'), ['refute']);
    assert.deepEqual(after(['a', 'b', 'c'], 'refute'), []);
    assert.deepEqual(after(['a'], 'confirm'), [], 'a confirmed event is not refuted');
  });

  test('a verdict stays undeposited when three said so before', () => {
    const under = synthesizer();
    const event = mine();
    under.issued(event, T0_MS);
    for (const by of ['a', 'b', 'c']) under.hear(sighting({ by, finding: 'confirm', about: [event] }), T0_MS, EVENT);
    assert.deepEqual(ticks(under, T0_MS, T0_MS + 5 * MINUTE_MS, EVENT), []);
  });

  test('answers come 5 to 60 seconds after there is a reason', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (drawn) => {
        const under = synthesizer({ random: () => drawn });
        under.issued(mine(), T0_MS);
        under.hear(sighting({ confidence: 20 }), T0_MS, EVENT);
        // A tick decides that there is something to answer.
        under.tick(T0_MS, EVENT);
        const dueMs = T0_MS + 5_000 + 55_000 * drawn;
        assert.deepEqual(under.tick(Math.ceil(dueMs) - 1, EVENT), []);
        assert.equal(under.tick(T0_MS + 60_000, EVENT).length, 1);
      }),
      { numRuns: 50 },
    );
  });

  test('one liar next door does not make many packets of ours', () => {
    const under = synthesizer();
    for (let i = 0; i < 1_000; i++) under.hear(nextDoor({ by: 'liar' }), T0_MS, NORMAL);
    under.hear(nextDoor({ by: 'liar', onsetMs: T0_MS - HOUR_MS }), T0_MS, NORMAL);
    const given = ticks(under, T0_MS, LATE_MS, NORMAL);
    assert.equal(given.length, openEventsPerOriginMax);
    assert.equal(new Set(given.map(({ about }) => about.id)).size, given.length);
  });

  test('at most one answer per packet id, whatever is heard', () => {
    const step = fc.record({
      by: fc.constantFrom('a', 'b', 'c', 'd'),
      finding: fc.constantFrom(
        'event' as const,
        'event' as const,
        'level' as const,
        'confirm' as const,
        'refute' as const,
        'verdict' as const,
      ),
      about: fc.nat({ max: 30 }),
      mine: fc.nat({ max: 3 }).map((drawn) => drawn === 0),
      parts: fc.integer({ min: -1, max: 2 }),
      waitMs: fc.nat({ max: 20 * MINUTE_MS }),
      views: fc.constantFrom(NORMAL, EVENT, FAULT),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const under = synthesizer();
        const known: Sighting[] = [];
        const spoken = new Set<string>();
        let nowMs = T0_MS;
        for (const { by, finding, about, mine: isMine, parts, waitMs, views } of steps) {
          nowMs += waitMs;
          const about1 = known[about % Math.max(1, known.length)];
          const told: Told = { by, finding, at: away(0, parts), onsetMs: nowMs, issuedMs: nowMs };
          const isAnswer = finding === 'confirm' || finding === 'refute' || finding === 'verdict';
          const one = isMine
            ? mine({ onsetMs: nowMs, issuedMs: nowMs })
            : sighting({ ...told, ...(isAnswer && about1 && { about: [about1] }) });
          if (!isAnswer || isMine) known.push(one);
          if (isMine) under.issued(one, nowMs);
          else under.hear(one, nowMs, views);
          for (const { evidence } of answers(under.tick(nowMs, views))) {
            for (const id of evidence) {
              assert.ok(!spoken.has(id), 'answered twice');
              spoken.add(id);
            }
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
