// The state of a channel between two readings: plain data, saved and restored as it is.
//
// The part of the detector is its own affair; its name stands beside it, so that another one does not take it up.
// Invariant: every leaf of the rest is a finite number, so that JSON gives it back bit by bit; the size never changes.
import { newSleep, type SleepState } from '../core/regular-sleep.ts';
import { type BaselineState, newBaseline } from './baseline.ts';
import { type HealthState, newHealth } from './health.ts';
import { newRun, type RunState } from './run.ts';
import { sameShape } from './saved-state.ts';
import { newSmoother, type SmootherState } from './smoother.ts';
import type { TimeOrderState } from './time-order.ts';

/** All but the detector's part. */
export interface CommonState extends TimeOrderState {
  /** Rises when the meaning of a field changes; an older state is then learned anew. */
  version: number;
  /** Time of the newest good reading; 0 before the first. */
  goodMs: number;
  /** The last finite value, whatever its quality. */
  lastValue: number;
  baseline: BaselineState;
  smoother: SmootherState;
  run: RunState;
  health: HealthState;
  sleep: SleepState;
}

export interface ChannelState extends CommonState {
  detector: { name: string; state: unknown };
}

const version = 3;

export function newCommonState(): CommonState {
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
    sleep: newSleep(),
  };
}

/** What something from disk holds, of this version or the one before; whether the detector's part fits, the detector finds out. */
export function channelState(saved: unknown): ChannelState | undefined {
  const current = isOfVersion2(saved) ? { ...saved, version, sleep: newSleep() } : saved;
  return isChannelState(current) ? current : undefined;
}

/** Version 2 knew nothing of sleep. */
const isOfVersion2 = (saved: unknown): saved is object =>
  typeof saved === 'object' && saved !== null && 'version' in saved && saved.version === 2;

function isChannelState(saved: unknown): saved is ChannelState {
  if (typeof saved !== 'object' || saved === null) return false;
  const { detector, ...common } = saved as Partial<ChannelState>;
  return sameShape(common, newCommonState()) && common.version === version && typeof detector?.name === 'string';
}

/** Moves every remembered time, when the clock was set back: what lasted goes on lasting. */
export function shiftTimes(state: CommonState, byMs: number): void {
  const { run, health, sleep } = state;
  state.lastMs += byMs;
  if (state.goodMs > 0) state.goodMs += byMs;
  run.sinceMs += byMs;
  health.onsetMs += byMs;
  health.badSinceMs += byMs;
  health.aliveMs += byMs;
  health.overdueMs = 0;
  sleep.wokeMs += byMs;
}
