// What metafor says of made sites (test/pooling/metafor.json), and what a power prior is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Estimate, randomEffects, type Vote } from '../../../src/synthesize/pooling/random-effects.ts';
import { votesOf, WORLDS } from '../../pooling/sites.ts';

type Said = Record<string, Record<string, number>>;
const said: Record<string, Said> = JSON.parse(
  readFileSync(new URL('../../pooling/metafor.json', import.meta.url), 'utf8'),
);

function agrees(estimate: Estimate, fields: Readonly<Record<string, number>>): void {
  const { prediction = estimate, ...plain } = estimate;
  const ours: Record<string, number> = { ...plain, predictionLow: prediction.low, predictionHigh: prediction.high };
  for (const [field, value] of Object.entries(fields))
    assert.ok(
      Math.abs(ours[field]! - value) <= 1e-9 * Math.max(1, Math.abs(value)),
      `${field}: ${ours[field]}, ${value}`,
    );
}

for (const [name, world] of Object.entries(WORLDS)) {
  test(`${name}: R says the same`, () => {
    const votes = votesOf(world);
    const { knha, adhoc, trusted } = said[name]!;
    if (trusted) return agrees(randomEffects(votes), trusted);
    agrees(randomEffects(votes), knha!);
    agrees(randomEffects(votes, { spreadMin: 1 }), adhoc!);
  });
}

test('a trust of a quarter everywhere is a quarter of the information: twice the standard error, less freedom', () => {
  const votes = votesOf(WORLDS.differing!);
  const whole = randomEffects(votes);
  const quarter = randomEffects(votes.map((vote) => ({ ...vote, trust: 0.25 })));
  assert.ok(Math.abs(quarter.standardError - 2 * whole.standardError) < 1e-12);
  assert.ok(Math.abs(quarter.tau2 - whole.tau2) < 1e-12);
  assert.ok(Math.abs(quarter.freedom - whole.freedom / 4) < 1e-12);
  assert.ok(Math.abs(quarter.effect - whole.effect) < 1e-12);
  assert.ok(Math.abs(quarter.high - quarter.effect) > 2 * Math.abs(whole.high - whole.effect));
});

test('a vote of hardly any trust hardly counts, also where sites differ more than their errors', () => {
  const votes = votesOf(WORLDS.apart!);
  const stranger: Vote = { effect: 1000, variance: 1e-6, trust: 0.01 };
  const share = (trust: number) => {
    const { effect } = randomEffects([...votes, { ...stranger, effect: 5, trust }]);
    return Math.abs(effect - randomEffects(votes).effect);
  };
  assert.ok(share(0.01) < share(1) / 50);
});

test('one vote speaks for itself; two are an interval of 12.7 standard errors', () => {
  const alone = randomEffects([{ effect: 0.5, variance: 0.04, trust: 0.25 }]);
  assert.equal(alone.freedom, 0);
  assert.equal(alone.tau2, 0);
  assert.equal(alone.i2, 0);
  assert.equal(alone.prediction, undefined);
  assert.ok(Math.abs(alone.high - (0.5 + 1.959964 * 0.4)) < 1e-6);
  const two = randomEffects([
    { effect: 0.1, variance: 0.04, trust: 1 },
    { effect: 0.5, variance: 0.04, trust: 1 },
  ]);
  assert.ok(Math.abs((two.high - two.effect) / two.standardError - 12.7062) < 1e-4);
});

test('copies of one effect: the plain method is sure of them, the corrected one as sure as their errors allow', () => {
  const copies: Vote[] = Array.from({ length: 10 }, () => ({ effect: 1, variance: 0.09, trust: 1 }));
  assert.ok(randomEffects(copies).standardError < 1e-9);
  assert.ok(Math.abs(randomEffects(copies, { spreadMin: 1 }).standardError - 0.3 / Math.sqrt(10)) < 1e-12);
});
