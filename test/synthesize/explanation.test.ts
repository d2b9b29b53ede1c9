// Why a verdict stands: what is shown is what decided, and what is said to change it does.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { explainedVotesMax, explanationsMax } from '../../src/core/explain-limits.ts';
import { AIR } from '../../src/distill/air.ts';
import { probabilityShown, type VerdictExplanation } from '../../src/synthesize/explanation.ts';
import { NEUTRAL } from '../../src/synthesize/reputation.ts';
import { type Conclusion, createSynthesizer, type Synthesizer } from '../../src/synthesize/synthesizer.ts';
import { answers, EVENT, mine, NORMAL, said, synthesizer, verdicts } from './listener.ts';
import { away, HERE, HOUR_MS, MINUTE_MS, nodeOf, PART_M, sighting, T0_MS, type Told } from './sightings.ts';

const EVENT_OF_OURS = mine();

function explained(under: Synthesizer, id = EVENT_OF_OURS.id): VerdictExplanation {
  const [explanation, ...more] = under.explain(id.slice(0, 8));
  assert.ok(explanation);
  assert.deepEqual(more, []);
  return explanation;
}

/** What anybody can reckon from the figures alone. */
function reckoned({ prior, votes, others, raisedTo = 0 }: VerdictExplanation): number {
  const logOdds = votes.reduce((sum, one) => sum + one.side * one.counts * 0.9, prior + others.logOdds);
  return Math.max(raisedTo, 1 / (1 + Math.exp(-Math.max(-10, Math.min(10, logOdds)))));
}

const packets = fc.array(
  fc.record({
    by: fc.integer({ min: 0, max: 60 }).map(String),
    north: fc.integer({ min: -4, max: 4 }),
    finding: fc.constantFrom('event' as const, 'confirm' as const, 'refute' as const, 'verdict' as const),
    score: fc.constantFrom(10, 90),
    confidence: fc.integer({ min: 0, max: 100 }),
    samples: fc.integer({ min: 0, max: 9 }),
    sensor: fc.nat({ max: 3 }),
    minutes: fc.nat({ max: 50 }),
  }),
  { minLength: 10, maxLength: 90, size: 'max' },
);
type Packet = typeof packets extends fc.Arbitrary<infer T> ? (T extends readonly (infer One)[] ? One : never) : never;

const toldBy = ({ north, minutes, ...told }: Packet) =>
  sighting({ ...told, at: away(north), issuedMs: T0_MS + minutes * MINUTE_MS, about: [EVENT_OF_OURS] });

const judging = (trust: number) =>
  createSynthesizer({
    profile: AIR,
    nodeId: nodeOf('me'),
    here: HERE,
    random: () => 0.5,
    reputation: { ...NEUTRAL, weightOf: (origin) => ((Number.parseInt(origin.slice(0, 4), 16) % 20) / 10) * trust },
  });

