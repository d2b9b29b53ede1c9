// Lists of held packets, on a real store: bounded, chosen among, and one of them by the first digits of its id.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { OperatingError } from '../../src/core/errors.ts';
import { packetsListedMax, packetsLookedAt } from '../../src/core/load-limits.ts';
import { AIR } from '../../src/distill/air.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { findPacket, listPackets, type PacketShelf, packetsAsked } from '../../src/gateway/held-packets.ts';
import { rowOf } from '../../src/outbox.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { keyText } from '../../src/packet/key-text.ts';
import { issue } from '../../src/packet/packet.ts';
import { openStore } from '../../src/store/store.ts';
import { smoke } from '../vectors/smoke.ts';

const MORE_THAN_A_PAGE = packetsLookedAt + 30;
const ORIGINS = [1, 2].map((seed) => temporaryIdentity(Buffer.alloc(32, seed)));

/** Packets of two origins in turn, the first of which is our own; every tenth speaks of another phenomenon. */
function shelfOf(t: TestContext): { shelf: PacketShelf; ids: string[] } {
  const store = openStore(':memory:', { now: () => smoke.issued * 1000 });
  t.after(() => store[Symbol.asyncDispose]());
  const ids = store.commitNow(() =>
    Array.from({ length: MORE_THAN_A_PAGE }, (_, n) => {
      const coarse = [n % 10 === 0 ? 2 : 1, ...smoke.coarse.slice(1)];
      const packet = issue({ ...smoke, coarse, sequence: n + 1 }, ORIGINS[n % 2]!);
      store.packets.add({ ...rowOf(packet, 1), own: n % 2 === 0, hops: n % 2, sentMs: n % 4 === 0 ? 5 : undefined });
      return packet.id.toString('hex');
    }),
  );
  const named = new Map(ORIGINS.map(({ publicKey }, n) => [publicKey.nodeId.toString('hex'), `roof-${n + 1}`]));
  const nameOf = (nodeId: string) => named.get(nodeId) ?? nodeId;
  return { shelf: { ...store, domains: createDomains([AIR]), nameOf }, ids: ids.reverse() };
}

test('newest first, no more than asked for, and how many more there are', async (t) => {
  const { shelf, ids } = shelfOf(t);
  const list = async (asked: Record<string, unknown>) => {
    const { packets, more } = await listPackets(shelf, packetsAsked(asked));
    return [packets.length, more];
  };
  const { packets } = await listPackets(shelf, packetsAsked({ limit: '1000' }));
  assert.deepEqual(
    packets.map(({ id }) => id),
    ids,
  );
  assert.equal(packets[1]?.says, 'PM2.5 is high: 85.3 ug/m3, normally 11.2');
  const half = MORE_THAN_A_PAGE / 2;
  assert.deepEqual(await list({}), [200, MORE_THAN_A_PAGE - 200]);
  assert.deepEqual(await list({ own: true, limit: 5 }), [5, half - 5]);
  assert.deepEqual(await list({ from: 'roof-2', limit: 5 }), [5, half - 5]);
  assert.deepEqual(await list({ from: keyText(ORIGINS[1]!.publicKey.bytes), limit: 5 }), [5, half - 5]);
  assert.deepEqual(await list({ phenomenon: 'pm10', limit: 5 }), [5, MORE_THAN_A_PAGE / 10 - 5]);
  assert.deepEqual(await list({ phenomenon: 'pm10', from: 'roof-2' }), [0, 0]);
  const fails = (asked: Record<string, unknown>) => list(asked).catch((error: OperatingError) => error.message);
  assert.match(
    String(await fails({ from: 'rof-2' })),
    /nothing is held of "rof-2"; did you mean "roof-2" or "roof-1"\?/,
  );
  assert.match(String(await fails({ phenomenon: 'pm2.5' })), /no phenomenon is called "pm2.5"; did you mean "pm2_5"/);
  for (const limit of [0, -1, 1.5, 'x', packetsListedMax + 1])
    assert.throws(() => packetsAsked({ limit }), { code: 'usage', message: /--limit takes a whole number/ });
});

test('one packet by the first digits of its id, where they are of one alone', (t) => {
  const { shelf, ids } = shelfOf(t);
  const [id] = ids as [string];
  assert.equal(findPacket(shelf, id).id, id);
  assert.equal(findPacket(shelf, id.slice(0, 9).toUpperCase()).id, id);
  const all = { ...shelf, heldByDigits: (_: string, limit: number) => shelf.held({ before: 9e9, limit }) };
  const several = {
    code: 'usage',
    message: /is the beginning of several ids \([0-9a-f]{8}, .*, \.\.\.\); give more digits$/,
  };
  assert.throws(() => findPacket(all, id.slice(0, 4)), several);
  assert.throws(() => findPacket(shelf, '0000000000'), { code: 'not_found' });
  for (const word of ['abc', 'x'.repeat(8), `${id}0`, 7, "ab'--"])
    assert.throws(
      () => findPacket(shelf, word),
      (error) => error instanceof OperatingError && error.code === 'usage',
    );
});
