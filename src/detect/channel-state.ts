// What a channel detector remembers between two readings: plain data, saved and restored as it is.
//
// Invariant: every leaf is a finite number, so that JSON gives it back bit by bit; the size never changes.
import { type BaselineState, newBaseline } from './baseline.ts';
import { type EpisodeState, newEpisode } from './episode.ts';
import { type HealthState, newHealth } from './health.ts';
import { newRun, type RunState } from './run.ts';
import { newSmoother, type SmootherState } from './smoother.ts';

export interface ChannelState {
  /** Rises when the meaning of a field changes; an older state is then learned anew. */
  version: number;
  /** Time of the newest reading, Unix ms; 0 before the first. */
  lastMs: number;
  /** Time of the newest good reading; 0 before the first. */
  goodMs: number;
  /** The last finite value, whatever its quality. */
  lastValue: number;
  /** Readings in a row that were older than the newest, and the time of the last of them. */
  backwards: number;
  backwardsMs: number;
  baseline: BaselineState;
  smoother: SmootherState;
  run: RunState;
  health: HealthState;
  episode: EpisodeState;
}

const version = 1;

export function newChannelState(): ChannelState {
  return {
    version,
    lastMs: 0,
    goodMs: 0,
    lastValue: 0,
    backwards: 0,
    backwardsMs: 0,
    baseline: newBaseline(),
    smoother: newSmoother(),
    run: newRun(),
    health: newHealth(),
    episode: newEpisode(),
  };
}

/** Whether something from disk is a state of this version: the same members, and finite numbers in all of them. */
export function isChannelState(saved: unknown): saved is ChannelState {
  return sameShape(saved, newChannelState()) && saved.version === version;
}

function sameShape<Shape>(saved: unknown, shape: Shape): saved is Shape {
  if (typeof shape === 'number') return Number.isFinite(saved);
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved) !== Array.isArray(shape)) return false;
  const members = Object.entries(shape as object);
  if (Object.keys(saved).length !== members.length) return false;
  return members.every(([name, member]) => sameShape((saved as Record<string, unknown>)[name], member));
}

/** Moves every remembered time, when the clock was set back: what lasted goes on lasting. */
export function shiftTimes(state: ChannelState, byMs: number): void {
  const { run, health, episode } = state;
  state.lastMs += byMs;
  if (state.goodMs > 0) state.goodMs += byMs;
  run.sinceMs += byMs;
  health.onsetMs += byMs;
  health.badSinceMs += byMs;
  health.aliveMs += byMs;
  health.overdueMs = 0;
  episode.onsetMs += byMs;
  episode.lastMs += byMs;
  episode.severityMs += byMs;
  if (episode.nearMs > 0) episode.nearMs += byMs;
  episode.quietUntilMs += byMs;
  episode.heldMs += byMs;
}
