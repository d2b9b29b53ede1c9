import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { encode } from 'cbor-x';
import fc from 'fast-check';
import { FINDING } from '../../src/core/condition.ts';
import { uintMax, valueMax } from '../../src/core/limits.ts';
import { AIR } from '../../src/distill/air.ts';
import {
  type AnswerBasis,
  type Deposited,
  distillAnomaly,
  distillAnswer,
  distillLevel,
  type Issue,
  phenomenonOrdinal,
  type Station,
  solarHour,
} from '../../src/distill/distiller.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { type Outcome, outcomeItems } from '../../src/packet/outcome.ts';
import { issue, payloadOf } from '../../src/packet/packet.ts';
import { scanOutcome } from '../../src/packet/scanner.ts';

const NOW_MS = Date.UTC(2026, 0, 5, 6, 10);
const identity = temporaryIdentity(Buffer.alloc(32, 3));
const station: Station = { profile: AIR, latitude: 48.01, longitude: 7.85, site: 1, contextTag: identity.contextTag };
const moment: Issue = {
  nowMs: NOW_MS,
  clock: 2,
  sequence: 7,
  surroundings: { temperature: 12, relative_humidity: 60 },
};

const anomaly = (changes: Partial<Deposited> = {}): Deposited => ({
  kind: 'event',
  cause: 'rise',
  sensor: 'roof',
  quantity: 'pm2_5',
  channel: '',
  sensorClass: 1,
  onsetMs: NOW_MS - 60_000,
  timeMs: NOW_MS,
  observed: 42.34,
  baseline: 11.1,
  spread: 1.5,
  samples: 60,
  confidence: 0.894,
  severity: 3,
  durationS: 0,
  ...changes,
});

const scanned = (outcome: Outcome) => scanOutcome(Buffer.from(encode(outcomeItems(outcome))));

/** Any finite number, and what arithmetic can make of one. */
const wild = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, -0.04, 1e-300, 5e-324, 1e300, Infinity, -Infinity, 2 ** 31, -(2 ** 31) - 1, 2 ** 32),
);

/** A clock shows any time, but it shows one. */
const times = wild.filter(Number.isFinite);

const anomalies: fc.Arbitrary<Deposited> = fc.record({
  kind: fc.constantFrom('event', 'cleared', 'fault'),
  cause: fc.constantFrom('rise', 'stuck', 'recovered'),
  sensor: fc.string(),
  quantity: fc.constantFrom(...AIR.phenomena.map(({ quantity }) => quantity)),
  channel: fc.constant(''),
  sensorClass: fc.nat({ max: 40 }),
  onsetMs: times,
  timeMs: times,
  observed: wild,
  baseline: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  spread: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e12, noNaN: true })),
  samples: wild,
  confidence: wild,
  severity: fc.nat({ max: 6 }),
  durationS: wild,
});

suite('distilled level', () => {
  const phenomenon = { ...AIR.phenomena[0]!, alarm: 75 };
  const level = {
    phenomenon,
    sensor: 'roof',
    sensorClass: 1,
    side: 1,
    sinceMs: NOW_MS - 60_000,
    value: 81.26,
    usual: 12,
  };

  test('says above or below, with the value beside the usual one, and lives for the day and two hours', () => {
    const above = distillLevel(station, level, moment);
    const { finding, score, observed, baseline, age, lifetime, evidence } = above;
    assert.deepEqual([finding, score, observed, baseline, age], [FINDING.level, 100, 813, 120, 60]);
    assert.deepEqual([lifetime, evidence, above.fine[0]], [26, [], 4]);
    assert.equal(scanned(above), undefined);
    const below = distillLevel(station, { ...level, side: -1, value: 5 }, moment);
    assert.deepEqual([below.score, below.fine[0]], [0, 1]);
  });

  test('has the context of the findings of its sensor, so that a fault of it takes it back', () => {
    assert.deepEqual(distillLevel(station, level, moment).context, distillAnomaly(station, anomaly(), moment).context);
  });
});

