// Weighs what a neighbour's word on its alarm class is worth here: learned from what proved true, never frozen.
//
//     trust = P(it says above | it was above) - P(it says above | it was below), over the same of a fresh pinned key
//
// "It was" is settled when the own class stands and at least a third of the others' weight agrees. To say "below" then is
// no lie, for it speaks of another place: thirty hours of it cost no trust, and who was ever shown right keeps .7 of it.
// A "below" weighs by all of it, so that silence blocks nobody; an "above" that was shown false weighs less.
// Invariant: old evidence fades as new comes (not with time), so that a sleeper that turns is found within days.

export interface Standing {
  /** Settled time during which the region was above (below), and during which this neighbour said so; in units. */
  above: number;
  aboveRight: number;
  below: number;
  belowRight: number;
}

/** By node id in hex. */
export type Standings = Map<string, Standing>;

/** One unit is six settled hours: an episode is a few, a quiet week 28. */
export const UNIT_MS = 6 * 3_600_000;
/** Units that are remembered for each side: ten days of it. */
const MEMORY = 40;
/** Units of belief before any evidence, and the share of them that is right. */
const PRIOR = { pinned: { units: 10, right: 0.9 }, newcomer: { units: 3, right: 0.63 } } as const;
const FRESH_PINNED = 2 * PRIOR.pinned.right - 1;
const WEIGHT_MAX = 1.25;
/** From here a key has earned its word. */
export const EARNED_WEIGHT = 0.7;
/** All strangers together weigh less than two pinned keys. */
const NEWCOMERS_MAX = 1.9;

export const newStanding = (): Standing => ({ above: 0, aboveRight: 0, below: 0, belowRight: 0 });

/** Units that may be missed before it costs trust; and what a neighbour keeps that was right for six hours. */
const MISSED_MAX = 5;
const KEPT = { weight: 0.7, fromUnits: 1 } as const;
/** An "above" counts whole while it was right this often; then steeply less: a fifth of it at 70 %. */
const ALARMS = { right: 0.86, power: 8 } as const;

/** What the word of a neighbour is worth, whatever it says: 1 is a pinned key that nothing is known of yet, 0 nothing. */
export function weightOf(standing: Standing = newStanding(), isPinned: boolean): number {
  const { units, right } = isPinned ? PRIOR.pinned : PRIOR.newcomer;
  const { above, aboveRight, below, belowRight } = standing;
  const missed = Math.max(0, above - aboveRight - MISSED_MAX);
  const isAlive = aboveRight >= KEPT.fromUnits;
  const saysBelow = (belowRight + units * right) / (below + units);
  const learned = scaled((aboveRight + units * right) / (aboveRight + missed + units), saysBelow);
  return isAlive ? Math.max(learned, Math.min(KEPT.weight, scaled(right, saysBelow))) : learned;
}

/** What it is worth when it says that it is above (1), or below (-1). */
export function wordWeight(standing: Standing = newStanding(), isPinned: boolean, side: number): number {
  const { above, aboveRight, below, belowRight } = standing;
  if (side > 0) {
    const shownRight = (belowRight + PRIOR.pinned.units * PRIOR.pinned.right) / (below + PRIOR.pinned.units);
    return weightOf(standing, isPinned) * Math.min(1, shownRight / ALARMS.right) ** ALARMS.power;
  }
  const { units, right } = isPinned ? PRIOR.pinned : PRIOR.newcomer;
  return scaled((aboveRight + units * right) / (above + units), (belowRight + units * right) / (below + units));
}

/** Youden's J of the two shares, over that of a fresh pinned key. */
const scaled = (saysAbove: number, saysBelow: number): number =>
  Math.max(0, Math.min(WEIGHT_MAX, (saysAbove + saysBelow - 1) / FRESH_PINNED));

/** @param agreed whether it said what was settled; `side` is what was settled, `units` for how long */
export function settle(standing: Standing, side: number, agreed: boolean, units: number): void {
  if (side > 0) {
    const kept = Math.min(1, MEMORY / (standing.above + units));
    standing.above = (standing.above + units) * kept;
    standing.aboveRight = (standing.aboveRight + (agreed ? units : 0)) * kept;
  } else {
    const kept = Math.min(1, MEMORY / (standing.below + units));
    standing.below = (standing.below + units) * kept;
    standing.belowRight = (standing.belowRight + (agreed ? units : 0)) * kept;
  }
}

/** Scales strangers down, so that many keys are never more than a few known ones. */
export function newcomerScale(newcomerWeight: number): number {
  return newcomerWeight > NEWCOMERS_MAX ? NEWCOMERS_MAX / newcomerWeight : 1;
}
