// Warnings of one kind, held against what then happened: how many were right, and how long before.
//
// A warning is right when an event of its phenomenon began at its station within the next 6 hours; one that comes with
// the event itself warned of nothing. Every way of warning (ours, persistence) is counted by this one rule.
import { quantile } from './demo-tally.ts';

export const WARNING_MS = 6 * 3_600_000;

export interface WarningFigures {
  readonly warnings: number;
  readonly right: number;
  /** null without a warning. */
  readonly precision: number | null;
  /** Of the right ones, to the first event after them. */
  readonly lead_median_s: number | null;
  /** Events that were warned of. */
  readonly events_warned: number;
}

/** Unix ms by station and phenomenon, rising; nothing is matched across keys. */
export type Moments = ReadonlyMap<string, readonly number[]>;

export const momentKey = (station: string, phenomenon: string): string => `${phenomenon} ${station}`;

export function addMoment(moments: Map<string, number[]>, key: string, timeMs: number): void {
  const times = moments.get(key);
  if (times) times.push(timeMs);
  else moments.set(key, [timeMs]);
}

export function warningFigures(warnings: Moments, events: Moments): WarningFigures {
  let count = 0;
  let eventsWarned = 0;
  const leadsS: number[] = [];
  for (const [key, times] of warnings) {
    count += times.length;
    const begun = events.get(key) ?? [];
    for (const timeMs of times) {
      const eventMs = begun.find((begunMs) => begunMs > timeMs);
      if (eventMs !== undefined && eventMs - timeMs <= WARNING_MS) leadsS.push((eventMs - timeMs) / 1000);
    }
    const isWarned = (begunMs: number) => times.some((timeMs) => timeMs < begunMs && begunMs - timeMs <= WARNING_MS);
    eventsWarned += begun.filter(isWarned).length;
  }
  return {
    warnings: count,
    right: leadsS.length,
    precision: count === 0 ? null : Math.round((leadsS.length / count) * 1000) / 1000,
    lead_median_s: leadsS.length === 0 ? null : quantile(leadsS, 0.5),
    events_warned: eventsWarned,
  };
}
