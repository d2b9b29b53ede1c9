import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { prunedPacketsMax } from '../../src/core/limits.ts';
import { idsPerOriginMax } from '../../src/core/share-limits.ts';
import { LATER_FINDING } from '../../src/packet/outcome.ts';
import { createCustody } from '../../src/store/custody.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createKeys } from '../../src/store/keys.ts';
import { createKnownPackets } from '../../src/store/known-packets.ts';
import { createPackets, type StoredPacket } from '../../src/store/packets.ts';
import { createSeen } from '../../src/store/seen.ts';
import { createState } from '../../src/store/state.ts';
import { createVerdicts } from '../../src/store/verdicts.ts';
import { somePacket } from './some-packet.ts';

function open() {
  const { database } = openDatabase(':memory:');
  const job = <T>(work: () => T): T => database.transaction(work)();
  const known = createKnownPackets(database);
  return { database, known, job, [Symbol.dispose]: () => void database.close() };
}

test('a packet comes back as it was', () => {
  using opened = open();
  const packets = createPackets(opened.database, opened.known);
  const packet = somePacket({ finding: 6, hops: 3, own: true, sentMs: 7 });
  assert.equal(
    opened.job(() => packets.add(packet)),
    true,
  );
  assert.equal(
    opened.job(() => packets.add(packet)),
    false,
  );
  assert.deepEqual(packets.get(packet.id), packet);
  assert.equal(packets.get(randomBytes(16)), undefined);
});

test('the newest that have not expired are given back, oldest first', () => {
  using opened = open();
  const packets = createPackets(opened.database, opened.known);
  const all = [100, 20, 101, 102].map((expiresS) => somePacket({ expiresS }));
  opened.job(() => all.map(packets.add));
  assert.deepEqual(
    packets.recent(20_000, 2).map(({ expiresS }) => expiresS),
    [101, 102],
  );
});

test('caps hold after every insertion, and unsent packets of our own go last', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (owns) => {
      using opened = open();
      const caps = { stored: 20, outbox: 5 };
      const packets = createPackets(opened.database, opened.known, caps);
      const added = owns.map((own) => somePacket({ own }));
      for (const packet of added) {
        opened.job(() => packets.add(packet));
        assert.ok(packets.recent(0, 100).length <= caps.stored);
        assert.ok(packets.unsent(100).length <= caps.outbox);
      }
      const own = added.filter((packet) => packet.own).slice(-caps.outbox);
      assert.deepEqual(packets.unsent(100), own);
      const left = packets.recent(0, 100).length;
      assert.equal(
        opened.job(() => packets.prune(0)),
        owns.length - left,
      );
      assert.deepEqual(packets.recent(0, 100).at(-1), added.at(-1));
    }),
    { numRuns: 40 },
  );
});

test('what others send makes no room among our unsent packets', () => {
  using opened = open();
  const packets = createPackets(opened.database, opened.known, { stored: 20, outbox: 5 });
  const own = [somePacket({ own: true }), somePacket({ own: true })];
  opened.job(() => own.map(packets.add));
  for (let i = 0; i < 30; i++) opened.job(() => packets.add(somePacket()));
  assert.deepEqual(packets.unsent(9), own);
  assert.equal(packets.recent(0, 100).length, 20);
});

test('what others send takes nothing from who has less: not what is owed, nor what is ours', () => {
  using opened = open();
  const caps = { stored: 20, outbox: 5 };
  const packets = createPackets(opened.database, opened.known, caps);
  const custody = createCustody(opened.database, opened.known);
  const put = (change: Partial<StoredPacket>, isOwed: boolean) =>
    opened.job(() => {
      const packet = somePacket(change);
      if (packets.refuses(packet.origin)) return undefined;
      packets.add(packet);
      if (isOwed) custody.owe(packet.id, Buffer.alloc(16, 9), 0);
      return packet.id;
    });
  const [honest, insider] = [{ origin: Buffer.alloc(32, 1) }, { origin: Buffer.alloc(32, 2) }];
  const kept = [put({ own: true, sentMs: 1 }, false), put(honest, true), put(honest, true)];
  const flood = Array.from({ length: 40 }, () => put(insider, true));
  assert.equal(flood.filter(Boolean).length, 17);
  assert.equal(packets.refuses(insider.origin), 'no_room');
  kept.push(put(honest, true), put({ origin: Buffer.alloc(32, 3) }, true));
  for (const id of kept) assert(id && packets.get(id));
  for (const id of flood) if (id) assert.equal(opened.known.find(id) !== undefined, true, 'each id is remembered');
});

