// Watches one phenomenon that has an alarm level: the station's leading sensor and the neighbours' packets, for the judge.
//
//     readings ──> the leading sensor, its two channels joined ──> judge <── level, event, cleared, fault <── packets
//
// The sensor that speaks first leads, until it was silent for an hour. Two channels of it are judged together when both
// were read at one moment; a gap in one uses the other. Invariant: whatever its quality, no unfit reading is judged.
import { type Domain, FINDING } from '../../core/condition.ts';
import type { DomainProfile, Phenomenon } from '../../core/domain.ts';
import { alarmNeighboursMax } from '../../core/limits.ts';
import { QUALITY, type Reading, UNFIT } from '../../core/reading.ts';
import { distanceM, isAboveLevel, type Place, type Sighting } from '../sighting.ts';
import { hasLearned } from './advice.ts';
import { AlarmJudge } from './alarm-judge.ts';
import { type AlarmOutcome, NOTHING } from './alarm-outcome.ts';
import type { ToldBy } from './grounds.ts';
import { type ToldClass, withdrawClass } from './known-classes.ts';
import { type AlarmMemory, restoreAlarm, type SavedAlarm, savedAlarm } from './saved-alarm.ts';
import { type Standing, weightOf } from './standing.ts';

export interface AlarmWatchOptions {
  readonly profile: Pick<DomainProfile, 'id' | 'reachM'>;
  readonly phenomenon: Phenomenon & { readonly alarm: number };
  readonly here: Place | undefined;
  /** Node ids in hex of the keys the operator wrote down. */
  readonly pinned: ReadonlySet<string>;
  /** Whether the word of an origin counts at all: not once its key was found to be cloned. */
  readonly isHeeded: (origin: string) => boolean;
  /** As `state` gave it; what cannot be read, or is of another level, is left out. */
  readonly saved?: unknown;
}

/** What came of a reading, and of which sensor. */
export interface AlarmConclusion extends AlarmOutcome {
  readonly domain: Domain;
  readonly phenomenon: Phenomenon;
  readonly sensor: string;
  readonly sensorClass: number;
}

const HOUR_MS = 3_600_000;
/** The second of two channels; the first is the main one. */
const SECOND = 'b';
/** For so long after its last reading the second channel is waited for. */
const SECOND_MS = 3 * HOUR_MS;
/** Beside another channel these are no reason to leave a reading out: the judge finds that they disagree, and uses the lower. */
const DISAGREES = QUALITY.disagreement | QUALITY.out_of_range;

interface Moment {
  readonly timeMs: number;
  readonly main: Reading | undefined;
  readonly second: Reading | undefined;
}

/** @param beside whether another channel of the sensor was read, too */
const isFit = ({ quality }: Reading, beside: boolean): boolean => (quality & UNFIT & (beside ? ~DISAGREES : -1)) === 0;

export class AlarmWatch {
  readonly #options: AlarmWatchOptions;
  readonly #memory: AlarmMemory;
  readonly #judge: AlarmJudge;
  /** By node id in hex, for explanations alone: who is not in it was heard before a restart. */
  readonly #toldBy = new Map<string, ToldBy>();
  /** The sensor that leads, and its newest reading. */
  #leader: Reading | undefined;
  #secondMs = Number.NEGATIVE_INFINITY;
  /** Read, and not judged yet. */
  #moment: Moment | undefined;
  #judgedMs = Number.NEGATIVE_INFINITY;

  constructor(options: AlarmWatchOptions) {
    const { phenomenon, pinned } = options;
    this.#options = options;
    this.#memory = restoreAlarm(options.saved, phenomenon.alarm);
    this.#judge = new AlarmJudge({ alarm: phenomenon.alarm, pinned, toldBy: this.#toldBy, ...this.#memory });
  }

