import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../src/store/store.ts';

test('a key is proven once, what was kept first stays, and the table is capped', async () => {
  await using store = openStore(':memory:', { now: () => 0 });
  const proof = (origin: number, first: string) => ({
    origin: Buffer.alloc(32, origin),
    first: Buffer.from(first),
    second: Buffer.from('b'),
  });
  store.commitNow(() => {
    store.proofs.add(proof(1, 'a'));
    store.proofs.add(proof(1, 'later'));
    for (let i = 2; i < 200; i++) store.proofs.add(proof(i, 'x'));
  });
  const kept = store.proofs.all();
  assert.equal(kept.length, 64);
  assert.deepEqual(kept.find(({ origin }) => origin[0] === 1)?.first, Buffer.from('a'));
});
