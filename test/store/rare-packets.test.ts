// What is under a condition that nothing else was under does not give way to what is common.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openDatabase } from '../../src/store/database.ts';
import { createKnownPackets } from '../../src/store/known-packets.ts';
import { createPackets } from '../../src/store/packets.ts';
import { somePacket } from './some-packet.ts';

const CAPS = { stored: 200, outbox: 10 };
const condition = (n: number) => Buffer.from(n.toString(16).padStart(16, '0'), 'hex');
const origin = (n: number) => Buffer.alloc(32, 50 + n);
const outcome = (of: number, n: number) => somePacket({ finding: 7, condition: condition(of), origin: origin(n) });

function opened() {
  const { database } = openDatabase(':memory:');
  const packets = createPackets(database, createKnownPackets(database), CAPS);
  const gone: string[] = [];
  packets.onGone((id) => gone.push(id.toString('hex')));
  const add = (packet: ReturnType<typeof outcome>) => database.transaction(() => packets.add(packet))();
  return { database, packets, gone, add, [Symbol.dispose]: () => void database.close() };
}

suite('a rare outcome', () => {
  test('stays when thousands of common ones come after it', () => {
    using it = opened();
    const rare = outcome(1, 0);
    it.add(rare);
    const common = Array.from({ length: 3_000 }, (_, n) => outcome(2 + (n % 5), 1 + (n % 9)));
    common.forEach(it.add);
    assert(it.packets.isHeld(rare.id));
    assert(it.packets.recent(0, 999).length <= CAPS.stored);
    assert.equal(it.gone.length, 3_001 - it.packets.recent(0, 999).length);
    assert.deepEqual(new Set(it.gone).size, it.gone.length);
  });

  test('of a condition that all of a sudden is crowded out, one stays', () => {
    using it = opened();
    for (const n of [0, 1, 2]) it.add(outcome(1, n));
    for (let n = 0; n < 1_000; n++) it.add(outcome(2, 1 + (n % 9)));
    const left = it.database.prepare('SELECT count(*) FROM packets WHERE condition = ?').pluck().get(condition(1));
    assert.equal(left, 1);
  });

  test('that many invent takes no more than its share: what is common keeps half of the room', () => {
    using it = opened();
    const honest = Array.from({ length: 150 }, (_, n) => outcome(1, n % 40));
    honest.forEach(it.add);
    for (let n = 0; n < 4_000; n++) it.add(outcome(100 + n, 60));
    assert(honest.filter(({ id }) => it.packets.isHeld(id)).length > CAPS.stored / 2);
  });
});
