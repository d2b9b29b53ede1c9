import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedAt, forget, learn, newBaseline, rebase, spreadOf } from '../../src/detect/baseline.ts';
import { DETECTOR } from '../../src/detect/tuning.ts';
import { air, day, hour, minute, normal, seeded, start } from './series.ts';

const floor = 0.1;

function learned(value: (timeMs: number) => number, { days = 7, every = 10 * minute } = {}) {
  const state = newBaseline();
  for (let timeMs = start; timeMs < start + days * day; timeMs += every) {
    learn(state, value(timeMs), { timeMs, dtMs: every, floor, tuning: DETECTOR });
  }
  return state;
}

test('the course of the day is learned, and narrows the spread', () => {
  const swinging = learned(air(1, { mean: 20, swing: 8, noise: 1 }), { days: 21 });
  const at = (hourOfDay: number) => expectedAt(swinging, start + 21 * day + hourOfDay * hour, DETECTOR);
  assert(Math.abs(at(6) - 28) < 2.5 && Math.abs(at(18) - 12) < 2.5, `${at(6)} ${at(18)}`);
  // A swing of 8 alone would show as a spread of 5.6 or more.
  assert(spreadOf(swinging, floor, DETECTOR) < 4);
});

test('the profile is continuous over midnight and between hours', () => {
  const state = learned(air(2, { swing: 8 }), { days: 10 });
  for (let timeMs = start; timeMs < start + 2 * day; timeMs += minute) {
    const step = Math.abs(expectedAt(state, timeMs + minute, DETECTOR) - expectedAt(state, timeMs, DETECTOR));
    assert(step < 0.1, `${step} at ${new Date(timeMs).toISOString()}`);
  }
});

test('the same air gives the same baseline at any rate', () => {
  const gauss = normal(seeded(3));
  const value = () => 10 + gauss();
  for (const every of [minute, 10 * minute, hour]) {
    const state = learned(value, { every, days: 10 });
    assert(Math.abs(expectedAt(state, start, DETECTOR) - 10) < 0.7);
    const spread = spreadOf(state, floor, DETECTOR);
    assert(spread > 0.8 && spread < 1.6, `${spread} at ${every}`);
  }
});

test('outliers pull little', () => {
  const random = seeded(4);
  const usual = air(4, { swing: 0 });
  const state = learned((timeMs) => (random() < 0.03 ? 1000 : usual(timeMs)));
  assert(Math.abs(state.level - 12) < 2, `${state.level}`);
  assert(spreadOf(state, floor, DETECTOR) < 4);
});

test('what little is known is given a wide spread, and never less than the floor', () => {
  const usual = air(5, { swing: 0 });
  const young = spreadOf(learned(usual, { days: 0.25 }), floor, DETECTOR);
  const old = spreadOf(learned(usual, { days: 14 }), floor, DETECTOR);
  assert(young > 1.5 * old, `${young} ${old}`);
  assert.equal(
    spreadOf(
      learned(() => 5),
      0.4,
      DETECTOR,
    ),
    0.4,
  );
});

test('a re-based level is where it was moved to', () => {
  const state = learned(air(6));
  const before = expectedAt(state, start, DETECTOR);
  rebase(state, 30, DETECTOR);
  assert(Math.abs(expectedAt(state, start, DETECTOR) - before - 30) < 1e-9);
});

test('after a long gap what was learned counts for less', () => {
  const state = learned(air(7, { swing: 8 }));
  const spread = spreadOf(state, floor, DETECTOR);
  const swing = Math.abs(expectedAt(state, start + 6 * hour, DETECTOR) - state.level);
  forget(state, 60 * day, DETECTOR);
  assert(spreadOf(state, floor, DETECTOR) > 1.2 * spread);
  assert(Math.abs(expectedAt(state, start + 6 * hour, DETECTOR) - state.level) < 0.8 * swing);
});

test('an odd beginning is corrected before the detector speaks', () => {
  const usual = air(8, { swing: 0 });
  const state = learned((timeMs) => (timeMs < start + 20 * minute ? 60 : usual(timeMs)), { days: 0.25 });
  assert(Math.abs(expectedAt(state, start, DETECTOR) - 12) < 5, `${state.level}`);
});
