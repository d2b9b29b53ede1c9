// Weighs what a neighbour's word on its alarm class is worth here: learned from what proved true, never frozen.
//
//     weight = P(it says above | it was above) - P(it says above | it was below), over the same of a fresh pinned key
//
// "It was" is settled when the own class stands and at least a third of the others' weight agrees: then who said the
// opposite was shown false, and who said the same was right. A local rise that nobody shares settles nothing, so that
// "not here" costs nobody trust; whoever always says the same tells nothing and weighs nothing, whatever it says.
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
/** All newcomers together weigh less than two pinned keys. */
const NEWCOMERS_MAX = 1.9;

export const newStanding = (): Standing => ({ above: 0, aboveRight: 0, below: 0, belowRight: 0 });

export function weightOf(standing: Standing | undefined, isPinned: boolean): number {
  const { units, right } = isPinned ? PRIOR.pinned : PRIOR.newcomer;
  const { above, aboveRight, below, belowRight } = standing ?? newStanding();
  const saysAbove = (aboveRight + units * right) / (above + units);
  const saysBelow = (belowRight + units * right) / (below + units);
  return Math.max(0, Math.min(WEIGHT_MAX, (saysAbove + saysBelow - 1) / FRESH_PINNED));
}

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

/** Scales newcomers down, so that many new keys are never more than a few known ones. */
export function newcomerScale(newcomerWeight: number): number {
  return newcomerWeight > NEWCOMERS_MAX ? NEWCOMERS_MAX / newcomerWeight : 1;
}
