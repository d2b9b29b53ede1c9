// What every ledger has to keep, on disk or in memory: who owes an acknowledgement for what, until when.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { resendMsMin } from '../../src/core/limits.ts';
import { type Identity, temporaryIdentity } from '../../src/packet/identity.ts';
import { issue, type SignedPacket } from '../../src/packet/packet.ts';
import type { Ledger } from '../../src/route/custody/ledger.ts';
import { smoke } from '../vectors/smoke.ts';

const NOW_MS = smoke.issued * 1000 + 60_000;
const PEER = Buffer.alloc(16, 1);
const OTHER = Buffer.alloc(16, 2);
const HOUR_MS = 3_600_000;

export interface OpenLedger extends Ledger {
  /** Inside a job: takes a packet in that came with so many hops. */
  readonly take: (packet: SignedPacket, hops: number) => void;
  readonly owed: (nowMs: number) => number;
}

export function ledgerConformance(name: string, open: (t: TestContext) => OpenLedger): void {
  /** A ledger that holds packets of another, owed by PEER and due now. */
  function holding(t: TestContext, count: number, lifetime = 6) {
    const ledger = open(t);
    const { custody } = ledger;
    const identity: Identity = temporaryIdentity(Buffer.alloc(32, 7));
    const packets = Array.from({ length: count }, (_, n) => issue({ ...smoke, sequence: n + 1, lifetime }, identity));
    ledger.commitNow(() => {
      for (const [n, packet] of packets.entries()) {
        ledger.take(packet, 3);
        custody.owe(packet.id, PEER, NOW_MS - 1000 + n);
      }
    });
    const job = <T>(work: () => T): T => ledger.commitNow(work);
    const due = (peer = PEER, nowMs = NOW_MS, limit = 99) =>
      custody.due(peer, nowMs, limit).map(({ id }) => packets.findIndex((packet) => packet.id.equals(id)));
    return { ledger, custody, packets, job, due };
  }

  suite(`ledger: ${name}`, () => {
    test('a packet is due to a neighbour until that one acknowledges it, and never to others', (t) => {
      const { ledger, custody, packets, job, due } = holding(t, 1);
      const { id, bytes } = packets[0]!;
      assert.deepEqual(custody.due(PEER, NOW_MS, 9), [{ id, peer: PEER, attempts: 0, bytes, hops: 4 }]);
      assert.deepEqual([due(OTHER), due(PEER, NOW_MS - 2000)], [[], []]);
      assert.equal(ledger.owed(NOW_MS), 1);
      assert.equal(
        job(() => custody.settle(id, PEER)),
        true,
      );
      assert.equal(ledger.owed(NOW_MS), 0);
      job(() => custody.owe(id, PEER, 0));
      assert.deepEqual(due(), [], 'who has it is not asked again');
    });

    test('the oldest of an origin come first, whatever was tried before, so many at a time', (t) => {
      const { custody, packets, due } = holding(t, 3);
      custody.postpone(custody.due(PEER, NOW_MS, 1)[0]!, NOW_MS - 500);
      assert.deepEqual(due(), [0, 1, 2]);
      assert.deepEqual(due(PEER, NOW_MS, 2), [0, 1]);
      assert.equal(custody.due(PEER, NOW_MS, 9).find(({ id }) => id.equals(packets[0]!.id))?.attempts, 1);
    });

    test('who is back is sent at once what waits long, and not what was sent a moment ago', (t) => {
      const { custody, job, due } = holding(t, 2);
      const [late, soon] = custody.due(PEER, NOW_MS, 2);
      job(() => custody.postpone(late!, NOW_MS + HOUR_MS));
      job(() => custody.postpone(soon!, NOW_MS + resendMsMin));
      job(() => custody.hurry(OTHER, NOW_MS));
      assert.deepEqual(due(), []);
      job(() => custody.hurry(PEER, NOW_MS));
      assert.deepEqual(due(), [0]);
    });

    test('a neighbour that was away is sent at once all it owes for, and the origins have their turns', (t) => {
      const { ledger, custody, packets, job } = holding(t, 3);
      const others = [8, 9].map((fill) => issue(smoke, temporaryIdentity(Buffer.alloc(32, fill))));
      job(() => {
        for (const packet of others) {
          ledger.take(packet, 0);
          custody.owe(packet.id, PEER, NOW_MS + resendMsMin);
        }
      });
      custody.hurry(PEER, NOW_MS);
      assert.equal(custody.due(PEER, NOW_MS, 9).length, 3);
      custody.hurry(PEER, NOW_MS, true);
      const all = [...packets, ...others];
      const turns = Array.from({ length: 5 }, () => {
        const [first] = custody.due(PEER, NOW_MS, 1);
        custody.postpone(first!, NOW_MS + HOUR_MS);
        return all.findIndex(({ id }) => id.equals(first!.id));
      });
      assert.deepEqual(turns, [0, 3, 4, 1, 2], 'one of each in turn');
    });

    test('what has expired is neither due nor offered', (t) => {
      const { ledger, due } = holding(t, 2, 1);
      assert.equal(ledger.packets.recent(NOW_MS, 1).length, 1);
      assert.deepEqual(due(PEER, NOW_MS + HOUR_MS), []);
      assert.deepEqual(ledger.packets.recent(NOW_MS + HOUR_MS, 9), []);
    });

    test('an acknowledgement counts for what is held, owed or not, and for nothing else', (t) => {
      const { custody, packets, job, due } = holding(t, 1);
      const settle = (id: Buffer, peer: Buffer) => job(() => custody.settle(id, peer));
      assert.equal(settle(Buffer.alloc(16), PEER), false);
      assert.equal(settle(packets[0]!.id, OTHER), true);
      job(() => custody.owe(packets[0]!.id, OTHER, 0));
      assert.deepEqual([due(OTHER), due(PEER)], [[], [0]]);
    });
  });
}