suite('distilled anomaly', () => {
  test('says what was found in the terms of the domain', () => {
    const outcome = distillAnomaly(station, anomaly(), moment);
    assert.deepEqual(outcome, {
      version: 1,
      domain: 0,
      coarse: [1, 277, 376],
      fine: [3, 2, 1, 12, 3, 4, 1],
      finding: FINDING.event,
      action: 0,
      score: 100,
      observed: 423,
      baseline: 111,
      spread: 15,
      samples: 60,
      confidence: 89,
      issued: NOW_MS / 1000,
      age: 60,
      duration: 0,
      context: identity.contextTag('roof/pm2_5/'),
      sequence: 7,
      clock: 2,
      lifetime: 6,
      sensor: 1,
      evidence: [],
    });
  });

  test('a fault asks for an inspection and lives longer', () => {
    const outcome = distillAnomaly(station, anomaly({ kind: 'fault', cause: 'stuck', severity: 0 }), moment);
    assert.deepEqual([outcome.finding, outcome.score, outcome.lifetime, outcome.fine[0]], [FINDING.fault, 100, 24, 0]);
    assert.equal(AIR.actions[outcome.action as number]?.name, 'inspect_sensor');
  });

  test('the score is the departure in spreads: 0 at the baseline, 100 from 20 on', () => {
    const score = (observed: number, spread = 2) =>
      distillAnomaly(station, anomaly({ observed, baseline: 10, spread }), moment).score;
    assert.deepEqual([score(10), score(14), score(6), score(50), score(5_000)], [0, 10, 10, 100, 100]);
    assert.equal(score(10, 0), 0);
    assert.equal(score(11, 0), 100);
    assert.equal(distillAnomaly(station, anomaly({ kind: 'cleared' }), moment).score, 0);
  });

  test('values keep their decimals, also below zero and in ppm', () => {
    const cold = distillAnomaly(
      station,
      anomaly({ quantity: 'temperature', observed: -12.34, baseline: -0.04 }),
      moment,
    );
    assert.deepEqual([cold.observed, cold.baseline], [-123, -0]);
    assert.equal(payloadOf(cold).length, payloadOf({ ...cold, baseline: 0 }).length);
    const ozone = distillAnomaly(station, anomaly({ quantity: 'o3', observed: 0.0714 }), moment);
    assert.equal(ozone.observed, 71);
  });

  test('a station without a place states none, and no time of day', () => {
    const { coarse, fine } = distillAnomaly(
      { ...station, latitude: undefined, longitude: undefined, site: 0 },
      anomaly(),
      { ...moment, surroundings: {} },
    );
    assert.deepEqual(coarse, [1, 0, 0]);
    assert.deepEqual(fine, [3, 0, 0, 0, 0, 0, 0]);
  });

  test('an onset ahead of the clock has no age, one before 1970 the largest there is', () => {
    assert.equal(distillAnomaly(station, anomaly({ onsetMs: NOW_MS + 5_000 }), moment).age, 0);
    assert.equal(distillAnomaly(station, anomaly({ onsetMs: -1e15 }), moment).age, uintMax);
    assert.equal(distillAnomaly(station, anomaly(), { ...moment, nowMs: -5 }).issued, 0);
  });

  test('the context tells channels apart for their owner alone', () => {
    const context = (changes: Partial<Deposited>) =>
      distillAnomaly(station, anomaly(changes), moment).context.toString('hex');
    assert.equal(context({ observed: 1 }), context({ observed: 2 }));
    const others = [
      context({}),
      context({ sensor: 'cellar' }),
      context({ quantity: 'co2' }),
      context({ channel: 'b' }),
    ];
    assert.equal(new Set(others).size, 4);
  });

  test('always passes the scanner, however extreme the anomaly', () => {
    fc.assert(
      fc.property(
        anomalies,
        fc.record({ nowMs: times, temperature: wild, humidity: wild }),
        (one, { nowMs, temperature, humidity }) => {
          const outcome = distillAnomaly(station, one, {
            ...moment,
            nowMs,
            surroundings: { temperature, relative_humidity: humidity },
          });
          assert.equal(scanned(outcome), undefined);
          for (const value of [outcome.observed, outcome.baseline]) assert.ok(Math.abs(value) <= valueMax);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('what is no number never gets into a packet', () => {
    for (const name of ['observed', 'baseline', 'spread', 'samples', 'confidence', 'onsetMs', 'durationS'] as const) {
      const outcome = distillAnomaly(station, anomaly({ [name]: Number.NaN }), moment);
      assert.throws(() => issue(outcome, identity), { name: 'AssertionError' }, name);
    }
  });

  test('a quantity without a phenomenon is a mistake of ours', () => {
    assert.equal(phenomenonOrdinal(AIR, 'battery'), 0);
    assert.throws(() => distillAnomaly(station, anomaly({ quantity: 'battery' }), moment), /no phenomenon for battery/);
  });
});

suite('distilled answer', () => {
  const about = distillAnomaly({ ...station, latitude: -33.9, longitude: 151.2 }, anomaly({ quantity: 'co' }), moment);
  const basis = (changes: Partial<AnswerBasis> = {}): AnswerBasis => ({
    finding: 'refute',
    about,
    probability: 0,
    observed: 1.23,
    baseline: 0.4,
    spread: 0.05,
    samples: 1_000,
    confidence: 0.7,
    sensorClass: 25,
    evidence: [Buffer.alloc(16, 1)],
    ...changes,
  });

  test('repeats the condition of what it speaks of, with our own numbers', () => {
    const outcome = distillAnswer(station, basis(), { ...moment, nowMs: NOW_MS + 40 * 60_000 });
    assert.deepEqual([outcome.coarse, outcome.fine, outcome.domain], [about.coarse, about.fine, about.domain]);
    assert.deepEqual([outcome.observed, outcome.baseline, outcome.spread], [123, 40, 5]);
    assert.deepEqual([outcome.score, outcome.confidence, outcome.samples, outcome.sensor], [0, 70, 1_000, 25]);
    assert.equal(outcome.issued - outcome.age, about.issued - about.age, 'the onset stays that of the event');
    assert.deepEqual(outcome.evidence, [Buffer.alloc(16, 1)]);
  });

  test('a verdict says which it is; confirmations and refutations say nothing there', () => {
    const action = (change: Partial<AnswerBasis>) => distillAnswer(station, basis(change), moment).action;
    const verdicts = (['event', 'local', 'fault'] as const).map((verdict) => action({ finding: 'verdict', verdict }));
    assert.deepEqual(verdicts, [1, 2, 3]);
    assert.deepEqual([action({ finding: 'confirm' }), action({ finding: 'refute' })], [0, 0]);
  });

  test('the score is the probability that it is a real event', () => {
    const score = (probability: number) =>
      distillAnswer(station, basis({ finding: 'verdict', probability }), moment).score;
    assert.deepEqual([0, 0.254, 0.5, 0.999, 1].map(score), [0, 25, 50, 100, 100]);
  });

  test('always passes the scanner and fits a packet, whatever it answers', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    const condition = fc.record({
      domain: fc.constantFrom<number | string>(0, uintMax, 'a-name-of-16-chr'),
      coarse: fc.array(fc.nat({ max: uintMax }), { minLength: 1, maxLength: 4 }),
      fine: fc.array(fc.constantFrom(0, uintMax), { maxLength: 8 }),
      issued: fc.nat({ max: uintMax }),
      age: fc.nat({ max: uintMax }),
    });
    fc.assert(
      fc.property(
        condition,
        wild,
        fraction,
        fraction,
        fc.nat({ max: 4 }),
        (told, value, probability, confidence, pieces) => {
          const numbers = { observed: value, baseline: -value, spread: value, samples: value, probability, confidence };
          const evidence = Array.from({ length: pieces }, () => Buffer.alloc(16, 0xff));
          const outcome = distillAnswer(station, basis({ about: { ...about, ...told }, ...numbers, evidence }), moment);
          assert.equal(scanned(outcome), undefined);
          issue(outcome, identity);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('local mean solar time', () => {
  const noon = Date.UTC(2026, 0, 5, 12);
  assert.equal(solarHour(noon, 0), 12);
  assert.equal(solarHour(noon, 90), 18);
  assert.equal(solarHour(noon, -180), 0);
  assert.equal(solarHour(noon, 180), 0);
  assert.equal(solarHour(-3_600_000, 0), 23);
});
