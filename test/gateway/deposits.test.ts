// Deposits wait their turn on disk: none is lost or issued twice, and whoever deposits is told what became of each.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ClockQuality } from '../../src/core/clock.ts';
import { FINDING } from '../../src/core/condition.ts';
import { conclusionTurnsKept, depositsWaitingMax } from '../../src/core/deposit-limits.ts';
import { issueSettleMs, sequenceLeadMax } from '../../src/core/limits.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { createSurroundings } from '../../src/distill/surroundings.ts';
import { createDeposits } from '../../src/gateway/deposits.ts';
import { createOutbox, rowOf } from '../../src/outbox.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { issue, type SignedPacket } from '../../src/packet/packet.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { smoke } from '../vectors/smoke.ts';

const START_MS = 1_800_000_000_000;
const AT_ONCE = sequenceLeadMax - conclusionTurnsKept;
const item = (n: number) => ({
  domain: 'finetune',
  where: { task: 'translation' },
  action: { name: 'lora', rank: 1 + (n % 64) },
  score: 0.5,
  samples: n + 1,
});
const items = (count: number) => Array.from({ length: count }, (_, n) => item(n));

/** A gateway's way out, whose clock is moved by hand. */
function opened(store: Store = openStore(':memory:', { now: () => START_MS }), uptimeMs?: () => number) {
  const world = { nowMs: START_MS, quality: 2 as ClockQuality };
  const identity = temporaryIdentity(Buffer.alloc(32, 1));
  const clock = { now: () => world.nowMs, quality: () => world.quality };
  const domains = createDomains([FINETUNE]);
  const issued: SignedPacket[] = [];
  const outbox = createOutbox(
    {
      domains,
      identity,
      community: undefined,
      store,
      network: { publish: () => true },
      surroundings: createSurroundings([]),
      clock,
      uptimeMs,
      emit: () => {},
    },
    (packet) => issued.push(packet),
  );
  const { contextTag, publicKey } = identity;
  const parts = { domains, store, clock, uptimeMs, contextTag, own: publicKey.bytes };
  const deposits = createDeposits({ ...parts, offer: outbox.offer });
  const pass = (seconds: number) => {
    for (let s = 0; s < seconds; s++) {
      world.nowMs += 1000;
      outbox.send();
      deposits.tick();
    }
  };
  const states = (answers: ReturnType<typeof deposits.deposit>) => Map.groupBy(answers, ({ state }) => state);
  return { world, store, outbox, deposits, issued, pass, states };
}

