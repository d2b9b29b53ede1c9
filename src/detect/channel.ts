// The detector of one channel: readings in, conclusions out, in this order.
//
//   reading -> time order -> quality (fault?) -> runs (stuck?) -> smoother -> departure (event?) -> baseline
//
// While a fault lasts there are no events, and the baseline learns from neither faults nor events.
// Invariant: the state is plain finite data of constant size; restored, it gives the same output as without a break.
import type { Anomaly, AnomalyCause, AnomalyKind } from '../core/anomaly.ts';
import { QUANTITIES, type Quantity, type QuantitySpec } from '../core/quantities.ts';
import { QUALITY, type Reading, UNFIT } from '../core/reading.ts';
import { expectedAt, forget, hasLearned, learn, rebase, spreadOf } from './baseline.ts';
import { type ChannelState, newChannelState, shiftTimes } from './channel-state.ts';
import { clearedConfidence, eventConfidence, faultConfidence } from './confidence.ts';
import { close, type Departure, lasting, onsetDistance, open, rising, severityOf } from './episode.ts';
import { closeFault, type FaultCause, isSilent, noteBad, noteGood, notePulse, openFault } from './health.ts';
import { follow, isStuck, moves, type Surroundings } from './run.ts';
import { restart, smooth } from './smoother.ts';
import { DETECTOR, type Tuning } from './tuning.ts';

export interface ChannelOptions {
  readonly sensor: string;
  readonly quantity: Quantity;
  readonly channel: string;
  readonly sensorClass: number;
  /** Rising edges between severity classes, in the unit of the quantity; may be empty. */
  readonly levels: readonly number[];
  readonly direction: 'rise' | 'both';
  /** A level that is an event by itself, however slowly it is reached; absent: only the own baseline counts. */
  readonly alarm?: number;
  readonly tuning?: Partial<Tuning>;
}

/** What a channel shows now. */
export interface ChannelSummary {
  /** The last good value, smoothed, and its time; both 0 before there is one. */
  readonly value: number;
  readonly timeMs: number;
  readonly state: 'learning' | 'normal' | 'event' | 'fault';
  readonly baseline: number;
  readonly spread: number;
  /** Onset of the open event or fault, else 0. */
  readonly onsetMs: number;
  /** Readings of the open event, else all that were learned from. */
  readonly samples: number;
}

export interface ChannelDetector {
  /** Readings in order of time; others are ignored. */
  accept(reading: Reading): Anomaly | undefined;
  /** Finds silence. A fault needs two ticks, so call it at least as often as the sensor speaks. */
  tick(nowMs: number): Anomaly | undefined;
  /** A copy, plain JSON. */
  state(): ChannelState;
  summary(): ChannelSummary;
}

/** What differs from one conclusion to the next. */
type Finding = Pick<Anomaly, 'onsetMs' | 'timeMs' | 'observed' | 'samples' | 'confidence'> &
  Partial<Pick<Anomaly, 'severity' | 'durationS'>>;

/** Units whose noise grows with the level. */
const concentrations: ReadonlySet<string> = new Set(['ug/m3', 'ppm', '1/L', '1/cm3']);

/** @param state as `state()` gave it, for the same channel */
export function createChannelDetector(options: ChannelOptions, state?: ChannelState): ChannelDetector {
  return new Detector(options, state ? structuredClone(state) : newChannelState());
}

class Detector implements ChannelDetector {
  readonly #options: ChannelOptions;
  readonly #tuning: Tuning;
  readonly #spec: QuantitySpec;
  readonly #relativeFloor: number;
  readonly #state: ChannelState;
  /** Silence counts from here; undefined until the first tick of a restored detector. */
  #watchedSinceMs: number | undefined;
  // Written anew for every reading instead of allocated.
  readonly #around: { -readonly [Name in keyof Surroundings]: Surroundings[Name] };
  readonly #departure: Departure = { raw: 0, median: 0, smoothed: 0, onset: 0, timeMs: 0, intervalMs: 0 };

  constructor(options: ChannelOptions, state: ChannelState) {
    this.#options = options;
    this.#tuning = { ...DETECTOR, ...options.tuning };
    this.#spec = QUANTITIES[options.quantity];
    this.#relativeFloor = concentrations.has(this.#spec.unit) ? this.#tuning.relativeFloor : 0;
    this.#state = state;
    this.#watchedSinceMs = state.lastMs === 0 ? Number.NEGATIVE_INFINITY : undefined;
    const { min, max, resolution } = this.#spec;
    this.#around = { baseline: 0, spread: 0, min, max, resolution };
  }

