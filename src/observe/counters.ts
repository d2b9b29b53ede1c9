// Counts events by type and reason: the numbers behind `qis status`. Names are a closed set, so is the size.
import type { TimedEvent } from '../core/events.ts';

export interface Counters {
  note(event: TimedEvent): void;
  /** `type` or `type.reason` -> count. */
  snapshot(): Record<string, number>;
}

export function createCounters(): Counters {
  const counts = new Map<string, number>();
  return {
    note(event) {
      const key = counterName(event);
      counts.set(key, (counts.get(key) ?? 0) + ('count' in event ? event.count : 1));
    },
    snapshot: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Reasons of drops are a closed set; those of lost lines and links are free text and stay out of the names. */
function counterName(event: TimedEvent): string {
  switch (event.type) {
    case 'packet_dropped':
    case 'link_frame_dropped':
    case 'reading_dropped':
    case 'frame_dropped':
    case 'owed_shed':
    case 'request_refused':
      return `${event.type}.${event.reason}`;
    case 'packet_issued':
    case 'packet_received':
      return `${event.type}.${event.finding}`;
    case 'no_room':
      return `${event.type}.${event.what}`;
    case 'alarm':
      return `${event.type}.${event.kind}`;
    case 'verdict':
      return `${event.type}.${event.verdict}`;
    default:
      return event.type;
  }
}
