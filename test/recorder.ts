// Keeps what happened, and lets a test wait for what has not happened yet.
//
// No polling and no fixed delays: whoever waits is told when something is added. A test that waits for what never comes
// ends by its timeout.

export interface Recorder<T> {
  readonly items: readonly T[];
  add(item: T): void;
  /** The first item, past or future, that fits. */
  until(fits: (item: T) => boolean): Promise<T>;
  /** Resolves with the items once there are that many. */
  count(items: number): Promise<readonly T[]>;
}

export function recorder<T>(): Recorder<T> {
  const items: T[] = [];
  const waiting = new Set<() => void>();
  const when = <R>(look: () => R | undefined): Promise<R> =>
    new Promise((resolve) => {
      const check = () => {
        const found = look();
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });
  return {
    items,
    add(item) {
      items.push(item);
      for (const check of [...waiting]) check();
    },
    until: (fits) => when(() => items.find(fits)),
    count: (wanted) => when(() => (items.length >= wanted ? items : undefined)),
  };
}
