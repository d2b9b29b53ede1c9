// Tells the operator once that the disk takes nothing, tries it from time to time, and tells when it takes writes again.
//
// Sensing and what is concluded go on meanwhile, in memory (outbox.ts). Invariant: while the disk is well nothing is written
// for its sake.
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import { diskRetryMs } from '../core/load-limits.ts';
import { unlessFull } from './failure.ts';
import type { Store } from './store.ts';

export interface DiskWatchOptions {
  readonly store: Pick<Store, 'problem' | 'commitNow' | 'state'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly emit: Emit;
}

/** @returns what to call about once a second */
export function createDiskWatch({ store, clock, emit }: DiskWatchOptions): () => void {
  let isTold = false;
  let triedMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = clock.now();
    if (store.problem() !== undefined && Math.abs(nowMs - triedMs) >= diskRetryMs) {
      triedMs = nowMs;
      unlessFull(() => store.commitNow(() => store.state.set('disk_probe', `${nowMs}`)));
    }
    const problem = store.problem();
    if ((problem !== undefined) === isTold) return;
    isTold = !isTold;
    const message = problem
      ? `${problem}; sensing goes on, and what is concluded waits in memory until then`
      : 'the disk takes writes again; what waited in memory is issued';
    emit({ type: 'warning', message });
  };
}
