import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { newOdds, type OddsState, oddsOf, resolveOdds } from '../../../src/synthesize/alarm/odds.ts';
import type { Told } from '../../../src/synthesize/alarm/verdict.ts';
import { HOUR_MS, START_MS } from './told-judge.ts';

const FEW = { above: 1, below: 3 };
const NOBODY = { above: 0, below: 0 };

/** So many rises a day apart, told like this; the region then is above, below or not known for four hours. */
function learn(state: OddsState, count: number, kind: Told, view: typeof FEW, region: number, faulty = false): void {
  for (let i = 0; i < count; i++) {
    const nowMs = START_MS + i * 24 * HOUR_MS;
    oddsOf(state, kind, view, nowMs);
    for (let hour = 1; hour <= 4; hour++) {
      const isFaulty = faulty && hour === 1;
      resolveOdds(state, { region, faulty: isFaulty, stepMs: HOUR_MS, nowMs: nowMs + hour * HOUR_MS });
    }
  }
}

const odds = (state: OddsState, kind: Told, view: typeof FEW) =>
  oddsOf(structuredClone(state), kind, view, START_MS).probability;

suite('the probability told with a verdict', () => {
  test('before anything was learned rises with the share of the others that is above', () => {
    const shares = [0, 1, 2, 3, 4].map((above) => odds(newOdds(), 'event', { above, below: 4 - above }));
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    );
    assert.ok(shares[0]! < 0.25 && shares[4]! > 0.95, `${shares}`);
    assert.equal(odds(newOdds(), 'event', NOBODY), 0.5);
  });

  test('is how often such a one was shared in the end, and of a local one how often it was not', () => {
    const state = newOdds();
    learn(state, 30, 'event', FEW, 1);
    learn(state, 10, 'event', FEW, -1);
    assert.ok(Math.abs(odds(state, 'event', FEW) - 0.75) < 0.05, `${odds(state, 'event', FEW)}`);
    assert.ok(odds(state, 'event', { above: 4, below: 0 }) > 0.9, 'another share is another matter');
    learn(state, 40, 'local', FEW, -1);
    assert.ok(odds(state, 'local', FEW) > 0.9, `${odds(state, 'local', FEW)}`);
  });

  test('where nobody knows is that of all own rises: shared, local or faulty', () => {
    const state = newOdds();
    learn(state, 20, 'event', FEW, 1);
    const shared = odds(state, 'event', NOBODY);
    learn(state, 20, 'event', FEW, -1);
    const local = odds(state, 'event', NOBODY);
    learn(state, 20, 'event', FEW, -1, true);
    const faulty = odds(state, 'event', NOBODY);
    assert.deepEqual(state.rises, { shared: 20, local: 20, faulty: 20 });
    assert.ok(shared > 0.9 && Math.abs(local - 0.5) < 0.01 && faulty < 0.4, `${shared} ${local} ${faulty}`);
  });

  test('is not learned from what nobody could know; what is kept has a cap', () => {
    const state = newOdds();
    learn(state, 50, 'event', FEW, 0);
    assert.deepEqual(state.rises, newOdds().rises);
    for (let i = 0; i < 1000; i++) oddsOf(state, 'event', FEW, START_MS);
    assert.ok(state.pending.length <= 16);
    learn(state, 1000, 'event', FEW, 1);
    assert.ok(Math.max(...state.told) <= 100 && state.rises.shared <= 100);
  });
});
