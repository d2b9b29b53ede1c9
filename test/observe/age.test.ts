import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ago, span } from '../../src/observe/age.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test('spans in words, with three digits at most', () => {
  const spans: [number, string][] = [
    [-5, '0 s'],
    [4_400, '4 s'],
    [99_400, '99 s'],
    [100_000, '2 min'],
    [99 * minute, '99 min'],
    [2 * hour + 10 * minute, '2 h 10 min'],
    [6 * hour, '6 h'],
    [26.6 * hour, '27 h'],
    [99.6 * hour, '100 h'],
    [5 * day, '5 days'],
    [999 * day, '999 days'],
    [50 * 365 * day, '50 years'],
  ];
  for (const [ms, words] of spans) assert.equal(span(ms), words, `${ms}`);
});

test('what lies ahead is not called past, but for what rounding does', () => {
  assert.equal(ago({ thenMs: 0, nowMs: 2 * hour }), '2 h ago');
  assert.equal(ago({ thenMs: 1_500, nowMs: 0 }), '0 s ago');
  assert.equal(ago({ thenMs: day, nowMs: 0 }), 'before the clock was set back');
});
