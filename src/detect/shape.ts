// `shape`: what `departure` calls an event, and sooner or smaller ones while the course of the values is unusual as well.
//
//     value ──> score (shape-score.ts) ──above 6──> the bar falls from 6 spreads to 3 for an hour ──> departure ──> event
//
// A score alone is no event: it says that something is unusual, not that a value rose or fell, nor when it is over. Half as
// far from what is usual is enough where both say so. Nothing of a fault reaches the score, as no detector sees it.
import { DEPARTURE } from './departure.ts';
import type { Detector, DetectorKind, DetectorOptions, Finding, Observation, OpenEvent } from './detector.ts';
import { ShapeScorer } from './shape-score.ts';
import type { Tuning } from './tuning.ts';

/** The score at which something is unusual; on other recordings the best threshold was between 5.5 and 6.5. */
const UNUSUAL = 6;
/** How long that lowers the bar: a plume builds up within an hour. */
const UNUSUAL_MS = 3_600_000;
/** What then remains of the distance that makes an event. */
const BAR_SHARE = 0.5;

interface SavedShape {
  readonly score: string;
  readonly unusualMs: number;
  readonly isLow: number;
  readonly departure: unknown;
}

export const SHAPE: DetectorKind = {
  name: 'shape',
  create: (options, saved) => new ShapeDetector(options, fits(saved) ? saved : undefined),
};

function fits(saved: unknown): saved is SavedShape {
  if (typeof saved !== 'object' || saved === null) return false;
  const { score, unusualMs, isLow, departure } = saved as Partial<SavedShape>;
  return (
    typeof score === 'string' && Number.isFinite(unusualMs) && typeof isLow === 'number' && departure !== undefined
  );
}

class ShapeDetector implements Detector {
  readonly #scorer: ShapeScorer;
  readonly #departure: Detector;
  readonly #tuning: { -readonly [Name in keyof Tuning]: Tuning[Name] };
  readonly #onsetSpreads: number;
  /** When the score was last above the threshold; 0 never. */
  #unusualMs: number;
  /** 1 while the bar is low; an event keeps the one it began with. */
  #isLow: number;

  constructor(options: DetectorOptions, saved: SavedShape | undefined) {
    this.#tuning = { ...options.tuning };
    this.#onsetSpreads = options.tuning.onsetSpreads;
    this.#scorer = new ShapeScorer(saved?.score);
    this.#departure = DEPARTURE.create({ ...options, tuning: this.#tuning }, saved?.departure);
    this.#unusualMs = saved?.unusualMs ?? 0;
    this.#isLow = saved?.isLow ?? 0;
  }

  get open(): OpenEvent | undefined {
    return this.#departure.open;
  }

  accept(seen: Observation): Finding | undefined {
    if (this.#scorer.next(seen.value) >= UNUSUAL) this.#unusualMs = seen.timeMs;
    if (!this.#departure.open) this.#isLow = this.#unusualMs > 0 && seen.timeMs - this.#unusualMs < UNUSUAL_MS ? 1 : 0;
    this.#tuning.onsetSpreads = this.#onsetSpreads * (this.#isLow === 1 ? BAR_SHARE : 1);
    return this.#departure.accept(seen);
  }

  interrupt(): void {
    this.#departure.interrupt();
  }

  shift(byMs: number): void {
    if (this.#unusualMs > 0) this.#unusualMs += byMs;
    this.#departure.shift(byMs);
  }

  state(): SavedShape {
    const [score, departure] = [this.#scorer.save(), this.#departure.state()];
    return { score, unusualMs: this.#unusualMs, isLow: this.#isLow, departure };
  }
}
