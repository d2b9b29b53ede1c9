// Words that explanations have in common: who speaks, from how far away, how long ago, and why the word counts what it counts.
import type { Because, ExplainedOrigin } from '../synthesize/explained.ts';
import { amount, count, duration } from './amount.ts';

export type Origins = Readonly<Record<string, ExplainedOrigin>>;

/** Adds to log-odds, with its sign. */
export const added = (logOdds: number): string => `${logOdds < 0 ? '-' : '+'}${Math.abs(logOdds).toFixed(2)}`;

/** Three digits, of which none is a mere zero. */
export const figure = (value: number): string => amount(value, '1');

export const ago = (fromMs: number, nowMs: number): string => {
  const seconds = Math.max(0, (nowMs - fromMs) / 1000);
  return seconds < 30 ? 'just now' : `${duration(seconds)} ago`;
};

/** A name, the distance and whether the operator wrote its key down: `roof-2 (3.5 km, pinned key)`. */
export function who(origins: Origins, origin: string, distanceM: number | undefined): string {
  const { name = origin.slice(0, 8), isPinned = false } = origins[origin] ?? {};
  const far = distanceM === undefined ? [] : [distanceM < 50 ? 'next door' : amount(distanceM / 1000, 'km')];
  return `${name} (${[...far, isPinned ? 'pinned key' : 'key of a stranger'].join(', ')})`;
}

/** `its word counts 1.06 because what it told came here too, 3 times` */
export function wordCounts(origins: Origins, origin: string, trust: number): string {
  const because = origins[origin]?.because ?? { reason: 'nothing_known_yet' };
  return `its word counts ${trust.toFixed(2)}${becauseWords(because)}`;
}

function becauseWords(because: Because): string {
  switch (because.reason) {
    case 'contradicted_itself':
      return ' because it contradicted itself: its key was copied, or its owner lies';
    case 'alarm_class': {
      const { rightH, settledH } = because;
      const [right, settled] =
        settledH < 2 ? [rightH * 60, amount(settledH * 60, 'min')] : [rightH, amount(settledH, 'h')];
      return `, as it was right about its alarm level in ${figure(right)} of ${settled} when it was clear here`;
    }
    case 'what_it_told':
      return ` because what it told ${reportWords(because)}`;
    case 'nothing_known_yet':
      return ', as nothing is known of it yet';
  }
}

/** How often what it said came true, and what others said of it; only what happened. */
function reportWords({ came, confirmed, absent, refuted }: Extract<Because, { reason: 'what_it_told' }>): string {
  const times = (number: number) => (number === 1 ? 'once' : count(number, 'time'));
  return [
    came > 0 && `came here too, ${times(came)}`,
    confirmed > 0 && `was confirmed by others, ${times(confirmed)}`,
    absent > 0 && `did not come here, ${times(absent)}`,
    refuted > 0 && `was not seen by others, ${times(refuted)}`,
  ]
    .filter((part) => part !== false)
    .join('; ');
}
