// `threshold`: an event is a value over the alarm level of its quantity, whatever is usual here.
//
//   quiet --over for three readings (two at slow rates) and 45 s--> event --below for ten minutes--> quiet
//
// Nothing has to be learned first, and what it says can be checked by hand. Where the air is always bad the event
// never ends. A quantity without an alarm level has faults and no events.
import { readingsConfidence } from './confidence.ts';
import type { Detector, DetectorKind, DetectorOptions, Finding, Observation } from './detector.ts';
import { mayBeStuck } from './detector.ts';
import { severityOf } from './episode.ts';
import { restored } from './saved-state.ts';

const quiet = { isOpen: 0, onsetMs: 0, count: 0, severity: 0, severityMs: 0, belowMs: 0 };

export const THRESHOLD: DetectorKind = {
  name: 'threshold',
  create: (options, saved) => new ThresholdDetector(options, restored(saved, { ...quiet })),
};

class ThresholdDetector implements Detector {
  readonly #options: DetectorOptions;
  readonly #state: typeof quiet;

  constructor(options: DetectorOptions, state: typeof quiet) {
    this.#options = options;
    this.#state = state;
  }

  get open() {
    return this.#state.isOpen === 1 ? this.#state : undefined;
  }

  accept(seen: Observation): Finding | undefined {
    const { alarm } = this.#options;
    if (alarm === undefined) return undefined;
    return this.#state.isOpen === 1 ? this.#lasting(seen, alarm) : this.#rising(seen, alarm);
  }

  interrupt(): void {
    if (this.#state.isOpen === 0) this.#state.count = 0;
  }

  shift(byMs: number): void {
    this.#state.onsetMs += byMs;
    this.#state.severityMs += byMs;
    if (this.#state.belowMs > 0) this.#state.belowMs += byMs;
  }

  state() {
    return { ...this.#state };
  }

  #rising(seen: Observation, alarm: number): Finding | undefined {
    const state = this.#state;
    const { persistReadings, persistReadingsSlow, persistMs, slowIntervalMs } = this.#options.tuning;
    if (seen.value < alarm) {
      state.count = 0;
      return undefined;
    }
    if (state.count === 0) state.onsetMs = seen.timeMs;
    state.count++;
    const needed = seen.intervalMs >= slowIntervalMs ? persistReadingsSlow : persistReadings;
    const isLong = state.count >= needed && seen.timeMs - state.onsetMs >= persistMs;
    if (!isLong || seen.smoothed < alarm || mayBeStuck(seen, state.onsetMs)) return undefined;
    state.isOpen = 1;
    return this.#told('event', seen);
  }

  #lasting(seen: Observation, alarm: number): Finding | undefined {
    const state = this.#state;
    const { clearMs, severityGapMs } = this.#options.tuning;
    state.count++;
    // By the median: neither a lone spike nor a lone dip counts.
    if (seen.median >= alarm) state.belowMs = 0;
    else if (state.belowMs === 0) state.belowMs = seen.timeMs;
    if (state.belowMs > 0 && seen.timeMs - state.belowMs >= clearMs) {
      const cleared = this.#told('cleared', seen, Math.round((state.belowMs - state.onsetMs) / 1000));
      Object.assign(state, quiet);
      return cleared;
    }
    const isSame = this.#severity(seen, state.severity) === state.severity;
    return isSame || seen.timeMs - state.severityMs < severityGapMs ? undefined : this.#told('level', seen);
  }

  #severity({ smoothed, spread }: Observation, before: number): number {
    return severityOf(smoothed, { ...this.#options, spread, before });
  }

  #told(kind: Finding['kind'], seen: Observation, durationS = 0): Finding {
    const state = this.#state;
    state.severity = this.#severity(seen, kind === 'level' ? state.severity : 0);
    state.severityMs = seen.timeMs;
    const { onsetMs, count: samples, severity } = state;
    return { kind, cause: 'rise', onsetMs, samples, confidence: readingsConfidence(samples), severity, durationS };
  }
}
