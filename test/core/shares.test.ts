import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shares } from '../../src/core/shares.ts';

function fill(shares: Shares, account: string): number {
  while (shares.hasRoom(account)) shares.take(account);
  return shares.of(account);
}

test('whoever takes all there is leaves what is kept for the others', () => {
  const shares = new Shares({ max: 10, keptEach: 2, accounts: ['a', 'b', 'c'] });
  assert.equal(fill(shares, 'a'), 8, 'a third of half the places is 1, so 2 are kept for the others');
  assert.deepEqual([fill(shares, 'b'), fill(shares, 'c'), shares.total], [1, 1, 10]);
  shares.give('a', 3);
  assert.equal(fill(shares, 'b'), 4, 'what is free is for all');
});

test('an account that is not known gets what is free, and nothing is kept for it', () => {
  const shares = new Shares({ max: 10, keptEach: 2, accounts: ['a', 'b'] });
  assert.equal(fill(shares, 'x'), 6);
  assert.equal(shares.hasRoom('y'), false);
  assert.deepEqual([fill(shares, 'a'), fill(shares, 'b')], [2, 2]);
});

test('several at a time', () => {
  const shares = new Shares({ max: 100, keptEach: 10, accounts: ['a', 'b'] });
  assert.deepEqual([shares.hasRoom('a', 90), shares.hasRoom('a', 91)], [true, false]);
});

test('nobody gives back what was never taken', () => {
  const shares = new Shares({ max: 10, keptEach: 2, accounts: ['a'] });
  assert.throws(() => shares.give('a'), /gives back/);
});
