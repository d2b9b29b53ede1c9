// Keeps the last conclusions that the operator was told, in words: verdicts, alarms, early warnings.
//
//     event bus ──> the newest of each ──┐
//     verdicts on disk ──────────────────┴──> newest first
//
// A verdict that changes takes the place of the one before it. Invariant: never more than shownConclusionsMax, and each
// has the digits by which its reasons are asked for.
import type { TimedEvent } from '../core/events.ts';
import { shownConclusionsMax } from '../core/load-limits.ts';
import { alarmWords } from './alarm-words.ts';
import { advisoryWords, verdictWords } from './finding-words.ts';

export interface Conclusion {
  readonly timeMs: number;
  /** What `qis explain` takes. */
  readonly id: string;
  readonly words: string;
}

export type VerdictEvent = Extract<TimedEvent, { type: 'verdict' }>;

export interface Conclusions {
  note(event: TimedEvent): void;
  /** @param stored verdicts that outlast a restart. @returns newest first */
  latest(stored: readonly Omit<VerdictEvent, 'type'>[]): Conclusion[];
}

const ID_DIGITS = 8;

export function createConclusions(): Conclusions {
  let told: Conclusion[] = [];
  return {
    note(event) {
      const conclusion = conclusionOf(event);
      if (conclusion) told = newest([conclusion, ...told]);
    },
    latest: (stored) => newest([...told, ...stored.map((one) => verdictOf({ type: 'verdict', ...one }))]),
  };
}

/** One for each id, newest first; of two of one time the first in the list. */
function newest(conclusions: readonly Conclusion[]): Conclusion[] {
  const kept = new Map<string, Conclusion>();
  for (const one of conclusions.toSorted((a, b) => b.timeMs - a.timeMs)) {
    if (!kept.has(one.id)) kept.set(one.id, one);
  }
  return [...kept.values()].slice(0, shownConclusionsMax);
}

function conclusionOf(event: TimedEvent): Conclusion | undefined {
  const { timeMs } = event;
  switch (event.type) {
    case 'verdict':
      return verdictOf(event);
    case 'alarm':
      return { timeMs, id: event.id, words: alarmWords(event) };
    case 'advisory':
      return { timeMs, id: event.id, words: advisoryWords(event) };
    default:
      return undefined;
  }
}

const verdictOf = (event: VerdictEvent): Conclusion => ({
  timeMs: event.timeMs,
  id: event.about.slice(0, ID_DIGITS),
  words: verdictWords({ ...event, heard: event.evidence.length }),
});
