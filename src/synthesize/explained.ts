// What an explanation of any kind is, and whose words it speaks of: by name, and why they count as they do.
import type { VerdictExplanation } from './explanation.ts';
import type { AdvisoryExplanation, AlarmExplanation } from './told-grounds.ts';

export type Explanation = VerdictExplanation | AlarmExplanation | AdvisoryExplanation;

/** Why the word of an origin counts what it counts. */
export type Because =
  /** Two of its packets cannot both be true. */
  | { readonly reason: 'contradicted_itself' }
  /** Hours in which it was settled on which side of the alarm level the neighbourhood was, and how many of these it was right. */
  | { readonly reason: 'alarm_class'; readonly rightH: number; readonly settledH: number }
  /** What became of what it told. */
  | {
      readonly reason: 'what_it_told';
      readonly came: number;
      readonly confirmed: number;
      readonly absent: number;
      readonly refuted: number;
    }
  | { readonly reason: 'nothing_known_yet' };

export interface ExplainedOrigin {
  readonly name: string;
  /** Whether the operator wrote its key down. */
  readonly isPinned: boolean;
  readonly because: Because;
}

export interface Explained {
  readonly explanation: Explanation;
  /** By node id in hex. */
  readonly origins: Readonly<Record<string, ExplainedOrigin>>;
}

/** Node ids of those it speaks of. */
export function originsOf(explanation: Explanation): string[] {
  switch (explanation.kind) {
    case 'verdict':
      return [...explanation.votes, ...explanation.beside].map(({ origin }) => origin);
    case 'alarm': {
      const { grounds } = explanation;
      const approached = grounds.rule === 'approach' ? [grounds.advice.approach.origin] : [];
      return [...grounds.neighbours.map(({ origin }) => origin), ...approached];
    }
    case 'advisory':
      return explanation.grounds.sightings.map(({ origin }) => origin);
  }
}
