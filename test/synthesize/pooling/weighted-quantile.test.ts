import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normal, seededRandom } from '../../../src/sim/random.ts';
import { weightedMedian, weightedQuantile } from '../../../src/synthesize/pooling/weighted-quantile.ts';

/** The definition, by sorting. */
function sortedQuantile(values: readonly number[], weights: readonly number[], share: number): number {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let below = 0;
  for (const i of order) {
    below += weights[i]!;
    if (below >= share * all) return values[i]!;
  }
  return values[order.at(-1)!]!;
}

test('it is what sorting gives, with ties, whatever the order', () => {
  const random = seededRandom(1);
  for (const size of [1, 2, 3, 10, 101]) {
    for (let run = 0; run < 50; run++) {
      const values = Array.from({ length: size }, () => 0 + Math.round(3 * normal(random)));
      if (run % 3 === 0) values.sort((a, b) => a - b);
      // Quarters, so that sums are exact in any order.
      const weights = values.map(() => 0.25 * (1 + Math.floor(4 * random())));
      for (const share of [0.1, 0.5, 0.7, 0.999])
        assert.equal(weightedQuantile(values, weights, share), sortedQuantile(values, weights, share));
    }
  }
});

test('the median lies halfway between two halves, and turning all signs turns it', () => {
  assert.equal(weightedMedian([4, 1, 2, 3], [1, 1, 1, 1]), 2.5);
  assert.equal(weightedMedian([-4, -1, -2, -3], [1, 1, 1, 1]), -2.5);
  assert.equal(weightedMedian([1, 2, 9], [1, 1, 5]), 9);
  assert.equal(weightedMedian([7], [0.1]), 7);
});
