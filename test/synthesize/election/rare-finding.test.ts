import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rareFindings } from '../../bench/rare-finding.ts';

test('seen once among 20,000, a finding is found where its marker is in the condition, and lost where it is not', () => {
  const { marker_in_condition: marked, marker_nowhere: unmarked } = rareFindings({
    seed: 1,
    count: 20_000,
    storedMax: 1_000,
    rare: 20,
  });
  assert.deepEqual([marked.held, marked.found], [1, 1]);
  assert.ok(unmarked.held < 0.3 && unmarked.found < 0.3);
  assert.ok(marked.seen > 15 && unmarked.seen > 15);
});
