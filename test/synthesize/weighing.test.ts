import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { AIR } from '../../src/distill/air.ts';
import { sideOf, sideOn, type Vote, voteWeight, WEIGHING, weigh } from '../../src/synthesize/weighing.ts';
import { away, HERE, HOUR_MS, MINUTE_MS, sighting, T0_MS, type Told } from './sightings.ts';

const vote = (weight: number, side: 1 | -1 = 1, told: Told = {}): Vote => ({ sighting: sighting(told), side, weight });
const about = sighting({ by: 'me', at: HERE });

const votes = fc
  .record({
    by: fc.integer({ min: 1, max: 30 }),
    side: fc.constantFrom(1 as const, -1 as const),
    weight: fc.double({ min: 0, max: 100, noNaN: true }),
    sensor: fc.nat({ max: 4 }),
  })
  .map(({ by, side, weight, sensor }) => vote(weight, side, { by: `${by}`, sensor }));

suite('weighing', () => {
  test('no votes leave what the local view alone says', () => {
    const nothing = { probability: 0.5, votes: [], prior: 0, logOdds: 0, isConfirmed: false };
    assert.deepEqual(weigh([], 0), { verdict: 'uncorroborated', ...nothing });
    assert.equal(weigh([], 3).verdict, 'event');
    assert.equal(weigh([], -3).verdict, 'local');
  });

  test('one good neighbour decides an open question, and no single one a clear local view', () => {
    assert.equal(weigh([vote(2)], 0).verdict, 'event');
    assert.equal(weigh([vote(2, -1)], 0).verdict, 'local');
    assert.equal(weigh([vote(1_000, -1)], 4).verdict, 'event');
  });

  test('an origin counts once, by its strongest vote', () => {
    const many = Array.from({ length: 50 }, () => vote(1, 1, { by: 'liar' }));
    assert.equal(weigh(many, 0).probability, weigh([vote(1)], 0).probability);
    assert.equal(weigh(many, 0).votes.length, 1);
    const [strongest] = weigh([vote(0.5, 1), vote(0.9, -1), vote(0.2, 1)], 0).votes;
    assert.equal(strongest?.weight, 0.9);
    assert.equal(weigh([vote(1e9)], 0).probability, weigh([vote(WEIGHING.originWeightMax)], 0).probability);
  });

  test('a sensor class counts as two witnesses at most, on each side for itself', () => {
    const of = (count: number, side: 1 | -1, sensor: number) =>
      Array.from({ length: count }, (_, i) => vote(2, side, { by: `${sensor} ${side} ${i}`, sensor }));
    for (const sensor of [0, 1]) {
      assert.equal(weigh(of(10, 1, sensor), 0).probability, weigh(of(2, 1, sensor), 0).probability);
      const [ten, two] = [of(10, 1, sensor).map((one) => ({ ...one, trust: 0.5 })), of(2, -1, sensor)];
      assert.equal(weigh([...ten, ...two], 0).probability, 0.5, 'those who say yes do not use up the weight of no');
    }
    assert.ok(weigh([...of(2, 1, 1), ...of(1, 1, 2)], 0).probability > weigh(of(10, 1, 1), 0).probability);
  });

  test('three who saw it suffice when the word of each is worth enough, whoever says no', () => {
    const cast = (count: number, trust: number = WEIGHING.confirmerTrustMin, told: Told = {}) => [
      ...Array.from({ length: count }, (_, i) => ({ ...vote(0.1, 1, { by: `yes ${i}`, ...told }), trust })),
      ...Array.from({ length: 6 }, (_, i) => vote(2, -1, { by: `no ${i}` })),
    ];
    assert.equal(weigh(cast(3), 0).verdict, 'event');
    assert.equal(weigh(cast(2), 0).verdict, 'local');
    assert.equal(weigh(cast(3, 0.69), 0).verdict, 'local', 'with less trust they are weighed like others');
    assert.equal(weigh(cast(3, 1, { by: 'one' }), 0).verdict, 'local', 'one origin is no three');
    assert.equal(weigh(cast(3, 1, { finding: 'verdict' }), 0).verdict, 'local', 'what was concluded saw nothing');
  });

  test('the word of an origin counts as much as it is worth', () => {
    const of = (trust: number, weight = 2) => weigh([{ ...vote(weight), trust }], 0).probability;
    assert.equal(of(0.5), weigh([vote(1)], 0).probability);
    assert.equal(of(0), 0.5);
    assert.equal(of(0.5, 1e9), weigh([vote(1)], 0).probability, 'however loud it is');
  });

  test('is never certain', () => {
    fc.assert(
      fc.property(
        fc.array(votes, { maxLength: 60 }),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        (cast, prior) => {
          const { probability } = weigh(cast, prior);
          assert.ok(probability > 0 && probability < 1, `${probability}`);
        },
      ),
    );
  });

  test('a vote for the event never lowers the probability, one against it never raises it', () => {
    fc.assert(
      fc.property(fc.array(votes, { maxLength: 20 }), votes, (cast, one) => {
        const [before, after] = [weigh(cast, 0).probability, weigh([...cast, one], 0).probability];
        assert.ok((after - before) * one.side >= -1e-12, `${before} -> ${after} by ${one.side}`);
      }),
    );
  });

  test('the order of votes changes nothing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(votes, { selector: ({ sighting: { origin } }) => origin, maxLength: 20 }), (cast) => {
        const [one, other] = [weigh(cast, 0), weigh(cast.toReversed(), 0)];
        assert.ok(Math.abs(one.probability - other.probability) < 1e-12);
      }),
    );
  });

  test('a verdict stands until the odds are against it', () => {
    assert.equal(weigh([vote(0.5)], 0).verdict, 'uncorroborated');
    assert.equal(weigh([vote(0.5)], 0, 'event').verdict, 'event');
    assert.equal(weigh([vote(0.5, -1)], 0, 'event').verdict, 'uncorroborated');
    assert.equal(weigh([vote(2, -1)], 0, 'event').verdict, 'local');
    assert.equal(weigh([vote(0.5, -1)], 0, 'local').verdict, 'local');
    assert.equal(weigh([vote(0.5)], 0, 'local').verdict, 'uncorroborated');
  });

  test('what adds to the weight of a vote', () => {
    const weight = (told: Told, nowMs = T0_MS + MINUTE_MS) => voteWeight(AIR, about, sighting(told), nowMs);
    const usual = weight({});
    assert.ok(weight({ confidence: 50 }) < usual);
    assert.equal(weight({ confidence: 0 }), 0);
    assert.ok(weight({ at: away(6) }) < usual);
    assert.ok(weight({ samples: 1 }) < weight({ samples: 2 }));
    assert.equal(weight({ samples: 0 }), weight({ samples: 1 }));
    assert.equal(weight({ samples: 4_000_000_000 }), usual, 'a long series of one sensor is one witness');
    assert.equal(weight({}, T0_MS + MINUTE_MS + HOUR_MS), usual / 2);
    assert.equal(weight({}, T0_MS - HOUR_MS), usual, 'a clock that is ahead gains nothing');
  });

  test('which side a finding takes, and on what', () => {
    const [mine, theirs] = [sighting({ by: 'me' }), sighting({ by: 'they' })];
    const spoken = (finding: Told['finding'], score = 50) =>
      sighting({ finding: finding!, score, about: [mine, theirs] });
    assert.equal(sideOf(spoken('confirm')), 1);
    assert.equal(sideOf(spoken('refute')), -1);
    assert.equal(sideOf(spoken('verdict', 50)), 1);
    assert.equal(sideOf(spoken('verdict', 49)), -1);
    for (const finding of ['event', 'level', 'cleared', 'fault'] as const)
      assert.equal(sideOf(spoken(finding)), undefined);
    assert.equal(sideOn(theirs.id, spoken('refute')), -1);
    assert.equal(sideOn(mine.id, spoken('verdict', 3)), -1);
    // A gateway that concludes "fault" about its own alarm says nothing against the neighbour whose event it weighed.
    assert.equal(sideOn(theirs.id, spoken('verdict', 3)), undefined);
    assert.equal(sideOn(about.id, spoken('confirm')), undefined);
  });
});
