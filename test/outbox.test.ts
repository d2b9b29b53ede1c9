// Our own packets on their way out: when they are issued, when they may leave, and what is left behind.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ClockQuality } from '../src/core/clock.ts';
import { futureToleranceS, outboxBatchMax } from '../src/core/limits.ts';
import { AIR } from '../src/distill/air.ts';
import { createDomains } from '../src/distill/domains.ts';
import { createSurroundings } from '../src/distill/surroundings.ts';
import { createOutbox } from '../src/outbox.ts';
import { temporaryIdentity } from '../src/packet/identity.ts';
import { parse } from '../src/packet/packet.ts';
import type { Delivery } from '../src/route/custody/delivery.ts';
import { openStore } from '../src/store/store.ts';
import { smoke } from './vectors/smoke.ts';

const START_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

/** An outbox whose clock, network and disk are moved by hand. */
function opened() {
  const world = { nowMs: START_MS, quality: 2 as ClockQuality, isUp: true };
  const store = openStore(':memory:', { now: () => world.nowMs });
  const published: Buffer[] = [];
  const owed: Buffer[] = [];
  const identity = temporaryIdentity(Buffer.alloc(32, 1));
  const outbox = createOutbox({
    domains: createDomains([AIR]),
    identity,
    community: undefined,
    store,
    network: {
      publish: (_, bytes) => {
        if (world.isUp) published.push(bytes);
        return world.isUp;
      },
    },
    delivery: { owe: ({ id }) => void owed.push(id) } as Partial<Delivery> as Delivery,
    surroundings: createSurroundings([]),
    clock: { now: () => world.nowMs, quality: () => world.quality },
    emit: () => {},
  });
  const deposit = () =>
    outbox.deposit(({ nowMs, clock, sequence }) => ({
      ...smoke,
      issued: Math.round(nowMs / 1000),
      clock,
      sequence,
      lifetime: 6,
    }));
  return { world, store, outbox, deposit, published, owed, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

const sequences = (packets: readonly Buffer[]) =>
  packets.map((bytes) => {
    const parsed = parse(bytes);
    return parsed.ok && parsed.packet.outcome.sequence;
  });

suite('the time of issue', () => {
  test('never goes back with a clock that is corrected', async () => {
    await using under = opened();
    const { world, deposit, store } = under;
    const first = deposit().outcome.issued;
    assert.equal(store.timeFloorMs(), START_MS, 'a packet proves that its time has passed');
    world.nowMs -= (futureToleranceS - 1) * 1000;
    assert.equal(deposit().outcome.issued, first);
    world.nowMs = START_MS + 5_000;
    assert.equal(deposit().outcome.issued, first + 5);
    assert.equal(store.timeFloorMs(), START_MS + 5_000);
  });

  test('is what the clock says where that is no correction any more', async () => {
    await using under = opened();
    const { world, deposit, store } = under;
    deposit();
    world.nowMs -= (futureToleranceS + 1) * 1000;
    world.quality = 0;
    assert.equal(deposit().outcome.issued, world.nowMs / 1000);
    assert.equal(store.timeFloorMs(), START_MS, 'the floor stays');
  });
});

suite('what leaves the outbox', () => {
  test('has been committed, and what is not committed does not leave', async () => {
    await using under = opened();
    const { store, deposit, published, owed } = under;
    const { id, bytes } = deposit();
    assert.deepEqual(published, [bytes]);
    assert.deepEqual(owed, [id]);
    assert.equal(store.seen.has(id), true, 'it is known when it comes back');
    const { commitNow } = store;
    store.commitNow = (job) =>
      commitNow(() => {
        job();
        return assert.fail('no room');
      });
    assert.throws(deposit, /no room/);
    assert.equal(published.length, 1);
  });

  test('leaves once, in the order it was made, when somebody can take it', async () => {
    await using under = opened();
    const { world, outbox, deposit, published, store } = under;
    world.isUp = false;
    for (let i = 0; i < 3; i++) deposit();
    outbox.send();
    assert.equal(store.packets.unsent(9).length, 3);
    world.isUp = true;
    outbox.send();
    outbox.send();
    assert.deepEqual(sequences(published), [1, 2, 3]);
    assert.equal(store.packets.unsent(9).length, 0);
  });

  test('waits for a clock', async () => {
    await using under = opened();
    const { world, outbox, deposit, published } = under;
    world.quality = 0;
    deposit();
    assert.equal(published.length, 0);
    world.quality = 1;
    outbox.send();
    assert.equal(published.length, 1);
  });

  test('has not expired; what has makes room for the next', async () => {
    await using under = opened();
    const { world, outbox, deposit, published, store } = under;
    world.isUp = false;
    for (let i = 0; i < outboxBatchMax; i++) deposit();
    world.nowMs += 3 * HOUR_MS;
    deposit();
    world.nowMs += 3 * HOUR_MS;
    world.isUp = true;
    outbox.send();
    outbox.send();
    assert.deepEqual(sequences(published), [outboxBatchMax + 1]);
    assert.equal(store.packets.unsent(9).length, 0);
  });
});
