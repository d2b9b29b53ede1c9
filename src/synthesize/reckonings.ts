// Keeps how the newest verdicts were weighed last, as far as it takes to explain them.
//
// Invariant: at most explanationsMax, each with its explainedVotesMax strongest votes; what the others add up to stays. In
// memory alone: after a restart what is still open is weighed anew.
import { explainedVotesMax, explanationsMax } from '../core/explain-limits.ts';
import { createNewest } from './newest.ts';
import type { Sighting } from './sighting.ts';
import type { CountedVote, Weighed } from './weighing.ts';

export interface Reckoning {
  readonly about: Sighting;
  /** With the strongest of its votes. */
  readonly weighed: Weighed;
  /** Of the votes that are left out: how many, and what they add up to. */
  readonly others: { readonly votes: number; readonly logOdds: number };
  /** What others say where no votes are needed. */
  readonly beside: readonly CountedVote[];
  readonly nowMs: number;
}

export interface Reckonings {
  note(reckoning: Omit<Reckoning, 'others' | 'beside'> & { readonly beside?: readonly CountedVote[] }): void;
  /** Those whose packet id begins like this, in hex. */
  of(prefix: string): Reckoning[];
}

export function createReckonings(): Reckonings {
  const newest = createNewest<Reckoning>(explanationsMax);
  return {
    note({ about, weighed, beside = [], nowMs }) {
      const left = weighed.votes.slice(explainedVotesMax);
      const others = { votes: left.length, logOdds: left.reduce((sum, { logOdds }) => sum + logOdds, 0) };
      const shown = left.length === 0 ? weighed : { ...weighed, votes: weighed.votes.slice(0, explainedVotesMax) };
      newest.set(about.id, {
        about,
        weighed: shown,
        others,
        beside: beside.slice(0, explainedVotesMax),
        nowMs,
      });
    },
    of: newest.startingWith,
  };
}
