// Holds back log lines: what repeats is told once a minute, and of one kind there are no more than so many a minute.
//
// Whether a line repeats is judged by what we say, not by what others wrote: names of clients, topics and numbers of theirs
// would make every line a new one. Invariant: what is held back is counted, and told when the minute is over.
import type { TimedEvent } from '../core/events.ts';
import { logLinesPerKindMax, logRepeatsRememberedMax } from '../core/limits.ts';

const REPEAT_MS = 60_000;

/** Told in full: the start, the end and what this gateway itself found. */
const NEVER_HELD: ReadonlySet<TimedEvent['type']> = new Set([
  'started',
  'stopped',
  'source_up',
  'source_ended',
  'broker_up',
  'link_up',
  'anomaly',
  'packet_issued',
  'verdict',
  'advisory',
  'alarm',
  'store_pruned',
]);

export interface LineLimit {
  /**
   * @param mayRepeat whether it is held back when it was just told
   * @returns what to add to the line of this event; undefined when it is held back
   */
  admit(event: TimedEvent, mayRepeat: boolean): string | undefined;
  /** How many lines of which kinds were held back in minutes that are over. */
  overdue(nowMs: number): readonly { readonly kind: TimedEvent['type']; readonly held: number }[];
}

interface Minute {
  readonly sinceMs: number;
  lines: number;
  held: number;
}

// A clock that is set back must not silence anything for as long as it went back.
const isOver = ({ sinceMs }: { readonly sinceMs: number }, nowMs: number): boolean =>
  Math.abs(nowMs - sinceMs) >= REPEAT_MS;

export function createLineLimit(): LineLimit {
  const told = new Map<string, { sinceMs: number; held: number }>();
  const minutes = new Map<TimedEvent['type'], Minute>();

  function hasRoom({ type, timeMs }: TimedEvent): boolean {
    if (NEVER_HELD.has(type)) return true;
    const known = minutes.get(type);
    const minute = known && !isOver(known, timeMs) ? known : { sinceMs: timeMs, lines: 0, held: 0 };
    minutes.set(type, minute);
    if (minute.lines < logLinesPerKindMax) minute.lines++;
    else minute.held++;
    return minute.held === 0;
  }

  return {
    admit(event, mayRepeat) {
      const key = mayRepeat ? repeatKey(event) : undefined;
      const last = key === undefined ? undefined : told.get(key);
      if (last && !isOver(last, event.timeMs)) {
        last.held++;
        return undefined;
      }
      if (!hasRoom(event)) return undefined;
      if (key !== undefined) {
        told.delete(key);
        const [oldest] = told.keys();
        if (told.size >= logRepeatsRememberedMax && oldest !== undefined) told.delete(oldest);
        told.set(key, { sinceMs: event.timeMs, held: 0 });
      }
      return last?.held ? ` (and ${last.held} more like it)` : '';
    },
    overdue(nowMs) {
      const over = [...minutes].filter(([, minute]) => isOver(minute, nowMs));
      for (const [kind] of over) minutes.delete(kind);
      return over.flatMap(([kind, { held }]) => (held > 0 ? [{ kind, held }] : []));
    },
  };
}

function repeatKey(event: TimedEvent): string {
  const subject = 'sensor' in event ? event.sensor : 'link' in event ? event.link : 'via' in event ? event.via : '';
  const isOfAccount = event.type === 'client_throttled' || event.type === 'request_refused';
  const account = isOfAccount ? event.client : '';
  const told = 'reason' in event ? event.reason : 'message' in event ? event.message : '';
  // How much came of what is not understood, and within how long, is never the same twice.
  const said = event.type === 'source_down' ? told.replace(/^\d+ /, '').replace(/ in [\d.]+ s\b/, '') : told;
  const isOfClient = event.type === 'client_refused' || event.type === 'client_evicted';
  return `${event.type}/${subject}${account}/${isOfClient ? said.replaceAll(/\d+/g, '#') : said}`;
}
