// `departure`: an event is what leaves the usual course of the channel, or passes the alarm level where that is not usual.
//
// Distances from the baseline go through one machine for rise and drop (episode.ts), which makes one onset, changes of
// severity and one end of them. Nothing is said before enough is learned.
import { clearedConfidence, eventConfidence } from './confidence.ts';
import {
  type Detector,
  type DetectorKind,
  type DetectorOptions,
  type Finding,
  mayBeStuck,
  type Observation,
  type OpenEvent,
} from './detector.ts';
import {
  close,
  type Departure,
  type EpisodeState,
  lasting,
  newEpisode,
  onsetDistance,
  open,
  rising,
  severityOf,
  shiftEpisode,
} from './episode.ts';
import { restored } from './saved-state.ts';

export const DEPARTURE: DetectorKind = {
  name: 'departure',
  create: (options, saved) => new DepartureDetector(options, restored(saved, newEpisode())),
};

class DepartureDetector implements Detector {
  readonly #options: DetectorOptions;
  readonly #episode: EpisodeState;
  // Written anew for every reading instead of allocated.
  readonly #departure: Departure = { raw: 0, median: 0, smoothed: 0, onset: 0, timeMs: 0, intervalMs: 0 };

  constructor(options: DetectorOptions, episode: EpisodeState) {
    this.#options = options;
    this.#episode = episode;
  }

  get open(): OpenEvent | undefined {
    return this.#episode.direction === 0 ? undefined : this.#episode;
  }

  accept(seen: Observation): Finding | undefined {
    const episode = this.#episode;
    // A gap may take some of what was learned. An open event still has to end, as nothing is learned until it does.
    if (!seen.isLearned && episode.direction === 0) return undefined;
    const { direction, tuning } = this.#options;
    const departure = this.#measure(seen);
    const { timeMs } = seen;
    if (episode.direction === 0) {
      if (!rising(episode, departure, direction === 'both', tuning)) return undefined;
      if (mayBeStuck(seen, episode.onsetMs)) return undefined;
      open(episode, departure, this.#severity(seen, 0));
      return this.#finding('event', seen);
    }
    const end = lasting(episode, departure, seen.spanMs, tuning);
    if (end) return this.#end(end, seen);
    const severity = this.#severity(seen, episode.severity);
    if (severity === episode.severity || timeMs - episode.severityMs < tuning.severityGapMs) return undefined;
    episode.severity = severity;
    episode.severityMs = timeMs;
    return this.#finding('level', seen);
  }

  interrupt(): void {
    const episode = this.#episode;
    episode.lastSign = 0;
    if (episode.direction === 0) episode.count = 0;
  }

  shift(byMs: number): void {
    shiftEpisode(this.#episode, byMs);
  }

  state(): EpisodeState {
    return { ...this.#episode };
  }

  #measure({ timeMs, value, median, smoothed, baseline: expected, spread, intervalMs }: Observation): Departure {
    const departure = this.#departure;
    departure.raw = value - expected;
    departure.median = median - expected;
    departure.smoothed = smoothed - expected;
    departure.timeMs = timeMs;
    departure.intervalMs = intervalMs;
    const { levels, alarm, tuning } = this.#options;
    departure.onset = onsetDistance({ expected, spread, upwards: departure.smoothed > 0, levels, alarm, tuning });
    return departure;
  }

  #end(end: 'cleared' | 'rebased', seen: Observation): Finding {
    const episode = this.#episode;
    const { tuning } = this.#options;
    const { timeMs, learnedMs } = seen;
    const untilMs = end === 'cleared' ? episode.nearMs : timeMs;
    const durationS = Math.max(0, Math.round((untilMs - episode.onsetMs) / 1000));
    episode.severity = this.#severity(seen, 0);
    const finding =
      end === 'cleared'
        ? this.#finding('cleared', seen, { durationS })
        : {
            ...this.#finding('cleared', { ...seen, learnedMs: Math.min(learnedMs, tuning.levelMs) }, { durationS }),
            rebaseBy: episode.held,
          };
    close(episode, timeMs, tuning);
    return finding;
  }

  #severity({ smoothed, spread }: Observation, before: number): number {
    const { levels, tuning } = this.#options;
    return severityOf(smoothed, { before, levels, spread, tuning });
  }

  #finding(kind: Finding['kind'], seen: Observation, { durationS } = { durationS: 0 }): Finding {
    const { direction, onsetMs, count: samples, severity } = this.#episode;
    const { learnedMs, spread } = seen;
    const spreads = this.#departure.smoothed / spread;
    const confidence =
      kind === 'cleared' ? clearedConfidence(samples, learnedMs) : eventConfidence({ spreads, samples, learnedMs });
    return { kind, cause: direction > 0 ? 'rise' : 'drop', onsetMs, samples, confidence, severity, durationS };
  }
}
