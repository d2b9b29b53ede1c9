// Every half hour: what was learned is saved, and what is of no use any more given up. The time floor is not its affair.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/config/config.ts';
import type { ClockQuality } from '../../src/core/clock.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { openStore } from '../../src/store/store.ts';
import { realDisk } from '../full-disk.ts';
import { somePacket } from '../store/some-packet.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NOW_MS = 1_800_000_000_000;
const NOW_S = NOW_MS / 1000;
const HALF_HOUR_MS = 1_800_000;
const PEER = Buffer.alloc(16, 9);

/** A gateway with nothing around it, whose timers and clock the test moves. */
async function opened(t: TestContext, quality: ClockQuality, folder = ':memory:') {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const text = stringify({ name: 'roof', broker: 'off', sensors: [] });
  const { config, problems } = checkConfig(text, join(temporaryFolder(t), 'qis.yaml'));
  assert(config, JSON.stringify(problems));
  const store = openStore(folder, { now: () => NOW_MS });
  const clock = { now: () => NOW_MS, quality: () => quality };
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => events.push(event);
  const identity = temporaryIdentity();
  const gateway = await openGateway({ config, identity, store, clock, emit, tickMs: 10 * HALF_HOUR_MS });
  t.after(async () => {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
  return { store, gateway, events, housekeeping: () => t.mock.timers.tick(HALF_HOUR_MS) };
}

test('saves what was learned', async (t) => {
  const { store, housekeeping } = await opened(t, 2);
  assert.equal(store.state.get('channels'), undefined);
  housekeeping();
  assert.equal(store.state.get('channels'), '[]');
});

test('a gateway that stops saves what it learned', async (t) => {
  const { store, gateway } = await opened(t, 2);
  await gateway[Symbol.asyncDispose]();
  assert.equal(store.state.get('channels'), '[]');
});

for (const quality of [0, 1, 2] as const) {
  test(`leaves the time floor alone, which a clock raises on evidence only, at a clock of quality ${quality}`, async (t) => {
    const { store, housekeeping } = await opened(t, quality);
    housekeeping();
    assert.equal(store.timeFloorMs(), 0);
  });
}

test('gives up what is owed and expired, and removes it; the operator is told', async (t) => {
  const { store, events, housekeeping } = await opened(t, 2);
  const [expired, alive] = [somePacket({ expiresS: NOW_S }), somePacket({ expiresS: NOW_S + 1 })];
  store.commitNow(() => {
    for (const packet of [expired, alive]) {
      store.packets.add(packet);
      store.custody.owe(packet.id, PEER, NOW_MS);
    }
  });
  housekeeping();
  assert.equal(store.custody.owed(NOW_MS), 1);
  assert.equal(store.packets.get(expired.id), undefined);
  assert.deepEqual(store.packets.get(alive.id), alive);
  assert.deepEqual(
    events.filter(({ type }) => type === 'owed_shed' || type === 'store_pruned'),
    [
      { type: 'owed_shed', reason: 'expired', count: 1 },
      { type: 'store_pruned', packets: 1 },
    ],
  );
  const before = events.length;
  housekeeping();
  assert.equal(events.length, before, 'nothing to do, nothing to tell');
});

test('a disk that takes nothing ends nothing: status says why, and what was learned is saved the next time', async (t) => {
  const disk = realDisk(t);
  if (!disk) return;
  const { store, gateway, housekeeping } = await opened(t, 2, temporaryFolder(t));
  const expired = somePacket({ expiresS: NOW_S });
  store.commitNow(() => store.packets.add(expired));
  disk.fill();
  housekeeping();
  assert.match(gateway.snapshot().store.problem ?? '', /qis\.db/);
  assert.equal(store.state.get('channels'), undefined);
  disk.free();
  housekeeping();
  assert.equal(gateway.snapshot().store.problem, null);
  assert.equal(store.state.get('channels'), '[]');
  assert.equal(store.packets.get(expired.id), undefined);
  disk.fill();
  await gateway[Symbol.asyncDispose]();
  disk.free();
});
