// The detector `shape`: a score lowers the bar of an event, for an hour, and makes none by itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPARTURE } from '../../src/detect/departure.ts';
import type { Detector, DetectorKind, Observation } from '../../src/detect/detector.ts';
import { SHAPE } from '../../src/detect/shape.ts';
import { DETECTOR as TUNING } from '../../src/detect/tuning.ts';
import { air, day, detector, feed, hour, minute, names, second, start } from './series.ts';

const every = 30 * second;
const learned = start + 2 * day;

/** Quiet air of two days, then `height` above it from an hour later on for half an hour. */
function toldOf(kind: DetectorKind, height: number, seed: number) {
  const usual = air(seed, { swing: 1, noise: 0.5 });
  const at = learned + hour;
  const value = (timeMs: number) => usual(timeMs) + (timeMs >= at && timeMs < at + 30 * minute ? height : 0);
  // Without levels only the distance from what is usual counts.
  const target = detector({ detector: kind, levels: [] });
  const found = feed(target, { from: start, to: learned, every, value });
  assert.deepEqual(names(found), []);
  return { found: feed(target, { from: learned, to: learned + 6 * hour, every, value }), target };
}

test('a rise that is too small for departure is told where its course is unusual, once, with its end', () => {
  const { target } = toldOf(DEPARTURE, 0, 1);
  const { spread } = target.summary();
  const height = 4.5 * spread;
  assert.deepEqual(names(toldOf(DEPARTURE, height, 1).found), []);
  const { found } = toldOf(SHAPE, height, 1);
  assert.deepEqual(names(found), ['event/rise', 'cleared/rise']);
  assert.ok(found[0]!.onsetMs >= learned + hour && found[0]!.timeMs < learned + hour + 10 * minute);
  assert.ok(Math.abs(found[1]!.durationS - 1_800) < 300);
});

test('what departure tells is told all the same, and what is usual is not', () => {
  const { found } = toldOf(SHAPE, 90, 2);
  assert.deepEqual(names(found).slice(0, 1), ['event/rise']);
  assert.deepEqual(names(toldOf(SHAPE, 0, 3).found), []);
});

/** As a channel that knows its air shows it: so far away. */
function observation(at: number, spreads: number): Observation {
  const value = 20 + spreads + (at % 2) / 10;
  const common = { value, median: value, smoothed: value, timeMs: learned + at * every, spanMs: every };
  const known = { intervalMs: every, baseline: 20, spread: 1, learnedMs: 2 * day, isLearned: true, stillMs: 0 };
  return { ...common, ...known };
}

/** A detector whose score was high at that time, and has forgotten everything else: it says nothing for 300 values. */
function unusualAt(unusualMs: number) {
  const options = { quantity: 'pm2_5', levels: [], direction: 'rise', tuning: TUNING } as const;
  const { departure } = SHAPE.create(options).state() as { departure: unknown };
  return SHAPE.create(options, { score: '', unusualMs, isLow: 0, departure });
}

function kinds(target: Detector, from: number, to: number, spreads = 3.5): string[] {
  const found = Array.from({ length: to - from }, (_, at) => target.accept(observation(from + at, spreads)));
  return found.flatMap((finding) => finding?.kind ?? []);
}

test('the bar is low for an hour after a high score, and an event keeps the one it began with', () => {
  assert.deepEqual(kinds(unusualAt(0), 0, 200), []);
  assert.deepEqual(kinds(unusualAt(learned - hour), 0, 200), []);
  const target = unusualAt(learned - 50 * minute);
  assert.deepEqual(kinds(target, 0, 20), ['event']);
  // Two spreads are near the baseline by the high bar, and are not by the low one.
  assert.deepEqual(kinds(target, 20, 290, 2), []);
  assert.ok(target.open);
});

test('the time of a high score follows a clock that is set, and is saved', () => {
  const target = unusualAt(learned - 2 * hour + 50 * minute);
  target.shift(hour);
  assert.deepEqual(kinds(target, 0, 100), ['event']);
  const never = unusualAt(0);
  never.shift(learned);
  assert.deepEqual(kinds(never, 0, 100), []);
});
