// Lets so many jobs run at once; the others wait in the order they came.
//
// Invariant: no more than `waitingMax` wait; one more is refused, so that a program that asks faster than it is answered
// learns of it.
import { QisError } from './qis-error.ts';

export interface LanesOptions {
  readonly atOnceMax: number;
  readonly waitingMax: number;
}

export interface Lanes {
  /** @throws QisError busy, and whatever the job throws */
  run<T>(job: () => Promise<T>): Promise<T>;
  /** Settles when nothing runs or waits. */
  idle(): Promise<void>;
}

export function createLanes({ atOnceMax, waitingMax }: LanesOptions): Lanes {
  const waiting: (() => void)[] = [];
  const watching: (() => void)[] = [];
  let running = 0;

  /** A place that is given up goes to whoever waited longest. */
  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else if (--running === 0) for (const tell of watching.splice(0)) tell();
  }

  return {
    async run(job) {
      if (running >= atOnceMax) {
        if (waiting.length >= waitingMax)
          throw new QisError('busy', `${waitingMax} requests wait already; await some first`);
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else running++;
      try {
        return await job();
      } finally {
        leave();
      }
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => watching.push(resolve))),
  };
}
