// Which devices said that they are there, or whose broker said that they have gone (their last will).
//
// A device that never speaks of it is neither. At most as many are remembered as a gateway has channels.
import type { AgentEvent } from '../core/events.ts';
import { channelsMax } from '../core/limits.ts';

export interface Availability {
  /** @returns false for a statement that says nothing new */
  note(event: AgentEvent): boolean;
  /** null: it never said. */
  of(sensor: string): boolean | null;
}

export function createAvailability(): Availability {
  const states = new Map<string, boolean>();
  return {
    note(event) {
      if (event.type !== 'sensor_online') return true;
      const { sensor, online } = event;
      if (states.get(sensor) === online) return false;
      if (states.size >= channelsMax && !states.has(sensor)) return false;
      states.set(sensor, online);
      return true;
    },
    of: (sensor) => states.get(sensor) ?? null,
  };
}
