// One channel: readings in, conclusions out. What every channel needs is done here, whatever its detector.
//
//   reading -> time order -> quality (fault?) -> norm -> runs (stuck?) -> detector (event?) -> norm learns
//
// While a fault lasts the detector is not asked, and nothing is learned from faults or events.
// Invariant: the state is plain data of constant size; restored, it gives the same output as without a break.
import type { Anomaly } from '../core/anomaly.ts';
import { QUANTITIES, type QuantitySpec } from '../core/quantities.ts';
import { QUALITY, type Reading, UNFIT } from '../core/reading.ts';
import { type ChannelState, type CommonState, newCommonState, shiftTimes } from './channel-state.ts';
import { DEPARTURE } from './departure.ts';
import type { Detector, DetectorKind, DetectorOptions } from './detector.ts';
import { type FaultFinding, Faults } from './faults.ts';
import type { FaultCause } from './health.ts';
import { Norm } from './norm.ts';
import { follows } from './time-order.ts';
import { DETECTOR, type Tuning } from './tuning.ts';

export interface ChannelOptions extends Omit<DetectorOptions, 'tuning'> {
  readonly sensor: string;
  readonly channel: string;
  readonly sensorClass: number;
  readonly tuning?: Partial<Tuning>;
  /** `departure` when absent. */
  readonly detector?: DetectorKind;
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

/** What an operator is told of the sensor behind a channel. */
export interface ChannelVitals {
  readonly fault: FaultCause | undefined;
  /** It is silent as it regularly is. */
  readonly isAsleep: boolean;
  /** Of `learnsMs`, after which it may speak of events. */
  readonly learnedMs: number;
  readonly learnsMs: number;
}

export interface Channel {
  /** Readings in order of time; others are ignored. */
  accept(reading: Reading): Anomaly | undefined;
  /** Finds silence. A fault needs two ticks, so call it at least as often as the sensor speaks. */
  tick(nowMs: number): Anomaly | undefined;
  /** The sensor was not listened to until now: nothing is concluded across that gap. What is open ends as after any gap. */
  resume(nowMs: number): void;
  /** A copy, plain JSON. */
  state(): ChannelState;
  summary(): ChannelSummary;
  vitals(nowMs: number): ChannelVitals;
}

/** What differs from one conclusion to the next. */
type Concluded = Omit<Anomaly, 'sensor' | 'quantity' | 'channel' | 'sensorClass' | 'baseline' | 'spread'>;

/** @param state as `state()` gave it, for the same channel; of another detector all but that one's part is taken up */
export function createChannel(options: ChannelOptions, state?: ChannelState): Channel {
  return new DetectedChannel(options, state);
}

class DetectedChannel implements Channel {
  readonly #options: ChannelOptions;
  readonly #tuning: Tuning;
  readonly #spec: QuantitySpec;
  readonly #state: CommonState;
  readonly #kind: DetectorKind;
  readonly #detector: Detector;
  readonly #faults: Faults;
  readonly #norm: Norm;

  constructor(options: ChannelOptions, saved: ChannelState | undefined) {
    const { detector: part, ...common } = saved ? structuredClone(saved) : { ...newCommonState(), detector: undefined };
    const tuning = { ...DETECTOR, ...options.tuning };
    this.#options = options;
    this.#tuning = tuning;
    this.#spec = QUANTITIES[options.quantity];
    this.#state = common;
    this.#kind = options.detector ?? DEPARTURE;
    const { quantity, levels, direction, alarm } = options;
    const own = { quantity, levels, direction, ...(alarm !== undefined && { alarm }), tuning };
    this.#detector = this.#kind.create(own, part?.name === this.#kind.name ? part.state : undefined);
    this.#faults = new Faults(common, { tuning, isNew: common.lastMs === 0 });
    this.#norm = new Norm(common, this.#spec, tuning);
  }

