import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { routingMesh } from './routing-mesh.ts';

const NODES = 800;
/** What all share weighs more among few: of 10,000 nodes each has 16.5 kB (`npm run bench -- routing`). */
const HEAP_BYTES_PER_NODE_MAX = 22_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  // What the first leaves behind is gone after the second.
  for (let i = 0; i < 3; i++) collect();
  return process.memoryUsage().heapUsed;
}

test('nodes that only route share a process, and relay a packet to all of them', { timeout: 60_000 }, async () => {
  // What the code itself takes is not counted.
  await routingMesh(20);
  let before = 0;
  const mesh = await routingMesh(NODES, () => {
    before = heapBytes();
  });
  const { nodes, net, clock, counts } = mesh;
  // Two rings: where they join the same two, a node has fewer neighbours than four.
  const announced = nodes.reduce((sum, { delivery }) => sum + delivery.stats().announced, 0);
  assert(announced > 3.9 * NODES && announced <= 4 * NODES, `${announced}`);

  const packets = [1, 2, 3].map((sequence) => mesh.conclude(nodes[sequence * 100]!, sequence));
  assert(nodes.some(({ ledger }) => ledger.owed(clock.now()) > 0));
  await net.settle();
  for (const { id } of packets) assert(nodes.every(({ ledger }) => ledger.isSeen(id)));
  assert.equal(counts.get('packet_received'), 3 * (NODES - 1), 'each node takes each packet in once');
  assert.equal(counts.get('packet_relayed'), 3 * (NODES - 1));
  // Four of them are next to the origin; all others have it from a node that relayed it.
  assert(mesh.takenAtHops[0]! <= 12 && mesh.takenAtHops.length > 4);
  assert.equal(
    nodes.reduce((sum, { ledger }) => sum + ledger.owed(clock.now()), 0),
    0,
  );
  const perNode = (heapBytes() - before) / NODES;
  assert(perNode < HEAP_BYTES_PER_NODE_MAX, `${Math.round(perNode)} bytes of heap a node`);
});
