// The quiet air that the suites of a detector begin with.
import type { Channel } from '../../src/detect/channel.ts';
import { air, day, second, start } from '../detect/series.ts';

export const every = 10 * second;

/** Enough for any detector to have learned it. */
export const learned = start + 2 * day;

/** A channel that has seen it until then. */
export type Settled = (seed: number) => Channel;

export const usual = (seed: number) => {
  const value = air(seed);
  return (timeMs: number) => Math.round(10 * value(timeMs)) / 10;
};
