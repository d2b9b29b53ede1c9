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
  return mergedBy(results, ({ origin }) => origin, ballotOf);
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
  return mergedBy(
    ballots,
    ({ group }) => group,
    (ballot) => ballot,
  );
}

/** One of each key, in the order of their first ones. Most are alone, and cost no list. */
function mergedBy<T>(all: readonly T[], keyOf: (one: T) => string, ballotFrom: (one: T) => Ballot): Ballot[] {
  const places = new Map<string, number>();
  const ballots: Ballot[] = [];
  const groups = new Map<number, Ballot[]>();
  for (const one of all) {
    const key = keyOf(one);
    const ballot = ballotFrom(one);
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, ballots.length);
      ballots.push(ballot);
    } else {
      const group = groups.get(place);
      if (group) group.push(ballot);
      else groups.set(place, [ballots[place]!, ballot]);
    }
  }
  for (const [place, group] of groups) ballots[place] = merged(group);
  return ballots;
}

/** What each vote counts where one is held against the others: the votes of a class make one together. */
export function countsOf(ballots: readonly Pick<Ballot, 'group' | 'trust'>[]): number[] {
  const classes = new Map<string, { sum: number; strongest: number }>();
  const classOfEach = ballots.map(({ group, trust }) => {
    const held = classes.get(group);
    if (held) {
      held.sum += trust;
      held.strongest = Math.max(held.strongest, trust);
      return held;
    }
    const made = { sum: trust, strongest: trust };
    classes.set(group, made);
    return made;
  });
  return classOfEach.map(({ sum, strongest }, i) => (ballots[i]!.trust * strongest) / sum);
}

function merged(ballots: readonly Ballot[]): Ballot {
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
