import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { evidenceMax, openEventsPerOriginMax } from '../../src/core/limits.ts';
import { AIR } from '../../src/distill/air.ts';
import type { Answer } from '../../src/synthesize/answers.ts';
import type { LocalView } from '../../src/synthesize/local-view.ts';
import { type Judgement, NEUTRAL, type Reputation } from '../../src/synthesize/reputation.ts';
import { createSynthesizer } from '../../src/synthesize/synthesizer.ts';
import {
  answers,
  EVENT,
  FAULT,
  LATE_MS,
  mine,
  NORMAL,
  nextDoor,
  said,
  synthesizer,
  ticks,
  verdicts,
} from './listener.ts';
import { away, HERE, HOUR_MS, MINUTE_MS, nodeOf, sighting, T0_MS, type Told } from './sightings.ts';

suite('after a restart', () => {
  test('what was answered before is not answered again', () => {
    const before = synthesizer();
    const [event, theirs, near] = [
      mine(),
      sighting({ confidence: 20 }),
      nextDoor({ by: 'east', onsetMs: T0_MS - 3 * HOUR_MS }),
    ];
    before.issued(event, T0_MS);
    for (const one of [theirs, near]) before.hear(one, T0_MS, NORMAL);
    const given = ticks(before, T0_MS, T0_MS + 2 * MINUTE_MS, NORMAL);
    assert.deepEqual(given.map(({ finding }) => finding).toSorted(), ['confirm', 'refute']);
    const packets = given.map(({ finding, about }) => mine({ finding, about: [about] }));

    const after = synthesizer();
    for (const one of [event, theirs, near, ...packets]) after.restore(one);
    assert.deepEqual(ticks(after, T0_MS + 3 * MINUTE_MS, LATE_MS, NORMAL), []);
  });

  test('what was not answered yet still is', () => {
    const after = synthesizer();
    const [event, theirs] = [mine(), sighting()];
    after.restore(theirs);
    after.restore(event);
    const [deposit, ...more] = ticks(after, T0_MS + MINUTE_MS, T0_MS + 3 * MINUTE_MS, EVENT);
    assert.equal(deposit?.finding, 'verdict');
    assert.deepEqual(deposit?.evidence, [event.id, theirs.id]);
    assert.deepEqual(more, []);
  });

  test('a verdict that was told before is not told again', () => {
    const after = synthesizer();
    after.restore(sighting());
    after.restore(mine());
    assert.deepEqual(verdicts(after.tick(T0_MS + MINUTE_MS, EVENT)), []);
    assert.deepEqual(said(after.hear(sighting({ by: 'south' }), T0_MS + MINUTE_MS, EVENT)), []);
  });
});

suite('what others say of a packet', () => {
  test('judges its origin, for its phenomenon; what is not known is judged by nobody', () => {
    const judged: Judgement[] = [];
    const reputation: Reputation = { ...NEUTRAL, judge: (judgement) => void judged.push(judgement) };
    const under = createSynthesizer({ profile: AIR, nodeId: nodeOf('me'), here: HERE, random: () => 0.5, reputation });
    const theirs = sighting({ by: 'north', quantity: 'co' });
    under.hear(theirs, T0_MS, NORMAL);
    under.hear(sighting({ by: 'a', finding: 'confirm', about: [theirs] }), T0_MS, NORMAL);
    under.hear(sighting({ by: 'b', finding: 'verdict', score: 10, about: [theirs] }), T0_MS, NORMAL);
    under.hear(sighting({ by: 'c', finding: 'refute', about: [mine()] }), T0_MS, NORMAL);
    const phenomenon = theirs.outcome.coarse[0];
    const about = { id: theirs.id, origin: nodeOf('north'), phenomenon };
    assert.deepEqual(judged, [
      { ...about, reason: 'confirmed', judge: nodeOf('a') },
      { ...about, reason: 'refuted', judge: nodeOf('b') },
    ]);
  });
});

suite('early warnings', () => {
  test('for what is watched here and not seen yet', () => {
    const warned = (told: Told, views: readonly LocalView[]) => synthesizer().hear(sighting(told), T0_MS, views);
    const [advisory] = warned({ at: away(4) }, NORMAL);
    assert.equal(advisory?.kind, 'advisory');
    assert.equal(warned({ at: away(4) }, FAULT).length, 1, 'all the more when our own sensor is blind');
    assert.deepEqual(warned({ at: away(4) }, EVENT), []);
    assert.deepEqual(warned({ at: away(4) }, []), []);
    assert.deepEqual(warned({ at: away(4), finding: 'cleared' }, NORMAL), []);
    assert.deepEqual(warned({ at: away(4), outcome: { domain: 1 } }, NORMAL), []);
    assert.deepEqual(warned({ outcome: { coarse: [1, 2 ** 32 - 1, 2 ** 32 - 1] } }, NORMAL), []);
  });
});

suite('under load', () => {
  test('10,000 packets from a wide region: caps hold, and nothing is answered that need not be', () => {
    const under = synthesizer();
    under.issued(mine(), T0_MS);
    const given: Answer[] = [];
    for (let i = 0; i < 10_000; i++) {
      const nowMs = T0_MS + i * 100;
      const at = away((i % 61) - 30, (i % 53) - 26);
      const told = { by: `${i % 100}`, at, onsetMs: nowMs - (i % 50) * MINUTE_MS, issuedMs: nowMs };
      const concluded = under.hear(sighting({ ...told, finding: i % 3 ? 'event' : 'level' }), nowMs, NORMAL);
      for (const { evidence } of concluded) assert.ok(evidence.length <= evidenceMax);
      if (i % 10 === 0) given.push(...answers(under.tick(nowMs, NORMAL)));
    }
    assert.ok(given.length > 0 && given.length <= 100 * openEventsPerOriginMax, `${given.length}`);
    const refuted = given.filter(({ finding }) => finding === 'refute');
    assert.deepEqual(refuted, [], 'everyone here is corroborated');
  });
});
