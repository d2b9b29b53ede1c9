// The filters a source subscribes to: those configured, and those that messages name as the place of readings to come.
//
//     a message names one ──> fit to subscribe to? room for its account? ──> subscribed to, after all the others
//                                                   refused, or cut three times over it ──> never again
//
// Whoever may publish a description can name any filter, and some brokers end the connection over one that they do not
// like. Invariant: what was learned never keeps the filters of the configuration from being subscribed to.
import { learnedFilterCutsMax, namesPerSourceMax, perAccountKept } from '../../core/limits.ts';
import { Shares } from '../../core/shares.ts';
import { isTopicFilter, matchesFilter } from '../../core/topic-filter.ts';

export interface LearnedTopics {
  /** @returns false for what cannot be subscribed to */
  add(filter: string, account: string): boolean;
  /** Calls back with each one that is learned from now on, and no longer with the one before. */
  onLearned(listener: (filter: string) => void): void;
  /** Those never cut over first. */
  all(): readonly string[];
  /** The broker refused it: it is forgotten, and not learned again. */
  refused(filter: string): void;
  /** The connection ended while it was asked for. @returns false when it is forgotten from now on */
  cut(filter: string): boolean;
}

interface Learned {
  readonly account: string;
  cuts: number;
}

/** @param accounts of the own broker: each keeps a share of the room */
export function createLearnedTopics(configured: readonly string[], accounts: readonly string[]): LearnedTopics {
  const learned = new Map<string, Learned>();
  const unwanted = new Set<string>();
  const max = namesPerSourceMax - configured.length;
  const room = new Shares({ max, keptEach: perAccountKept, accounts });
  let listener: (filter: string) => void = () => {};

  // A broker sends a message once for each filter that takes it.
  const isTaken = (filter: string): boolean =>
    unwanted.has(filter) ||
    learned.has(filter) ||
    [...configured, ...learned.keys()].some((known) => matchesFilter(known, filter));

  function refused(filter: string): void {
    const entry = learned.get(filter);
    if (entry && learned.delete(filter)) room.give(entry.account);
    if (unwanted.size < namesPerSourceMax) unwanted.add(filter);
  }

  return {
    add(filter, account) {
      // What begins with $ is the broker's own: its state, and filters that are shared with others.
      if (filter.startsWith('$') || !isTopicFilter(filter)) return false;
      if (isTaken(filter) || !room.hasRoom(account)) return true;
      learned.set(filter, { account, cuts: 0 });
      room.take(account);
      listener(filter);
      return true;
    },
    onLearned(next) {
      listener = next;
    },
    all: () => [...learned].sort(([, a], [, b]) => a.cuts - b.cuts).map(([filter]) => filter),
    refused,
    cut(filter) {
      const entry = learned.get(filter);
      if (!entry) return false;
      entry.cuts += 1;
      if (entry.cuts >= learnedFilterCutsMax) refused(filter);
      return learned.has(filter);
    },
  };
}
