// Tells whether a topic matches a topic filter (MQTT 3.1.1 section 4.7), and whether a broker would take a filter at all.
//
// A broker may end the connection over a filter it cannot take: Mosquitto does for a control character and for 200 levels.
import { topicFilterBytesMax, topicFilterLevelsMax } from './limits.ts';

/** Control characters and those that are none (section 1.5.3), and halves of a surrogate pair. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;

/** Whether a filter can be subscribed to without harm: well-formed, and short. */
export function isTopicFilter(filter: string): boolean {
  const levels = filter.split('/');
  return (
    filter !== '' &&
    levels.length <= topicFilterLevelsMax &&
    Buffer.byteLength(filter) <= topicFilterBytesMax &&
    !UNFIT.test(filter) &&
    levels.every((level, i) => level === '+' || (level === '#' && i === levels.length - 1) || !/[+#]/.test(level))
  );
}

/** `$`-topics are not for filters that begin with a wildcard. A filter without wildcards is a topic. Both must be well-formed. */
export function matchesFilter(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  return matchesLevels(filter.split('/'), topic.split('/'));
}

/** The same of both in levels, for many topics against many filters; `$` not looked at. */
export function matchesLevels(wanted: readonly string[], levels: readonly string[]): boolean {
  for (let i = 0; i < wanted.length; i++) {
    const level = wanted[i];
    if (level === '#') return true;
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}
