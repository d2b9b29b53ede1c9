// A detector of another make than those that come with qis: it gives each reading a score by a model in typed arrays, and
// episode.ts makes events of the scores. For tests of what holds for every detector.
import { readingsConfidence } from '../../src/detect/confidence.ts';
import type { Detector, DetectorKind, Finding, Observation } from '../../src/detect/detector.ts';
import { close, type EpisodeState, lasting, newEpisode, open, rising, shiftEpisode } from '../../src/detect/episode.ts';
import { restored } from '../../src/detect/saved-state.ts';
import type { Tuning } from '../../src/detect/tuning.ts';

const cells = 2_048;
const onset = 20;

export const scoring: DetectorKind = {
  name: 'scoring',
  create: ({ tuning }, saved) => new ScoringDetector(tuning, saved),
};

class ScoringDetector implements Detector {
  readonly #tuning: Tuning;
  readonly #episode: EpisodeState;
  readonly #model = new Float32Array(cells);
  #at = 0;
  #sum = 0;

  constructor(tuning: Tuning, saved: unknown) {
    const { episode, model, at, sum } = (saved ?? {}) as Partial<ReturnType<ScoringDetector['state']>>;
    this.#tuning = tuning;
    this.#episode = restored(episode, newEpisode());
    if (typeof model !== 'string' || typeof at !== 'number' || typeof sum !== 'number') return;
    this.#model.set(new Float32Array(Uint8Array.from(Buffer.from(model, 'base64')).buffer));
    this.#at = at;
    this.#sum = sum;
  }

  get open() {
    return this.#episode.direction === 0 ? undefined : this.#episode;
  }

  accept(seen: Observation): Finding | undefined {
    const episode = this.#episode;
    const scores = { raw: this.#score(seen.value), median: this.#score(seen.median), smoothed: 0 };
    scores.smoothed = Math.min(scores.median, this.#score(seen.smoothed));
    const { timeMs, intervalMs } = seen;
    const departure = { ...scores, onset, timeMs, intervalMs };
    if (episode.direction === 0) {
      if (!rising(episode, departure, false, this.#tuning) || seen.stillMs > 0) {
        if (scores.median < onset / 2) this.#learn(seen.smoothed);
        return undefined;
      }
      open(episode, departure, 1);
      return this.#finding('event', 0);
    }
    if (!lasting(episode, departure, seen.spanMs, this.#tuning)) return undefined;
    const finding = this.#finding('cleared', Math.round((timeMs - episode.onsetMs) / 1000) - 600);
    close(episode, timeMs, this.#tuning);
    return finding;
  }

  interrupt(): void {
    this.#episode.lastSign = 0;
    if (this.#episode.direction === 0) this.#episode.count = 0;
  }

  shift(byMs: number): void {
    shiftEpisode(this.#episode, byMs);
  }

  state() {
    const model = Buffer.from(this.#model.buffer).toString('base64');
    return { episode: { ...this.#episode }, model, at: this.#at, sum: this.#sum };
  }

  /** How far above what it usually saw. */
  #score(value: number): number {
    return this.#at < cells ? 0 : value - this.#sum / cells;
  }

  #learn(value: number): void {
    const cell = this.#at % cells;
    const before = this.#model[cell]!;
    this.#model[cell] = value;
    this.#sum += this.#model[cell]! - before;
    this.#at = this.#at < 2 * cells - 1 ? this.#at + 1 : cells;
  }

  #finding(kind: 'event' | 'cleared', durationS: number): Finding {
    const { onsetMs, count: samples } = this.#episode;
    return { kind, cause: 'rise', onsetMs, samples, confidence: readingsConfidence(samples), severity: 1, durationS };
  }
}
