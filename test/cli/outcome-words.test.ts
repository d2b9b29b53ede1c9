// Actions and effects as people read them: a mean is rounded for them, and only for them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionWords, effectWords } from '../../src/cli/outcome-words.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';

test('means have four digits, whole numbers all of theirs, and words are as they are', () => {
  const action = { name: 'lora', learning_rate: 0.00016656104718351384, steps: 123_456, kind: 'cosine' };
  assert.equal(actionWords(action), 'lora, learning rate 0.0001666, steps 123456, kind cosine');
  assert.equal(effectWords(0.07587470449172576, FINETUNE), '+0.07587');
  assert.equal(effectWords(-12_345.678, FINETUNE), '-12350');
});
