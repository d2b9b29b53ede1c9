// Lets the similarity functions of a domain compete: the better the packets that each selects foretell what comes, the more
// it is used (Hedge), and who lost can come back (the fixed share of Herbster and Warmuth, 1998).
//
//     weight x exp(-rate x loss), then a share of all of it is dealt out evenly
//
// What is used is drawn by weight; under USED_MIN it is not used any more, and goes on foretelling beside the one that is. Losses
// are within 0 to 1. Invariant: weights add up to 1 and none falls under its part of what is dealt out, so nobody is out for ever.
import { assert } from '../../core/assert.ts';
import { rivalsMax } from '../../core/election-limits.ts';

export const COMPETITION = {
  /** Reports after which the truth may be another one: the share that is dealt out is one over it. */
  stretch: 100,
  /** Below this weight a function answers nobody. */
  usedMin: 0.05,
} as const;

const SHARE = 1 / COMPETITION.stretch;

/** Plain JSON. */
export interface Rival {
  readonly name: string;
  weight: number;
}

export interface ShownRival extends Readonly<Rival> {
  readonly isUsed: boolean;
}

export interface Competition {
  /** @param draw in [0, 1) */
  choose(draw: number): string;
  /** @param losses by name, 0 to 1; a function that foretold nothing loses what the others lose */
  learn(losses: ReadonlyMap<string, number>): void;
  rivals(): ShownRival[];
  state(): Rival[];
}

/** @param names the first leads where nothing is known @param saved of functions that are gone is dropped */
export function createCompetition(names: readonly string[], saved: readonly Rival[] = []): Competition {
  assert(names.length >= 1 && names.length <= rivalsMax && new Set(names).size === names.length, 'few, by name');
  const known = new Map(saved.map(({ name, weight }) => [name, weight]));
  const rivals: Rival[] = names.map((name) => ({ name, weight: known.get(name) ?? 1 / names.length }));
  normalise(rivals);
  const rate = rateOf(names.length);
  const best = () => rivals.reduce((a, b) => (b.weight > a.weight ? b : a));
  const used = () => rivals.filter((one) => one.weight >= COMPETITION.usedMin || one === best());

  return {
    choose(draw) {
      const drawn = used();
      let left = draw * drawn.reduce((sum, { weight }) => sum + weight, 0);
      for (const { name, weight } of drawn) {
        left -= weight;
        if (left < 0) return name;
      }
      return best().name;
    },
    learn(losses) {
      const told = rivals.filter(({ name }) => losses.has(name));
      const awake = told.reduce((sum, { weight }) => sum + weight, 0);
      if (awake === 0) return;
      const mean = told.reduce((sum, { name, weight }) => sum + weight * losses.get(name)!, 0) / awake;
      for (const rival of rivals)
        rival.weight *= Math.exp(-rate * Math.min(1, Math.max(0, losses.get(rival.name) ?? mean)));
      normalise(rivals);
      for (const rival of rivals) rival.weight = (1 - SHARE) * rival.weight + SHARE / rivals.length;
    },
    rivals: () => {
      const now = used();
      return rivals.map((rival) => ({ ...rival, isUsed: now.includes(rival) }));
    },
    state: () => rivals.map((rival) => ({ ...rival })),
  };
}

/** What a sequence of choices costs to describe, in nats, with one change in a stretch. */
function complexityOf(
  rivals: number,
  { rounds, changes }: { readonly rounds: number; readonly changes: number },
): number {
  return (
    (changes + 1) * Math.log(rivals) -
    changes * Math.log(SHARE) -
    Math.max(0, rounds - changes - 1) * Math.log(1 - SHARE)
  );
}

/** The rate with the least regret that can be promised over a stretch in which the best function changes once. */
function rateOf(rivals: number): number {
  const { stretch } = COMPETITION;
  return Math.sqrt((8 * complexityOf(rivals, { rounds: stretch, changes: 1 })) / stretch);
}

/**
 * What the mean loss by weight can be above that of the best sequence with so many changes, at most, whatever comes: the
 * smaller of Hoeffding's bound and the one for small losses (Cesa-Bianchi and Lugosi, 2006, theorem 5.1 and section 2.4).
 */
export function regretBound(
  rivals: number,
  { rounds, changes, bestLoss }: { readonly rounds: number; readonly changes: number; readonly bestLoss: number },
): number {
  const rate = rateOf(rivals);
  const complexity = complexityOf(rivals, { rounds, changes });
  const any = complexity / rate + (rate * rounds) / 8;
  return Math.min(any, (rate * bestLoss + complexity) / (1 - Math.exp(-rate)) - bestLoss);
}

function normalise(rivals: readonly Rival[]): void {
  const sum = rivals.reduce((total, { weight }) => total + weight, 0);
  for (const rival of rivals) rival.weight = sum > 0 && Number.isFinite(sum) ? rival.weight / sum : 1 / rivals.length;
}
