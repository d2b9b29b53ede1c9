// Puts into words why an alarm was told: the own value, every neighbour that counted, which rule and what probability.
import type { RegionChange } from '../synthesize/alarm/grounds.ts';
import type { AlarmExplanation } from '../synthesize/told-grounds.ts';
import { alarmWords } from './alarm-words.ts';
import { amount, amounts, count, duration, percent } from './amount.ts';
import { added, ago, figure, type Origins, who } from './origin-words.ts';

type Grounds = AlarmExplanation['grounds'];
type By<Rule extends Grounds['rule']> = Extract<Grounds, { rule: Rule }>;
type Verdict = Extract<Grounds, { odds: unknown }>;

export function explainedAlarm(alarm: AlarmExplanation, origins: Origins, nowMs: number): string[] {
  const { id, told, timeMs, unit, grounds } = alarm;
  const says = alarmWords({ type: 'alarm', ...alarm, kind: told });
  return [
    `${id}  ${says}`,
    `  told ${ago(timeMs, nowMs)}: ${ownWords(alarm)}`,
    ...reasonLines(grounds, { origins, unit, sensor: alarm.sensor }),
    ...neighbourLines(alarm, origins),
    ...('odds' in grounds
      ? [...grounds.changes.map((change) => changeLine(change, grounds)), oddsLine(grounds, told)]
      : []),
  ];
}

function ownWords({ unit, timeMs, grounds: { value, usual, alarm, own, ownSinceMs } }: AlarmExplanation): string {
  const [shown, level] = amounts([value, alarm], unit);
  const stands =
    own === 0
      ? 'which says nothing while the sensor does not measure'
      : `${own > 0 ? 'above' : 'below'} it for ${duration((timeMs - ownSinceMs) / 1000)}`;
  return `half an hour's ${shown} against the alarm level of ${level}, ${stands}; usually ${amount(usual, unit)}`;
}

interface Around {
  readonly origins: Origins;
  readonly unit: string;
  readonly sensor: string;
}

function reasonLines(grounds: Grounds, around: Around): string[] {
  if (grounds.rule === 'sign') return signLines(grounds, around);
  if (grounds.rule === 'approach') return approachLines(grounds, around);
  const { rule, stoodMs, waitMs } = grounds as Verdict;
  const stood = `it stood ${duration(stoodMs / 1000)}`;
  const asked = `${duration(waitMs / 1000)} are asked for`;
  return [`  ${RULES[rule as keyof typeof RULES](stood, waitMs <= 0 ? 'no patience is asked for' : asked)}`];
}

const RULES = {
  stood: (stood, asked) => `${stood}; while the neighbourhood is not above, ${asked}`,
  stood_with_others: (stood, asked) => `${stood}; with those others above, ${asked}`,
  goes_on: (stood, asked) => `it goes on: ${stood.replace('stood', 'was told')} before; ${asked}`,
  region_above: (stood, asked) => `the neighbourhood is above, and ${stood}; ${asked}`,
  one_above: () => 'the only neighbour that is known is above, too',
  enough_above: () => 'three neighbours whose word is earned rose within hours, too',
  region_below: (stood, asked) => `the neighbourhood is below, and ${stood}; ${asked}`,
  contrast: (stood, asked) =>
    `it is far above the level and the usual while the neighbourhood is below; ${stood}; ${asked}`,
} as const satisfies Record<Verdict['rule'], (stood: string, asked: string) => string>;

function neighbourLines({ timeMs, grounds }: AlarmExplanation, origins: Origins): string[] {
  const { neighbours, region, above, below, few } = grounds;
  if (neighbours.length === 0) return ['  no neighbour is known that measures it'];
  const lines = neighbours.map(({ origin, side, counts, weight, distanceM, sinceMs, toldMs }) => {
    const cap = counts < weight ? `, of ${weight.toFixed(2)}: all strangers together have a cap` : '';
    return `  ${side > 0 ? 'above' : 'below'} ${counts.toFixed(2)}  ${who(origins, origin, distanceM)} for ${duration((timeMs - sinceMs) / 1000)} by then, told last ${duration((timeMs - toldMs) / 1000)} before${cap}`;
  });
  const sides = `${above.toFixed(2)} above, ${below.toFixed(2)} below`;
  const known = few ? ', of few' : '';
  return [...lines, `  together ${sides}${known}: ${REGIONS[Math.sign(region) as -1 | 0 | 1]}`];
}

