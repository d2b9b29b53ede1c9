// Our own packets on their way out: when they are issued, when they may leave, and what is left behind.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ClockQuality } from '../src/core/clock.ts';
import type { AgentEvent } from '../src/core/events.ts';
import {
  futureToleranceS,
  issueSettleMs,
  outboxBatchMax,
  sequenceLeadMax,
  waitingOutcomesMax,
} from '../src/core/limits.ts';
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
const START_S = START_MS / 1000;
const HOUR_MS = 3_600_000;

/** An outbox whose clock, network and disk are moved by hand. Its process has run for long, unless a test says otherwise. */
function opened(uptimeMs?: number, store = openStore(':memory:', { now: () => START_MS })) {
  const world = { nowMs: START_MS, uptimeMs: uptimeMs ?? 0, quality: 2 as ClockQuality, isUp: true };
  const events: AgentEvent[] = [];
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
    ...(uptimeMs !== undefined && { uptimeMs: () => world.uptimeMs }),
    emit: (event) => void events.push(event),
  });
  const deposit = () =>
    outbox.deposit(({ nowMs, clock, sequence }) => ({
      ...smoke,
      age: 0,
      issued: Math.round(nowMs / 1000),
      clock,
      sequence,
      lifetime: 6,
    }));
  const pass = (ms: number) => {
    world.nowMs += ms;
    world.uptimeMs += ms;
    outbox.send();
  };
  const told = () => events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  return {
    world,
    store,
    outbox,
    deposit,
    pass,
    published,
    owed,
    told,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

const outcomes = (packets: readonly Buffer[]) =>
  packets.map((bytes) => {
    const parsed = parse(bytes);
    assert(parsed.ok);
    return parsed.packet.outcome;
  });

const sequences = (packets: readonly Buffer[]) => outcomes(packets).map(({ sequence }) => sequence - START_S);

suite('the time of issue', () => {
  test('never goes back with a clock that is corrected', async () => {
    await using under = opened();
    const { world, deposit, store } = under;
    deposit();
    world.nowMs += HOUR_MS;
    const first = deposit()!.outcome.issued;
    assert.equal(store.timeFloorMs(), 0, 'a packet proves no time');
    world.nowMs -= (futureToleranceS - 1) * 1000;
    assert.equal(deposit()!.outcome.issued, first);
    world.nowMs = START_MS + HOUR_MS + 5_000;
    assert.equal(deposit()!.outcome.issued, first + 5);
  });

  test('is waited for, where a clock that is corrected has numbers ahead of it', async () => {
    await using under = opened();
    const { world, deposit, pass, published } = under;
    deposit();
    world.nowMs -= (futureToleranceS - 1) * 1000;
    assert.equal(deposit(), undefined);
    pass((futureToleranceS - 1) * 1000);
    assert.deepEqual(sequences(published), [1, 2]);
  });

  test('and number go back with a clock that was wrong, so that neither contradicts what was issued before', async () => {
    await using under = opened(HOUR_MS);
    const { world, deposit, told, store } = under;
    const before = deposit()!.outcome;
    world.nowMs += 365 * 24 * HOUR_MS;
    const wrong = deposit()!.outcome;
    assert.equal(wrong.sequence, world.nowMs / 1000 + 1, 'a clock that was set begins anew');
    world.nowMs = START_MS + 20_000;
    world.uptimeMs += 20_000;
    const after = deposit()!.outcome;
    assert.deepEqual([after.issued, after.sequence], [START_S + 20, START_S + 21]);
    assert(before.sequence < after.sequence && after.sequence < wrong.sequence);
    assert.match(told().join(), /the clock was wrong once/);
    // What was used in the year to come is left out when that year comes.
    world.nowMs = wrong.issued * 1000;
    assert.equal(deposit()!.outcome.sequence, wrong.sequence + 1);
    assert.equal(store.issuedS(), wrong.issued);
  });
});

suite('the turn of a packet', () => {
  test('comes when the process has run for long enough for the one before it', async () => {
    await using under = opened(0);
    const { deposit, published, outbox, pass } = under;
    assert.equal(deposit(), undefined);
    pass(issueSettleMs - 1);
    assert.deepEqual([published.length, outbox.waiting()], [0, 1]);
    pass(1);
    const [outcome] = outcomes(published);
    assert.deepEqual(
      [outcome?.sequence, outcome?.issued, outcome?.age, outbox.waiting()],
      [START_S + 11, START_S + 10, 10, 0],
    );
  });

  test('comes when the time is known, and its age goes on whatever the clock is set to', async () => {
    await using under = opened(HOUR_MS);
    const { world, deposit, published, pass } = under;
    [world.quality, world.nowMs] = [0, START_MS - 1000 * HOUR_MS];
    deposit();
    pass(HOUR_MS);
    assert.equal(published.length, 0);
    [world.quality, world.nowMs] = [1, START_MS];
    pass(0);
    const [outcome] = outcomes(published);
    assert.deepEqual(
      [outcome?.sequence, outcome?.issued, outcome?.age, outcome?.clock],
      [START_S + 1, START_S, 3600, 1],
    );
  });

  test('comes one a second after a burst, in the order of what was concluded', async () => {
    await using under = opened(HOUR_MS);
    const { deposit, published, pass } = under;
    for (let i = 0; i < sequenceLeadMax + 2; i++) deposit();
    assert.equal(published.length, sequenceLeadMax);
    pass(1000);
    assert.equal(deposit(), undefined, 'nobody overtakes');
    assert.equal(published.length, sequenceLeadMax + 1);
    pass(1000);
    pass(1000);
    assert.deepEqual(sequences(published), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });

  test('is given up when it would have expired, and the oldest when too many wait', async () => {
    await using under = opened(0);
    const { world, deposit, published, pass, told, outbox } = under;
    world.quality = 0;
    for (let i = 0; i <= waitingOutcomesMax; i++) deposit();
    assert.equal(outbox.waiting(), waitingOutcomesMax);
    assert.match(told().join(), /given up: too many wait/);
    pass(6 * HOUR_MS);
    world.quality = 2;
    pass(0);
    assert.deepEqual([published.length, outbox.waiting()], [0, 0]);
  });

  test('stays when it could not be committed', async () => {
    await using under = opened(0);
    const { deposit, published, store, pass, outbox } = under;
    deposit();
    const { noteIssued } = store;
    store.noteIssued = () => assert.fail('no room');
    assert.throws(() => pass(issueSettleMs), /no room/);
    store.noteIssued = noteIssued;
    pass(0);
    assert.deepEqual([published.length, outbox.waiting()], [1, 0]);
  });

  test('leaves out what the process before it used, with its database lost or taken from a backup', async () => {
    await using before = opened(HOUR_MS);
    for (let i = 0; i < sequenceLeadMax; i++) before.deposit();
    await using after = opened(0);
    after.deposit();
    after.pass(issueSettleMs);
    const [last] = outcomes(before.published).slice(-1);
    const [first] = outcomes(after.published);
    assert(first!.sequence > last!.sequence, `${first!.sequence} after ${last!.sequence}`);
  });
});

suite('what leaves the outbox', () => {
  test('has been committed, and what is not committed does not leave', async () => {
    await using under = opened();
    const { store, deposit, published, owed } = under;
    const { id, bytes } = deposit()!;
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
    world.isUp = false;
    deposit();
    [world.isUp, world.quality] = [true, 0];
    outbox.send();
    assert.equal(published.length, 0);
    world.quality = 1;
    outbox.send();
    assert.equal(published.length, 1);
  });

  test('has not expired; what has makes room for the next', async () => {
    await using under = opened();
    const { world, outbox, deposit, published, store } = under;
    world.isUp = false;
    for (let i = 0; i < outboxBatchMax; i++) {
      world.nowMs += 1000;
      deposit();
    }
    world.nowMs += 3 * HOUR_MS;
    deposit();
    world.nowMs += 3 * HOUR_MS;
    world.isUp = true;
    outbox.send();
    outbox.send();
    assert.deepEqual(sequences(published), [outboxBatchMax + 2]);
    assert.equal(store.packets.unsent(9).length, 0);
  });
});
