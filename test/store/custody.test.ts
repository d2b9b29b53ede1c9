import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { backlogPacketsMax, resendMsMin } from '../../src/core/limits.ts';
import { createCustody } from '../../src/store/custody.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createKnownPackets } from '../../src/store/known-packets.ts';
import { createPackets } from '../../src/store/packets.ts';
import { somePacket } from './some-packet.ts';

const NOW_MS = 1_000_000;
const PEER = Buffer.alloc(16, 1);
const OTHER = Buffer.alloc(16, 2);

function open(rowsMax?: number) {
  const { database } = openDatabase(':memory:');
  const job = <T>(work: () => T): T => database.transaction(work)();
  const known = createKnownPackets(database);
  const custody = createCustody(database, known, rowsMax);
  const packets = createPackets(database, known);
  const put = (change: Parameters<typeof somePacket>[0] = {}, peers: readonly Buffer[] = [PEER]) =>
    job(() => {
      const packet = somePacket(change);
      packets.add(packet);
      for (const peer of peers) custody.owe(packet.id, peer, NOW_MS);
      return packet;
    });
  const rows = () => database.prepare<[], number>('SELECT count(*) FROM custody').pluck().get()!;
  return { database, job, custody, packets, put, rows, [Symbol.dispose]: () => void database.close() };
}

const ids = (owed: readonly { id: Buffer }[]) => owed.map(({ id }) => id.toString('hex'));

test('a packet is due to each neighbour until that one has acknowledged it', () => {
  using opened = open();
  const { custody, job } = opened;
  const packet = opened.put({ hops: 3 }, [PEER, OTHER]);
  assert.deepEqual(custody.due(PEER, NOW_MS, 9), [
    { id: packet.id, peer: PEER, attempts: 0, bytes: packet.bytes, hops: 4 },
  ]);
  assert.deepEqual(custody.due(PEER, NOW_MS - 1, 9), []);
  assert.equal(
    job(() => custody.settle(packet.id, PEER)),
    true,
  );
  assert.deepEqual(custody.due(PEER, NOW_MS, 9), []);
  assert.equal(custody.due(OTHER, NOW_MS, 9).length, 1);
  assert.equal(custody.owed(NOW_MS), 1);
  job(() => custody.owe(packet.id, PEER, 0));
  assert.deepEqual(custody.due(PEER, NOW_MS, 9), [], 'who has it is not asked again');
});

test('the oldest of an origin come first; each attempt is counted and puts it off', () => {
  using opened = open();
  const { custody, put } = opened;
  const [first, second, third] = [put(), put(), put()];
  custody.postpone({ id: first.id, peer: PEER }, NOW_MS + 50);
  custody.postpone({ id: second.id, peer: PEER }, NOW_MS + 20);
  assert.deepEqual(ids(custody.due(PEER, NOW_MS + 19, 9)), ids([third]));
  assert.deepEqual(ids(custody.due(PEER, NOW_MS + 100, 9)), ids([first, second, third]));
  assert.deepEqual(ids(custody.due(PEER, NOW_MS + 100, 2)), ids([first, second]));
  assert.deepEqual(
    custody.due(PEER, NOW_MS + 100, 9).map(({ attempts }) => attempts),
    [1, 1, 0],
  );
});

test('our own come first, then what is urgent, then what scores higher, then the oldest; one of each origin in turn', () => {
  using opened = open();
  const { custody, put, packets, job } = opened;
  const [insider, honest] = [{ origin: Buffer.alloc(32, 1) }, { origin: Buffer.alloc(32, 2) }];
  const flood = Array.from({ length: 5 }, () => put({ ...insider, score: 100 }));
  const own = put({ own: true, finding: 3 });
  job(() => packets.markSent([own.id], NOW_MS - resendMsMin));
  const answer = put({ ...honest, finding: 3, score: 100 });
  const low = put({ ...honest, score: 10 });
  const high = put({ ...honest, score: 90 });
  const expected = [own, flood[0], high, flood[1], low, flood[2], answer, flood[3], flood[4]];
  assert.deepEqual(ids(custody.due(PEER, NOW_MS, 99)), ids(expected as { id: Buffer }[]));
});

