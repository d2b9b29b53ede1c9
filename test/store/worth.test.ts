// What came of an outcome decides how long it stays and how soon it is sent; of all else nothing changes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCustody } from '../../src/store/custody.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createKnownPackets } from '../../src/store/known-packets.ts';
import { createPackets } from '../../src/store/packets.ts';
import { somePacket } from './some-packet.ts';

const PEER = Buffer.alloc(16, 1);
const condition = Buffer.alloc(8, 1);
const outcome = (origin: number) => somePacket({ finding: 7, score: 50, condition, origin: Buffer.alloc(32, origin) });

function opened() {
  const { database } = openDatabase(':memory:');
  const known = createKnownPackets(database);
  const custody = createCustody(database, known);
  const packets = createPackets(database, known, { stored: 100, outbox: 10 });
  const add = (packet: ReturnType<typeof outcome>) => database.transaction(() => packets.add(packet))();
  const owe = ({ id }: { id: Buffer }) => database.transaction(() => custody.owe(id, PEER, 0))();
  return { database, custody, packets, add, owe, [Symbol.dispose]: () => void database.close() };
}

test('what was followed by improvement stays, and what was not goes first', () => {
  using it = opened();
  const all = Array.from({ length: 100 }, (_, n) => outcome(n % 9));
  all.forEach(it.add);
  const [oldest, second] = [all[0]!, all[1]!];
  it.packets.weigh({ id: oldest.id, worth: 1.5, credit: 1 });
  for (const { id } of all.slice(-20)) it.packets.weigh({ id, worth: 0.3, credit: 1 });
  for (let n = 0; n < 20; n++) it.add(outcome(10 + n));
  const held = (some: typeof all) => some.filter(({ id }) => it.packets.isHeld(id)).length;
  assert.deepEqual([held([oldest]), held([second]), held(all.slice(-20))], [1, 1, 0]);
  for (let n = 0; n < 80; n++) it.add(outcome(40 + n));
  assert.deepEqual([held([oldest]), held([second])], [1, 0]);
});

test('of one origin what came is sent first; whose outcomes did not come keeps the worth of other packets', () => {
  using it = opened();
  const [plain, good] = [outcome(1), outcome(1)];
  const event = somePacket({ score: 40, origin: plain.origin });
  for (const one of [plain, good, event]) it.add(one);
  it.packets.weigh({ id: good.id, worth: 1.6, credit: 0.5 });
  for (const one of [plain, good, event]) it.owe(one);
  const due = it.custody.due(PEER, 1_000_000, 9).map(({ id }) => id.toString('hex'));
  // 40 for the event, 50 x 1.6 x .5 and 50 x .5 for the outcomes; what scores alike goes by age.
  assert.deepEqual(
    due,
    [good, event, plain].map(({ id }) => id.toString('hex')),
  );
});
