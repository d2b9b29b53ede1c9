// What is pooled, what is shown, and what is left out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Pooled, pool, poolMeans, poolProportions } from '../../src/synthesize/pool.ts';
import type { SiteResult } from '../../src/synthesize/pooling/claim.ts';
import { randomEffects } from '../../src/synthesize/pooling/random-effects.ts';
import { asSites, site, votesOf, WORLDS } from '../pooling/sites.ts';

const close = (actual: number | undefined, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual! - expected) <= tolerance, `${actual} is not ${expected}`);

/** Twelve sites of a rare condition: each sees about one and a half standard errors. */
const RARE = Array.from({ length: 12 }, (_, i) =>
  site(i, { effect: 0.3 + 0.02 * ((i % 5) - 2), standardError: 0.2 + 0.01 * (i % 3), samples: 8 }),
);

test('together, not alone: with the ids of the packets and what each weighed', () => {
  const { significant, used, estimate, votes, origins, tooHeterogeneous } = pool(RARE);
  assert.deepEqual(significant, { alone: [], together: true });
  assert.deepEqual(used.map(({ id }) => id).toSorted(), RARE.map(({ id }) => id).toSorted());
  close(
    used.reduce((sum, { weight }) => sum + weight, 0),
    1,
  );
  assert.equal(votes, 12);
  assert.equal(origins, 12);
  assert.ok(estimate!.low > 0);
  assert.equal(tooHeterogeneous, false);
  // Against a reference that it does not differ from nothing is shown.
  assert.equal(pool(RARE, { reference: 0.3 }).significant.together, false);
});

test('alone is by Student: what a normal would call shown from five samples is not', () => {
  const alone = (samples: number) => pool([site('a', { effect: 0.5, standardError: 0.2, samples })]).significant.alone;
  assert.deepEqual(alone(1), []);
  assert.deepEqual(alone(5), []);
  assert.deepEqual(alone(30), ['packet-a']);
  assert.deepEqual(alone(2 ** 32 - 1), ['packet-a']);
  for (let samples = 2; samples < 60; samples++) {
    const critical = 12.706 - 0.001;
    assert.equal(
      pool([site('a', { effect: critical, standardError: 1, samples })]).significant.alone.length,
      samples > 2 ? 1 : 0,
    );
  }
});

test('one origin has one vote, however often it says it, and as precise as its best packet', () => {
  for (const isGuarded of [true, false]) {
    const once = pool(RARE, { isGuarded });
    const often = Array.from({ length: 50 }, (_, i) => ({ ...RARE[0]!, id: `again-${i}` }));
    const again = pool([...RARE, ...often], { isGuarded });
    close(again.estimate!.effect, once.estimate!.effect);
    close(again.estimate!.standardError, once.estimate!.standardError);
    assert.equal(again.votes, 12);
    const of = (pooled: Pooled, ids: (id: string) => boolean) =>
      pooled.used.filter(({ id }) => ids(id)).reduce((sum, { weight }) => sum + weight, 0);
    close(
      of(again, (id) => id === 'packet-0' || id.startsWith('again')),
      of(once, (id) => id === 'packet-0'),
    );
  }
});

test('one class has one vote: twelve sites with one instrument are one witness', () => {
  const shared = RARE.map((result) => ({ ...result, sharedClass: 1 }));
  assert.equal(pool(shared).votes, 1);
  assert.equal(pool(shared).origins, 12);
  assert.equal(pool(shared).significant.together, false);
  // As precise as its most precise site, and no more.
  close(pool(shared, { isGuarded: false }).estimate!.standardError, 0.2);
  // The number 1 and the text "1" are two classes.
  assert.equal(pool([site('a', { sharedClass: 1 }), site('b', { sharedClass: '1' })]).votes, 2);
});

test('similarity and reputation are exponents: half as similar everywhere, wider by the root of two', () => {
  const half = pool(RARE.map((result) => ({ ...result, similarity: 0.5 })));
  close(half.estimate!.standardError, pool(RARE).estimate!.standardError * Math.SQRT2);
  // A reputation above 1 does not make up for more than is lost in similarity, and never counts for more than one vote.
  close(
    pool(RARE.map((result) => ({ ...result, reputation: 9 }))).estimate!.standardError,
    pool(RARE).estimate!.standardError,
  );
});

test('nothing is advised where sites differ so much that the sign is open', () => {
  const torn = Array.from({ length: 10 }, (_, i) => site(i, { effect: i % 2 === 0 ? 1 : -0.8, standardError: 0.1 }));
  const found = pool(torn);
  assert.equal(found.tooHeterogeneous, true);
  assert.ok(found.estimate!.i2 > 0.9);
  const differing = torn.map((result, i) => ({ ...result, effect: 2 + 0.3 * (i % 4) }));
  assert.ok(pool(differing).estimate!.i2 >= 0.75);
  assert.equal(pool(differing).tooHeterogeneous, false);
  assert.equal(pool(torn.slice(0, 2)).tooHeterogeneous, false);
});

test('without the guard it is the plain method', () => {
  const votes = votesOf(WORLDS.differing!);
  close(pool(asSites(votes), { isGuarded: false }).estimate!.low, randomEffects(votes).low);
});

