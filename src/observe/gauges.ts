// Named values as they are now (links up, packets owed, memory), beside the counters of what has happened.
//
// Whoever knows a value registers how to read it; it is read when somebody asks, and never in between. Invariant: a
// gauge that cannot be read is null, and takes none of the others with it. Units stand last in names: `memory_bytes`.
import { assert } from '../core/assert.ts';

export interface Gauges {
  /** @param name snake_case, used once. @returns how to take it away */
  add(name: string, read: () => number): () => void;
  /** In the order of the names; null for what cannot be read now. */
  snapshot(): Record<string, number | null>;
}

export function createGauges(): Gauges {
  const gauges = new Map<string, () => number>();
  return {
    add(name, read) {
      assert(/^[a-z][a-z0-9_]*$/.test(name) && !gauges.has(name), 'a gauge has a snake_case name of its own');
      gauges.set(name, read);
      return () => void (gauges.get(name) === read && gauges.delete(name));
    },
    snapshot: () =>
      Object.fromEntries(
        [...gauges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, read]) => [name, valueNow(read)] as const),
      ),
  };
}

function valueNow(read: () => number): number | null {
  try {
    const value = read();
    return Number.isFinite(value) ? value : null;
  } catch {
    return null;
  }
}
