// Which action is advised, with what parameters, and whom that may be bought from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combined } from '../../src/synthesize/pooling/parameter-mean.ts';
import { type ActionResult, recommend } from '../../src/synthesize/recommendation.ts';
import { site } from '../pooling/sites.ts';

function result(i: number | string, changes: Partial<ActionResult> = {}): ActionResult {
  return { ...site(i), action: 'lora', parameters: {}, score: 80, confidence: 90, samples: 100, ...changes };
}

test('the action with most behind it, and what to expect of it', () => {
  const advice = recommend(
    [
      ...[0, 1, 2, 3].map((i) =>
        result(i, {
          effect: 0.3 + 0.01 * i,
          standardError: 0.25,
          samples: 4,
          parameters: { rank: 2 ** (3 + i), rate: 10 ** -(3 + (i % 2)), schedule: i === 0 ? 'linear' : 'cosine' },
        }),
      ),
      result('best', { action: 'full', score: 100, confidence: 100, samples: 100 }),
    ],
    { rate: 'rate', rank: 'number', schedule: 'name' },
  )!;
  assert.deepEqual(
    { ...advice.action, rate: Number((advice.action.rate as number).toPrecision(9)) },
    { name: 'lora', rank: 30, rate: 0.000316227766, schedule: 'cosine' },
  );
  assert.equal(advice.best_single.id, 'packet-best');
  assert.deepEqual(advice.evidence.toSorted(), ['packet-0', 'packet-1', 'packet-2', 'packet-3']);
  assert.equal(advice.origins, 4);
  assert.ok(advice.expected!.low < 0.315 && advice.expected!.high > 0.315);
  assert.ok(Math.abs(advice.expected!.effect - 0.315) < 1e-9);
  assert.deepEqual(advice.significant, { alone: [], together: false });
  assert.ok(advice.prediction!.low <= advice.expected!.low);
  assert.deepEqual([advice.i2, advice.tau2, advice.too_heterogeneous, advice.left_out], [0, 0, false, []]);
});

test('an origin has one vote, a class has one, unknown keys have one together', () => {
  const two = [result('x', { action: 'known' }), result('y', { action: 'known' })];
  const winner = (others: readonly ActionResult[]) => recommend([...two, ...others])!.action.name;
  const many = (changes: Partial<ActionResult>) =>
    Array.from({ length: 100 }, (_, i) => result(i, { action: 'bought', ...changes }));
  assert.equal(winner(many({})), 'bought');
  assert.equal(winner(many({ origin: 'one' })), 'known');
  assert.equal(winner(many({ sharedClass: 'one' })), 'known');
  assert.equal(winner(many({ reputation: 0.33 })), 'known');
  assert.equal(winner(many({ reputation: 0.33, effect: 9, standardError: 1e-9, samples: 2 ** 32 - 1 })), 'known');
});

test('samples count for no more than the median claim; score, similarity and reputation multiply', () => {
  const honest = [0, 1, 2].map((i) => result(i, { action: 'honest' }));
  const boast = result('boast', { action: 'boast', score: 100, confidence: 100, samples: 2 ** 32 - 1 });
  assert.equal(recommend([...honest, boast])!.action.name, 'honest');
  // It is the single packet with the highest claim all the same, and told as that.
  assert.equal(recommend([...honest, boast])!.best_single.id, 'packet-boast');
  const pair = (changes: Partial<ActionResult>) =>
    recommend([result('a', { action: 'a', ...changes }), result('b', { action: 'b' })])!.action.name;
  assert.equal(pair({}), 'a');
  for (const changes of [{ score: 70 }, { confidence: 80 }, { samples: 50 }, { similarity: 0.9 }, { reputation: 0.9 }])
    assert.equal(pair(changes), 'b', JSON.stringify(changes));
});

test('who lies about the effect of an action is no evidence for it, and sets none of its parameters', () => {
  const honest = Array.from({ length: 9 }, (_, i) => result(i, { parameters: { rank: 8 } }));
  const advice = recommend([...honest, result('liar', { effect: 50, parameters: { rank: 8000 } })])!;
  assert.equal(advice.action.rank, 8);
  assert.ok(!advice.evidence.includes('packet-liar'));
  assert.deepEqual(advice.left_out, [{ id: 'packet-liar', reason: 'outlier' }]);
});

test('one packet suffices, also without an effect; what is wrong is left out by name', () => {
  const { effect: _, standardError: __, ...bare } = result('a', { parameters: { name: 'x', rank: 4 } });
  const advice = recommend([bare])!;
  assert.deepEqual(advice.action, { name: 'lora', rank: 4 });
  assert.equal(advice.expected, null);
  assert.deepEqual(advice.evidence, ['packet-a']);
  const wrong = [
    result(0, { score: Number.NaN }),
    result(1, { confidence: 101 }),
    result(2, { samples: 2 ** 32 }),
    result(3, { standardError: 0 }),
    { ...bare, id: 'half', effect: 1 },
  ];
  assert.equal(recommend(wrong), undefined);
  assert.equal(recommend([]), undefined);
  assert.deepEqual(
    recommend([bare, ...wrong])!.left_out.map(({ reason }) => reason),
    ['score', 'confidence', 'samples', 'standard_error', 'standard_error'],
  );
});

test('parameters: rates by the geometric mean, numbers by the arithmetic, names by weight', () => {
  const weighed = (...pairs: [number | string, number][]) => pairs.map(([value, weight]) => ({ value, weight }));
  assert.ok(Math.abs((combined('rate', weighed([1, 1], [100, 1])) as number) - 10) < 1e-12);
  assert.equal(combined('number', weighed([1, 1], [100, 3])), 75.25);
  assert.equal(combined('name', weighed(['b', 1], ['a', 1], ['c', 0.5])), 'a');
  assert.equal(combined('name', weighed([8, 1], [16, 2])), 16);
  assert.equal(combined('rate', weighed([0, 1], [-5, 1], ['x', 1], [0.25, 1])), 0.25);
  assert.equal(combined('rate', weighed([0, 1])), undefined);
  assert.equal(combined('number', weighed([Number.NaN, 1], [Number.POSITIVE_INFINITY, 1], [3, 1])), 3);
  assert.equal(combined('number', weighed([Number.MAX_VALUE, 1], [Number.MAX_VALUE, 1])), Number.MAX_VALUE);
});
