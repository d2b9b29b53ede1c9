// Keeps who knocked and could not be heard, for as long as that says something of now.
//
// Whoever is not heard introduces itself again, at least once an hour, and is told here at most that often; three hours without
// that, and it has gone.
// Invariant: at most knocksKeptMax are kept, the newest.
import { introduceMsMax } from '../core/limits.ts';
import { knocksKeptMax } from '../core/share-limits.ts';
import type { Knock } from '../route/session/knocks.ts';

export interface LoggedKnock extends Knock {
  /** When it knocked first, ms of uptime. */
  readonly sinceMs: number;
}

export interface KnockLog {
  note(knock: Knock): void;
  all(): readonly LoggedKnock[];
}

/** @param uptimeMs never set */
export function createKnockLog(uptimeMs: () => number): KnockLog {
  const kept = new Map<string, { knock: LoggedKnock; atMs: number }>();
  return {
    note(knock) {
      const name = `${knock.key.nodeId.toString('hex')}/${knock.via.id}/${knock.to?.toString('hex')}`;
      const atMs = uptimeMs();
      const sinceMs = kept.get(name)?.knock.sinceMs ?? atMs;
      kept.delete(name);
      const [oldest] = kept.keys();
      if (kept.size >= knocksKeptMax && oldest !== undefined) kept.delete(oldest);
      kept.set(name, { knock: { ...knock, sinceMs }, atMs });
    },
    all() {
      for (const [name, { atMs }] of kept) if (uptimeMs() - atMs > 3 * introduceMsMax) kept.delete(name);
      return [...kept.values()].map(({ knock }) => knock);
    },
  };
}