const REGIONS = {
  [-1]: 'the neighbourhood is below',
  0: 'too little to say what the neighbourhood does',
  1: 'the neighbourhood is above',
} as const;

function oddsLine({ odds }: Verdict, told: AlarmExplanation['told']): string {
  const { probability, share, before, beforeCases, told: cases, shared } = odds;
  const known = share === undefined ? 'nobody knows' : `${percent(share)} of their weight is above`;
  const past =
    cases < 0.05
      ? 'none was told like this before'
      : `of ${figure(cases)} told like this, others shared ${figure(shared)}`;
  const asked = told === 'local' ? 'that it is only here' : 'that others see it too';
  return `  ${percent(probability)} ${asked}: ${known}; that alone makes ${percent(before)}, and counts as ${count(beforeCases, 'case')}; ${past}`;
}

function changeLine({ side, neighbours, region }: RegionChange, { region: before }: Verdict): string {
  const many = neighbours > 1;
  const more = `${neighbours} more ${many ? 'neighbours' : 'neighbour'} with a pinned key that ${many ? 'are' : 'is'} ${side > 0 ? 'above' : 'below'}`;
  const then = before > 0 && region < 0 ? '; two hours after it began it is called local then' : '';
  return `  ${more} would change that to: ${REGIONS[Math.sign(region) as -1 | 0 | 1]}${then}`;
}

/** What was measured against what, by the members that the sign has. */
function signLines({ sign }: By<'sign'>, { unit, sensor }: Around): string[] {
  const { value, readings, stoodMs, least, spread, moved, factor, a, b } = sign;
  const long = stoodMs === undefined ? '' : ` for ${duration(stoodMs / 1000)}`;
  if (factor !== undefined)
    return [`  beside its neighbours ${sensor} shows ${figure(factor)} times what it used to, three days in a row`];
  if (spread !== undefined && moved !== undefined)
    return [
      `  its day moved by ${amount(spread, unit)}, less than ever; its neighbours by ${amount(moved, unit)} more than it did`,
    ];
  if (a !== undefined && b !== undefined) return [`  its channels show ${amount(a, unit)} and ${amount(b, unit)}`];
  if (least !== undefined)
    return [
      `  ${count(readings ?? 0, 'reading')} in a row as low as ${amount(value ?? 0, unit)}; the lowest it ever showed was ${amount(least, unit)}`,
    ];
  if (readings !== undefined)
    return [`  ${count(readings, 'reading')} in a row of exactly ${amount(value ?? 0, unit)}${long}`];
  return [`  above the alarm level${long} while the neighbourhood was below`];
}

function approachLines({ advice, horizonMs }: By<'approach'>, { origins }: Around): string[] {
  const { approach, terms, had, came, probability, examples } = advice;
  const { origin } = approach;
  return [
    `  ${who(origins, origin, undefined)} has just gone above; of ${figure(had)} times before, it came here ${figure(came)} times within ${duration(horizonMs / 1000)}`,
    `  ${added(terms.followed)}  how often what it has comes here`,
    `  ${added(terms.nearness)}  the own value is at ${percent(approach.nearness)} of the level`,
    `  ${added(terms.usual)}  it is usually at ${percent(approach.usual)} of it`,
    `  ${added(terms.share)}  ${percent(approach.share)} of the neighbourhood is above`,
    `  ${added(terms.always)}  whatever the circumstances`,
    `  together ${percent(probability)}, learned from ${count(examples, 'case')}; told again in ${duration(horizonMs / 1000)} at the earliest`,
  ];
}