suite('deposits', () => {
  test('a few are issued at once, the others wait, each is told its place, and all come in their order', async () => {
    const { deposits, issued, pass, states, store } = opened();
    const answers = states(deposits.deposit(items(30)));
    assert.deepEqual([answers.get('accepted')?.length, answers.get('waiting')?.length], [AT_ONCE, 30 - AT_ONCE]);
    assert.deepEqual(answers.get('waiting')?.at(-1), {
      state: 'waiting',
      position: 30 - AT_ONCE,
      wait_s: 30 - AT_ONCE,
    });
    assert.deepEqual(deposits.deposit([item(30)]), [
      { state: 'waiting', position: 31 - AT_ONCE, wait_s: 31 - AT_ONCE },
    ]);
    pass(31 - AT_ONCE);
    assert.equal(deposits.waiting(), 0);
    assert.deepEqual(
      issued.map(({ outcome }) => outcome.samples),
      Array.from({ length: 31 }, (_, n) => n + 1),
    );
    assert.equal(store.deposits.count(), 0);
    await store[Symbol.asyncDispose]();
  });

  test('an idle hour saves up no turns for deposits', async () => {
    const { deposits, pass, states, store } = opened();
    deposits.deposit(items(1));
    pass(3_600);
    const answers = states(deposits.deposit(items(30)));
    assert.deepEqual([answers.get('accepted')?.length, answers.get('waiting')?.length], [AT_ONCE, 30 - AT_ONCE]);
    pass(5);
    assert.equal(deposits.waiting(), 30 - AT_ONCE - 5);
    await store[Symbol.asyncDispose]();
  });

  test('what the gateway concludes has turns of its own, however many deposits wait', async () => {
    const { deposits, outbox, issued, pass, store } = opened();
    deposits.deposit(items(100));
    pass(5);
    for (let n = 0; n < conclusionTurnsKept; n++) {
      const before = issued.length;
      outbox.deposit(({ nowMs, clock, sequence }) => ({ ...smoke, age: 0, issued: nowMs / 1000, clock, sequence }));
      assert.equal(issued.length, before + 1);
    }
    await store[Symbol.asyncDispose]();
  });

  test('they survive a stop, and none is issued twice', async (t) => {
    const folder = temporaryFolder(t);
    const first = opened(openStore(folder, { now: () => START_MS }));
    first.deposits.deposit(items(AT_ONCE + 5));
    await first.store[Symbol.asyncDispose]();
    const second = opened(openStore(folder, { now: () => START_MS }));
    assert.equal(second.deposits.waiting(), 5);
    second.pass(20);
    const samples = [...first.issued, ...second.issued].map(({ outcome }) => outcome.samples);
    assert.deepEqual(
      samples,
      Array.from({ length: AT_ONCE + 5 }, (_, n) => n + 1),
    );
    await second.store[Symbol.asyncDispose]();
  });

  test('without a clock they wait as well, and nobody can say how long', async () => {
    const { world, deposits, issued, pass, store } = opened();
    world.quality = 0;
    assert.deepEqual(deposits.deposit(items(1)), [{ state: 'waiting', position: 1, wait_s: null }]);
    pass(3);
    assert.equal(issued.length, 0);
    world.quality = 1;
    pass(1);
    assert.deepEqual([issued.length, issued[0]?.outcome.clock], [1, 1]);
    await store[Symbol.asyncDispose]();
  });

  test('whoever deposits while a process is young is told that it waits until it may issue', async () => {
    const uptimeMs = () => 2_500;
    const { deposits, store } = opened(undefined, uptimeMs);
    assert.deepEqual(
      deposits.deposit(items(2)).map((one) => 'wait_s' in one && one.wait_s),
      [1, 2].map((position) => Math.ceil((issueSettleMs - uptimeMs()) / 1000) + position),
    );
    await store[Symbol.asyncDispose]();
  });

  test('ten thousand in a minute wait their turn; what finds no room is refused and said so', async () => {
    const { deposits, states, store } = opened();
    for (let n = 0; n < 50; n++) deposits.deposit(items(200));
    assert.equal(deposits.waiting(), 10_000 - AT_ONCE);
    const answers = states(deposits.deposit(items(depositsWaitingMax - 10_000 + AT_ONCE + 2)));
    assert.equal(deposits.waiting(), depositsWaitingMax);
    const reason = `${depositsWaitingMax} deposits wait for their turn, and there is no room for more; send it again later`;
    assert.deepEqual(answers.get('refused'), [
      { state: 'refused', reason },
      { state: 'refused', reason },
    ]);
    await store[Symbol.asyncDispose]();
  });

  test('a report on what was followed is a verdict on that packet, under its condition', async () => {
    const { deposits, issued, store } = opened();
    const other = temporaryIdentity(Buffer.alloc(32, 2));
    const outcome = { ...smoke, domain: 1, coarse: [7, 8], fine: [1], finding: FINDING.outcome, lifetime: 8_784 };
    const about = issue(outcome, other);
    const row = { ...rowOf(about, START_MS), own: false, hops: 1, sentMs: undefined };
    store.commitNow(() => store.packets.add(row));
    const id = about.id.toString('hex');
    const [answer] = deposits.deposit([{ about: id, worked: true, score: 0.6 }]);
    assert.equal(answer?.state, 'accepted');
    const { finding, score, evidence, coarse, fine, domain } = issued[0]!.outcome;
    assert.deepEqual([finding, score, domain, coarse, fine], [FINDING.verdict, 60, 1, [7, 8], [1]]);
    assert.deepEqual(evidence, [about.id]);
    const wrong = [
      { about: 'ab', worked: true },
      { about: 'ab'.repeat(16), worked: true },
      { about: id },
      { about: id, worked: true, score: 2 },
      { about: id, worked: true, why: 1 },
    ];
    assert.deepEqual(
      deposits.deposit(wrong).map((one) => ('reason' in one ? one.reason.split(':')[0] : '')),
      [
        'about',
        'about',
        'worked',
        'score',
        '"why" is not a key of what came of a deposit; it has about, worked, score',
      ],
    );
    await store[Symbol.asyncDispose]();
  });
});