test('packets of later versions take a quarter of the rows, also after a restart; others are taken in as ever', () => {
  using opened = open();
  const caps = { stored: 20, outbox: 5 };
  const later = () => ({ finding: LATER_FINDING, origin: randomBytes(32) });
  const put = (packets: ReturnType<typeof createPackets>, change: Partial<StoredPacket>) =>
    opened.job(() => {
      const packet = somePacket(change);
      return packets.refuses(packet.origin, packet.finding) === undefined && packets.add(packet);
    });
  const packets = createPackets(opened.database, opened.known, caps);
  const taken = Array.from({ length: 9 }, () => put(packets, later()));
  assert.equal(taken.filter(Boolean).length, 5);
  assert.equal(put(packets, { origin: randomBytes(32) }), true);
  const again = createPackets(opened.database, createKnownPackets(opened.database), caps);
  assert.equal(put(again, later()), false);
});

test('an origin has a share of the ids, and when there are many only small ones may add to them', () => {
  using opened = open();
  const origin = (fill: number) => ({ origin: Buffer.alloc(32, fill), bytes: Buffer.alloc(1) });
  const packets = createPackets(opened.database, opened.known);
  opened.job(() => {
    for (let n = 0; n < idsPerOriginMax; n++) packets.add(somePacket(origin(1)));
  });
  assert.equal(packets.refuses(origin(1).origin), 'origin_full');
  assert.equal(packets.refuses(origin(2).origin), undefined);
  opened.job(() => packets.prune(5_000_000));
  opened.job(() => packets.prune(5_000_000));
  opened.job(() => packets.prune(5_000_000));
  assert.equal(packets.refuses(origin(1).origin), undefined, 'until they expire');
});

test('of the newest one origin has a quarter, where others have as much to say', () => {
  using opened = open();
  const packets = createPackets(opened.database, opened.known);
  const [honest, insider] = [1, 2].map((fill) => ({ origin: Buffer.alloc(32, fill) }));
  const theirs = Array.from({ length: 2 }, () => somePacket(honest));
  const flood = Array.from({ length: 50 }, () => somePacket(insider));
  opened.job(() => [...theirs, ...flood].map(packets.add));
  assert.deepEqual(packets.recent(0, 8), [...theirs, ...flood.slice(-6)]);
});

test('a rolled back insertion does not upset the caps', () => {
  using opened = open();
  const packets = createPackets(opened.database, opened.known, { stored: 10, outbox: 5 });
  for (let i = 0; i < 30; i++) {
    assert.throws(() =>
      opened.job(() => {
        packets.add(somePacket());
        throw new Error('no');
      }),
    );
  }
  for (let i = 0; i < 10; i++) opened.job(() => packets.add(somePacket()));
  assert.equal(packets.recent(0, 100).length, 10);
});

test('expired packets go, the unsent too, a bounded number at a time', () => {
  using opened = open();
  const packets = createPackets(opened.database, opened.known);
  opened.job(() => {
    for (let i = 0; i < prunedPacketsMax + 5; i++) packets.add(somePacket({ expiresS: 100 }));
    packets.add(somePacket({ expiresS: 100, own: true }));
    packets.add(somePacket({ expiresS: 101 }));
  });
  const prune = (nowMs: number) => opened.job(() => packets.prune(nowMs));
  assert.equal(prune(99_999), 0);
  assert.equal(prune(100_000), prunedPacketsMax);
  assert.equal(prune(100_000), 6);
  assert.equal(packets.unsent(1).length, 0);
  assert.equal(packets.recent(0, 10).length, 1);
});

