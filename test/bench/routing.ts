// Ten thousand nodes that only route, in one process: what one takes of the heap, and how a packet crosses the mesh.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { routingMesh } from '../route/routing-mesh.ts';

const NODES = 10_000;

export interface RoutingFigures {
  readonly nodes: number;
  /** After sessions with four neighbours and a packet. */
  readonly heap_bytes_per_node: number;
  readonly open_s: number;
  /** Until every node has committed the packet, relayed it, and been acknowledged. */
  readonly packet_to_all_s: number;
  readonly reached: number;
  readonly hops: { readonly mean: number; readonly max: number };
}

export async function benchRouting(): Promise<RoutingFigures> {
  let before = 0;
  const startMs = performance.now();
  const { nodes, net, conclude, takenAtHops } = await routingMesh(NODES, () => {
    before = heapBytes();
  });
  const openMs = performance.now();
  const packet = conclude(nodes[0]!, 1);
  await net.settle();
  const endMs = performance.now();
  const heap = heapBytes() - before;
  const reached = nodes.filter(({ ledger }) => ledger.isSeen(packet.id)).length;
  const hops = takenAtHops.reduce((sum, taken, relayed) => sum + taken * (relayed + 1), 0) / (reached - 1);
  return {
    nodes: NODES,
    heap_bytes_per_node: Math.round(heap / NODES),
    open_s: Math.round((openMs - startMs) / 100) / 10,
    packet_to_all_s: Math.round((endMs - openMs) / 100) / 10,
    reached,
    hops: { mean: Math.round(hops * 100) / 100, max: takenAtHops.length },
  };
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
