// Deposits as text: what JSON cannot carry is not lost on the way, and what no deposit can be is one line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDeposits } from '../../src/config/deposits-text.ts';

test('a number that JSON has no word for keeps its name, so that it is refused by it', () => {
  const { items } = readDeposits('- {score: .nan, effect: -.inf, samples: 3}\n', 'runs.yaml');
  assert.deepEqual(items, [{ score: 'NaN', effect: '-Infinity', samples: 3 }]);
  assert.deepEqual(readDeposits('[{"score": 1e999}]', 'runs.json').items, [{ score: 'Infinity' }]);
});

test('what is nested deeper than a deposit is refused in one line, however deep', () => {
  const reason = { code: 'input_unreadable', message: /^deep\.json is nested too deeply to be a deposit/ };
  for (const depth of [20, 100_000])
    assert.throws(() => readDeposits(`${'['.repeat(depth)}${']'.repeat(depth)}`, 'deep.json'), reason);
  assert.throws(() => readDeposits(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 'deep.json'), reason);
  assert.throws(() => readDeposits(`- ${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'deep.json'), {
    code: 'input_unreadable',
  });
});