test('an origin with 15,000 packets does not hold up those of another, nor ours', () => {
  using opened = open();
  const { custody, put, packets, job } = opened;
  opened.database.exec('BEGIN');
  for (let n = 0; n < 15_000; n++) {
    const packet = somePacket({ origin: Buffer.alloc(32, 1), score: 100, bytes: Buffer.alloc(9) });
    packets.add(packet);
    custody.owe(packet.id, PEER, NOW_MS);
  }
  opened.database.exec('COMMIT');
  const own = put({ own: true, finding: 6 });
  job(() => packets.markSent([own.id], NOW_MS - resendMsMin));
  const others = [put({ origin: Buffer.alloc(32, 2), finding: 3 }), put({ origin: Buffer.alloc(32, 3), finding: 3 })];
  const sent: string[] = [];
  for (let tick = 0; tick < 3; tick++) {
    for (const owed of custody.due(PEER, NOW_MS, 2)) {
      sent.push(...ids([owed]));
      custody.postpone(owed, NOW_MS + 900_000);
    }
  }
  for (const { id } of [own, ...others]) assert(sent.includes(id.toString('hex')));
});

test('our own are due when they have been sent and had time to be acknowledged', () => {
  using opened = open();
  const { custody, put, packets, job } = opened;
  const packet = put({ own: true, hops: 0 });
  assert.deepEqual(custody.due(PEER, NOW_MS + 1e9, 9), []);
  job(() => packets.markSent([packet.id], NOW_MS));
  assert.deepEqual(custody.due(PEER, NOW_MS + resendMsMin - 1, 9), []);
  assert.deepEqual(
    custody.due(PEER, NOW_MS + resendMsMin, 9).map(({ hops }) => hops),
    [0],
  );
});

test('who is back does not wait for the end of a long back-off', () => {
  using opened = open();
  const { custody, job, put } = opened;
  const [late, soon] = [put({}, [PEER, OTHER]), put()];
  job(() => custody.postpone({ id: late.id, peer: PEER }, NOW_MS + 900_000));
  job(() => custody.postpone({ id: late.id, peer: OTHER }, NOW_MS + 900_000));
  job(() => custody.postpone({ id: soon.id, peer: PEER }, NOW_MS + resendMsMin));
  job(() => custody.hurry(PEER, NOW_MS));
  assert.deepEqual(ids(custody.due(PEER, NOW_MS, 9)), ids([late]));
  assert.deepEqual(custody.due(OTHER, NOW_MS, 9), []);
});

test('an acknowledgement for what we never held is told; for what was not owed it is kept', () => {
  using opened = open();
  const { custody, job, put } = opened;
  const packet = put({}, []);
  const settle = (id: Buffer) => job(() => custody.settle(id, PEER));
  assert.equal(settle(randomBytes(16)), false);
  assert.equal(settle(packet.id), true);
  assert.equal(settle(packet.id), true);
  job(() => custody.owe(packet.id, PEER, 0));
  assert.equal(custody.owed(NOW_MS), 0);
});

test('what expired is not due, and is given up', () => {
  using opened = open();
  const { custody, job, put } = opened;
  put({ expiresS: NOW_MS / 1000 });
  put({ expiresS: NOW_MS / 1000 + 1 });
  assert.equal(custody.due(PEER, NOW_MS, 9).length, 1);
  assert.equal(custody.owed(NOW_MS), 1, 'nor is it counted until then');
  assert.deepEqual(
    job(() => custody.shed(NOW_MS)),
    { expired: 1, shed: 0 },
  );
  assert.deepEqual(
    job(() => custody.shed(NOW_MS)),
    { expired: 0, shed: 0 },
    'once',
  );
  assert.equal(custody.owed(NOW_MS), 1);
});

