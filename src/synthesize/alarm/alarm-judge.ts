// Judges one phenomenon at one gateway: readings and neighbours' classes in, what is told and sent out.
//
//     reading ──> recent value ──> class ──┐                 ┌─> event, confirmed, local
//            └──> standstill, two lasers,  ├─> region, runs ─┼─> fault: stuck, dead, drift, disagreement,
//                 the others' values       │                 │   attenuated, reads_low, reads_high
//     class of a neighbour ──> known ──────┘                 └─> advisory; a level for the others
// Pure: time comes with the readings. Invariant: state of capped size that survives JSON; a late reading changes nothing.
import { alarmNeighboursMax } from '../../core/limits.ts';
import { advise, HORIZON_MS, resolveAdvice } from './advice.ts';
import { followClass, forgetTold, isLevelDue } from './alarm-class.ts';
import { type AlarmCause, type AlarmOutcome, type AlarmTold, NOTHING } from './alarm-outcome.ts';
import { followSigns, isSigned, newSigns, type SignNumbers, type SignState } from './device-signs.ts';
import { regionChanges, type Seen, seenBy, type ToldBy } from './grounds.ts';
import { forgetMoment, forgetSensor, forgetTimes, type JudgeState } from './judge-state.ts';
import { hearClass, type KnownClasses, sideOf, type ToldClass } from './known-classes.ts';
import { followLasting } from './lasting.ts';
import { learnStandings } from './learning.ts';
import { oddsOf, resolveOdds } from './odds.ts';
import { addRecent } from './recent-value.ts';
import { isFew, type RegionView, regionSide, viewRegion } from './region.ts';
import type { Situation } from './situation.ts';
import { EARNED_WEIGHT, type Standings } from './standing.ts';
import { followStandstill, newStandstill, WINDOW_MS } from './standstill.ts';
import { hearValue, type ToldUsual, type ToldValues } from './told-values.ts';
import { addToDay } from './trailing-day.ts';
import { followLasers } from './two-lasers.ts';
import { judge } from './verdict.ts';

const HOUR_MS = 3_600_000;
/** Plainly local: this many times the usual of the day, and this many times the alarm. */
const CONTRAST = { usual: 3, alarm: 2 };
/** A clock that was set back shows in as many readings; then times that lie ahead mean nothing any more. */
const LATE_MAX = 5;
const FAULT_CONFIDENCE = 0.9;

/** When a fault was found, by how many neighbours, in which numbers, and what was seen beside it. */
interface FoundFault {
  readonly nowMs: number;
  readonly neighbours: number | undefined;
  readonly numbers: SignNumbers | undefined;
  readonly seen: () => Seen;
}

export interface AlarmJudgeOptions {
  /** In the unit of the quantity. */
  readonly alarm: number;
  /** Node ids in hex of the keys the operator wrote down. */
  readonly pinned: ReadonlySet<string>;
  readonly state: JudgeState;
  readonly known: KnownClasses;
  readonly standings: Standings;
  readonly values: ToldValues;
  readonly signs: SignState;
  /** By node id in hex: the packet that told a class, to explain what came of it. */
  readonly toldBy?: ReadonlyMap<string, ToldBy>;
}

export class AlarmJudge {
  readonly #options: AlarmJudgeOptions;
  /** Neighbours that went above since the last reading. */
  readonly #newlyAbove = new Set<string>();

  constructor(options: AlarmJudgeOptions) {
    this.#options = options;
  }