test('an id is remembered as long as its packet lives, whatever becomes of the packet, over restarts too', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ origin: fc.nat(2), ends: fc.integer({ min: 1, max: 9 }) }), {
        minLength: 30,
        maxLength: 60,
      }),
      (script) => {
        using opened = open();
        let known = opened.known;
        let packets = createPackets(opened.database, known, { stored: 10, outbox: 5 });
        const added = script.map(({ origin, ends }) =>
          somePacket({ origin: Buffer.alloc(32, origin), expiresS: ends }),
        );
        for (const [at, packet] of added.entries()) {
          assert.equal(
            opened.job(() => packets.add(packet)),
            true,
          );
          assert.equal(
            opened.job(() => packets.add(packet)),
            false,
          );
          if (at % 7 === 3) {
            known = createKnownPackets(opened.database);
            packets = createPackets(opened.database, known, { stored: 10, outbox: 5 });
          }
        }
        for (let nowS = 0; nowS < 10; nowS++) {
          opened.job(() => packets.prune(nowS * 1000));
          const seen = createSeen(known);
          for (const { id, expiresS } of added) assert.equal(seen.has(id), expiresS > nowS);
          const alive = added.filter(({ expiresS }) => expiresS > nowS).length;
          const rows = opened.database.prepare<[], number>(
            'SELECT (SELECT count(*) FROM seen) + (SELECT count(*) FROM packets)',
          );
          assert.equal(rows.pluck().get(), alive, 'and no longer');
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('an id whose job failed is not taken for a duplicate, and takes no place', () => {
  using opened = open();
  const packets = createPackets(opened.database, opened.known);
  const seen = createSeen(opened.known);
  const packet = somePacket();
  assert.throws(() =>
    opened.job(() => {
      packets.add(packet);
      assert.equal(seen.has(packet.id), true);
      throw new Error('no');
    }),
  );
  assert.equal(seen.has(packet.id), false);
  assert.deepEqual([opened.known.ids, opened.known.rows], [0, 0]);
  assert.equal(
    opened.job(() => packets.add(packet)),
    true,
  );
  assert.deepEqual(packets.get(packet.id), packet);
});

test('a state is replaced by the next one under its key', () => {
  using opened = open();
  const state = createState(opened.database);
  for (const value of ['a', 'b', 'c']) opened.job(() => state.set('channels', value));
  opened.job(() => state.set('reputation', 'd'));
  assert.deepEqual([state.get('channels'), state.get('reputation')], ['c', 'd']);
  assert.equal(opened.database.prepare('SELECT count(*) FROM state').pluck().get(), 2);
  assert.throws(() => state.set('channels', 'outside a job'));
});

test('a new key never displaces an older one', () => {
  using opened = open();
  const keys = createKeys(opened.database, { keys: 3, perKid: 2 });
  const key = (fill: number, kid: number) => ({
    publicKey: Buffer.alloc(32, fill),
    kid: Buffer.alloc(8, kid),
    name: '',
    addedMs: fill,
  });
  const add = (fill: number, kid: number) => opened.job(() => keys.add(key(fill, kid)));
  assert.deepEqual([add(3, 1), add(2, 1), add(9, 1), add(3, 1)], [true, true, false, true]);
  assert.deepEqual([add(1, 2), add(4, 4)], [true, false]);
  assert.deepEqual(keys.all(), [key(3, 1), key(2, 1), key(1, 2)]);
});

test('verdicts are a ring, newest first', () => {
  using opened = open();
  const verdicts = createVerdicts(opened.database, 3);
  const verdict = (timeMs: number) =>
    ({
      timeMs,
      phenomenon: 'co2',
      verdict: 'fault',
      probability: 0.5,
      about: 'ab',
      evidence: ['ef'],
      ...(timeMs === 3 && { neighbours: 2, falls: true }),
    }) as const;
  for (let i = 0; i < 5; i++) opened.job(() => verdicts.add(verdict(i)));
  assert.deepEqual(verdicts.latest(2), [verdict(4), verdict(3)]);
  assert.equal(verdicts.latest(10).length, 3);
});
