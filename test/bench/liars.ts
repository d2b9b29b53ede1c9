// Plots of insiders: which stations lie, how, and whether they lie at the same times. Seeded.
//
//   inverting  above when it is below, below when it is above       high, low  always the same
//   inflating  above from a third of the level on                   sleeper    honest for a time, then inverting
//   inventing  honest, but for made-up events of some hours, about one a day
// In concert all of them look at one value and one timetable: they say the same at the same moment. Invariant: a claim is
// a function of the recordings, the plot and the seed, so that a rival can be told the same lies.
import { FINDING } from '../../src/core/condition.ts';
import { AIR } from '../../src/distill/air.ts';
import type { Outcome } from '../../src/packet/outcome.ts';
import { seededRandom } from '../../src/sim/random.ts';
import type { Insider, Saying } from '../../src/sim/replay-disturbance.ts';
import { mainValue, type Recording } from './recordings.ts';

export type Lie = 'inverting' | 'inflating' | 'inventing' | 'high' | 'low' | 'sleeper';

export interface Plot {
  readonly lie: Lie;
  readonly liars: readonly string[];
  readonly inConcert: boolean;
  readonly seed: number;
  /** ug/m3 */
  readonly alarm: number;
  /** Of a sleeper, from the first row of anybody on. */
  readonly sleepsMs?: number;
  /** Keys that each of them makes up beside its own, and that say the same. */
  readonly newcomers?: number;
}

/** 1 above, -1 below, 0: tells the truth. Asked with times that never go back. */
export type Claim = (nowMs: number) => number;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What a liar claims to read. */
const CLAIMED = { above: 2.2, below: 0.2 };

export const claimedValue = (side: number, alarm: number): number => alarm * (side > 0 ? CLAIMED.above : CLAIMED.below);

/** Seeded, without repetition. */
export function drawn<T>(items: readonly T[], count: number, seed: number): T[] {
  const random = seededRandom(seed);
  const left = [...items];
  return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)[0]!);
}

export function claimsOf(plot: Plot, recordings: readonly Recording[]): Map<string, Claim> {
  const liars = recordings.filter(({ id }) => plot.liars.includes(id));
  const startMs = Math.min(...recordings.map(({ rows }) => rows[0]!.timeMs));
  const random = seededRandom(plot.seed);
  const all = claimOf(plot, { value: together(liars, plot.lie), startMs, random });
  return new Map(
    liars.map((one) => [one.id, plot.inConcert ? all : claimOf(plot, { value: newest(one), startMs, random })]),
  );
}

interface View {
  /** ug/m3; undefined while nothing is read. */
  readonly value: (nowMs: number) => number | undefined;
  readonly startMs: number;
  readonly random: () => number;
}

function claimOf({ lie, alarm, sleepsMs = 0 }: Plot, { value, startMs, random }: View): Claim {
  const from = (level: number, above: number) => (nowMs: number) => {
    const now = value(nowMs);
    return now === undefined ? 0 : now >= level ? above : -above;
  };
  const inverting = from(alarm, -1);
  const isInvented = lie === 'inventing' ? spells(startMs, random) : () => false;
  const claims: Record<Lie, Claim> = {
    inverting,
    inflating: from(alarm / 3, 1),
    inventing: (nowMs) => (isInvented(nowMs) ? 1 : 0),
    high: () => 1,
    low: () => -1,
    sleeper: (nowMs) => (nowMs - startMs < sleepsMs ? 0 : inverting(nowMs)),
  };
  return claims[lie];
}

/** The newest reading, for two hours. */
function newest({ rows }: Recording): View['value'] {
  let at = 0;
  return (nowMs) => {
    while (at + 1 < rows.length && rows[at + 1]!.timeMs <= nowMs) at++;
    const row = rows[at]!;
    return row.timeMs <= nowMs && nowMs - row.timeMs <= 2 * HOUR_MS ? mainValue(row) : undefined;
  };
}

/** Inflating: the highest of all; else what the first of them reads. */
function together(liars: readonly Recording[], lie: Lie): View['value'] {
  const all = liars.map(newest);
  return (nowMs) => {
    const values = all.flatMap((value) => value(nowMs) ?? []);
    return lie === 'inflating' && values.length > 0 ? Math.max(...values) : values[0];
  };
}

/** About one a day, one to four hours long. */
function spells(startMs: number, random: () => number): (nowMs: number) => boolean {
  let fromMs = startMs;
  let untilMs = startMs;
  return (nowMs) => {
    while (nowMs >= untilMs) {
      fromMs = untilMs - Math.log(1 - random()) * DAY_MS;
      untilMs = fromMs + (1 + 3 * random()) * HOUR_MS;
    }
    return nowMs >= fromMs;
  };
}

export function insidersOf(plot: Plot, recordings: readonly Recording[]): Map<string, Insider> {
  const { alarm, newcomers = 0 } = plot;
  return new Map([...claimsOf(plot, recordings)].map(([id, claim]) => [id, insider({ claim, alarm, newcomers })]));
}

/** Tells a class when its claim changes and once a day, an event when it goes above; its answers say what its claim says. */
function insider({ claim, alarm, newcomers }: { claim: Claim; alarm: number; newcomers: number }): Insider {
  const keys = Array.from({ length: newcomers + 1 }, (_, key) => key);
  const byAll = (outcomes: readonly Outcome[]): Saying[] =>
    outcomes.flatMap((outcome) => keys.map((key) => ({ key, outcome })));
  /** Its newest honest level: how its packets look. */
  let honest: Outcome | undefined;
  let told = { side: 0, ms: 0 };

  function unasked(nowMs: number, side: number): Saying[] {
    if (!honest || (side === told.side && (side === 0 || nowMs - told.ms < DAY_MS))) return [];
    const isNew = side !== told.side;
    told = { side, ms: nowMs };
    if (side === 0) return byAll([{ ...honest, issued: Math.round(nowMs / 1000) }]);
    const level = claimed(honest, { side, alarm, nowMs });
    return byAll(isNew && side > 0 ? [level, eventOf(level)] : [level]);
  }

  return {
    newcomers,
    says(nowMs, own) {
      const side = claim(nowMs);
      if (!own) return unasked(nowMs, side);
      if (own.finding === FINDING.level) honest = own;
      const isAnswer =
        own.finding === FINDING.confirm || own.finding === FINDING.refute || own.finding === FINDING.verdict;
      if (side === 0) return isAnswer ? [{ key: 0, outcome: own }] : byAll([own]);
      return isAnswer ? [{ key: 0, outcome: answered(own, side) }] : [];
    },
  };
}

const { scale, levels } = AIR.phenomena[0]!;

function claimed(honest: Outcome, { side, alarm, nowMs }: { side: number; alarm: number; nowMs: number }): Outcome {
  const value = claimedValue(side, alarm);
  const severity = 1 + levels.filter((edge) => value >= edge).length;
  return {
    ...honest,
    fine: [severity, ...honest.fine.slice(1)],
    score: side > 0 ? 100 : 0,
    observed: Math.round(value / scale),
    issued: Math.round(nowMs / 1000),
    age: 0,
  };
}

const eventOf = (level: Outcome): Outcome => ({
  ...level,
  finding: FINDING.event,
  score: 80,
  samples: 3,
  lifetime: AIR.lifetimeH.event ?? 6,
});

const answered = (own: Outcome, side: number): Outcome =>
  own.finding === FINDING.verdict
    ? { ...own, action: side > 0 ? 1 : 2, score: side > 0 ? 95 : 5 }
    : { ...own, finding: side > 0 ? FINDING.confirm : FINDING.refute, score: side > 0 ? 95 : 5 };
