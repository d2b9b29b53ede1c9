// Says which action to take: the one with the most score x confidence x sqrt(samples) behind it, with its parameters, the
// effect to expect from the pool of those who took it, and whose packets say so.
//
// Behind an action each origin has one vote, its strongest, and so has each class; similarity and reputation multiply it. No
// claim of samples counts for more than the median one, or a liar would buy an action with a number.
// Invariant: adding packets of an origin, or unknown keys beside an unknown key as strong, adds nothing to an action.
import { uintMax } from '../core/limits.ts';
import { expectedOf, type Pooled, pool } from './pool.ts';
import { countsOf } from './pooling/ballot.ts';
import { classOf, faultOf, type LeftOutReason, type Source, trustOf } from './pooling/claim.ts';
import { combined, type ParameterKind, type ParameterValue, type Weighed } from './pooling/parameter-mean.ts';
import type { Interval } from './pooling/random-effects.ts';
import { weightedMedian } from './pooling/weighted-quantile.ts';

export interface ActionResult extends Source {
  readonly action: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Percent. */
  readonly score: number;
  /** Percent. */
  readonly confidence: number;
  readonly samples: number;
  /** Both or neither: without them a packet votes and is not pooled. */
  readonly effect?: number;
  readonly standardError?: number;
}

export type AdviceReason = LeftOutReason | 'score' | 'confidence';

/** What `qis advise` prints. */
export interface Advice {
  readonly action: Readonly<Record<string, ParameterValue>> & { readonly name: string };
  readonly expected: { readonly effect: number; readonly low: number; readonly high: number } | null;
  readonly prediction: Interval | null;
  /** Ids of the packets behind it, heaviest first. */
  readonly evidence: readonly string[];
  readonly origins: number;
  readonly i2: number | null;
  readonly tau2: number | null;
  readonly significant: Pooled['significant'];
  readonly too_heterogeneous: boolean;
  readonly best_single: ActionResult;
  readonly left_out: readonly { readonly id: string; readonly reason: AdviceReason }[];
}

interface Backing {
  readonly result: ActionResult;
  readonly weight: number;
}

/**
 * @param kinds how the domain combines each parameter; numbers are plain and texts names where it does not say
 * @returns undefined when no packet could be counted
 */
export function recommend(
  results: readonly ActionResult[],
  kinds: Readonly<Record<string, ParameterKind>> = {},
): Advice | undefined {
  const left: { id: string; reason: AdviceReason }[] = [];
  const usable = new Map<string, ActionResult>();
  for (const result of results) {
    const reason = usable.has(result.id) ? 'duplicate' : faultOfAction(result);
    if (reason) left.push({ id: result.id, reason });
    else usable.set(result.id, result);
  }
  if (usable.size === 0) return undefined;
  const all = [...usable.values()];
  const samplesMax = medianSamples(all);
  const ranked = [...Map.groupBy(all, ({ action }) => action)]
    .map(([name, taken]) => ({ name, taken, backing: backingOf(taken, samplesMax) }))
    .map((candidate) => ({ ...candidate, support: candidate.backing.reduce((sum, { weight }) => sum + weight, 0) }))
    .sort((a, b) => b.support - a.support || (a.name < b.name ? -1 : 1));
  const { name, taken, backing } = ranked[0]!;
  const pooled = pool(taken.flatMap(pooledPart));
  const outliers = new Set(pooled.leftOut.map(({ id }) => id));
  const counted = backing.filter(({ result }) => !outliers.has(result.id));
  return {
    action: { ...parametersOf(counted, kinds), name },
    ...shown(pooled),
    evidence: counted
      .toSorted((a, b) => b.weight - a.weight || inOrder(a.result, b.result))
      .map(({ result }) => result.id),
    origins: counted.length,
    best_single: all.toSorted((a, b) => meritOf(b, uintMax) - meritOf(a, uintMax) || inOrder(a, b))[0]!,
    left_out: [...left, ...pooled.leftOut],
  };
}

function shown({ estimate, significant, tooHeterogeneous }: Pooled) {
  const expected = estimate && expectedOf(estimate);
  return {
    expected: expected ? { effect: expected.effect, low: expected.low, high: expected.high } : null,
    prediction: expected?.prediction ?? null,
    i2: estimate?.i2 ?? null,
    tau2: estimate?.tau2 ?? null,
    significant,
    too_heterogeneous: tooHeterogeneous,
  };
}

/** What each origin puts behind an action; the origins of a class put together as much as the strongest of them. */
function backingOf(results: readonly ActionResult[], samplesMax: number): Backing[] {
  const strongest = new Map<string, Backing>();
  for (const result of results) {
    const weight = meritOf(result, samplesMax) * trustOf(result);
    const held = strongest.get(result.origin);
    if (!held || weight > held.weight || (weight === held.weight && inOrder(result, held.result) < 0))
      strongest.set(result.origin, { result, weight });
  }
  const classes = Map.groupBy(strongest.values(), ({ result }) => classOf(result));
  return [...classes.values()].flatMap((members) => {
    const sum = members.reduce((total, { weight }) => total + weight, 0);
    const most = Math.max(...members.map(({ weight }) => weight));
    return members.map(({ result, weight }) => ({ result, weight: sum > 0 ? (weight * most) / sum : 0 }));
  });
}

/** Of what origins claim, each once and each class as one: no number of keys and packets moves it beyond one vote. */
function medianSamples(results: readonly ActionResult[]): number {
  const origins = [...Map.groupBy(results, ({ origin }) => origin).values()].map((said) => {
    const trusted = said.reduce((best, result) => (trustOf(result) > trustOf(best) ? result : best));
    return { samples: trusted.samples, trust: trustOf(trusted), group: classOf(trusted) };
  });
  return weightedMedian(
    origins.map(({ samples }) => samples),
    countsOf(origins),
  );
}

function meritOf({ score, confidence, samples }: ActionResult, samplesMax: number): number {
  return (score / 100) * (confidence / 100) * Math.sqrt(Math.min(samples, samplesMax));
}

function parametersOf(
  backing: readonly Backing[],
  kinds: Readonly<Record<string, ParameterKind>>,
): Record<string, ParameterValue> {
  const values = new Map<string, Weighed[]>();
  for (const { result, weight } of backing) {
    if (weight === 0) continue;
    for (const [name, value] of Object.entries(result.parameters)) {
      const weighed = values.get(name);
      if (weighed) weighed.push({ value, weight });
      else values.set(name, [{ value, weight }]);
    }
  }
  const made = [...values].flatMap(([name, weighed]) => {
    const kind = Object.hasOwn(kinds, name) ? kinds[name]! : typeof weighed[0]!.value === 'number' ? 'number' : 'name';
    const value = combined(kind, weighed);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(made);
}

/** Nothing where it has no effect with its error. */
export function pooledPart(result: ActionResult) {
  const { effect, standardError } = result;
  return effect === undefined || standardError === undefined ? [] : [{ ...result, effect, standardError }];
}

function faultOfAction(result: ActionResult): AdviceReason | undefined {
  const { score, confidence, effect, standardError } = result;
  if (!(score >= 0 && score <= 100)) return 'score';
  if (!(confidence >= 0 && confidence <= 100)) return 'confidence';
  if ((effect === undefined) !== (standardError === undefined))
    return effect === undefined ? 'effect' : 'standard_error';
  // A packet without an effect is checked for the rest.
  return faultOf({ ...result, effect: effect ?? 0, standardError: standardError ?? 1 });
}

function inOrder(a: Source, b: Source): number {
  return a.id < b.id ? -1 : 1;
}
