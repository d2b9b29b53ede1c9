import assert from 'node:assert/strict';
import { test } from 'node:test';
import { regretOf } from '../../bench/elections.ts';
import { halfLives } from '../../bench/false-claim.ts';
import { type Part, runWorld } from '../../bench/outcome-run.ts';

const SMALL = { seed: 3, queries: 500, depositors: 80, storedMax: 300 };
const run = (options: object) => runWorld({ ...SMALL, liars: 0, ...options });
const without = (...parts: Part[]) => ({ without: new Set(parts) });

test('the better similarity function answers, with less regret than bound and lot, and another one when the truth changes', () => {
  const all = run({});
  const { used, byWeight, bound, random } = regretOf(all);
  assert.ok(all.better_share > 0.75, `${all.better_share}`);
  assert.ok(byWeight < bound && used < random, `${used} ${byWeight} ${bound} ${random}`);
  assert.ok(run(without('compete')).better_share < 0.65);
  assert.ok(run({ changeAt: 250 }).back_after! < 80);
});

test('where 30 % lie and agree, votes alone keep the advice right', () => {
  const parts = { liars: 0.3 };
  const [voted, none] = [run({ ...parts, ...without('curate') }), run({ ...parts, ...without('curate', 'vote') })];
  assert.ok(voted.effect > 0.12 && none.effect < 0, `${voted.effect} ${none.effect}`);
});

test('where 30 % lie, curation answers with what is true first, and keeps less of what is false', () => {
  const [curated, not] = [run({ liars: 0.3 }), run({ liars: 0.3, ...without('curate') })];
  assert.ok(curated.first_true_share > 0.5 && not.first_true_share < 0.1, `${curated.first_true_share}`);
  assert.ok(curated.held_false_share < 0.75 * not.held_false_share);
});

test('a false claim counts half after a few reports, also where 30 % say that it came', () => {
  for (const liars of [0, 0.3]) {
    const saved = run({ liars }).election.state();
    const median = (isPinned: boolean) => halfLives({ seed: 3, liars, saved, isPinned }).sort((a, b) => a - b)[10]!;
    assert.ok(median(true) <= 8 && median(false) <= 8, `${median(true)} ${median(false)}`);
  }
});
