// Counts what has begun and not ended: for caps, and so that a shutdown can wait for it.
//
// Whoever begins something gets back how to end it. Invariant: `pending` is never negative, because each end is called
// once; a shutdown waits with a deadline, whatever is still pending then.
import { setTimeout as sleep } from 'node:timers/promises';

export class Work {
  #pending = 0;
  #idle: (() => void) | undefined;

  get pending(): number {
    return this.#pending;
  }

  /** @returns how to end it; to be called once */
  begin(): () => void {
    this.#pending += 1;
    return () => {
      this.#pending -= 1;
      if (this.#pending === 0) this.#idle?.();
    };
  }

  /** Resolves when nothing is pending, or after `waitMsMax`. */
  async drained(waitMsMax: number): Promise<void> {
    if (this.#pending === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    await Promise.race([idle, sleep(waitMsMax, undefined, { ref: false })]);
  }
}
