// A sink that keeps what it is told.
import type { Observation, Sink } from '../../src/sense/sink.ts';

export interface Told {
  /** The source of each frame. */
  readonly frames: readonly (string | undefined)[];
  readonly observations: readonly Observation[];
  readonly rejected: Readonly<Record<string, number>>;
}

export function recordingSink(): { readonly sink: Sink; readonly told: Told } {
  const frames: (string | undefined)[] = [];
  const observations: Observation[] = [];
  const rejected: Record<string, number> = {};
  return {
    told: { frames, observations, rejected },
    sink: {
      frame: (source) => void frames.push(source),
      value: (observation) => void observations.push(observation),
      online: () => {},
      rejected(reason, count) {
        rejected[reason] = (rejected[reason] ?? 0) + count;
      },
      topic: () => {},
    },
  };
}
