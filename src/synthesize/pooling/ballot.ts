// One vote for each origin, and one for each class of what errs alike.
//
// Packets of one origin may tell the same observations again, and instruments of one class share an error that no number of
// them averages out. So a group says the mean of its members, each by its information (trust over variance), and weighs
// what its strongest member weighs alone. All keys that nobody knows are one group, whatever class they claim: keys
// cost nothing, and a hundred of them are one stranger.
// Invariant: splitting a claim over more packets, or over more unknown keys, never makes it weigh more.
import { classOf, type SiteResult, trustOf } from './claim.ts';
import { type Vote, weightOf } from './random-effects.ts';

export interface Member {
  readonly id: string;
  /** Of the group's word, 0 to 1. */
  readonly share: number;
}

export interface Ballot extends Vote {
  /** Of the class that it will be merged into. */
  readonly group: string;
  readonly members: readonly Member[];
}

/** The votes of origins, for results whose figures are in order. */
export function perOrigin(results: readonly SiteResult[]): Ballot[] {
  return [...Map.groupBy(results, ({ origin }) => origin).values()].map((said) => merged(said.map(ballotOf)));
}

function ballotOf(result: SiteResult): Ballot {
  return {
    effect: result.effect,
    variance: result.standardError ** 2,
    varianceFloor: 0,
    trust: trustOf(result),
    group: classOf(result),
    members: [{ id: result.id, share: 1 }],
  };
}

export function perClass(ballots: readonly Ballot[]): Ballot[] {
  return [...Map.groupBy(ballots, ({ group }) => group).values()].map(merged);
}

/** What each vote counts where one is held against the others: the votes of a class make one together. */
export function countsOf(ballots: readonly Pick<Ballot, 'group' | 'trust'>[]): number[] {
  const classes = new Map<string, { sum: number; strongest: number }>();
  for (const { group, trust } of ballots) {
    const held = classes.get(group);
    if (held) {
      held.sum += trust;
      held.strongest = Math.max(held.strongest, trust);
    } else classes.set(group, { sum: trust, strongest: trust });
  }
  return ballots.map(({ group, trust }) => {
    const { sum, strongest } = classes.get(group)!;
    return (trust * strongest) / sum;
  });
}

function merged(ballots: readonly Ballot[]): Ballot {
  if (ballots.length === 1) return ballots[0]!;
  let strongest = ballots[0]!;
  let information = 0;
  for (const ballot of ballots) {
    information += informationOf(ballot);
    if (informationOf(ballot) > informationOf(strongest)) strongest = ballot;
  }
  let effect = 0;
  const members: Member[] = [];
  for (const ballot of ballots) {
    const part = informationOf(ballot) / information;
    effect += part * ballot.effect;
    for (const { id, share } of ballot.members) members.push({ id, share: share * part });
  }
  return { ...strongest, effect, members };
}

function informationOf(vote: Vote): number {
  return weightOf(vote, 0);
}