test('proportions and means', () => {
  const wards = [3, 0, 5, 8, 2].map((events, i) => ({ ...site(i), events, samples: 20 }));
  const { proportion, estimate, significant } = poolProportions(wards);
  assert.ok(proportion!.low > 0 && proportion!.low < proportion!.effect && proportion!.effect < proportion!.high);
  close(Math.log(proportion!.effect / (1 - proportion!.effect)), estimate!.effect);
  assert.deepEqual(significant, { alone: [], together: false });
  assert.equal(poolProportions(wards, { reference: 0.9 }).significant.together, true);
  const bad = [
    { ...site('a'), events: 21, samples: 20 },
    { ...site('b'), events: 1.5, samples: 20 },
    { ...site('c'), events: 1, samples: 0 },
  ];
  assert.deepEqual(
    poolProportions(bad).leftOut.map(({ reason }) => reason),
    ['events', 'events', 'samples'],
  );
  const means = poolMeans([9, 10, 11].map((mean, i) => ({ ...site(i), mean, sd: 2, samples: 16 })));
  close(means.estimate!.effect, 10);
  close(means.estimate!.standardError, 1 / Math.sqrt(3));
  assert.equal(poolMeans([{ ...site(1), mean: 1, sd: 0, samples: 4 }]).leftOut[0]!.reason, 'standard_error');
});

test('every packet that is wrong is left out by name, and nothing is left of none', () => {
  const wrong: readonly [Partial<SiteResult>, string][] = [
    [{ effect: Number.NaN }, 'effect'],
    [{ effect: Number.POSITIVE_INFINITY }, 'effect'],
    [{ effect: 1e13 }, 'effect'],
    [{ standardError: 0 }, 'standard_error'],
    [{ standardError: -1 }, 'standard_error'],
    [{ standardError: Number.NaN }, 'standard_error'],
    [{ standardError: 1e-200 }, 'standard_error'],
    [{ samples: 0 }, 'samples'],
    [{ samples: 2 ** 32 }, 'samples'],
    [{ samples: 1.5 }, 'samples'],
    [{ similarity: 0 }, 'similarity'],
    [{ similarity: 1.1 }, 'similarity'],
    [{ similarity: 0.001 }, 'similarity'],
    [{ reputation: -1 }, 'reputation'],
    [{ reputation: 0 }, 'reputation'],
    [{ reputation: Number.POSITIVE_INFINITY }, 'reputation'],
  ];
  const results = wrong.map(([changes], i) => site(i, changes));
  const found = pool(results);
  assert.deepEqual(
    found.leftOut,
    results.map(({ id }, i) => ({ id, reason: wrong[i]![1] })),
  );
  assert.equal(found.estimate, undefined);
  assert.deepEqual(pool([]).used, []);
  assert.deepEqual(pool([site(1), site(1)]).leftOut, [{ id: 'packet-1', reason: 'duplicate' }]);
});

const claimed = fc.oneof(
  fc.double(),
  fc.constantFrom(0, 1, -1, 0.1, 1e12, 1e-12, 2 ** 32, Number.NaN),
  fc.double({ min: 0, max: 2 }),
);
const strange = fc.record({
  id: fc.string({ maxLength: 2 }),
  origin: fc.constantFrom('a', 'b', 'c', '__proto__', 'd', 'e', 'f'),
  sharedClass: fc.constantFrom<(number | string)[]>(0, 1, 2, '0', 'constructor', 'unknown keys'),
  effect: claimed,
  standardError: claimed,
  samples: fc.oneof(fc.integer({ min: 0, max: 100 }), claimed),
  similarity: fc.oneof(fc.constant(1), claimed),
  reputation: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 3 }), claimed),
});

test('whatever is claimed: finite figures, every packet accounted for, the effect inside its interval', () => {
  fc.assert(
    fc.property(fc.array(strange, { maxLength: 30 }), fc.boolean(), (results, isGuarded) => {
      const { estimate, used, leftOut } = pool(results, { isGuarded });
      assert.equal(used.length + leftOut.length, results.length);
      if (!estimate) return;
      const { prediction, ...figures } = estimate;
      const all = [...Object.values(figures), ...(prediction ? [prediction.low, prediction.high] : [])];
      for (const figure of all) assert.ok(Number.isFinite(figure), JSON.stringify(estimate));
      assert.ok(estimate.low <= estimate.effect && estimate.effect <= estimate.high);
      assert.ok(estimate.tau2 >= 0 && estimate.i2 >= 0 && estimate.i2 <= 1);
      close(
        used.reduce((sum, { weight }) => sum + weight, 0),
        1,
        1e-6,
      );
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test('a thousand sites, all the same or as far apart as claims may be', () => {
  const many = Array.from({ length: 1000 }, (_, i) => site(i));
  close(pool(many).estimate!.standardError, 0.2 / Math.sqrt(1000), 1e-12);
  const apart = many.map((result, i) => ({
    ...result,
    effect: i % 2 === 0 ? 1e12 : -1e12,
    standardError: i % 3 === 0 ? 1e-12 : 1e12,
  }));
  assert.ok(pool(apart).estimate!.tau2 > 1e20);
  assert.equal(pool(apart.map((result) => ({ ...result, standardError: 1 }))).tooHeterogeneous, true);
});
