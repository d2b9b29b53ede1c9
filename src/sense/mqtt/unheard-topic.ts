// Says that nothing came on the topics of a sensor, once, and which of those that are published may have been meant.
//
//     own broker ──every message──> first levels that were seen      only while some sensor has not been heard
//
// A topic that is misspelt looks like a sensor that is switched off: nothing else would ever tell. Invariant: at most
// seenTopicsMax prefixes are remembered.
import { sourceNameLengthMax } from '../../core/limits.ts';
import { nearest } from '../../core/nearest.ts';
import { seenTopicsMax } from '../../core/silence-limits.ts';
import type { SubscribeLocal } from './own-broker.ts';

const LEVELS = 2;
const NAMED_MAX = 3;

/** What is published at the own broker, for as long as somebody follows it. */
export interface SeenTopics extends Disposable {
  /** The first one or two levels of what came. */
  prefixes(): readonly string[];
}

export function followTopics(local: SubscribeLocal): SeenTopics {
  const seen = new Set<string>();
  const stop = local('#', (topic) => {
    const levels = topic.split('/', LEVELS);
    for (let count = 1; count <= levels.length; count++) {
      const prefix = levels.slice(0, count).join('/');
      if (seen.size < seenTopicsMax && prefix.length <= sourceNameLengthMax) seen.add(prefix);
    }
  });
  return { prefixes: () => [...seen], [Symbol.dispose]: stop };
}

export interface UnheardTopics {
  readonly filters: readonly string[];
  readonly seconds: number;
  /** Where it was listened. */
  readonly broker: string;
  /** undefined: another broker tells nobody. */
  readonly prefixes: readonly string[] | undefined;
}

export function unheardReason({ filters, seconds, broker, prefixes }: UnheardTopics): string {
  const nothing = `nothing came on ${filters.join(', ')} in ${seconds} s on ${broker}`;
  const allow = 'or allow it more with `silence_s`';
  if (prefixes === undefined) return `${nothing}: compare the topic with what its device publishes, ${allow}`;
  if (prefixes.length === 0) {
    return `${nothing}, nor on any other topic: check that its device is switched on and connects to this broker, ${allow}`;
  }
  const meant = [...new Set(filters.flatMap((filter) => nearest(literal(filter), prefixes)))].slice(0, NAMED_MAX);
  if (meant.length > 0) return `${nothing}; did you mean ${meant.map((name) => `"${name}"`).join(' or ')}?`;
  const others = prefixes.filter((prefix) => prefix.includes('/')).slice(0, NAMED_MAX);
  return `${nothing}, but messages come on ${(others.length > 0 ? others : prefixes.slice(0, NAMED_MAX)).join(', ')}: compare the topic with what its device publishes, ${allow}`;
}

/** What stands before the first wildcard, as far as it is compared. */
function literal(filter: string): string {
  const levels = filter.split('/', LEVELS);
  const wild = levels.findIndex((level) => level === '+' || level === '#');
  return (wild < 0 ? levels : levels.slice(0, wild)).join('/');
}
