// Every fault check of a channel, apart from its detector: stuck, silent, out of range, disagreement.
//
//     any reading -> heard     unfit -> unfit     good -> good (moved? recovered? stuck?)     each second -> tick
//
// health.ts counts, run.ts knows how long a healthy channel stays still; here the two make findings.
// Invariant: each fault is told once and ended once, and while one is open there is no other.
import type { Anomaly } from '../core/anomaly.ts';
import { QUALITY, UNFIT } from '../core/reading.ts';
import { noteSleep, type SleepState, sleepAllowedMs } from '../core/regular-sleep.ts';
import { faultConfidence } from './confidence.ts';
import {
  closeFault,
  type FaultCause,
  faultOf,
  gapMs,
  type HealthState,
  isSilent,
  noteBad,
  noteGood,
  notePulse,
  openFault,
  silenceMs,
} from './health.ts';
import { follow, isStuck, moves, type RunState, type Surroundings } from './run.ts';
import type { Tuning } from './tuning.ts';

export type FaultFinding = Pick<Anomaly, 'onsetMs' | 'timeMs' | 'samples' | 'confidence' | 'durationS'> & {
  readonly kind: 'fault' | 'cleared';
  readonly cause: FaultCause | 'recovered';
};

export interface FaultState {
  readonly health: HealthState;
  readonly run: RunState;
  readonly sleep: SleepState;
}

/** A good value: when, how long it stands for, whether values before it are of another time. */
export interface GoodValue {
  readonly timeMs: number;
  readonly value: number;
  readonly spanMs: number;
  readonly isGap: boolean;
}

export class Faults {
  readonly #health: HealthState;
  readonly #run: RunState;
  readonly #sleep: SleepState;
  readonly #tuning: Tuning;
  /** Silence counts from here; undefined until the first tick after a restart. */
  #watchedSinceMs: number | undefined;
  /** The time before the next reading is no interval of the sensor, and no sleep. */
  #isResumed = false;

  constructor({ health, run, sleep }: FaultState, { tuning, isNew }: { tuning: Tuning; isNew: boolean }) {
    this.#health = health;
    this.#run = run;
    this.#sleep = sleep;
    this.#tuning = tuning;
    this.#watchedSinceMs = isNew ? Number.NEGATIVE_INFINITY : undefined;
  }

  get isOpen(): boolean {
    return this.#health.fault !== 0;
  }

  /** Of the open fault. */
  get cause(): FaultCause | undefined {
    return faultOf(this.#health);
  }

  /** It is silent, and no longer than its rhythm or the operator allows. */
  isAsleep(nowMs: number): boolean {
    const silentMs = nowMs - this.#health.aliveMs;
    return silentMs >= gapMs(this.#health, this.#tuning) && silentMs < this.silenceMsMax && !this.isOpen;
  }

  /** No reading for so long is nothing strange. */
  get silenceMsMax(): number {
    return Math.max(silenceMs(this.#health, this.#tuning), this.#asleepMsMax());
  }

  /** Any reading, whatever its quality. @param passedMs since the one before */
  heard(timeMs: number, passedMs: number): void {
    const health = this.#health;
    const dtMs = this.#isResumed ? 0 : passedMs;
    this.#isResumed = false;
    const isLong = health.intervals >= this.#tuning.goodReadings && dtMs >= gapMs(health, this.#tuning);
    if (isLong) noteSleep(this.#sleep, { fromMs: timeMs - dtMs, untilMs: timeMs });
    notePulse(health, timeMs, dtMs);
  }

  /** A reading that is no evidence. @returns the fault that a row of them makes */
  unfit(timeMs: number, { quality, isPlausible }: { quality: number; isPlausible: boolean }): FaultFinding | undefined {
    const health = this.#health;
    if (!noteBad(health, timeMs, this.#tuning)) return undefined;
    const cause = isPlausible && (quality & UNFIT) === QUALITY.disagreement ? 'disagreement' : 'out_of_range';
    return this.#open(cause, { onsetMs: health.badSinceMs, timeMs, samples: health.bad });
  }

  /** @returns the end of the open fault, or that the value is stuck */
  good({ timeMs, value, spanMs, isGap }: GoodValue, around: Surroundings): FaultFinding | undefined {
    const health = this.#health;
    const run = this.#run;
    const tuning = this.#tuning;
    const healthy = health.fault === 0 && !isGap;
    const moved = follow(run, value, { timeMs, dtMs: spanMs, healthy, around, tuning });
    if (noteGood(health, moved, tuning)) return this.#close(timeMs);
    if (health.fault !== 0 || !isStuck(run, timeMs, around, tuning)) return undefined;
    return this.#open('stuck', { onsetMs: run.sinceMs, timeMs, samples: run.count });
  }

  /** Nobody listened until now: the next reading is the first one of a row, a run and a silence. An open fault stays open. */
  resume(nowMs: number): void {
    this.#health.bad = 0;
    this.#health.overdueMs = 0;
    this.#run.count = 0;
    this.#watchedSinceMs = nowMs;
    this.#isResumed = true;
  }

  /** Finds silence. */
  tick(nowMs: number): FaultFinding | undefined {
    const health = this.#health;
    // Before a restart nobody looked: the sensor gets its time to speak from here on.
    this.#watchedSinceMs ??= nowMs;
    if (
      !isSilent(health, {
        watchedSinceMs: this.#watchedSinceMs,
        nowMs,
        limitMs: this.silenceMsMax,
        tuning: this.#tuning,
      })
    )
      return undefined;
    return this.#open('silent', { onsetMs: health.aliveMs, timeMs: nowMs, samples: 1 });
  }

  /** For how long the value has not moved; 0 where the channel often rests, so that it says nothing. */
  stillMs(timeMs: number): number {
    return moves(this.#run, this.#tuning) ? timeMs - this.#run.sinceMs : 0;
  }

  #asleepMsMax(): number {
    const asleepMs = sleepAllowedMs(this.#sleep, this.#health.aliveMs);
    return asleepMs > 0 ? asleepMs + this.#tuning.gapMs : 0;
  }

  #open(cause: FaultCause, found: Pick<FaultFinding, 'onsetMs' | 'timeMs' | 'samples'>): FaultFinding {
    openFault(this.#health, cause, found.onsetMs);
    const confidence = faultConfidence(cause, found.samples, this.#run.seen);
    return { kind: 'fault', cause, ...found, confidence, durationS: 0 };
  }

  #close(timeMs: number): FaultFinding {
    const { onsetMs, good: samples } = this.#health;
    closeFault(this.#health);
    const durationS = Math.max(0, Math.round((timeMs - onsetMs) / 1000));
    const confidence = faultConfidence('out_of_range', samples, 0);
    return { kind: 'cleared', cause: 'recovered', onsetMs, timeMs, samples, confidence, durationS };
  }
}
