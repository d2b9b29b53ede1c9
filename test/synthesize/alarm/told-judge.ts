// An alarm judge with an alarm at 50, fed every ten minutes, and neighbours that say where they stand.
import { AlarmJudge } from '../../../src/synthesize/alarm/alarm-judge.ts';
import type { AlarmLevel, AlarmTold } from '../../../src/synthesize/alarm/alarm-outcome.ts';
import { newSigns } from '../../../src/synthesize/alarm/device-signs.ts';
import { type JudgeState, newJudgeState } from '../../../src/synthesize/alarm/judge-state.ts';
import type { KnownClasses } from '../../../src/synthesize/alarm/known-classes.ts';
import { type Standings, weightOf } from '../../../src/synthesize/alarm/standing.ts';
import type { ToldValues } from '../../../src/synthesize/alarm/told-values.ts';

export const ALARM = 50;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const START_MS = Date.UTC(2026, 0, 5);

export type At<T> = T & { readonly minutes: number };

export class ToldJudge {
  readonly state: JudgeState = newJudgeState();
  readonly known: KnownClasses = new Map();
  readonly standings: Standings = new Map();
  readonly values: ToldValues = new Map();
  readonly signs = newSigns();
  readonly pinned: Set<string>;
  readonly told: At<AlarmTold>[] = [];
  readonly levels: At<AlarmLevel>[] = [];
  readonly judge: AlarmJudge;
  nowMs = START_MS;
  /** `minutes` count from here. */
  zeroMs = START_MS;

  constructor(pinned: readonly string[] = []) {
    this.pinned = new Set(pinned);
    this.judge = new AlarmJudge({ alarm: ALARM, ...this });
  }

  /** Neighbours tell that they are above (1) or below (-1). */
  say(side: number, ...origins: string[]): void {
    for (const origin of origins) this.judge.hear(origin, { side, atMs: this.nowMs, context: '', by: 'level' });
  }

  /** So many hours of a value, or of what it is at a time, a reading every ten minutes. */
  read(value: number | ((minutes: number) => number), hours: number, { stepMs = 10 * MINUTE_MS } = {}): void {
    const endMs = this.nowMs + hours * HOUR_MS;
    while (this.nowMs < endMs) {
      this.nowMs += stepMs;
      const minutes = (this.nowMs - this.zeroMs) / MINUTE_MS;
      const { told, level } = this.judge.read(typeof value === 'number' ? value : value(minutes), this.nowMs);
      this.told.push(...told.map((one) => ({ ...one, minutes })));
      if (level) this.levels.push({ ...level, minutes });
    }
  }

  /** What was told from now on. */
  from(): void {
    this.told.length = 0;
    this.levels.length = 0;
    this.zeroMs = this.nowMs;
  }

  names(): string[] {
    return this.told.map(({ kind, minutes }) => `${kind} ${minutes}`);
  }

  weight(origin: string): number {
    return weightOf(this.standings.get(origin), this.pinned.has(origin));
  }
}

/** Quiet air that never stands still. */
export const quiet = (minutes: number): number => 8 + (((minutes * 7919) % 97) + 97) / 50;

/** A judge that has seen six hours of quiet air. */
export function settled(pinned: readonly string[] = []): ToldJudge {
  const one = new ToldJudge(pinned);
  one.read(quiet, 7);
  one.from();
  return one;
}
