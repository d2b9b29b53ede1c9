// The first hour of a new operator: are the mistakes that people make named, how soon, and what does a gateway warn of that
// has nothing wrong?
//
// A mistake is made on real parts and watched for a minute, a few at a time; nothing is made beside the healthy gateways.
import type { Scope } from '../scope.ts';
import { type Manner, openDesk } from './firsthour-desk.ts';
import { FILE_MISTAKES } from './firsthour-files.ts';
import { liveHealthy } from './firsthour-healthy.ts';
import { LINK_MISTAKES } from './firsthour-links.ts';
import { LEFT_OUT, type Mistake } from './firsthour-mistake.ts';
import { type Naming, namings, noise } from './firsthour-rule.ts';
import { SENSOR_MISTAKES } from './firsthour-sensors.ts';
import { median } from './rate.ts';

export const MISTAKES: readonly Mistake[] = [...FILE_MISTAKES, ...SENSOR_MISTAKES, ...LINK_MISTAKES];

export interface Met {
  readonly namings: readonly (Naming | undefined)[];
  /** Warnings about something else. */
  readonly noise: readonly string[];
  /** Everything that was told, for whoever wants to know why it was not named. */
  readonly lines: readonly string[];
}

interface Patience extends Manner {
  /** Until it counts as not named. */
  readonly patienceMs: number;
  /** Whether it is watched to the end, so that all warnings of that time are known. */
  readonly toTheEnd: boolean;
  readonly silence: { readonly silence_s?: number };
}

/** Makes one mistake and watches what is told. @returns undefined when it was left out */
export async function meet(scope: Scope, { rules, make }: Mistake, patience: Patience): Promise<Met | undefined> {
  const { patienceMs, toTheEnd, silence } = patience;
  const desk = openDesk(scope, patience);
  if ((await make({ ...desk, told: desk.told, scope, silence })) === LEFT_OUT) return undefined;
  const isNamed = () => namings(desk.told, rules).every((naming) => naming !== undefined);
  await desk.watch(() => isNamed() && !toTheEnd, patienceMs);
  const lines = new Set(desk.told.map(({ where, gateway, line }) => `${where} of ${gateway}: ${line}`));
  return { namings: namings(desk.told, rules), noise: noise(desk.told, rules), lines: [...lines] };
}

/** One line for people to read, and to judge whether it was rightly counted. */
export interface Row {
  readonly mistake: string;
  readonly named: boolean;
  readonly seconds: number | null;
  readonly where: string | null;
  /** Each line that named a part of it; none where it was not told. */
  readonly lines: readonly (string | null)[];
  readonly noise: readonly string[];
}

export interface FirstHour {
  readonly mistakes: number;
  readonly named: number;
  readonly median_s: number;
  readonly warnings_when_healthy: number;
  readonly healthy_hours: number;
  readonly rows: readonly Row[];
  readonly healthy_warnings: readonly string[];
}

const AT_A_TIME = 5;
const PATIENCE: Patience = {
  apart: true,
  clockFactor: 1,
  uptimeFactor: 1,
  patienceMs: 60_000,
  toTheEnd: true,
  silence: {},
};
/** More than an hour of theirs. On a clock that is much faster, each moment that this machine is late is a long time for them. */
const HEALTHY = { apart: true, factor: 20, seconds: 200 };

/** Eight minutes. Devices are waited for as long as their profiles say. @param only a part of the name of a mistake */
export async function benchFirstHour(only = ''): Promise<FirstHour> {
  const healthy = await inScope((scope) => liveHealthy(scope, HEALTHY));
  const rows: Row[] = [];
  const left = MISTAKES.filter(({ name }) => name.includes(only));
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const mistake = next;
      const met = await inScope((scope) => meet(scope, mistake, PATIENCE));
      if (met) rows.push(rowOf(mistake, met));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  const named = rows.filter((row) => row.named);
  return {
    mistakes: rows.length,
    named: named.length,
    median_s: named.length === 0 ? Number.NaN : median(named.map(({ seconds }) => seconds!)),
    warnings_when_healthy: healthy.perHour,
    healthy_hours: Math.round(100 * healthy.hours) / 100,
    rows,
    healthy_warnings: healthy.warnings,
  };
}

function rowOf({ name }: Mistake, { namings, noise }: Met): Row {
  const named = namings.every((naming) => naming !== undefined);
  const last = named ? namings.reduce((a, b) => (b!.seconds > a!.seconds ? b : a)) : undefined;
  const lines = namings.map((naming) => naming?.line ?? null);
  return { mistake: name, named, seconds: last?.seconds ?? null, where: last?.where ?? null, lines, noise };
}

async function inScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const ends: (() => unknown)[] = [];
  const say = (message: string) => void process.stderr.write(`${message}\n`);
  try {
    return await work({ after: (end) => ends.push(end), diagnostic: say, skip: say });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
