import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summaryOf } from './suite.ts';

test('the counts are read from either reporter', () => {
  const lines = (mark: string) =>
    ['tests 12', 'pass 9', 'fail 2', 'skipped 1'].map((line) => `${mark} ${line}\n`).join('');
  const counts = { tests: 12, pass: 9, fail: 2, skipped: 1 };
  assert.deepEqual(summaryOf(`ok 1 - tests 3\n${lines('#')}`), counts);
  assert.deepEqual(summaryOf(`✔ tests 3 (1 ms)\n${lines('ℹ')}`), counts);
});
