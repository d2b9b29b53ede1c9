import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bridgeResendMs } from '../../../src/core/limits.ts';
import { createSequence } from '../../../src/sense/bridge/sequence.ts';

test('what is missing is asked for once, and again only when an answer had its time', () => {
  const sequence = createSequence();
  sequence.begin(5);
  assert.equal(sequence.take(5), true);
  const asked = Array.from({ length: 2 * bridgeResendMs }, (_, nowMs) => sequence.ask(nowMs));
  assert.deepEqual(
    asked.flatMap((from, nowMs) => (from === undefined ? [] : [[nowMs, from]])),
    [
      [0, 6],
      [bridgeResendMs, 6],
    ],
  );
  sequence.restart();
  sequence.begin(1);
  assert.equal(sequence.ask(2 * bridgeResendMs - 1), 1, 'another run of the board has its own time');
});

test('numbers wrap; what is ahead of the next one waits, what is behind it was heard', () => {
  const sequence = createSequence();
  sequence.begin(255);
  assert.deepEqual(
    [sequence.take(255), sequence.take(1), sequence.take(255), sequence.take(0)],
    [true, false, false, true],
  );
  assert.deepEqual([sequence.isBehind(2), sequence.isBehind(1), sequence.isBehind(0)], [true, false, false]);
});
