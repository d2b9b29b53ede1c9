// Holds what a gateway's judgement of one phenomenon remembers, neighbours apart. Plain JSON of capped size.
import { type AdviceState, newAdvice } from './advice.ts';
import { type AlarmClassState, newAlarmClass } from './alarm-class.ts';
import { type LastingState, newLasting } from './lasting.ts';
import { newOdds, type OddsState } from './odds.ts';
import { newRecent, type RecentState } from './recent-value.ts';
import { newStandstill, type StandstillState } from './standstill.ts';
import { newTrailingDay, type TrailingDayState } from './trailing-day.ts';
import { newTwoLasers, type TwoLasersState } from './two-lasers.ts';
import { newVerdict, type VerdictState } from './verdict.ts';

export interface JudgeState {
  /** What belongs to the sensor. */
  recent: RecentState;
  day: TrailingDayState;
  still: StandstillState;
  lasers: TwoLasersState;
  lasting: LastingState;
  own: AlarmClassState;
  verdict: VerdictState;
  advice: AdviceState;
  odds: OddsState;
  /** The newest reading, the typical time between two, and when a fault was told last; ms. */
  lastMs: number;
  intervalMs: number;
  faultMs: number;
  /** Readings in a row from before the newest. */
  late: number;
}

export const newJudgeState = (): JudgeState => ({
  recent: newRecent(),
  day: newTrailingDay(),
  still: newStandstill(),
  lasers: newTwoLasers(),
  lasting: newLasting(),
  own: newAlarmClass(),
  verdict: newVerdict(),
  advice: newAdvice(),
  odds: newOdds(),
  lastMs: 0,
  intervalMs: 0,
  faultMs: 0,
  late: 0,
});

/** Another sensor speaks from now on: what was learned of the one before is not its own. */
export function forgetSensor(state: JudgeState): void {
  const { recent, day, still, lasers, lasting } = newJudgeState();
  Object.assign(state, { recent, day, still, lasers, lasting });
}

/**
 * Nobody listened to the sensor until now: what it showed last, and what was to come true meanwhile, says nothing. What was
 * learned stays, and so does when what was told.
 */
export function forgetMoment(state: JudgeState): void {
  const { recent, lasers, verdict } = newJudgeState();
  const { lastMs } = state.verdict;
  const still = { ...state.still, last: -1, run: 0, below: 0 };
  const own = { ...state.own, side: 0, sinceMs: 0 };
  const advice = { ...state.advice, pending: [] };
  const odds = { ...state.odds, pending: [] };
  Object.assign(state, { recent, lasers, verdict: { ...verdict, lastMs }, still, own, advice, odds });
}

/** The clock was set back: what lies ahead of it would stand for ever. What was learned for advice and odds has no time. */
export function forgetTimes(state: JudgeState, nowMs: number): void {
  const advice = { ...state.advice, pending: [], aboveMs: 0, toldMs: 0 };
  const odds = { ...state.odds, pending: [] };
  Object.assign(state, newJudgeState(), { advice, odds, lastMs: nowMs });
}
