// Reckons what the neighbourhood says of the alarm class: a majority of known classes, weighed by what each word is worth.
//
// Three voices make a region, the own sensor being one of them, and one of the others must be pinned or have earned its word.
// Invariant: whoever is silent, unknown or worth nothing counts on neither side. Where two keys are pinned all others
// together weigh less than they, however long each was right, and confirm as one; else newcomers do, and alone they make
// no region.
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
  /** Pinned keys whose class is known and strangers that have earned their word (as one where there is a cap), right or not. */
  heads: number;
}

/** A neighbour whose word counts at this moment. */
export interface CountedClass {
  /** Node id in hex. */
  readonly origin: string;
  /** 1 above, -1 below; since when, and when it was told last, Unix ms. */
  readonly side: number;
  readonly sinceMs: number;
  readonly toldMs: number;
  readonly isPinned: boolean;
  readonly hasEarned: boolean;
  /** What its word is worth on this side; and what is left of it where strangers together have a cap. */
  readonly weight: number;
  readonly counts: number;
}

/** A region with those that make it: what they count adds up to its weights. */
export interface CountedRegion extends RegionView {
  readonly counted: readonly CountedClass[];
}

/** A word that is worth less than this says nothing. */
const WEIGHT_MIN = 0.15;
/** From so many pinned keys on, all the others together have a cap. */
const PINNED_MIN = 2;
/** Who rose this long ago or less confirms a rise of now; who has stood above for a day confirms nothing. */
const CONFIRMS_MS = 6 * 3_600_000;

export function viewRegion(
  known: KnownClasses,
  standings: Standings,
  { pinned, nowMs }: { pinned: ReadonlySet<string>; nowMs: number },
): CountedRegion {
  const counted: (Omit<CountedClass, 'counts'> & { readonly isCapped: boolean })[] = [];
  const view: RegionView = { above: 0, below: 0, known: 0, voices: 0, earnedAbove: 0, heads: 0 };
  const strangers = { above: 0, below: 0, voices: 0, earnedAbove: 0 };
  // Where nobody is pinned to hold against them, keys that earned their word are as good as pinned ones.
  const isClosed = pinned.size >= PINNED_MIN;
  for (const [origin, { sinceMs, toldMs }] of known) {
    const side = sideOf(known, origin, nowMs);
    const standing = standings.get(origin);
    const isPinned = pinned.has(origin);
    const weight = side === 0 ? 0 : wordWeight(standing, isPinned, side);
    if (side !== 0 && isPinned) view.heads++;
    if (weight < WEIGHT_MIN) continue;
    view.known++;
    const hasEarned = isPinned || weightOf(standing, false) >= EARNED_WEIGHT;
    const group = isPinned || (hasEarned && !isClosed) ? view : strangers;
    if (hasEarned) group.voices++;
    if (hasEarned && !isPinned && group === view) view.heads++;
    if (side > 0) group.above += weight;
    else group.below += weight;
    counted.push({ origin, side, sinceMs, toldMs, isPinned, hasEarned, weight, isCapped: group === strangers });
    const rose = nowMs - sinceMs <= CONFIRMS_MS;
    if (side > 0 && rose && weight >= EARNED_WEIGHT) group.earnedAbove++;
  }
  const scale = newcomerScale(strangers.above + strangers.below);
  view.above += strangers.above * scale;
  view.below += strangers.below * scale;
  view.voices += Math.min(strangers.voices, 1);
  view.heads += Math.min(strangers.voices, 1);
  view.earnedAbove += Math.min(strangers.earnedAbove, 1);
  const left = ({ isCapped, ...one }: (typeof counted)[number]) => ({
    ...one,
    counts: one.weight * (isCapped ? scale : 1),
  });
  return { ...view, counted: counted.map(left) };
}

const VOICES_MIN = 3;
/** Among fewer voices of others than this one voice must not decide against the own sensor: its own voice counts too. */
const MANY = 8;
/** Fewer others than this are a sample too small: only a clear lead says anything, and nothing against a quiet sensor. */
const SOME = 4;
/** Of one side over the other, in weight. */
export const CLEAR_LEAD = 0.5;

/** Whether so few are known that a gateway goes on as if it were alone; newcomers, however many, make nobody more. */
export const isFew = ({ heads }: Pick<RegionView, 'heads'>): boolean => heads < SOME;

/** 1 above, -1 below, 0 when nobody can know. A tie of the others goes with an own class above, never against one below. */
export function regionSide(view: RegionView, ownSide: number): number {
  if (view.known + 1 < VOICES_MIN || view.voices === 0) return 0;
  const lead = view.above - view.below;
  if (isFew(view) && (ownSide <= 0 || Math.abs(lead) < CLEAR_LEAD)) return 0;
  if (ownSide > 0) return lead >= 0 && view.above > 0 ? 1 : -1;
  return lead > (view.voices < MANY ? 1 : 0) ? 1 : -1;
}
