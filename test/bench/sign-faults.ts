// Puts faults of a device into rows, by seed: one at a time in the network, each after 60 days of rows of that station.
//
//   fan         within some ten minutes to a floor of 0 to 1.5, with the noise of the electronics, for four days
//   fading      to a third (x .3) of the air within two days, for twelve
//   drift_up    5 % more a day, for 25;   drift_down   5 % less a day, for 25
import { normal, seededRandom } from '../../src/sim/random.ts';
import { DAY_MS } from './sign-network.ts';
import type { Row } from './sign-rows.ts';

export type Kind = 'fan' | 'fading' | 'drift_up' | 'drift_down';

export interface Fault {
  readonly kind: Kind;
  readonly station: number;
  readonly fromMs: number;
  readonly floor: number;
  readonly noise: () => number;
}

export const SPAN_MS: Record<Kind, number> = {
  fan: 4 * DAY_MS,
  fading: 12 * DAY_MS,
  drift_up: 25 * DAY_MS,
  drift_down: 25 * DAY_MS,
};
const BEFORE_DAYS = 60;
const TRIES = 400;
const FAULTS_MAX = 12;
/** Days between the end of a fault and the beginning of the next. */
const PAUSE_DAYS = 3;

export function plan(rows: readonly Row[], { kind, seed }: { kind: Kind; seed: number }): Fault[] {
  const random = seededRandom(seed);
  const days = daysOf(rows);
  const stations = [...days.keys()];
  const first = Math.floor(rows[0]!.timeMs / DAY_MS);
  const count = Math.floor(rows.at(-1)!.timeMs / DAY_MS) - first;
  const span = SPAN_MS[kind] / DAY_MS;
  const faults: Fault[] = [];
  const busy: number[] = [];
  for (let at = 0; at < TRIES && faults.length < FAULTS_MAX; at++) {
    const station = stations[Math.floor(random() * stations.length)]!;
    const day = first + BEFORE_DAYS + Math.floor(random() * (count - BEFORE_DAYS - span));
    const own = days.get(station)!;
    const present = (from: number, to: number) => range(from, to).filter((one) => own.has(one)).length;
    const others = stations.filter((other) => range(day, day + span).every((one) => days.get(other)!.has(one)));
    const isFree = busy.every((other) => Math.abs(other - day) >= span + PAUSE_DAYS);
    if (!isFree || others.length < 4 || present(day - BEFORE_DAYS, day) < 50 || present(day, day + span) < span)
      continue;
    busy.push(day);
    const noise = () => Math.abs(normal(random)) / 10;
    faults.push({ kind, station, fromMs: day * DAY_MS, floor: 1.5 * random(), noise });
  }
  return faults;
}

/** What a row shows with its faults. */
export function shownAs(row: Row, faults: readonly Fault[]): Row {
  const { station, timeMs, value } = row;
  const fault = faults.find((one) => one.station === station && lasts(one, timeMs));
  if (!fault) return row;
  const { kind, fromMs, floor, noise } = fault;
  const days = (timeMs - fromMs) / DAY_MS;
  const shown = {
    fan: () => floor + Math.max(0, value - floor) * Math.exp(-days * 144) + noise(),
    fading: () => value * Math.max(0.3, 1 - (0.7 * days) / 2),
    drift_up: () => value * 1.05 ** days,
    drift_down: () => value * 0.95 ** days,
  }[kind]();
  return { ...row, value: Math.round(shown * 100) / 100 };
}

/** The rival: where the standard deviation of the last day falls below a limit. @returns one for each stay */
export function fadedAt(rows: readonly Row[], limit: number): { station: number; timeMs: number }[] {
  const found: { station: number; timeMs: number }[] = [];
  const windows = new Map<number, { times: number[]; values: number[]; from: number; isLow: boolean }>();
  const sums = new Map<number, { sum: number; squares: number }>();
  for (const { station, timeMs, value } of rows) {
    const window = windows.get(station) ?? { times: [], values: [], from: 0, isLow: false };
    const sum = sums.get(station) ?? { sum: 0, squares: 0 };
    windows.set(station, window);
    sums.set(station, sum);
    window.times.push(timeMs);
    window.values.push(value);
    sum.sum += value;
    sum.squares += value * value;
    for (; window.times[window.from]! <= timeMs - DAY_MS; window.from++) {
      sum.sum -= window.values[window.from]!;
      sum.squares -= window.values[window.from]! ** 2;
    }
    const count = window.times.length - window.from;
    const isWhole = timeMs - window.times[window.from]! > 0.9 * DAY_MS && count >= 18;
    const isLow = isWhole && Math.sqrt(Math.max(0, sum.squares / count - (sum.sum / count) ** 2)) < limit;
    if (isLow && !window.isLow) found.push({ station, timeMs });
    window.isLow = isLow;
  }
  return found;
}

const lasts = ({ kind, fromMs }: Fault, timeMs: number) => timeMs >= fromMs && timeMs < fromMs + SPAN_MS[kind];
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

function daysOf(rows: readonly Row[]): Map<number, Set<number>> {
  const days = new Map<number, Set<number>>();
  for (const { station, timeMs } of rows) {
    const own = days.get(station) ?? new Set();
    days.set(station, own.add(Math.floor(timeMs / DAY_MS)));
  }
  return days;
}
