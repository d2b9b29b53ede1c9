// Knows for how long each link that we dial has been down, by what the links themselves tell.
//
// Invariant: as many entries as there are links; times are of the process, which nobody sets.
import type { AgentEvent } from '../core/events.ts';

export interface LinkOutages {
  note(event: AgentEvent): void;
  /** ms; one that was never heard of is down since the start. @returns undefined while it is up */
  downMs(link: string): number | undefined;
}

/** @param uptimeMs never set */
export function createLinkOutages(uptimeMs: () => number): LinkOutages {
  const startedMs = uptimeMs();
  const downSinceMs = new Map<string, number | undefined>();
  return {
    note(event) {
      if (event.type === 'link_up') downSinceMs.set(event.link, undefined);
      // Each attempt that fails is told; the first one counts.
      if (event.type === 'link_down' && downSinceMs.get(event.link) === undefined)
        downSinceMs.set(event.link, downSinceMs.has(event.link) ? uptimeMs() : startedMs);
    },
    downMs(link) {
      const sinceMs = downSinceMs.has(link) ? downSinceMs.get(link) : startedMs;
      return sinceMs === undefined ? undefined : uptimeMs() - sinceMs;
    },
  };
}
