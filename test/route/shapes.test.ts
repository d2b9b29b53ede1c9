// Custody over real brokers costs what it should: no echo to the giver, few copies to who has it, nobody owed twice.
//
// The bounds are those of docs/decisions/0013-fewer-bytes.md; `npm run bench -- shapes` measures larger networks.
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { mosquitto } from '../mosquitto.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type Crossing, openShape, type ShapePlan } from './shaped-network.ts';

const PACKETS = 2;
/** A packet of 137 bytes with its topic and PUBACK, and the acknowledgement with its own; in both directions. */
const NEIGHBOUR_BYTES_MAX = 350;

async function crossed(t: TestContext, plan: Pick<ShapePlan, 'shape' | 'agents' | 'sharedPort'>) {
  const stack = new AsyncDisposableStack();
  t.after(() => stack.disposeAsync());
  const network = await openShape(stack, { ...plan, factor: 15, folder: temporaryFolder(t) });
  const crossings: Crossing[] = [];
  for (let i = 0; i < PACKETS; i++) crossings.push(await network.cross(1));
  const sum = (of: (crossing: Crossing) => number) => crossings.reduce((total, one) => total + of(one), 0);
  return {
    bytesPerNeighbour: sum(({ bytes }) => bytes) / PACKETS / network.pairs,
    duplicates: sum(({ duplicates }) => duplicates),
    receivers: PACKETS * (plan.agents - 1),
    stores: sum(({ stores }) => stores),
  };
}

suite('what a packet costs', { concurrency: true }, () => {
  test('at the leaves of a star nothing arrives twice, and nothing comes back', async (t) => {
    const { bytesPerNeighbour, duplicates, stores } = await crossed(t, { shape: 'star', agents: 4 });
    assert.deepEqual([duplicates, stores], [0, 0]);
    assert(bytesPerNeighbour <= NEIGHBOUR_BYTES_MAX, `${bytesPerNeighbour}`);
  });

  test('in a mesh whoever has a packet is told and not sent it', async (t) => {
    const { duplicates, receivers, stores } = await crossed(t, { shape: 'mesh', agents: 5 });
    assert.equal(stores, 0);
    // It was three for each receiver. On a busy machine several relay before they hear each other.
    assert(duplicates < 2 * receivers, `${duplicates} copies to ${receivers}`);
  });

  test('at a shared broker nobody owes who heard it there', async (t) => {
    const broker = await mosquitto(t);
    if (!broker) return;
    const { duplicates, stores } = await crossed(t, { shape: 'shared', agents: 4, sharedPort: broker.port });
    assert.deepEqual([duplicates, stores], [0, 0]);
  });
});
