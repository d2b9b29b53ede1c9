import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortId } from '../../src/core/short-id.ts';

test('is FNV-1a of 32 bits, by its published vectors', () => {
  assert.deepEqual(['', 'a', 'foobar'].map(shortId), ['811c9dc5', 'e40c292c', 'bf9cf968']);
});
