// Judges whether a gateway is well, from what it says of its clock, its disk, its sensors and its neighbours.
//
// Degraded is what an operator should look at: a sensor that is not heard or fails, a clock that is not known, a disk that
// takes nothing, a link that stays down, a key that is wrong. Learning, warming up and sleeping are not, nor is what the first
// moments bring. Invariant: each problem is one sentence that begins with what it concerns.
import { count } from './amount.ts';

export type State = 'ok' | 'degraded' | 'down';

export interface Health {
  readonly state: State;
  readonly problems: readonly string[];
}

/** How a sensor does, as its row in the status has it. */
export interface SensorHealth {
  readonly name: string;
  readonly state: 'ok' | 'waiting' | 'learning' | 'silent' | 'fault' | 'sleeping' | 'missing' | 'maintenance';
  /** The likeliest cause in words. */
  readonly problem: string | null;
}

/** How a neighbour does; what an earlier version does not say is absent. */
export interface LinkHealth {
  readonly name: string;
  readonly up: boolean;
  /** Absent: it is dialled. */
  readonly dialled?: boolean;
  readonly problem?: string | null;
}

/** With the likeliest cause where there is trouble. */
export type Judged<Row> = Row & { readonly problem: string | null; readonly trouble: boolean };

/** Devices speak within a minute, as a rule, and neighbours that restart are there again. */
const PATIENCE_MS = 60_000;
/** Time servers and receivers take a moment. */
const CLOCK_PATIENCE_MS = 15_000;

const NOTHING_CAME =
  'nothing has come since the start: compare its topic or port with the configuration; qis devices watch shows what comes there';

export function judgedSensor<Row extends SensorHealth>(sensor: Row, uptimeMs: number): Judged<Row> {
  const { state, problem } = sensor;
  if (state === 'waiting' && uptimeMs > PATIENCE_MS)
    return { ...sensor, problem: problem ?? NOTHING_CAME, trouble: true };
  const trouble = state === 'silent' || state === 'missing' || state === 'fault';
  return { ...sensor, problem: trouble ? (problem ?? TROUBLES[state]) : problem, trouble };
}

const TROUBLES = {
  silent: 'nothing comes from it',
  missing: 'it is not there',
  fault: 'its values cannot be right',
} as const;

/** @param downMs for how long a link that we dial is down; undefined while it is up */
export function judgedLink<Row extends LinkHealth>(link: Row, downMs: number | undefined): Judged<Row> {
  const { up, dialled = true, problem = null } = link;
  // One that comes back by itself within a minute is no trouble, whatever the reason was.
  if (dialled && !up) return { ...link, problem: problem ?? 'the link is down', trouble: (downMs ?? 0) > PATIENCE_MS };
  return { ...link, problem, trouble: problem !== null };
}

export interface Seen {
  readonly uptimeMs: number;
  readonly clockProblem: string | null;
  readonly diskProblem: string | null;
  readonly sensors: readonly Judged<SensorHealth>[];
  readonly links: readonly Judged<LinkHealth>[];
}

export function healthOf({ uptimeMs, clockProblem, diskProblem, sensors, links }: Seen): Health {
  const isClockDoubted = clockProblem !== null && uptimeMs > CLOCK_PATIENCE_MS;
  const problems = [
    ...(isClockDoubted ? [`clock: ${clockProblem}`] : []),
    ...(diskProblem === null ? [] : [`disk: ${diskProblem}`]),
    ...[...sensors, ...links].filter(({ trouble }) => trouble).map(({ name, problem }) => named(name, problem ?? '')),
  ];
  return { state: problems.length === 0 ? 'ok' : 'degraded', problems };
}

/** Some sentences name it by themselves. */
const named = (name: string, problem: string): string =>
  problem.startsWith(name) && !/\w/.test(problem.charAt(name.length)) ? problem : `${name}: ${problem}`;

/** `all is well`, `degraded: ...`. */
export function healthWords({ state, problems }: Health): string {
  if (state === 'ok') return 'all is well';
  const [first, ...others] = problems;
  if (first === undefined) return state;
  return others.length === 0 ? `${state}: ${first}` : `${state}, ${count(problems.length, 'problem')}, first: ${first}`;
}
