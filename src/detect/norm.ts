// Keeps up to date what a channel normally shows: the noise taken out (smoother.ts), the usual course (baseline.ts), and
// how far around it is usual.
//
// Makes an observation of each good value. The least spread is the finest step the sensor showed, and for a
// concentration a share of its level. Invariant: learns only from the observations that are handed to `learn`.
import type { QuantitySpec } from '../core/quantities.ts';
import { expectedAt, forget, hasLearned, learn, learning, rebase, spreadOf } from './baseline.ts';
import type { CommonState } from './channel-state.ts';
import type { Observation } from './detector.ts';
import { gapMs } from './health.ts';
import type { Surroundings } from './run.ts';
import { restart, smooth } from './smoother.ts';
import type { Tuning } from './tuning.ts';

/** An observation in the making. */
export type Seen = { -readonly [Name in keyof Observation]: Observation[Name] } & {
  /** Too long after the good value before it to go on from there. */
  isGap: boolean;
  /** A gap, or the first of all. */
  isFirst: boolean;
};

/** Units whose noise grows with the level. */
const concentrations: ReadonlySet<string> = new Set(['ug/m3', 'ppm', '1/L', '1/cm3']);

export class Norm {
  readonly #state: CommonState;
  readonly #tuning: Tuning;
  readonly #relativeFloor: number;
  // Both are written anew for every reading instead of allocated.
  readonly #around: { -readonly [Name in keyof Surroundings]: Surroundings[Name] };
  readonly #seen: Seen = newSeen();

  constructor(state: CommonState, { unit, min, max, resolution }: QuantitySpec, tuning: Tuning) {
    this.#state = state;
    this.#tuning = tuning;
    this.#relativeFloor = concentrations.has(unit) ? tuning.relativeFloor : 0;
    this.#around = { baseline: 0, spread: 0, min, max, resolution };
  }

  /** Of the moment surveyed last. */
  get around(): Surroundings {
    return this.#around;
  }

  get isLearned(): boolean {
    return hasLearned(this.#state.baseline, this.#tuning);
  }

  /** How far it has come, in ms. */
  get learning(): { learnedMs: number; learnsMs: number } {
    return learning(this.#state.baseline, this.#state.health.intervalMs, this.#tuning);
  }

  /** Takes in a good value, and surveys its moment. @param silenceMsMax so long without one is nothing strange */
  observe(value: number, timeMs: number, silenceMsMax: number): Seen {
    const { goodMs, run, health, smoother, baseline } = this.#state;
    const tuning = this.#tuning;
    const seen = this.#seen;
    this.#state.goodMs = timeMs;
    const dtMs = goodMs === 0 ? 0 : timeMs - goodMs;
    seen.timeMs = timeMs;
    seen.value = value;
    seen.isGap = dtMs > Math.max(gapMs(health, tuning), silenceMsMax);
    seen.isFirst = seen.isGap || run.count === 0;
    if (seen.isGap) forget(baseline, dtMs, tuning);
    if (seen.isFirst) restart(smoother, value);
    else smooth(smoother, value, dtMs, tuning.smoothMs);
    // A reading stands for the time since the one before, but not for a gap.
    seen.spanMs = seen.isGap || dtMs === 0 ? health.intervalMs : dtMs;
    seen.intervalMs = health.intervalMs;
    seen.median = smoother.median;
    seen.smoothed = smoother.value;
    const around = this.survey(timeMs);
    seen.baseline = around.baseline;
    seen.spread = around.spread;
    seen.learnedMs = baseline.learnedMs;
    seen.isLearned = this.isLearned;
    return seen;
  }

  survey(timeMs: number): Surroundings {
    const around = this.#around;
    const { baseline } = this.#state;
    around.baseline = expectedAt(baseline, timeMs, this.#tuning);
    around.spread = spreadOf(baseline, this.#floor(around.baseline), this.#tuning);
    return around;
  }

  learn({ timeMs, smoothed, spanMs, baseline }: Observation): void {
    const tuning = this.#tuning;
    learn(this.#state.baseline, smoothed, { timeMs, dtMs: spanMs, floor: this.#floor(baseline), tuning });
  }

  rebase(by: number): void {
    rebase(this.#state.baseline, by, this.#tuning);
  }

  #floor(level: number): number {
    return Math.max(this.#around.resolution, this.#state.run.step, this.#relativeFloor * Math.abs(level));
  }
}

const newSeen = (): Seen => ({
  timeMs: 0,
  value: 0,
  isGap: false,
  isFirst: false,
  spanMs: 0,
  intervalMs: 0,
  median: 0,
  smoothed: 0,
  baseline: 0,
  spread: 0,
  learnedMs: 0,
  isLearned: false,
  stillMs: 0,
});