suite('the explanation of a verdict', () => {
  test('adds up to the probability that decided, whatever was said by whomever', () => {
    fc.assert(
      fc.property(packets, fc.double({ min: 0, max: 1, noNaN: true }), (said, trust) => {
        const under = judging(trust);
        const concluded: Conclusion[] = under.issued(EVENT_OF_OURS, T0_MS);
        const inOrder = said.toSorted((a, b) => a.minutes - b.minutes);
        for (const one of inOrder) concluded.push(...under.hear(toldBy(one), T0_MS + one.minutes * MINUTE_MS, NORMAL));
        const shown = explained(under);
        assert.ok(Math.abs(reckoned(shown) - shown.probability) < 1e-9, `${reckoned(shown)} ${shown.probability}`);
        assert.ok(Math.abs(probabilityShown(shown) - shown.probability) < 1e-9);
        assert.equal(shown.verdict, verdicts(concluded).at(-1)?.verdict);
        assert.ok(shown.votes.length <= explainedVotesMax);
        for (const vote of shown.votes) {
          const { confidence, similarity, freshness, witnesses, weight, trust: worth, counts, cappedBy } = vote;
          assert.equal(confidence * similarity * freshness * witnesses, weight);
          assert.ok(counts <= weight * worth + 1e-12);
          if (!cappedBy) assert.ok(Math.abs(counts - weight * worth) < 1e-12);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('has one number for those who are too many to be listed', () => {
    const under = synthesizer();
    under.issued(EVENT_OF_OURS, T0_MS);
    for (let i = 0; i < explainedVotesMax + 20; i++)
      under.hear(sighting({ by: `${i}`, confidence: 1 + (i % 5), sensor: i % 3 }), T0_MS, NORMAL);
    const shown = explained(under);
    assert.deepEqual([shown.votes.length, shown.others.votes], [explainedVotesMax, 20]);
    assert.ok(shown.others.logOdds > 0.1);
    assert.ok(Math.abs(reckoned(shown) - shown.probability) < 1e-9);
  });

  test('when it is told is the one that is told, and asking changes nothing', () => {
    const [asked, left] = [judging(1), judging(1)];
    const [of, ofLeft] = [asked.issued(EVENT_OF_OURS, T0_MS), left.issued(EVENT_OF_OURS, T0_MS)];
    for (let i = 0; i < 300; i++) {
      const finding = (['event', 'refute', 'confirm'] as const)[i % 3]!;
      const nowMs = T0_MS + i * 10_000;
      const one = sighting({ by: `${i % 23}`, finding, issuedMs: nowMs, about: [EVENT_OF_OURS], confidence: i % 100 });
      const concluded = asked.hear(one, nowMs, NORMAL);
      for (const { probability } of verdicts(concluded)) assert.equal(explained(asked).probability, probability);
      explained(asked);
      of.push(...concluded, ...asked.tick(nowMs, NORMAL));
      ofLeft.push(...left.hear(one, nowMs, NORMAL), ...left.tick(nowMs, NORMAL));
    }
    assert.ok(verdicts(of).length > 1 && answers(of).length > 0);
    assert.deepEqual(of, ofLeft);
  });

  test('says what cap took something off, and from how far an answer came: it states the place of what it speaks of', () => {
    const under = synthesizer();
    under.issued(EVENT_OF_OURS, T0_MS);
    const answer = { finding: 'refute', at: HERE, about: [EVENT_OF_OURS], confidence: 100 } as const;
    under.hear(sighting({ by: 'north', at: away(2), finding: 'cleared' }), T0_MS, EVENT);
    for (const by of ['north', 'east', 'south']) under.hear(sighting({ ...answer, by }), T0_MS + MINUTE_MS, EVENT);
    const { votes } = explained(under);
    assert.deepEqual(
      votes.map(({ cappedBy, counts }) => [cappedBy, Math.round(counts)]),
      [
        [undefined, 2],
        [undefined, 2],
        ['sensor_class', 0],
      ],
    );
    const [north, ...others] = votes.toSorted((a, b) => (b.distanceM ?? 0) - (a.distanceM ?? 0));
    assert.ok(Math.abs(north!.distanceM! - 2 * PART_M) < 100, `${north!.distanceM}`);
    assert.deepEqual(
      others.map(({ distanceM }) => distanceM),
      [undefined, undefined],
    );
  });

  test('of a fault is the check of the sensor; what others say stands beside it', () => {
    const under = synthesizer();
    under.hear(sighting(), T0_MS, NORMAL);
    const fault = mine({ finding: 'fault', confidence: 98 });
    const [told] = verdicts(under.issued(fault, T0_MS));
    const shown = explained(under, fault.id);
    assert.deepEqual([shown.verdict, shown.probability, shown.votes.length], ['fault', told!.probability, 0]);
    assert.deepEqual(
      shown.beside.map(({ says }) => says),
      ['sees_it'],
    );
    assert.ok(Math.abs(reckoned(shown) - told!.probability) < 1e-9);
    assert.deepEqual([shown.changes, shown.openUntilMs], [[], undefined]);
  });
});

suite('what would change a verdict', () => {
  /** Of full weight, and with a sensor of its own kind. */
  const full = (i: number, side: 1 | -1, told: Told = {}) =>
    sighting({
      by: `more ${i}`,
      at: HERE,
      finding: side === 1 ? 'event' : 'refute',
      issuedMs: T0_MS,
      confidence: 100,
      sensor: 10 + i,
      about: side === 1 ? [] : [EVENT_OF_OURS],
      ...told,
    });

  /** How many it takes until something else is said, by trying. */
  function tried(make: () => Synthesizer, side: 1 | -1): number | undefined {
    const under = make();
    for (let n = 1; n <= 12; n++) if (said(under.hear(full(n, side), T0_MS, EVENT)).length > 0) return n;
    return undefined;
  }

  const heard = (...told: Told[]) => {
    const sightings = told.map((one) => sighting({ issuedMs: T0_MS, about: [EVENT_OF_OURS], ...one }));
    return () => {
      const under = synthesizer();
      under.issued(EVENT_OF_OURS, T0_MS);
      for (const one of sightings) under.hear(one, T0_MS, EVENT);
      return under;
    };
  };

  const no = (by: string): Told => ({ by, finding: 'refute' });
  const cases: Readonly<Record<string, () => Synthesizer>> = {
    nobody: heard(),
    one: heard({ by: 'a' }),
    'two of one kind': heard({ by: 'a' }, { by: 'b' }),
    'three that saw it': heard({ by: 'a' }, { by: 'b' }, { by: 'c' }),
    'one says no': heard(no('a')),
    'three say no': heard(no('a'), no('b'), { ...no('c'), sensor: 2 }),
    'two that are half sure': heard({ by: 'a', confidence: 70 }, { by: 'b', confidence: 70, sensor: 2 }),
    'they contradict each other': heard({ by: 'a' }, { ...no('b'), sensor: 2 }),
  };
  for (const [name, make] of Object.entries(cases))
    test(`${name}: so many neighbours more as are said to, and none less`, () => {
      for (const { side, neighbours, verdict } of explained(make()).changes) {
        assert.equal(neighbours, tried(make, side), `${side}`);
        assert.equal(verdict === undefined, neighbours === undefined);
      }
    });

  test('it is open six hours after it was told', () => {
    assert.equal(explained(heard()()).openUntilMs, EVENT_OF_OURS.issuedMs + 6 * HOUR_MS);
  });
});

test('the newest are kept, by how their id begins; after a restart what is open is weighed anew', () => {
  const under = synthesizer();
  const events = Array.from({ length: explanationsMax + 5 }, () => mine());
  for (const one of events) under.issued(one, T0_MS);
  const known = events.filter(({ id }) => under.explain(id).length === 1);
  assert.deepEqual(known, events.slice(5));
  assert.equal(under.explain('').length, explanationsMax);
  const again = synthesizer();
  again.restore(EVENT_OF_OURS);
  assert.deepEqual(again.explain(EVENT_OF_OURS.id), []);
  again.tick(T0_MS + MINUTE_MS, EVENT);
  assert.equal(explained(again).verdict, 'uncorroborated');
});
