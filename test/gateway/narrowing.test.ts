// What a gateway watches as it learns whom to listen to: on its links, in its announcement, after a restart.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { virtualClock } from '../../src/core/clock.ts';
import { AIR } from '../../src/distill/air.ts';
import { conditionOf } from '../../src/distill/condition.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { openCore } from '../../src/gateway/core.ts';
import { topicOf } from '../../src/packet/fingerprint.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { createKeyring } from '../../src/packet/keyring.ts';
import { issue } from '../../src/packet/packet.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { smoke } from '../vectors/smoke.ts';

const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const HERE = { latitude: 42.5, longitude: -73.8 };
const OTHERS = Array.from({ length: 20 }, (_, index) => temporaryIdentity(Buffer.alloc(32, index + 10)));

const via = { id: 'link:x', network: 'memory', neighbour: 'x', payloadBytesMax: 5_120, cost: 0 };

function open(store: Store, clock: ReturnType<typeof virtualClock>) {
  const changes: (readonly string[])[] = [];
  const keyring = createKeyring();
  for (const { publicKey } of OTHERS) keyring.add(publicKey);
  const core = openCore({
    setting: { domains: createDomains([AIR]), place: HERE, watch: ['pm2_5', 'co2'] },
    identity: temporaryIdentity(Buffer.alloc(32, 1)),
    keyring,
    pinned: new Set(OTHERS.map(({ publicKey }) => publicKey.nodeId.toString('hex'))),
    community: undefined,
    store,
    clock,
    emit: () => {},
    random: () => 0.5,
    network: { publish: () => true, watch: (filters) => void changes.push(filters) },
  });
  /** Everybody tells a level each day, from a tenth of a degree away and more. */
  const pass = async (from: number, until: number): Promise<void> => {
    for (let day = from; day < until; day++) {
      clock.advanceTo(START_MS + day * DAY_MS);
      for (const [index, identity] of OTHERS.entries()) await core.agent.arrival(levelOf(identity, index, clock.now()));
      for (let hour = 0; hour < 24; hour++) {
        clock.advanceTo(START_MS + day * DAY_MS + hour * 3_600_000);
        core.agent.tick();
      }
    }
  };
  return { core, changes, pass };
}

function levelOf(identity: (typeof OTHERS)[number], index: number, nowMs: number) {
  const latitude = HERE.latitude + 0.1 + 0.01 * index;
  const condition = conditionOf(AIR, { phenomenon: 1, latitude, longitude: HERE.longitude });
  const issued = nowMs / 1000;
  const said = {
    ...smoke,
    ...condition,
    finding: 6,
    score: 0,
    issued,
    age: 0,
    sequence: issued,
    lifetime: 26,
    evidence: [],
  };
  const packet = issue(said, identity);
  return { topic: topicOf(packet.outcome), bytes: packet.bytes, via };
}

function storeOf(t: TestContext, clock: ReturnType<typeof virtualClock>): Store {
  const store = openStore(':memory:', { now: clock.now });
  t.after(() => store[Symbol.asyncDispose]());
  return store;
}

test('in a crowd a gateway narrows once, on its links too, and knows it after a restart', async (t) => {
  const clock = virtualClock(START_MS);
  const store = storeOf(t, clock);
  const { core, changes, pass } = open(store, clock);
  const wide = core.filters();
  await pass(0, 7);
  assert.deepEqual([changes.length, core.filters()], [0, wide]);
  await pass(7, 10);
  assert.equal(changes.length, 1);
  assert.deepEqual(changes[0], core.filters());
  const fine = changes[0]!.filter((filter) => filter.split('/').length > 7);
  assert.ok(fine.length >= 9 + 2 && fine.length <= 17, `${fine.length}`);
  assert.equal(changes[0]!.at(-1), wide.at(-1), 'link frames as ever');
  const heard = changes[0]!.filter((filter) => filter.split('/').length <= 7);
  assert.ok(
    heard.every((filter) => wide.includes(filter)) && heard.length === 4 + 1 + 1,
    'of what is not crowded, all, and what is deposited',
  );
  core.save();
  const again = open(store, clock);
  assert.deepEqual(again.core.filters(), core.filters());
  await again.pass(10, 23);
  assert.ok(again.changes.length >= 1 && again.changes.length <= 2, 'wide for a day, and narrow again');
});
