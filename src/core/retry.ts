// The one owner of every reconnection: opens something, waits for it to end, waits again with full jitter, opens anew.
//
// Transports know nothing of retries; sources and links hand `open` to keepOpen and stop by an abort signal.
// Full jitter: the delay is uniform in [0, ceiling), the ceiling doubles per failure and is reset by a stable period.
import timers from 'node:timers/promises';
import { reasonOf } from './errors.ts';
import { retryMsMax, retryMsMin, retryStableMs } from './limits.ts';

/** Something that is open: `closed` settles (never rejects) with the reason when it ends by itself. */
export interface Session extends AsyncDisposable {
  readonly closed: Promise<string>;
}

/** The time in which waits are measured: the machine's, or that of a gateway whose clock runs faster. */
export interface Timer {
  /** Milliseconds since any one moment; never set back. */
  now(): number;
  /** Rejects when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<unknown>;
}

/** @param rate milliseconds of the gateway's clock in one of the machine's */
export function timerAt(rate = 1): Timer {
  return {
    now: () => performance.now() * rate,
    wait: (ms, signal) => timers.setTimeout(ms / rate, undefined, { signal }),
  };
}

export interface KeepOpenOptions {
  readonly signal: AbortSignal;
  /** Called before each wait. */
  readonly onDown: (reason: string, retryMs: number) => void;
  readonly random?: () => number;
  /** By default the machine's. */
  readonly timer?: Timer;
}

/**
 * Runs until the signal aborts; never rejects. Each attempt gets its own session object.
 * @param open rejects when the attempt fails; its session is disposed here, always
 */
export async function keepOpen(open: () => Promise<Session>, options: KeepOpenOptions): Promise<void> {
  const { signal, onDown, random = Math.random, timer = timerAt() } = options;
  const aborted = new Promise<string>((resolve) => {
    if (signal.aborted) resolve('stopped');
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  let ceilingMs = retryMsMin;
  while (!signal.aborted) {
    let openedMs = Number.POSITIVE_INFINITY;
    let reason: string;
    try {
      await using session = await open();
      openedMs = timer.now();
      reason = await Promise.race([session.closed, aborted]);
    } catch (error) {
      reason = reasonOf(error);
    }
    if (signal.aborted) return;
    if (timer.now() - openedMs >= retryStableMs) ceilingMs = retryMsMin;
    const retryMs = Math.floor(random() * ceilingMs);
    ceilingMs = Math.min(ceilingMs * 2, retryMsMax);
    onDown(reason, retryMs);
    await timer.wait(retryMs, signal).catch(() => {});
  }
}
