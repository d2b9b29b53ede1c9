import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Mesh, openMesh } from '../../src/route/mqtt/mesh.ts';
import { type Mosquitto, mosquitto } from '../mosquitto.ts';
import { findProgram, requireProgram } from '../programs.ts';
import { type GatewayPlan, networkConformance } from './network.ts';

/** Gateways without a broker of their own; each has a link to each of the brokers named for it, and publishes on all. */
async function meshes(
  t: TestContext,
  plans: readonly GatewayPlan[],
  brokersOf: (plan: GatewayPlan) => ReadonlyMap<string, Mosquitto>,
): Promise<Map<string, Mesh>> {
  const networks = new Map<string, Mesh>();
  for (const plan of plans) {
    const links = [...brokersOf(plan)].map(([name, { port }]) => ({ name, url: `mqtt://127.0.0.1:${port}` }));
    const up = Promise.withResolvers<void>();
    const mesh = openMesh({
      links,
      clientId: `q-${plan.name}`,
      filters: plan.filters,
      onPacket: plan.onPacket,
      emit: () => mesh.stats().links.every((link) => link.up) && up.resolve(),
      random: () => 0,
    });
    t.after(() => mesh[Symbol.asyncDispose]());
    await up.promise;
    networks.set(plan.name, mesh);
  }
  return networks;
}

async function opened(t: TestContext): Promise<Mosquitto> {
  const broker = await mosquitto(t);
  assert(broker);
  return broker;
}

if (findProgram('mosquitto')) {
  networkConformance(
    'one Mosquitto that all share',
    async (t, plans) => {
      const hub = new Map([['hub', await opened(t)]]);
      return meshes(t, plans, () => hub);
    },
    { echoes: true, via: () => 'link:hub' },
  );

  networkConformance(
    'a Mosquitto for each gateway',
    async (t, plans) => {
      const brokers = new Map<string, Mosquitto>();
      for (const { name } of plans) brokers.set(name, await opened(t));
      return meshes(t, plans, ({ name, hears }) => new Map([name, ...hears].map((at) => [at, brokers.get(at)!])));
    },
    { echoes: true, via: (publisher) => `link:${publisher}` },
  );
} else {
  test('networks over Mosquitto', (t) => void requireProgram(t, 'mosquitto', 'apt install mosquitto'));
}