test('a row goes with its packet, and is counted', () => {
  using opened = open();
  const { custody, database, job, put } = opened;
  const packet = put({}, [PEER, OTHER]);
  database.prepare('DELETE FROM packets WHERE id = ?').run(packet.id);
  assert.equal(opened.rows(), 0);
  assert.deepEqual(
    job(() => custody.shed(NOW_MS)),
    { expired: 0, shed: 2 },
  );
});

test('over the cap the least urgent go: answers, then changes, then the oldest', () => {
  using opened = open(5);
  const { custody, put, job } = opened;
  const [confirm] = [put({ finding: 3 }), put({ finding: 6 })];
  const events = [put(), put({ finding: 1 }), put({ finding: 5 })];
  assert.equal(custody.owed(NOW_MS), 5);
  const more = [put(), put(), put()];
  assert.deepEqual(ids(custody.due(PEER, NOW_MS, 99)).toSorted(), ids([...events.slice(1), ...more]).toSorted());
  assert.equal(ids(custody.due(PEER, NOW_MS, 99)).includes(confirm.id.toString('hex')), false);
  assert.deepEqual(
    job(() => custody.shed(NOW_MS)),
    { expired: 0, shed: 3 },
  );
  assert.deepEqual(
    job(() => custody.shed(NOW_MS)),
    { expired: 0, shed: 0 },
  );
});

test('one over the cap costs the least urgent of all, whatever came first', () => {
  const order = [0, 6, 2, 4, 1, 3, 5];
  using opened = open(order.length);
  const packets = order.map((finding) => opened.put({ finding }));
  const left = () =>
    packets.filter(({ id }) => opened.custody.due(PEER, NOW_MS, 99).some((owed) => owed.id.equals(id)));
  const went: number[] = [];
  while (left().length > 0) {
    const before = left();
    opened.put();
    went.push(...before.filter((one) => !left().includes(one)).map(({ finding }) => finding));
  }
  const answers = [4, 3];
  const changes = [6, 2];
  const others = [0, 1, 5];
  assert.deepEqual(went, [...answers, ...changes, ...others]);
});

test('never more open rows than the cap, whatever happens, and none is lost uncounted', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('owe', 'settle', 'remove', 'shed', 'fail'), fc.nat(40)), {
    maxLength: 120,
  });
  fc.assert(
    fc.property(steps, (script) => {
      using opened = open(10);
      const { custody, database, job, put } = opened;
      const held: Buffer[] = [];
      let [owed, settled, gone] = [0, 0, 0];
      for (const [step, at] of script) {
        const id = held[at % (held.length || 1)];
        if (step === 'owe') {
          held.push(put({}, [PEER]).id);
          owed++;
        } else if (step === 'settle' && id) {
          const before = custody.owed(NOW_MS);
          job(() => custody.settle(id, PEER));
          settled += before - custody.owed(NOW_MS);
        } else if (step === 'remove' && id) database.prepare('DELETE FROM packets WHERE id = ?').run(id);
        else if (step === 'shed') gone += job(() => custody.shed(NOW_MS)).shed;
        else if (step === 'fail' && id) {
          assert.throws(() =>
            job(() => {
              custody.owe(id, OTHER, NOW_MS);
              throw new Error('on purpose');
            }),
          );
        }
        assert(custody.owed(NOW_MS) <= 10);
      }
      gone += job(() => custody.shed(NOW_MS)).shed;
      // A job that fails is counted as owed and gone at once: never less than what went.
      assert(gone >= owed - settled - custody.owed(NOW_MS));
    }),
    { numRuns: 60 },
  );
});

test('what was acknowledged is remembered as long as it may be offered again', () => {
  using opened = open();
  const { custody, job, put } = opened;
  const [old, ...young] = Array.from({ length: backlogPacketsMax + 1 }, () => put());
  job(() => {
    for (const { id } of [old!, ...young]) custody.settle(id, PEER);
  });
  job(() => custody.shed(NOW_MS));
  assert.equal(opened.rows(), backlogPacketsMax);
});
