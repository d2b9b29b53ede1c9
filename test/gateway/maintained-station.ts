// A whole gateway in virtual time on a real database, whose only sensor reads PM2.5 once a minute; it can be started again.
//
// The clock shows what a machine's would: it can be set, and be unknown, while the process goes on at its own pace.
import type { TestContext } from 'node:test';
import type { ClockQuality } from '../../src/core/clock.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { AIR } from '../../src/distill/air.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { type Core, openCore } from '../../src/gateway/core.ts';
import { type Maintenance, openMaintenance } from '../../src/gateway/maintenance.ts';
import { topicOf } from '../../src/packet/fingerprint.ts';
import { type Identity, temporaryIdentity } from '../../src/packet/identity.ts';
import { createKeyring } from '../../src/packet/keyring.ts';
import { parse } from '../../src/packet/packet.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { air, reading } from '../detect/series.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const START_MS = Date.UTC(2026, 0, 10);
const VIA = { id: 'link:x', network: 'memory', neighbour: 'x', payloadBytesMax: 5_120, cost: 0 };

export interface Station {
  readonly identity: Identity;
  readonly world: { trueMs: number; aheadMs: number; quality: ClockQuality };
  readonly events: AgentEvent[];
  core(): Core;
  store(): Store;
  maintenance(): Maintenance;
  /** A tick a minute, and the reading that comes then: usual air and so much, or nothing. */
  pass(minutes: number, more: number | undefined): Promise<void>;
  /** Stops as a power cut does, is off for so long, and starts. */
  restart(offMs?: number): Promise<void>;
  /** What another station has issued comes in. */
  hear(other: Station): Promise<void>;
}

/** @param others whose keys are written down */
export function stationOf(t: TestContext, seed: number, others: readonly number[] = []): Station {
  const identity = identityOf(seed);
  const folder = temporaryFolder(t);
  const world = { trueMs: START_MS, aheadMs: 0, quality: 2 as ClockQuality };
  const clock = { now: () => world.trueMs + world.aheadMs, quality: () => world.quality };
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => void events.push(event);
  const usual = air(seed, { swing: 0 });
  let [store, core, maintenance] = start();
  t.after(() => store[Symbol.asyncDispose]());

  function start() {
    const opened = openStore(folder, { now: clock.now });
    const startedMs = world.trueMs;
    const kept = openMaintenance({ clock, uptimeMs: () => world.trueMs - startedMs, store: opened, emit });
    const keyring = createKeyring();
    for (const one of others) keyring.add(identityOf(one).publicKey);
    const begun = openCore({
      setting: { domains: createDomains([AIR]), place: { latitude: 48.01, longitude: 7.85 }, watch: ['pm2_5'] },
      identity,
      keyring,
      pinned: new Set(others.map((one) => identityOf(one).publicKey.nodeId.toString('hex'))),
      community: undefined,
      store: opened,
      clock,
      emit,
      random: () => 0.5,
      network: { publish: () => true },
      maintenance: kept,
      savedChannels: JSON.parse(opened.state.get('channels') ?? '[]') as unknown[],
    });
    return [opened, begun, kept] as const;
  }

  return {
    identity,
    world,
    events,
    core: () => core,
    store: () => store,
    maintenance: () => maintenance,
    async pass(minutes, more) {
      for (let i = 0; i < minutes; i++) {
        world.trueMs += MINUTE_MS;
        core.agent.tick();
        if (more !== undefined) core.agent.reading(reading(clock.now(), usual(world.trueMs) + more));
      }
    },
    async restart(offMs = 0) {
      core.save();
      await store[Symbol.asyncDispose]();
      world.trueMs += offMs;
      [store, core, maintenance] = start();
    },
    async hear(other) {
      for (const { bytes, own } of other.store().packets.recent(clock.now(), 100)) {
        const parsed = parse(bytes);
        if (own && parsed.ok) await core.agent.arrival({ topic: topicOf(parsed.packet.outcome), bytes, via: VIA });
      }
    },
  };
}

const identityOf = (seed: number): Identity => temporaryIdentity(Buffer.alloc(32, seed));
