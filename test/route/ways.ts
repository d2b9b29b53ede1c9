// Ways for tests, by the id that events show.
import { linkFrameBytesMax } from '../../src/core/limits.ts';
import type { Way } from '../../src/route/way.ts';

export function way(id: string, change: Partial<Way> = {}): Way {
  const neighbour = id.slice(id.indexOf(':') + 1);
  return { id, network: 'mqtt', neighbour, payloadBytesMax: linkFrameBytesMax, cost: 0, ...change };
}
