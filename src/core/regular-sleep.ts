// Learns for how long a sensor sleeps that sleeps by itself: bursts of readings, with a regular silence between them.
//
//     burst  silence  burst  silence like it: regular. From now on twice the longest of them is nothing strange
//
// One gap is a cable that was pulled. Two make a rhythm only when they are alike, and when it slept for a third of the time
// between them at least; one that stays awake for longer than that is no longer waited for. A longer outage now and then
// does not take the rhythm away, two in a row do. Invariant: finite numbers, and always as many.
import { sleepMsMax } from './silence-limits.ts';

export interface SleepState {
  /** The longest silence of the rhythm; of shorter ones it forgets an eighth each. */
  longestMs: number;
  /** Silences in rhythm, up to RHYTHM_MAX; 1: a first one, which proves nothing. */
  seen: number;
  /** When the last of them ended. */
  wokeMs: number;
}

const ALIKE = 2;
const AWAKE = 2;
const RHYTHM = 2;
const RHYTHM_MAX = 3;

export const newSleep = (): SleepState => ({ longestMs: 0, seen: 0, wokeMs: 0 });

/** It speaks again after a silence that was long for it. */
export function noteSleep(sleep: SleepState, { fromMs, untilMs }: { fromMs: number; untilMs: number }): void {
  const lastedMs = untilMs - fromMs;
  if (lastedMs > sleepMsMax) return;
  const { seen, longestMs } = sleep;
  const isNear = fromMs - sleep.wokeMs <= AWAKE * Math.max(longestMs, lastedMs);
  const isLike = lastedMs <= ALIKE * longestMs && (seen >= RHYTHM || longestMs <= ALIKE * lastedMs);
  sleep.wokeMs = untilMs;
  if (seen > 0 && isNear && isLike) {
    sleep.seen = Math.min(seen + 1, RHYTHM_MAX);
    sleep.longestMs = Math.max(lastedMs, longestMs - (longestMs - lastedMs) / 8);
  } else if (isNear && seen === RHYTHM_MAX) sleep.seen--;
  else Object.assign(sleep, { longestMs: lastedMs, seen: 1 });
}

/**
 * How long a silence may last that began now, as far as its rhythm goes; 0: it has none.
 * @param aliveMs the newest sign of life
 * @param rhythm silences after which it is believed
 */
export function sleepAllowedMs({ longestMs, seen, wokeMs }: SleepState, aliveMs: number, rhythm = RHYTHM): number {
  return seen >= rhythm && aliveMs - wokeMs <= AWAKE * longestMs ? ALIKE * longestMs : 0;
}
