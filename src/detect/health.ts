// Whether the sensor works: four explicit checks, each told once when it begins and once when it is over.
//
// out_of_range   flagged readings in a row            ends after as many good ones
// stuck          a run too long (run.ts)              ends when the value moves again, several times
// silent         no reading for many intervals,       ends with the first good reading
//                or for longer than it sleeps
// disagreement   the same, of two lasers that differ   the same
// Invariant: at most one fault is open; the first one named stays until it ends.
import type { AnomalyCause } from '../core/anomaly.ts';
import type { Tuning } from './tuning.ts';

export type FaultCause = Extract<AnomalyCause, 'stuck' | 'out_of_range' | 'silent' | 'disagreement'>;

/** Stored as its index: new ones come last. */
const causes: readonly FaultCause[] = ['stuck', 'out_of_range', 'silent', 'disagreement'];

export interface HealthState {
  /** 0 none, else index into the causes + 1. */
  fault: number;
  onsetMs: number;
  /** Flagged readings in a row, and when the first came. */
  bad: number;
  badSinceMs: number;
  /** Signs of recovery since the fault began. */
  good: number;
  /** Typical interval between readings; 0 before it is known. */
  intervalMs: number;
  /** Intervals it was learned from. */
  intervals: number;
  /** The newest sign of life. */
  aliveMs: number;
  /** The first tick that found the channel overdue; 0 none. */
  overdueMs: number;
}

export const newHealth = (): HealthState => ({
  fault: 0,
  onsetMs: 0,
  bad: 0,
  badSinceMs: 0,
  good: 0,
  intervalMs: 0,
  intervals: 0,
  aliveMs: 0,
  overdueMs: 0,
});

export function openFault(health: HealthState, cause: FaultCause, onsetMs: number): void {
  health.fault = causes.indexOf(cause) + 1;
  health.onsetMs = onsetMs;
  health.good = 0;
}

export function closeFault(health: HealthState): void {
  health.fault = 0;
  health.good = 0;
}

/** What is wrong now; undefined: nothing. */
export const faultOf = (health: HealthState): FaultCause | undefined => causes[health.fault - 1];

/** Any reading, whatever its quality, shows that the sensor speaks, and how often it does. */
export function notePulse(health: HealthState, timeMs: number, dtMs: number): void {
  health.aliveMs = timeMs;
  health.overdueMs = 0;
  if (dtMs <= 0) return;
  // Steps by a share of itself, so that a long gap or a burst moves it no more than any other interval.
  const { intervalMs } = health;
  if (health.intervals === 0) health.intervalMs = dtMs;
  else health.intervalMs += Math.max(-intervalMs / 10, Math.min(intervalMs / 10, dtMs - intervalMs));
  health.intervals = Math.min(health.intervals + 1, 1_000);
}

/** Whether a flagged reading completes a row of them. */
export function noteBad(health: HealthState, timeMs: number, tuning: Tuning): boolean {
  if (health.bad === 0) health.badSinceMs = timeMs;
  health.bad = Math.min(health.bad + 1, tuning.badReadings);
  health.good = 0;
  return health.fault === 0 && health.bad >= tuning.badReadings;
}

/** Whether a good reading ends the open fault. */
export function noteGood(health: HealthState, moved: boolean, tuning: Tuning): boolean {
  health.bad = 0;
  if (health.fault === 0) return false;
  const cause = faultOf(health);
  if (cause !== 'stuck' || moved) health.good++;
  return health.good >= (cause === 'silent' ? 1 : tuning.goodReadings);
}

/** From here on a silence is a long one for a sensor that speaks so often. */
export const gapMs = ({ intervalMs }: HealthState, tuning: Tuning): number =>
  Math.max(tuning.gapMs, tuning.gapIntervals * intervalMs);

/** The same for a silence that is strange, unless it sleeps. */
export const silenceMs = ({ intervalMs }: HealthState, tuning: Tuning): number =>
  Math.max(tuning.silentMs, tuning.silentIntervals * intervalMs);

/**
 * Whether the sensor fell silent. A clock set forward looks like silence for one tick: so a second tick must see it
 * still, an interval later.
 */
export function isSilent(
  health: HealthState,
  {
    watchedSinceMs,
    nowMs,
    limitMs,
    tuning,
  }: { watchedSinceMs: number; nowMs: number; limitMs: number; tuning: Tuning },
): boolean {
  if (health.fault !== 0 || health.intervals < tuning.goodReadings) return false;
  if (nowMs - Math.max(health.aliveMs, watchedSinceMs) < limitMs) return false;
  if (health.overdueMs === 0) health.overdueMs = nowMs;
  return nowMs - health.overdueMs >= health.intervalMs;
}
