import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { seededRandom } from '../../../src/sim/random.ts';
import { type AdviceState, advise, newAdvice, resolveAdvice } from '../../../src/synthesize/alarm/advice.ts';
import { HOUR_MS, START_MS } from './told-judge.ts';

/** Rises at two neighbours, a day apart: what `near` has comes here nine times of ten, what `far` has one time of ten. */
function taught(days: number) {
  const state: AdviceState = newAdvice();
  const random = seededRandom(5);
  const told: { origin: string; day: number; probability: number; came: boolean }[] = [];
  for (let day = 0; day < days; day++) {
    const nowMs = START_MS + day * 24 * HOUR_MS;
    const origin = random() < 0.5 ? 'near' : 'far';
    const came = random() < (origin === 'near' ? 0.9 : 0.1);
    const probability = advise(state, { origin, nearness: 0.5, usual: 0.2, share: 0.3 }, nowMs)?.probability;
    if (probability !== undefined) told.push({ origin, day, probability, came });
    resolveAdvice(state, false, nowMs + HOUR_MS);
    resolveAdvice(state, came, nowMs + 3 * HOUR_MS);
    resolveAdvice(state, false, nowMs + 12 * HOUR_MS);
  }
  return { state, told };
}

suite('an advisory', () => {
  test('comes of a neighbour whose rises came here, with a probability that holds, and not before enough was learned', () => {
    const { told } = taught(400);
    assert.ok(told.length > 100);
    assert.ok(told.every(({ origin, probability }) => origin === 'near' && probability >= 0.5));
    assert.ok(told.every(({ day }) => day >= 30));
    const late = told.filter(({ day }) => day > 100);
    const mean = late.reduce((sum, { probability }) => sum + probability, 0) / late.length;
    const share = late.filter(({ came }) => came).length / late.length;
    assert.ok(Math.abs(mean - share) < 0.05, `${mean} told, ${share} came`);
  });

  test('never tells of what is here, or has just been here, and once in six hours', () => {
    const { state } = taught(400);
    const nowMs = START_MS + 500 * 24 * HOUR_MS;
    const near = (atMs: number) => advise(state, { origin: 'near', nearness: 0.5, usual: 0.2, share: 0.3 }, atMs);
    assert.notEqual(near(nowMs), undefined);
    assert.equal(near(nowMs + 5 * HOUR_MS), undefined);
    resolveAdvice(state, true, nowMs + 12 * HOUR_MS);
    assert.equal(near(nowMs + 17 * HOUR_MS), undefined);
    assert.notEqual(near(nowMs + 18.1 * HOUR_MS), undefined);
  });

  test('what waits to come true, and who is counted, have a cap', () => {
    const state = newAdvice();
    for (let i = 0; i < 1_000; i++) advise(state, { origin: `${i}`, nearness: 1, usual: 1, share: 1 }, START_MS);
    assert.equal(state.pending.length, 64);
    assert.equal(Object.keys(state.pairs).length, 256);
  });
});
