// Teaches the standings of all neighbours from one moment: only where the own class and a third of the others agree.
//
// A lone rise thus settles nothing, and whoever says "not here" loses nothing by it. Invariant: at most
// `alarmStandingsMax`; the one that the least was learned of makes room.
import { alarmStandingsMax } from '../../core/limits.ts';
import { type KnownClasses, sideOf } from './known-classes.ts';
import type { RegionView } from './region.ts';
import { newStanding, type Standing, type Standings, settle, UNIT_MS, wordWeight } from './standing.ts';

/** The own class must have stood this long: at the edge of an event everybody is somewhere else. */
const SETTLED_MS = 3_600_000;
/** Share of the others' weight that must agree with the own class. */
const SHARE = 1 / 3;
/** Less weight than this on both sides together settles nothing. */
const OTHERS_MIN = 0.5;

export interface Moment {
  readonly known: KnownClasses;
  readonly standings: Standings;
  readonly pinned: ReadonlySet<string>;
  readonly view: Pick<RegionView, 'above' | 'below'>;
  /** Own class, 0 when the sensor is at fault; and since when it stands, Unix ms. */
  readonly own: number;
  readonly ownSinceMs: number;
  /** Time this moment stands for, ms; the caller caps gaps. */
  readonly stepMs: number;
  readonly nowMs: number;
}

export function learnStandings({ known, standings, pinned, view, own, ownSinceMs, stepMs, nowMs }: Moment): void {
  if (own === 0 || stepMs <= 0 || nowMs - ownSinceMs < SETTLED_MS) return;
  for (const origin of known.keys()) {
    const said = sideOf(known, origin, nowMs);
    if (said === 0) continue;
    const weight = wordWeight(standings.get(origin), pinned.has(origin), said);
    const above = view.above - (said > 0 ? weight : 0);
    const below = view.below - (said < 0 ? weight : 0);
    if (above + below < OTHERS_MIN || (own > 0 ? above : below) < SHARE * (above + below)) continue;
    settle(standingOf(standings, origin), own, said === own, stepMs / UNIT_MS);
  }
}

function standingOf(standings: Standings, origin: string): Standing {
  const held = standings.get(origin);
  if (held) return held;
  if (standings.size >= alarmStandingsMax) standings.delete(leastLearned(standings));
  const fresh = newStanding();
  standings.set(origin, fresh);
  return fresh;
}

function leastLearned(standings: Standings): string {
  const units = ({ above, below }: Standing) => above + below;
  return [...standings].reduce((least, one) => (units(one[1]) < units(least[1]) ? one : least))[0];
}