  /** @param told by a neighbour whose key is believed */
  hear(origin: string, told: ToldClass): void {
    const { known, pinned } = this.#options;
    const isNewlyAbove = told.side > 0 && sideOf(known, origin, told.atMs) < 0;
    if (isNewlyAbove && this.#newlyAbove.size < alarmNeighboursMax) this.#newlyAbove.add(origin);
    hearClass(known, origin, told, pinned);
  }

  /** A level of a neighbour whose key is believed, as numbers. */
  hearValue(origin: string, told: ToldUsual): void {
    const { state, values, alarm, pinned } = this.#options;
    const isKnown = state.day.known > 0 && state.still.open === 0 && Math.abs(told.atMs - state.lastMs) <= 2 * HOUR_MS;
    const own = isKnown ? { value: state.still.last, usual: state.day.median } : undefined;
    hearValue(values, origin, told, { own, alarm, pinned });
  }

  /** One reading of a single channel, in the unit of the quantity. */
  read(value: number, nowMs: number): AlarmOutcome {
    const stepMs = this.#stepMs(nowMs);
    return stepMs === undefined ? NOTHING : this.#judge(value, { nowMs, stepMs, split: undefined });
  }

  /** Two channels of one moment. */
  readBoth(a: number, b: number, nowMs: number): AlarmOutcome {
    const { state, alarm } = this.#options;
    const gapMs = Math.max(HOUR_MS / 2, 3 * state.intervalMs);
    const stepMs = this.#stepMs(nowMs);
    if (stepMs === undefined) return NOTHING;
    const { value, fault } = followLasers(state.lasers, { a, b, alarm, timeMs: nowMs, gapMs });
    return this.#judge(value, { nowMs, stepMs, split: fault ? { a, b } : undefined });
  }

  /** Another sensor speaks from now on: what was learned of the one before is not its own. */
  changeSensor(): void {
    forgetSensor(this.#options.state);
    this.#forgetSigns();
  }

  /** The sensor was not listened to until now: it goes on as after a gap. */
  resume(): void {
    forgetMoment(this.#options.state);
    this.#newlyAbove.clear();
  }

  /** @param split two channels that are found to disagree */
  #judge(reading: number, { nowMs, stepMs, split }: { nowMs: number; stepMs: number; split: SignNumbers | undefined }) {
    const { state, alarm, known, standings, pinned, values, signs } = this.#options;
    const value = addRecent(state.recent, reading, nowMs);
    const usual = addToDay(state.day, reading, nowMs);
    const stands = followStandstill(state.still, reading, alarm, nowMs);
    followClass(state.own, value, alarm, nowMs);
    // A sensor that does not measure learns nothing, votes nothing and tells nothing.
    const isStill = state.still.open === 1;
    const own = isStill ? 0 : state.own.side;
    const { sinceMs } = state.own;
    const view = viewRegion(known, standings, { pinned, nowMs });
    const region = regionSide(view, own);
    learnStandings({ known, standings, pinned, view, own, ownSinceMs: sinceMs, stepMs, nowMs });
    const now: Situation = {
      nowMs,
      intervalMs: Math.min(state.intervalMs, HOUR_MS),
      value,
      usual: usual ?? value,
      alarm,
      own,
      ownSinceMs: sinceMs,
      region,
      oneAbove: region === 0 && view.above >= EARNED_WEIGHT && view.below === 0,
      above: view.above,
      below: view.below,
      few: isFew(view),
      earnedAbove: view.earnedAbove,
      contrast: usual !== undefined && value >= CONTRAST.usual * usual && value >= CONTRAST.alarm * alarm,
    };
    const told = judge(state.verdict, now);
    const hasDrifted = followLasting(state.lasting, { own, region, stepMs });
    const sign = followSigns(signs, {
      alarm,
      values,
      day: state.day,
      intervalMs: state.intervalMs,
      standings,
      pinned,
      nowMs,
    });
    const seen = () => seenBy(now, view, this.#options.toldBy);
    const cause = stands ?? (hasDrifted ? 'drift' : split ? 'disagreement' : sign?.cause);
    const numbers = cause && (cause === sign?.cause ? sign.numbers : this.#numbersOf(cause, split));
    const fault = this.#fault(cause, value, { nowMs, neighbours: sign?.neighbours, numbers, seen });
    // What a failing sensor told is taken back, and it tells nothing until the sign is over.
    const isMistrusted = isStill || isSigned(signs) || state.lasting.told === 1;
    if (isMistrusted) forgetTold(state.own);
    resolveOdds(state.odds, { region, faulty: fault.length > 0, stepMs, nowMs });
    const verdicts = told.map(({ kind, ...why }): AlarmTold => {
      const odds = oddsOf(state.odds, kind, view, nowMs);
      const grounds = { ...seen(), ...why, odds, changes: regionChanges(view, own) };
      return { kind, confidence: odds.probability, observed: value, grounds };
    });
    const advisories = this.#warn(view, now, seen);
    const isDue = !isMistrusted && isLevelDue(state.own, nowMs);
    const level = isDue ? { side: state.own.side, sinceMs, value, usual: usual ?? value } : undefined;
    return { told: [...verdicts, ...fault, ...advisories], level };
  }

  /**
   * Time a reading stands for: since the one before, an hour at most, and no more than twice the usual interval.
   * @returns undefined for a reading that is late
   */
  #stepMs(nowMs: number): number | undefined {
    const { state } = this.#options;
    const dtMs = state.lastMs === 0 ? 0 : nowMs - state.lastMs;
    if (state.lastMs !== 0 && dtMs <= 0) {
      if (++state.late < LATE_MAX) return undefined;
      forgetTimes(state, nowMs);
      this.#forgetSigns();
      return 0;
    }
    state.late = 0;
    state.lastMs = nowMs;
    // After so long nothing that is known of the sensor is of now.
    if (dtMs > WINDOW_MS) state.still = newStandstill();
    if (dtMs <= 0) return 0;
    if (state.intervalMs === 0) state.intervalMs = dtMs;
    else state.intervalMs *= 1 + Math.max(-0.1, Math.min(0.1, dtMs / state.intervalMs - 1));
    return Math.min(dtMs, 2 * state.intervalMs, HOUR_MS);
  }

  #forgetSigns(): void {
    const { signs, values } = this.#options;
    Object.assign(signs, newSigns());
    values.clear();
  }

  #fault(
    cause: AlarmCause | undefined,
    observed: number,
    { nowMs, neighbours, numbers, seen }: FoundFault,
  ): AlarmTold[] {
    const { state } = this.#options;
    if (cause === undefined || nowMs - state.faultMs < HOUR_MS) return [];
    state.faultMs = nowMs;
    const grounds = { ...seen(), rule: 'sign', sign: numbers ?? {} } as const;
    return [
      { kind: 'fault', confidence: FAULT_CONFIDENCE, observed, cause, ...(neighbours && { neighbours }), grounds },
    ];
  }

  /** What the checks of the sensor itself go by. */
  #numbersOf(cause: AlarmCause, split: SignNumbers | undefined): SignNumbers {
    const { still, lasting } = this.#options.state;
    if (cause === 'stuck')
      return { value: still.last, readings: still.run, stoodMs: this.#options.state.lastMs - still.sinceMs };
    if (cause === 'dead')
      return { value: still.last, least: Math.min(still.floor, still.floorBefore), readings: still.below };
    return cause === 'drift' ? { stoodMs: lasting.aloneMs } : (split ?? {});
  }

  #warn(view: RegionView, { value, usual, nowMs }: Situation, seen: () => Seen): AlarmTold[] {
    const { state, alarm } = this.#options;
    const isAbove = state.own.side > 0;
    resolveAdvice(state.advice, isAbove, nowMs);
    const newly = [...this.#newlyAbove];
    this.#newlyAbove.clear();
    if (isAbove) return [];
    const share = view.above === 0 ? 0 : view.above / (view.above + view.below);
    return newly.flatMap((origin): AlarmTold[] => {
      const approach = { origin, nearness: value / alarm, usual: usual / alarm, share };
      const advice = advise(state.advice, approach, nowMs);
      if (!advice) return [];
      const interval = { fromMs: nowMs, untilMs: nowMs + HORIZON_MS };
      const grounds = { ...seen(), rule: 'approach', advice, horizonMs: HORIZON_MS } as const;
      return [{ kind: 'advisory', confidence: advice.probability, observed: value, interval, grounds }];
    });
  }
}