  accept(reading: Reading): Anomaly | undefined {
    const state = this.#state;
    const { timeMs, quality } = reading;
    if (!this.#inOrder(timeMs)) return undefined;
    const dtMs = state.lastMs === 0 ? 0 : timeMs - state.lastMs;
    state.lastMs = timeMs;
    notePulse(state.health, timeMs, dtMs);
    if (quality & QUALITY.warming_up) return undefined;
    // Adding 0 turns -0 into 0, which JSON would do to a saved state.
    const value = reading.value + 0;
    if (Number.isFinite(value)) state.lastValue = value;
    const { min, max } = this.#spec;
    const isPlausible = value >= min && value <= max;
    if (isPlausible && !(quality & UNFIT)) return this.#acceptGood(value, timeMs);
    if (!noteBad(state.health, timeMs, this.#tuning)) return undefined;
    const cause = isPlausible && (quality & UNFIT) === QUALITY.disagreement ? 'disagreement' : 'out_of_range';
    return this.#fault(cause, { onsetMs: state.health.badSinceMs, samples: state.health.bad });
  }

  tick(nowMs: number): Anomaly | undefined {
    const { health } = this.#state;
    // Before a restart nobody looked: the sensor gets its time to speak from here on.
    this.#watchedSinceMs ??= nowMs;
    if (!isSilent(health, this.#watchedSinceMs, nowMs, this.#tuning)) return undefined;
    return this.#fault('silent', { onsetMs: health.aliveMs, samples: 1, timeMs: nowMs });
  }

  state(): ChannelState {
    return structuredClone(this.#state);
  }

  summary(): ChannelSummary {
    const { goodMs, smoother, baseline, health, episode } = this.#state;
    this.#survey(goodMs);
    const open = episode.direction !== 0;
    const state =
      health.fault !== 0 ? 'fault' : open ? 'event' : hasLearned(baseline, this.#tuning) ? 'normal' : 'learning';
    return {
      value: smoother.value,
      timeMs: goodMs,
      state,
      baseline: this.#around.baseline,
      spread: this.#around.spread,
      onsetMs: state === 'fault' ? health.onsetMs : state === 'event' ? episode.onsetMs : 0,
      samples: open ? episode.count : baseline.readings,
    };
  }

  /** Late and repeated readings are ignored; a clock that was set back is followed after a while. */
  #inOrder(timeMs: number): boolean {
    const state = this.#state;
    if (!(timeMs > 0) || timeMs === Number.POSITIVE_INFINITY) return false;
    if (timeMs > state.lastMs) {
      state.backwards = 0;
      return true;
    }
    if (timeMs === state.lastMs) return false;
    state.backwards = state.backwards > 0 && timeMs > state.backwardsMs ? state.backwards + 1 : 1;
    state.backwardsMs = timeMs;
    if (state.backwards < this.#tuning.setBackReadings) return false;
    shiftTimes(state, timeMs - 1 - state.lastMs);
    state.backwards = 0;
    return true;
  }

  #acceptGood(value: number, timeMs: number): Anomaly | undefined {
    const { baseline, smoother, run, health, episode, goodMs } = this.#state;
    const tuning = this.#tuning;
    this.#state.goodMs = timeMs;
    const dtMs = goodMs === 0 ? 0 : timeMs - goodMs;
    const gapMs = tuning.silentIntervals * health.intervalMs;
    const isGap = dtMs > Math.max(gapMs, tuning.silentMs);
    if (isGap) forget(baseline, dtMs, tuning);
    if (isGap || run.count === 0) {
      restart(smoother, value);
      episode.lastSign = 0;
      if (episode.direction === 0) episode.count = 0;
    } else smooth(smoother, value, dtMs, tuning.smoothMs);
    // A reading stands for the time since the one before, but not for a gap.
    const spanMs = isGap || dtMs === 0 ? health.intervalMs : dtMs;

    const around = this.#survey(timeMs);
    const healthy = health.fault === 0 && !isGap;
    const moved = follow(run, value, { timeMs, dtMs: spanMs, healthy, around, tuning });
    if (noteGood(health, moved, tuning)) return this.#recovered(timeMs);
    if (health.fault !== 0) return undefined;
    if (isStuck(run, timeMs, around, tuning)) {
      return this.#fault('stuck', { onsetMs: run.sinceMs, samples: run.count });
    }
    const anomaly = hasLearned(baseline, tuning) ? this.#watchDeparture(value, timeMs, spanMs) : undefined;
    if (episode.direction === 0) {
      learn(baseline, smoother.value, { timeMs, dtMs: spanMs, floor: this.#floor(around.baseline), tuning });
    }
    return anomaly;
  }

  #watchDeparture(value: number, timeMs: number, dtMs: number): Anomaly | undefined {
    const { smoother, run, health, episode, baseline } = this.#state;
    const tuning = this.#tuning;
    const expected = this.#around.baseline;
    const departure = this.#departure;
    departure.raw = value - expected;
    departure.median = smoother.median - expected;
    departure.smoothed = smoother.value - expected;
    departure.timeMs = timeMs;
    departure.intervalMs = health.intervalMs;
    const { levels, alarm } = this.#options;
    const upwards = departure.smoothed > 0;
    departure.onset = onsetDistance({ expected, spread: this.#around.spread, upwards, levels, alarm, tuning });

    if (episode.direction === 0) {
      if (!rising(episode, departure, this.#options.direction === 'both', tuning)) return undefined;
      // A jump to a value that then does not move at all is how sensors stick: wait until it moves or is found stuck.
      const stillMs = timeMs - run.sinceMs;
      if (stillMs > 0 && 2 * stillMs >= timeMs - episode.onsetMs && moves(run, tuning)) return undefined;
      open(episode, departure, this.#severity(0));
      return this.#eventful('event', timeMs);
    }
    const end = lasting(episode, departure, dtMs, tuning);
    if (end) {
      const untilMs = end === 'cleared' ? episode.nearMs : timeMs;
      const durationS = Math.max(0, Math.round((untilMs - episode.onsetMs) / 1000));
      episode.severity = this.#severity(0);
      if (end === 'rebased') rebase(baseline, episode.held, tuning);
      const anomaly = this.#eventful('cleared', timeMs, durationS);
      close(episode, timeMs, tuning);
      return anomaly;
    }
    const severity = this.#severity(episode.severity);
    if (severity === episode.severity || timeMs - episode.severityMs < tuning.severityGapMs) return undefined;
    episode.severity = severity;
    episode.severityMs = timeMs;
    return this.#eventful('level', timeMs);
  }

  #severity(before: number): number {
    const { levels } = this.#options;
    return severityOf(this.#state.smoother.value, {
      before,
      levels,
      spread: this.#around.spread,
      tuning: this.#tuning,
    });
  }

  #floor(level: number): number {
    const { resolution } = this.#spec;
    return Math.max(resolution, this.#state.run.step, this.#relativeFloor * Math.abs(level));
  }

  #survey(timeMs: number): Surroundings {
    const around = this.#around;
    around.baseline = expectedAt(this.#state.baseline, timeMs, this.#tuning);
    around.spread = spreadOf(this.#state.baseline, this.#floor(around.baseline), this.#tuning);
    return around;
  }

  #eventful(kind: 'event' | 'level' | 'cleared', timeMs: number, durationS = 0): Anomaly {
    const { episode, smoother, baseline } = this.#state;
    const spreads = this.#departure.smoothed / this.#around.spread;
    const { count: samples, onsetMs, severity } = episode;
    const { learnedMs } = baseline;
    const confidence =
      kind === 'cleared' ? clearedConfidence(samples, learnedMs) : eventConfidence({ spreads, samples, learnedMs });
    const observed = smoother.value;
    const cause = episode.direction > 0 ? 'rise' : 'drop';
    return this.#anomaly(kind, cause, { onsetMs, timeMs, observed, samples, confidence, severity, durationS });
  }

  #fault(cause: FaultCause, found: { onsetMs: number; samples: number; timeMs?: number }): Anomaly {
    const { health, lastMs, lastValue, run } = this.#state;
    const { onsetMs, samples, timeMs = lastMs } = found;
    openFault(health, cause, onsetMs);
    this.#survey(timeMs);
    const confidence = faultConfidence(cause, samples, run.seen);
    return this.#anomaly('fault', cause, { onsetMs, timeMs, observed: lastValue, samples, confidence });
  }

  #recovered(timeMs: number): Anomaly {
    const { health, episode, lastValue: observed } = this.#state;
    const { onsetMs, good: samples } = health;
    closeFault(health);
    // What the sensor showed while it failed is no evidence of a departure.
    episode.lastSign = 0;
    if (episode.direction === 0) episode.count = 0;
    const durationS = Math.max(0, Math.round((timeMs - onsetMs) / 1000));
    const confidence = faultConfidence('out_of_range', samples, 0);
    return this.#anomaly('cleared', 'recovered', {
      onsetMs,
      timeMs,
      observed,
      samples,
      confidence,
      durationS,
    });
  }

  #anomaly(kind: AnomalyKind, cause: AnomalyCause, found: Finding): Anomaly {
    const { sensor, quantity, channel, sensorClass } = this.#options;
    const { baseline, spread } = this.#around;
    const where = { sensor, quantity, channel, sensorClass };
    return { kind, cause, ...where, baseline, spread, severity: 0, durationS: 0, ...found };
  }
}
