// A token bucket on the agent's clock: so many at once, then so many a second.
//
// For what we send again and for what others can make us send. Invariant: a clock that jumps gives at most one burst.
import type { Clock } from '../../core/clock.ts';

export interface Pace {
  /** How many may go now. */
  allowance(): number;
  take(count: number): void;
  /** Takes one; false when there is none. */
  tryTake(): boolean;
}

export function createPace(clock: Pick<Clock, 'now'>, { burst, perS }: { burst: number; perS: number }): Pace {
  let left = burst;
  let filledMs = clock.now();
  function allowance(): number {
    const nowMs = clock.now();
    left = Math.min(burst, left + (Math.max(0, nowMs - filledMs) / 1000) * perS);
    filledMs = nowMs;
    return Math.floor(left);
  }
  const take = (count: number): void => {
    left -= count;
  };
  return {
    allowance,
    take,
    tryTake() {
      if (allowance() < 1) return false;
      take(1);
      return true;
    },
  };
}
