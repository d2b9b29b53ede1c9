// A token bucket on the agent's clock: so many at once, then so many a second.
//
// For what we send again, for what others can make us send, and for what we read of them. More may be taken than there
// is: a cost that shows only afterwards is a debt. Invariant: a clock that jumps gives at most one burst.
import type { Clock } from '../../core/clock.ts';

export class Pace {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #burst: number;
  readonly #perS: number;
  #left: number;
  #filledMs: number;

  constructor(clock: Pick<Clock, 'now'>, { burst, perS }: { readonly burst: number; readonly perS: number }) {
    this.#clock = clock;
    this.#burst = burst;
    this.#perS = perS;
    this.#left = burst;
    this.#filledMs = clock.now();
  }

  /** How many may go now; less than 0 in debt. */
  allowance(): number {
    const nowMs = this.#clock.now();
    this.#left = Math.min(this.#burst, this.#left + (Math.max(0, nowMs - this.#filledMs) / 1000) * this.#perS);
    this.#filledMs = nowMs;
    return Math.floor(this.#left);
  }

  take(count: number): void {
    this.#left -= count;
  }

  /** Until one may go, in ms. */
  waitMs(): number {
    this.allowance();
    return Math.max(0, ((1 - this.#left) / this.#perS) * 1000);
  }

  /** Takes one; false when there is none. */
  tryTake(): boolean {
    if (this.allowance() < 1) return false;
    this.take(1);
    return true;
  }
}

/** One for each name; of more than `namesMax` the one used longest ago is forgotten. */
export function createPaces(clock: Pick<Clock, 'now'>, namesMax: number) {
  const held = new Map<string, Pace>();
  return (name: string, rate: { readonly burst: number; readonly perS: number }): Pace => {
    const pace = held.get(name) ?? new Pace(clock, rate);
    held.delete(name);
    if (held.size >= namesMax) held.delete(held.keys().next().value!);
    held.set(name, pace);
    return pace;
  };
}
