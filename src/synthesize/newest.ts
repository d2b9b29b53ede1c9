// Keeps the newest things that have an id, and finds them by how it begins. Invariant: at most `max`; the oldest makes room.

export interface Newest<T> {
  /** What had this id before is replaced, and is the newest again. */
  set(id: string, item: T): void;
  startingWith(prefix: string): T[];
}

export function createNewest<T>(max: number): Newest<T> {
  const byId = new Map<string, T>();
  return {
    set(id, item) {
      byId.delete(id);
      byId.set(id, item);
      if (byId.size > max) byId.delete(byId.keys().next().value ?? '');
    },
    startingWith: (prefix) => [...byId].flatMap(([id, item]) => (id.startsWith(prefix) ? [item] : [])),
  };
}
