// Runs the judges of many stations on rows in memory: each is told the levels of all others after every moment.
//
// No packets and no keys, so a year of eleven stations takes seconds; values are rounded as a packet rounds them.
import { AlarmJudge } from '../../src/synthesize/alarm/alarm-judge.ts';
import { newSigns } from '../../src/synthesize/alarm/device-signs.ts';
import { newJudgeState } from '../../src/synthesize/alarm/judge-state.ts';
import type { Row } from './sign-rows.ts';

export const DAY_MS = 86_400_000;

export interface ToldFault {
  readonly station: number;
  readonly name: string;
  readonly timeMs: number;
  readonly cause: string;
}

/** @param rows in the order of time */
export function watchRows(rows: readonly Row[], alarm: number): { told: ToldFault[]; sensorYears: number } {
  const judges = new Map<number, AlarmJudge>();
  const pinned = new Set(rows.map(({ station }) => `${station}`));
  const told: ToldFault[] = [];
  const days = new Set<string>();
  for (let from = 0; from < rows.length; ) {
    const { timeMs } = rows[from]!;
    const levels: (() => void)[] = [];
    for (; rows[from]?.timeMs === timeMs; from++) {
      const { station, name, value } = rows[from]!;
      const judge = judges.get(station) ?? newJudge(alarm, pinned);
      judges.set(station, judge);
      days.add(`${station} ${Math.floor(timeMs / DAY_MS)}`);
      const outcome = judge.read(value, timeMs);
      for (const { cause } of outcome.told) if (cause) told.push({ station, name, timeMs, cause });
      const { level } = outcome;
      if (level) levels.push(() => tell(judges, station, { ...level, timeMs }));
    }
    for (const pass of levels) pass();
  }
  return { told, sensorYears: days.size / 365 };
}

function newJudge(alarm: number, pinned: ReadonlySet<string>): AlarmJudge {
  const state = newJudgeState();
  return new AlarmJudge({
    ...{ alarm, pinned, state, signs: newSigns() },
    ...{ known: new Map(), standings: new Map(), values: new Map() },
  });
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

function tell(
  judges: ReadonlyMap<number, AlarmJudge>,
  by: number,
  { side, value, usual, timeMs: atMs }: { side: number; value: number; usual: number; timeMs: number },
): void {
  for (const [station, judge] of judges) {
    if (station === by) continue;
    judge.hear(`${by}`, { side, atMs, context: '', by: 'level' });
    judge.hearValue(`${by}`, { context: '', atMs, value: rounded(value), usual: rounded(usual) });
  }
}
