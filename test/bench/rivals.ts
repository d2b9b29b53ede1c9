// The rivals that every figure of judgement stands beside: a plain threshold, and the buddy check of meteorology.
//
//   threshold  an event when the alarm level is passed after six hours below
//   buddy      the same; confirmed when the mean of the others' last told values, outer fifth trimmed, is half the own
//              one or more; local when three hours passed without. Values are told when the class changes and once a day
// Liars and losses do to them what they do to a network. Invariant: both see a moment's rows only after all stations had
// theirs, as gateways do.
import type { Alert } from '../../src/sim/replay-alerts.ts';
import { mainValue, type Recording } from './recordings.ts';

export type RivalName = 'threshold' | 'buddy';

const HOUR_MS = 3_600_000;
const TOLD_MS = 26 * HOUR_MS;
const VERDICT_MS = 3 * HOUR_MS;

interface Row {
  readonly station: number;
  readonly timeMs: number;
  readonly written: string;
  readonly value: number;
}

interface Told {
  readonly value: number;
  readonly timeMs: number;
  readonly isAbove: boolean;
}

interface Station {
  aboveMs: number;
  openMs: number;
  /** By itself. */
  told: Told;
  /** What reached it, by the index of who told it. */
  readonly heard: Map<number, Told>;
}

export interface RivalOptions {
  readonly rival: RivalName;
  readonly recordings: readonly Recording[];
  /** ug/m3 */
  readonly alarm: number;
  /** What a station tells instead of its value; absent: the value. */
  readonly told?: ((station: string, timeMs: number) => number | undefined) | undefined;
  readonly isLost?: ((receiver: string, origin: string, timeMs: number) => boolean) | undefined;
}

export function rivalAlerts({ rival, recordings, alarm, told, isLost }: RivalOptions): Alert[] {
  const rows = rowsOf(recordings);
  const ids = recordings.map(({ id }) => id);
  const stations = recordings.map((): Station => {
    const nothing = { value: 0, timeMs: -Infinity, isAbove: false };
    return { aboveMs: -Infinity, openMs: 0, told: nothing, heard: new Map() };
  });
  const alerts: Alert[] = [];
  for (let from = 0; from < rows.length; ) {
    let to = from;
    while (rows[to]?.timeMs === rows[from]!.timeMs) to++;
    const moment = rows.slice(from, to);
    for (const row of moment) {
      const { timeMs, written: timestamp } = row;
      const where = { sensor: ids[row.station]!, timeMs, timestamp, phenomenon: 'pm2_5', confidence: 1 };
      judge(row, { own: stations[row.station]!, rival, alarm, say: (kind) => alerts.push({ ...where, kind }) });
    }
    for (const row of moment) {
      const { station, timeMs } = row;
      const value = told?.(ids[station]!, timeMs) ?? row.value;
      const isReached = (at: number) => at !== station && !isLost?.(ids[at]!, ids[station]!, timeMs);
      tell(station, { value, timeMs, isAbove: value >= alarm }, { stations, isReached });
    }
    from = to;
  }
  return alerts;
}

function rowsOf(recordings: readonly Recording[]): Row[] {
  const rows = recordings.flatMap(({ rows: own }, station) =>
    own.flatMap((row): Row[] => {
      const value = mainValue(row);
      return value === undefined ? [] : [{ station, timeMs: row.timeMs, written: row.written, value }];
    }),
  );
  return rows.sort((a, b) => a.timeMs - b.timeMs);
}

interface World {
  readonly own: Station;
  readonly rival: RivalName;
  readonly alarm: number;
  readonly say: (kind: Alert['kind']) => void;
}

function judge({ timeMs, value }: Row, { own, rival, alarm, say }: World): void {
  if (value >= alarm) {
    if (timeMs - own.aboveMs >= 6 * HOUR_MS) {
      say('event');
      own.openMs = timeMs;
    }
    own.aboveMs = timeMs;
  }
  if (rival === 'threshold' || own.openMs === 0) return;
  const heard = [...own.heard.values()].filter((told) => timeMs - told.timeMs <= TOLD_MS);
  const values = heard.map((told) => told.value).sort((a, b) => a - b);
  const cut = Math.floor(values.length / 5);
  const kept = values.slice(cut, values.length - cut);
  if (values.length < 3) return;
  const mean = kept.reduce((sum, one) => sum + one, 0) / kept.length;
  const isShared = value >= alarm && mean >= value / 2;
  if (!isShared && timeMs - own.openMs < VERDICT_MS) return;
  say(isShared ? 'confirmed' : 'local');
  own.openMs = 0;
}

function tell(
  from: number,
  now: Told,
  { stations, isReached }: { stations: readonly Station[]; isReached: (at: number) => boolean },
): void {
  const own = stations[from]!;
  if (now.isAbove === own.told.isAbove && now.timeMs - own.told.timeMs < 24 * HOUR_MS) return;
  own.told = now;
  for (const [at, { heard }] of stations.entries()) if (isReached(at)) heard.set(from, now);
}
