// Writes what an alarm watch remembers as plain JSON, and reads it again as far as it fits.
//
// Restored, it judges as without a break. What was saved for another level, or does not have the shape of now, is left
// out. Invariant: every number that comes back is finite, every list is as long as it may be at most.
import { alarmNeighboursMax, alarmStandingsMax } from '../../core/limits.ts';
import { newSigns, type SignState } from './device-signs.ts';
import { type JudgeState, newJudgeState } from './judge-state.ts';
import type { KnownClass, KnownClasses } from './known-classes.ts';
import { newStanding, type Standing, type Standings } from './standing.ts';
import { newToldValue, type ToldValue, type ToldValues } from './told-values.ts';

/** What a watch remembers, as it works with it. */
export interface AlarmMemory {
  readonly state: JudgeState;
  readonly known: KnownClasses;
  readonly standings: Standings;
  readonly values: ToldValues;
  readonly signs: SignState;
}

/** Plain JSON. */
export interface SavedAlarm {
  readonly alarm: number;
  readonly state: JudgeState;
  readonly known: readonly (readonly [string, KnownClass])[];
  readonly standings: readonly (readonly [string, Standing])[];
  readonly values: readonly (readonly [string, ToldValue])[];
  readonly signs: SignState;
}

export function savedAlarm({ state, known, standings, values, signs }: AlarmMemory, alarm: number): SavedAlarm {
  return structuredClone({ alarm, state, known: [...known], standings: [...standings], values: [...values], signs });
}

const PENDING = { atMs: 0, features: [0, 0, 0, 0, 0], origin: '' };
const RISE = { at: 0, atMs: 0, knownMs: 0, aboveMs: 0 };
const PAIR = { had: 0, came: 0 };
const KNOWN: KnownClass = { side: 0, sinceMs: 0, toldMs: 0, context: '', level: 0 };

/** @returns a fresh one where nothing that fits was saved */
export function restoreAlarm(saved: unknown, alarm: number): AlarmMemory {
  const fresh = {
    state: newJudgeState(),
    known: new Map(),
    standings: new Map(),
    values: new Map(),
    signs: newSigns(),
  };
  if (!isRecord(saved) || saved.alarm !== alarm || !fits(saved.state, fresh.state)) return fresh;
  return {
    state: checkedState(saved.state as JudgeState),
    known: new Map(entries(saved.known, KNOWN, alarmNeighboursMax)),
    standings: new Map(entries(saved.standings, newStanding(), alarmStandingsMax)),
    values: new Map(entries(saved.values, newToldValue(), alarmNeighboursMax)),
    // Of a version before these signs nothing was saved of them; the rest is good.
    signs: fits(saved.signs, fresh.signs) ? (saved.signs as SignState) : fresh.signs,
  };
}

/** Lists that grow and shrink: what does not fit is left out of them. */
function checkedState(state: JudgeState): JudgeState {
  const pending = state.advice.pending.filter((example) => fits(example, PENDING));
  const pairs = Object.fromEntries(Object.entries(state.advice.pairs).filter(([, pair]) => fits(pair, PAIR)));
  const rises = state.odds.pending.filter((rise) => fits(rise, RISE));
  return { ...state, advice: { ...state.advice, pending, pairs }, odds: { ...state.odds, pending: rises } };
}

function entries<T>(list: unknown, like: T, max: number): [string, T][] {
  if (!Array.isArray(list)) return [];
  const good = list.filter((item) => Array.isArray(item) && typeof item[0] === 'string' && fits(item[1], like));
  return good.slice(0, max) as [string, T][];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether it has every member of the other, of the same kind; a list keeps its length, an empty one may hold anything. */
function fits(value: unknown, like: unknown): boolean {
  if (typeof like === 'number') return Number.isFinite(value);
  if (typeof like === 'string') return typeof value === 'string';
  if (Array.isArray(like)) {
    if (!Array.isArray(value)) return false;
    return like.length === 0 || (value.length === like.length && value.every((item, at) => fits(item, like[at])));
  }
  return isRecord(value) && Object.entries(like as object).every(([key, member]) => fits(value[key], member));
}