  accept(reading: Reading): Anomaly | undefined {
    const state = this.#state;
    const { timeMs, quality } = reading;
    const shiftMs = follows(state, timeMs, this.#tuning.setBackReadings);
    if (shiftMs === undefined) return undefined;
    if (shiftMs !== 0) {
      shiftTimes(state, shiftMs);
      this.#detector.shift(shiftMs);
    }
    const dtMs = state.lastMs === 0 ? 0 : timeMs - state.lastMs;
    state.lastMs = timeMs;
    this.#faults.heard(timeMs, dtMs);
    if (quality & QUALITY.warming_up) return undefined;
    // Adding 0 turns -0 into 0, which JSON would do to a saved state.
    const value = reading.value + 0;
    if (Number.isFinite(value)) state.lastValue = value;
    const { min, max } = this.#spec;
    const isPlausible = value >= min && value <= max;
    if (isPlausible && !(quality & UNFIT)) return this.#acceptGood(value, timeMs);
    const fault = this.#faults.unfit(timeMs, { quality, isPlausible });
    return fault && this.#failed(fault);
  }

  tick(nowMs: number): Anomaly | undefined {
    const fault = this.#faults.tick(nowMs);
    return fault && this.#failed(fault);
  }

  resume(nowMs: number): void {
    this.#faults.resume(nowMs);
  }

  state(): ChannelState {
    return { ...structuredClone(this.#state), detector: { name: this.#kind.name, state: this.#detector.state() } };
  }

  summary(): ChannelSummary {
    const { goodMs: timeMs, smoother, baseline: learned, health } = this.#state;
    const { value } = smoother;
    const { baseline, spread } = this.#norm.survey(timeMs);
    const { open } = this.#detector;
    const state = this.#faults.isOpen ? 'fault' : open ? 'event' : this.#norm.isLearned ? 'normal' : 'learning';
    const onsetMs = state === 'fault' ? health.onsetMs : state === 'event' ? open!.onsetMs : 0;
    return { value, timeMs, state, baseline, spread, onsetMs, samples: open ? open.count : learned.readings };
  }

  vitals(nowMs: number): ChannelVitals {
    return { fault: this.#faults.cause, isAsleep: this.#faults.isAsleep(nowMs), ...this.#norm.learning };
  }

  #acceptGood(value: number, timeMs: number): Anomaly | undefined {
    const seen = this.#norm.observe(value, timeMs, this.#faults.silenceMsMax);
    if (seen.isFirst) this.#detector.interrupt();
    const fault = this.#faults.good(seen, this.#norm.around);
    if (fault) return fault.kind === 'fault' ? this.#failed(fault) : this.#recovered(fault);
    if (this.#faults.isOpen) return undefined;
    seen.stillMs = this.#faults.stillMs(timeMs);
    const finding = this.#detector.accept(seen);
    if (finding?.rebaseBy !== undefined) this.#norm.rebase(finding.rebaseBy);
    if (!this.#detector.open) this.#norm.learn(seen);
    if (!finding) return undefined;
    const { rebaseBy, ...found } = finding;
    return this.#anomaly({ ...found, timeMs, observed: seen.smoothed });
  }

  #failed(fault: FaultFinding): Anomaly {
    this.#norm.survey(fault.timeMs);
    return this.#anomaly({ ...fault, observed: this.#state.lastValue, severity: 0 });
  }

  #recovered(end: FaultFinding): Anomaly {
    // What the sensor showed while it failed is no evidence of a departure.
    this.#detector.interrupt();
    return this.#anomaly({ ...end, observed: this.#state.lastValue, severity: 0 });
  }

  #anomaly({ kind, cause, ...found }: Concluded): Anomaly {
    const { sensor, quantity, channel, sensorClass } = this.#options;
    const { baseline, spread } = this.#norm.around;
    return { kind, cause, sensor, quantity, channel, sensorClass, baseline, spread, ...found };
  }
}
