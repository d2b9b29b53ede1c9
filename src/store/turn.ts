// Says when the next packet of ours may be issued, and which time it states (protocol section 2, "Sequence").
//
// Not before the time is trusted, not in the first seconds of a process, and not while sequences are ahead of Unix
// seconds: so a process that lost its database begins past all that the one before it used. A clock that was set far
// begins a new span. Invariant: no packet states an earlier time than one with a lower sequence.
import type { Clock } from '../core/clock.ts';
import { futureToleranceS, issueSettleMs, sequenceLeadMax } from '../core/limits.ts';
import type { Store } from './store.ts';

export interface TurnOptions {
  readonly store: Pick<Store, 'sequences' | 'issuedS' | 'commitNow'>;
  readonly clock: Clock;
  /** Since the process began, at the pace of the clock, in ms; never set. Absent: for long (a replay). */
  readonly uptimeMs?: (() => number) | undefined;
  /** The numbers used last were of a time to come, Unix seconds. */
  readonly onBack: (fromS: number) => void;
}

const TOLERANCE_MS = futureToleranceS * 1000;

/**
 * @returns says, with so many turns kept for others: the time the next packet is to state, Unix ms; undefined while it has to wait.
 * After a small step back of the clock that is the time of the last one.
 */
export function createTurn({ store, clock, uptimeMs, onBack }: TurnOptions): (kept?: number) => number | undefined {
  let begunAheadMs: number | undefined;

  /** Of the clock against what cannot be set; 0 where there is nothing of that kind. */
  const aheadMs = () => (uptimeMs ? clock.now() - uptimeMs() : 0);

  function begin(nowS: number): void {
    const before = store.sequences.peek() - 1;
    if (store.commitNow(() => store.sequences.begin(nowS))) onBack(before);
    // Only now: a disk that took nothing has not begun it.
    begunAheadMs = aheadMs();
  }

  return (kept = 0) => {
    if (clock.quality() === 0 || (uptimeMs && uptimeMs() < issueSettleMs)) return undefined;
    const nowMs = clock.now();
    const nowS = Math.floor(nowMs / 1000);
    const lastMs = store.issuedS() * 1000;
    const isSet = begunAheadMs === undefined || Math.abs(aheadMs() - begunAheadMs) > TOLERANCE_MS;
    if (isSet || lastMs - nowMs > TOLERANCE_MS) begin(nowS);
    if (store.sequences.peek() > nowS + sequenceLeadMax - kept) return undefined;
    return lastMs > nowMs && lastMs - nowMs <= TOLERANCE_MS ? lastMs : nowMs;
  };
}