  /** A judged reading of its quantity. @returns what came of it, and of what was still waiting */
  accept(reading: Reading): AlarmConclusion[] {
    const { channel, value, timeMs } = reading;
    const isSecond = channel === SECOND;
    if ((channel !== '' && !isSecond) || !Number.isFinite(value)) return [];
    const hasSecond = isSecond || this.#hasSecond(timeMs);
    if (!isFit(reading, hasSecond) || !this.#leads(reading, isSecond)) return [];
    const waiting = this.#moment && this.#moment.timeMs !== timeMs ? this.flush() : [];
    if (isSecond) this.#secondMs = timeMs;
    // The main channel was judged before its second one was known.
    if (timeMs === this.#judgedMs) return waiting;
    const moment = this.#moment ?? { timeMs, main: undefined, second: undefined };
    this.#moment = isSecond ? { ...moment, second: reading } : { ...moment, main: reading };
    const isComplete = this.#moment.main !== undefined && (!hasSecond || this.#moment.second !== undefined);
    return isComplete ? [...waiting, ...this.flush()] : waiting;
  }

  /** Judges what waits for a second channel that did not come; call it when the readings of a moment are through. */
  flush(): AlarmConclusion[] {
    const moment = this.#moment;
    if (!moment) return [];
    this.#moment = undefined;
    this.#judgedMs = moment.timeMs;
    const { main, second, timeMs } = moment;
    const outcome = this.#judged(main, second, timeMs);
    return outcome === NOTHING ? [] : [this.#concluded(outcome)];
  }

  /** A packet of another gateway on this phenomenon. */
  hear({ id, origin, outcome, place, issuedMs }: Sighting): void {
    const { profile, phenomenon, here, isHeeded } = this.#options;
    const apartM = here && place && distanceM(here, place);
    if (apartM !== undefined && apartM > profile.reachM) return;
    if (!isHeeded(origin)) return;
    const context = outcome.context.toString('hex');
    if (outcome.finding === FINDING.fault) withdrawClass(this.#memory.known, origin, context);
    const value = outcome.observed * phenomenon.scale;
    const isAbove = value >= phenomenon.alarm;
    if (outcome.finding === FINDING.level) {
      const usual = outcome.baseline * phenomenon.scale;
      this.#judge.hearValue(origin, { context, atMs: issuedMs, value, usual });
    }
    const told: Record<number, Pick<ToldClass, 'by' | 'side'>> = {
      [FINDING.level]: { by: 'level', side: isAboveLevel(outcome) ? 1 : -1 },
      [FINDING.event]: { by: 'event', side: isAbove ? 1 : 0 },
      [FINDING.cleared]: { by: 'cleared', side: isAbove ? 0 : -1 },
    };
    const said = told[outcome.finding];
    if (!said || said.side === 0) return;
    this.#noteTold(origin, { id, distanceM: apartM, sensorClass: outcome.sensor });
    this.#judge.hear(origin, { ...said, atMs: issuedMs, context });
  }

  #noteTold(origin: string, by: ToldBy): void {
    this.#toldBy.delete(origin);
    this.#toldBy.set(origin, by);
    if (this.#toldBy.size > alarmNeighboursMax) this.#toldBy.delete(this.#toldBy.keys().next().value ?? '');
  }

  /** The sensors for which `is` holds were not listened to until now. */
  resume(is: (sensor: string) => boolean): void {
    if (this.#leader && !is(this.#leader.sensor)) return;
    this.#moment = undefined;
    this.#judge.resume();
  }

  /** Whether it gives early warnings by what it learned: then no other guess of this phenomenon is told. */
  warns(): boolean {
    return hasLearned(this.#memory.state.advice);
  }

  /** What the word of an origin is worth: 1 is a pinned key that nothing is known of yet, 0 nothing. */
  weightOf(origin: string): number {
    const { pinned, isHeeded } = this.#options;
    return isHeeded(origin) ? weightOf(this.#memory.standings.get(origin), pinned.has(origin)) : 0;
  }

  /** Of whom something was learned. */
  standings(): ReadonlyMap<string, Standing> {
    return this.#memory.standings;
  }

  state(): SavedAlarm {
    return savedAlarm(this.#memory, this.#options.phenomenon.alarm);
  }

  #judged(main: Reading | undefined, second: Reading | undefined, timeMs: number): AlarmOutcome {
    const inRange = [main, second].filter((one) => one && !(one.quality & QUALITY.out_of_range));
    if (main && second && inRange.length > 0) return this.#judge.readBoth(main.value, second.value, timeMs);
    const alone = inRange[0];
    return alone && isFit(alone, this.#hasSecond(timeMs)) ? this.#judge.read(alone.value, timeMs) : NOTHING;
  }

  #hasSecond(timeMs: number): boolean {
    return timeMs - this.#secondMs <= SECOND_MS;
  }

  #leads(reading: Reading, isSecond: boolean): boolean {
    const leader = this.#leader;
    if (leader && leader.sensor !== reading.sensor) {
      const limitMs = Math.max(HOUR_MS, 3 * this.#memory.state.intervalMs);
      if (isSecond || reading.timeMs - leader.timeMs <= limitMs) return false;
      this.#judge.changeSensor();
      this.#secondMs = Number.NEGATIVE_INFINITY;
    }
    this.#leader = reading;
    return true;
  }

  #concluded(outcome: AlarmOutcome): AlarmConclusion {
    const { profile, phenomenon } = this.#options;
    const { sensor, sensorClass } = this.#leader!;
    return { ...outcome, domain: profile.id, phenomenon, sensor, sensorClass };
  }
}
