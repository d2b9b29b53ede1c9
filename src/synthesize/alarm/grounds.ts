// Explains what an alarm judge told: what it saw at that moment, in the very numbers it judged by, and what would change it.
//
//   situation, region, telling, odds ──> grounds of event, confirmed, local        sign of the device ──> of a fault
//   approach and what was learned ─────> grounds of an advisory
// Plain data, made only where something is told. Invariant: what the neighbours count adds up to the weights of the region.
import type { Advice } from './advice.ts';
import type { SignNumbers } from './device-signs.ts';
import type { Odds } from './odds.ts';
import { type CountedClass, type CountedRegion, regionSide } from './region.ts';
import type { Situation } from './situation.ts';
import type { Rule, Telling } from './verdict.ts';

/** So many neighbours more, with pinned keys that nothing is known of yet, and the neighbourhood is on the other side. */
export interface RegionChange {
  /** What they say: 1 that it is above there, -1 that it is below. */
  readonly side: 1 | -1;
  readonly neighbours: number;
  /** Which side the neighbourhood is on then; 0 when nobody can know. */
  readonly region: number;
}

/** What the judge saw; values in the unit of the quantity. */
export interface Seen {
  /** Half-hour median, the median of the day before, and the alarm level. */
  readonly value: number;
  readonly usual: number;
  readonly alarm: number;
  /** Own class: 1 above, -1 below, 0 not known; and since when, Unix ms. */
  readonly own: number;
  readonly ownSinceMs: number;
  /** The neighbourhood: 1 above, -1 below, 0 when nobody can know; what its words weigh, and whether it is few. */
  readonly region: number;
  readonly above: number;
  readonly below: number;
  readonly few: boolean;
  /** Whose word counts, heaviest first. */
  readonly neighbours: readonly ExplainedNeighbour[];
}

/** What the packet was that told a class; not known any more after a restart. */
export interface ToldBy {
  /** In hex. */
  readonly id: string;
  readonly distanceM: number | undefined;
  readonly sensorClass: number;
}

export type ExplainedNeighbour = CountedClass & Partial<ToldBy>;

export type Grounds = Seen &
  (
    | (Pick<Telling, 'stoodMs' | 'waitMs'> & {
        readonly rule: Rule;
        readonly odds: Odds;
        readonly changes: readonly RegionChange[];
      })
    | { readonly rule: 'sign'; readonly sign: SignNumbers }
    | { readonly rule: 'approach'; readonly advice: Advice; readonly horizonMs: number }
  );

/** So many are tried; where these change nothing, nobody else will. */
const NEIGHBOURS_TRIED = 12;

export function seenBy(
  now: Situation,
  { counted }: Pick<CountedRegion, 'counted'>,
  toldBy: ReadonlyMap<string, ToldBy> | undefined,
): Seen {
  const { value, usual, alarm, own, ownSinceMs, region, above, below, few } = now;
  const neighbours = counted
    .map((one) => ({ ...one, ...toldBy?.get(one.origin) }))
    .toSorted((a, b) => b.counts - a.counts);
  return { value, usual, alarm, own, ownSinceMs, region, above, below, few, neighbours };
}

/** Asks the rule that decides, with one neighbour more each time. */
export function regionChanges(view: CountedRegion, own: number): RegionChange[] {
  const before = regionSide(view, own);
  return ([1, -1] as const).flatMap((side) => {
    for (let n = 1; n <= NEIGHBOURS_TRIED; n++) {
      const [known, voices, heads] = [view.known + n, view.voices + n, view.heads + n];
      const weights = { above: view.above + (side > 0 ? n : 0), below: view.below + (side < 0 ? n : 0) };
      const region = regionSide({ ...view, ...weights, known, voices, heads }, own);
      if (region !== before) return [{ side, neighbours: n, region }];
    }
    return [];
  });
}
