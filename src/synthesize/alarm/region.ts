// Reckons what the neighbourhood says of the alarm class: a majority of known classes, weighed by what each word is worth.
//
// Three voices make a region, the own sensor being one of them, and one of the others must be pinned or have earned its word.
// Invariant: whoever is silent, unknown or worth nothing counts on neither side; newcomers together weigh less than two
// pinned keys, and alone they make no region.
import { type KnownClasses, sideOf } from './known-classes.ts';
import { EARNED_WEIGHT, newcomerScale, type Standings, weightOf, wordWeight } from './standing.ts';

export interface RegionView {
  /** Weight of those above and of those below. */
  above: number;
  below: number;
  /** How many count at all; of these, whose key is pinned or whose word is earned; of these, who rose within hours. */
  known: number;
  voices: number;
  earnedAbove: number;
}

/** A word that is worth less than this says nothing. */
const WEIGHT_MIN = 0.15;
/** Who rose this long ago or less confirms a rise of now; who has stood above for a day confirms nothing. */
const CONFIRMS_MS = 6 * 3_600_000;

export function viewRegion(
  known: KnownClasses,
  standings: Standings,
  { pinned, nowMs }: { pinned: ReadonlySet<string>; nowMs: number },
): RegionView {
  const view: RegionView = { above: 0, below: 0, known: 0, voices: 0, earnedAbove: 0 };
  let newAbove = 0;
  let newBelow = 0;
  for (const origin of known.keys()) {
    const side = sideOf(known, origin, nowMs);
    const standing = standings.get(origin);
    const isPinned = pinned.has(origin);
    const weight = side === 0 ? 0 : wordWeight(standing, isPinned, side);
    if (weight < WEIGHT_MIN) continue;
    view.known++;
    const isNewcomer = !isPinned && weightOf(standing, false) < EARNED_WEIGHT;
    if (!isNewcomer) view.voices++;
    if (isNewcomer && side > 0) newAbove += weight;
    else if (isNewcomer) newBelow += weight;
    else if (side > 0) view.above += weight;
    else view.below += weight;
    const rose = nowMs - (known.get(origin)?.sinceMs ?? 0) <= CONFIRMS_MS;
    if (side > 0 && rose && weight >= EARNED_WEIGHT) view.earnedAbove++;
  }
  const scale = newcomerScale(newAbove + newBelow);
  view.above += newAbove * scale;
  view.below += newBelow * scale;
  return view;
}

const VOICES_MIN = 3;
/** Among fewer voices of others than this one voice must not decide against the own sensor: its own voice counts too. */
const MANY = 5;

/** 1 above, -1 below, 0 when nobody can know. A tie of the others goes with an own class above, never against one below. */
export function regionSide(view: RegionView, ownSide: number): number {
  if (view.known + 1 < VOICES_MIN || view.voices === 0) return 0;
  if (ownSide > 0) return view.above >= view.below && view.above > 0 ? 1 : -1;
  return view.above > view.below + (view.voices < MANY ? 1 : 0) ? 1 : -1;
}
