// The time of the demo's story: stands still until it begins, then runs with the gateways' clock.
//
// Processes start as fast as the machine lets them, and a plume must not arrive before they hear each other. So the world
// has a time of its own, which is behind that of the gateways by as long as they took.
import type { Clock } from '../core/clock.ts';
import { DEMO } from './demo-world.ts';

export interface Story {
  /** Time in the world, Unix ms; never before DEMO.startMs. */
  now(): number;
  /** @returns what the gateways' clock shows at the beginning */
  begin(): number;
}

export function createStory(clock: Pick<Clock, 'now'>): Story {
  let behindMs: number | undefined;
  return {
    now: () => (behindMs === undefined ? DEMO.startMs : clock.now() - behindMs),
    begin() {
      const nowMs = clock.now();
      behindMs = nowMs - DEMO.startMs;
      return nowMs;
    },
  };
}
