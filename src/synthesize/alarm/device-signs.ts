// Holds the own day and level against what neighbours told of theirs: a faded signal, and a level that has parted.
//
//     own day ──spread──> attenuation <──moves── told values ──gaps──> parting
// Only neighbours whose word is pinned or earned, and that told something within the day, are asked. Looked at each half hour.
// Invariant: constant plain state; with fewer than three neighbours nothing is ever told.
import { type AttenuationState, followAttenuation, middleOf, newAttenuation } from './attenuation.ts';
import { followParting, newParting, type PartingState } from './parting.ts';
import { EARNED_WEIGHT, type Standings, weightOf } from './standing.ts';
import type { ToldValue, ToldValues } from './told-values.ts';
import { spreadOfDay, type TrailingDayState } from './trailing-day.ts';

export interface SignState {
  /** The half hour that was looked at last, Unix ms. */
  atMs: number;
  attenuation: AttenuationState;
  parting: PartingState;
}

export const newSigns = (): SignState => ({ atMs: 0, attenuation: newAttenuation(), parting: newParting() });

export interface DeviceSign {
  readonly cause: 'attenuated' | 'reads_low' | 'reads_high';
  /** That it was held against. */
  readonly neighbours: number;
  /** What was held against each other: see SignNumbers. */
  readonly numbers: SignNumbers;
}

/** Numbers behind a sign of the device, by name; values in the unit of the quantity, times in ms. */
export type SignNumbers = Readonly<Record<string, number>>;

const HOUR_MS = 3_600_000;
/** As long as a told class is known. */
const FRESH_MS = 26 * HOUR_MS;
/** Two values of one neighbour are a day apart: half of one, at least, and two at most. */
const DAY_OLD_MS = { least: 12 * HOUR_MS, most: 50 * HOUR_MS };
/** Days compared before a pair is known well. */
const PAIRS_MIN = 21;

export interface SignsNow {
  /** In the unit of the quantity. */
  readonly alarm: number;
  readonly values: ToldValues;
  readonly day: TrailingDayState;
  /** Between own readings, ms. */
  readonly intervalMs: number;
  readonly standings: Standings;
  readonly pinned: ReadonlySet<string>;
  readonly nowMs: number;
}

export function followSigns(signs: SignState, now: SignsNow): DeviceSign | undefined {
  const { alarm, values, day, intervalMs, standings, pinned, nowMs } = now;
  if (day.medianAtMs === signs.atMs) return undefined;
  signs.atMs = day.medianAtMs;
  const trusted = [...values].flatMap(([origin, told]) =>
    weightOf(standings.get(origin), pinned.has(origin)) >= EARNED_WEIGHT ? [told] : [],
  );
  const spread = spreadOfDay(day, intervalMs);
  const moves = trusted
    .filter((told) => isFresh(told.pairedMs, nowMs) && isOrdinary(told) && hasDayOld(told))
    .map(moveOf);
  if (spread !== undefined && followAttenuation(signs.attenuation, { spread, moves, alarm, nowMs }))
    return { cause: 'attenuated', neighbours: moves.length, numbers: { spread, moved: middleOf(moves) } };
  const known = trusted.filter(({ pairs, pairedMs }) => pairs >= PAIRS_MIN && isFresh(pairedMs, nowMs));
  const gaps = known.map((pair) => middleOf(pair.gaps));
  const side = followParting(signs.parting, gaps, nowMs);
  if (side === 0) return undefined;
  // A gap is a logarithm: of it the factor.
  const numbers = { factor: Math.exp(middleOf(gaps)) };
  return { cause: side > 0 ? 'reads_high' : 'reads_low', neighbours: known.length, numbers };
}

/** Whether a sign was told and is not over. */
export const isSigned = ({ attenuation, parting }: SignState): boolean => attenuation.told === 1 || parting.told === 1;

const isFresh = (atMs: number, nowMs: number): boolean => nowMs - atMs <= FRESH_MS;
/** How much more a neighbour moved within a day than the own sensor did between the same two moments. */
const moveOf = ({ value, dayOld, ownValue, ownDayOld }: ToldValue): number =>
  Math.abs(value - dayOld) - Math.abs(ownValue - ownDayOld);

/** Where all air is clean, everybody may rest at a floor. */
const isOrdinary = ({ comparedMs, pairedMs }: ToldValue): boolean => comparedMs === pairedMs;

function hasDayOld({ toldMs, dayOldMs }: ToldValue): boolean {
  const apartMs = toldMs - dayOldMs;
  return apartMs >= DAY_OLD_MS.least && apartMs <= DAY_OLD_MS.most;
}
