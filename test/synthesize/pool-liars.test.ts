// Liars in concert, and one of them under a hundred keys. The tables of the decision note come from test/pooling/liars-main.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/sim/random.ts';
import { pool } from '../../src/synthesize/pool.ts';
import { crowdOf, networkOf, outcomeOf, shownOf } from '../pooling/liars.ts';
import { site } from '../pooling/sites.ts';

const small = { runs: 60, seed: 3 };

test('three of ten that claim another effect move it little, and the interval still holds the truth', () => {
  for (const lie of ['far', 'precise'] as const) {
    for (const sites of [10, 20]) {
      const network = { sites, tau: 0.2, lie, liars: 0.3 };
      const on = outcomeOf(network, { ...small, isGuarded: true });
      const off = outcomeOf(network, { ...small, isGuarded: false });
      assert.ok(off.bias > 0.45, `${lie}, ${sites}: unguarded it is off by ${off.bias}`);
      assert.ok(Math.abs(on.bias) < 0.15, `${lie}, ${sites}: off by ${on.bias}`);
      assert.ok(on.coverage > 0.85, `${lie}, ${sites}: holds the truth in ${on.coverage}`);
    }
  }
});

test('one precise liar inside what the others may report does not make the interval his', () => {
  const network = { sites: 20, tau: 0, lie: 'near_precise', liars: 0.1 } as const;
  assert.ok(outcomeOf(network, { ...small, isGuarded: true }).coverage > 0.9);
  assert.ok(outcomeOf(network, { ...small, isGuarded: false }).coverage < 0.85);
});

test('without liars hardly anybody is set aside, and the truth is held as often as is said', () => {
  const honest = outcomeOf({ sites: 20, tau: 0.2, lie: 'far', liars: 0 }, { ...small, isGuarded: true });
  assert.ok(honest.coverage > 0.88, `${honest.coverage}`);
  assert.ok(honest.aside < 1, `${honest.aside}`);
});

test('never more than three tenths are set aside, a class counting as one, and of three none', () => {
  const random = seededRandom(5);
  for (const sites of [3, 4, 9, 10, 31]) {
    const network = networkOf({ sites, tau: 0.2, lie: 'far', liars: 0.5 }, random);
    assert.ok(pool(network).leftOut.length <= 0.3 * sites, `${sites}`);
  }
  assert.equal(pool(networkOf({ sites: 3, tau: 0, lie: 'far', liars: 1 / 3 }, random)).leftOut.length, 0);
  // Fifty liars of one class are one vote of eleven.
  const honest = networkOf({ sites: 10, tau: 0.1, lie: 'far', liars: 0 }, random);
  const crowd = Array.from({ length: 50 }, (_, i) => site(`liar-${i}`, { sharedClass: 'one', effect: 5 }));
  const { leftOut, estimate } = pool([...honest, ...crowd]);
  assert.equal(leftOut.filter(({ id, reason }) => id.includes('liar') && reason === 'outlier').length, 50);
  assert.ok(Math.abs(estimate!.effect) < 0.3);
});

test('a hundred unknown keys that copy one effect show nothing, alone, together, or beside honest sites', () => {
  for (const hasOwnClasses of [false, true]) {
    for (const honest of [0, 1, 2, 3]) {
      const crowd = { honest, sybils: 100, effect: 0.5, standardError: 0.01, hasOwnClasses };
      assert.deepEqual(shownOf(crowd, { runs: 10, seed: 7 }), { together: 0, alone: 0 });
    }
    const beside = { honest: 12, sybils: 100, effect: 0.3, standardError: 1e-6, hasOwnClasses };
    const { together, alone } = shownOf(beside, { runs: 60, seed: 7 });
    assert.equal(alone, 0);
    assert.ok(together <= 0.1, `${together}`);
  }
});

test('a hundred unknown keys weigh what one of them weighs', () => {
  const crowd = (sybils: number) =>
    crowdOf({ honest: 12, sybils, effect: 0.3, standardError: 0.2, hasOwnClasses: true }, seededRandom(9));
  const one = pool(crowd(1)).estimate!;
  const hundred = pool(crowd(100)).estimate!;
  assert.ok(Math.abs(one.effect - hundred.effect) < 1e-9);
  assert.ok(Math.abs(one.standardError - hundred.standardError) < 1e-9);
});
