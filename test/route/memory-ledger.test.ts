import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { issue } from '../../src/packet/packet.ts';
import { memoryLedger } from '../../src/route/memory-ledger.ts';
import { openStore } from '../../src/store/store.ts';
import { ledgerConformance } from '../conformance/ledger.ts';
import { smoke } from '../vectors/smoke.ts';

const HELD = { own: false, sentMs: undefined, receivedMs: 0, finding: 0, score: 0 };

ledgerConformance('in memory', () => {
  const ledger = memoryLedger(64);
  return { ...ledger, take: (packet, hops) => void ledger.enter(packet, { hops, receivedMs: 0 }) };
});

ledgerConformance('the store', (t) => {
  const store = openStore(':memory:', { now: () => 0 });
  t.after(() => store[Symbol.asyncDispose]());
  return {
    ...store,
    owed: store.custody.owed,
    take({ id, key, bytes, outcome }, hops) {
      store.packets.add({
        ...HELD,
        id,
        origin: key.bytes,
        bytes,
        hops,
        expiresS: outcome.issued + 3600 * outcome.lifetime,
      });
    },
  };
});

test('a ledger in memory forgets the oldest packets first, and remembers their ids for longer', () => {
  const ledger = memoryLedger(4);
  const identity = temporaryIdentity(Buffer.alloc(32, 7));
  const packets = Array.from({ length: 40 }, (_, n) => issue({ ...smoke, sequence: n + 1 }, identity));
  for (const packet of packets) {
    assert.equal(ledger.enter(packet, { hops: 0, receivedMs: 0 }), undefined);
    assert.equal(ledger.enter(packet, { hops: 1, receivedMs: 0 }), 'duplicate', 'a second copy is not new');
    ledger.custody.owe(packet.id, Buffer.alloc(16), 0);
  }
  assert.equal(ledger.owed(smoke.issued * 1000), 4);
  assert.deepEqual(
    ledger.packets.recent(smoke.issued * 1000, 99).map(({ id }) => id),
    packets.slice(-4).map(({ id }) => id),
  );
  assert.deepEqual(packets.map(({ id }) => ledger.isSeen(id)).lastIndexOf(false), 7);
});
