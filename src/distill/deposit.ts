// A deposit: what somebody did under which conditions and what came of it, checked, and made an outcome that can be signed.
//
//     {"domain","where":{},"action":{"name",...},"score","effect","standard_error","samples","confidence"}
//
// One observation is enough, unless the domain withholds small groups. Invariant: what is wrong is told in one line with key
// and value, and nothing of a wrong deposit is published.
import { FINDING } from '../core/condition.ts';
import type { DepositRules, DomainProfile } from '../core/domain.ts';
import { OperatingError } from '../core/errors.ts';
import { keptHMax, uintMax, valueMax } from '../core/limits.ts';
import { didYouMean } from '../core/nearest.ts';
import { SENSOR_CLASSES, type SensorClassName, sensorClassName } from '../core/sensor-class.ts';
import type { Outcome } from '../packet/outcome.ts';
import { actionCode, actionOf, type NamedAction } from './action.ts';
import type { Issue } from './distiller.ts';
import { type Checked, conditionAt, shown, type ToldWord, type Where, whereOf } from './where.ts';

/** What a packet of a deposit carries of it. */
export type Deposit = Pick<
  Outcome,
  'domain' | 'coarse' | 'fine' | 'action' | 'score' | 'observed' | 'spread' | 'samples' | 'confidence' | 'sensor'
>;

/** A deposit as it is read back. */
export interface ShownDeposit {
  readonly domain: string;
  readonly where: Where;
  readonly action: NamedAction;
  /** On the scale of the domain. */
  readonly score: number;
  /** null: not stated. */
  readonly effect: number | null;
  /** null: not known. */
  readonly standardError: number | null;
  readonly samples: number;
  /** 0 to 1. */
  readonly confidence: number;
}

const KEYS = ['domain', 'where', 'action', 'score', 'effect', 'standard_error', 'samples', 'confidence'];
/** Of a deposit that does not say how sure it is, or from how many observations it comes. */
const CONFIDENCE = 0.5;
const SAMPLES = 1;
/** From here on a share is taken for percent; between 1 and this it is a slip, such as a computed 1.0000001. */
const PERCENT_FROM = 2;

/** @throws OperatingError deposit_invalid: one line with key and value */
export function checkedDeposit(profile: DomainProfile, given: Readonly<Record<string, unknown>>): Deposit {
  const rules = profile.deposits;
  if (!rules) throw invalid(`domain: nothing is deposited in ${profile.name}`);
  const unknown = Object.keys(given).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw invalid(`${shown(unknown)} is not a key of a deposit${didYouMean(unknown, KEYS)}`);
  const { where = {} } = given;
  const condition = take(conditionOf(profile, where));
  const { sensor } = where as { sensor?: unknown };
  const samples = take(samplesOf(given.samples ?? SAMPLES, rules));
  const { scale } = rules.effect;
  const isWithoutEffect = (given.effect ?? undefined) === undefined;
  if (isWithoutEffect && (given.standard_error ?? undefined) !== undefined)
    throw invalid(`effect: is missing; standard_error: ${shown(given.standard_error)} says how sure it is`);
  return {
    ...condition,
    action: take(actionCode(profile, given.action)),
    score: take(scoreOf(given.score, rules)),
    observed: take(fixed('effect', given.effect ?? 0, { scale, min: -valueMax, max: valueMax })),
    spread: take(standardErrorOf(given.standard_error, scale)),
    samples,
    confidence: take(shareOf(given.confidence ?? CONFIDENCE)),
    sensor: sensor === undefined ? 0 : take(sensorOf(sensor)),
  };
}

/**
 * The condition that a question or a deposit states; `sensor` is not part of it.
 * @returns what is wrong otherwise: a key the domain does not take, one that it must have
 */
export function conditionOf(profile: DomainProfile, where: unknown, { isWhole = true } = {}) {
  const { where: allowed, required } = profile.deposits!;
  if (typeof where !== 'object' || where === null || Array.isArray(where))
    return { problem: `where: ${shown(where)} is not an object of what is known` };
  for (const key of Object.keys(where)) {
    if (!allowed.includes(key)) {
      const advice = didYouMean(key, allowed) || `; it has ${allowed.join(', ')}`;
      return { problem: `where.${key}: ${profile.name} does not ask for it${advice}` };
    }
  }
  const missing = isWhole ? required.find((key) => !(key in where)) : undefined;
  if (missing !== undefined) return { problem: `where.${missing}: is missing` };
  const { sensor: _, ...stated } = where as Record<string, unknown>;
  return conditionAt(profile, stated);
}

/** The number of a class of instruments, by its name. */
export function sensorOf(name: unknown): Checked<number> {
  const number = typeof name === 'string' ? SENSOR_CLASSES[name as SensorClassName] : undefined;
  if (number !== undefined) return { value: number };
  const advice = didYouMean(String(name), Object.keys(SENSOR_CLASSES));
  return { problem: `where.sensor: ${shown(name)} is not a class of sensors${advice}` };
}

function samplesOf(samples: unknown, { samplesMin }: DepositRules): Checked<number> {
  if (!Number.isInteger(samples) || (samples as number) < 1)
    return { problem: `samples: ${shown(samples)} is not a whole number from 1` };
  if ((samples as number) > uintMax) return { problem: `samples: ${shown(samples)} is more than ${uintMax}` };
  if ((samples as number) >= samplesMin) return { value: samples as number };
  return { problem: `samples: ${shown(samples)} is too few; groups under ${samplesMin} are not published` };
}

/** On the scale of the domain; where that goes from 0 to 1, percent are understood, too. */
function scoreOf(score: unknown, { score: { min, max } }: DepositRules): Checked<number> {
  if (typeof score !== 'number' || !Number.isFinite(score))
    return { problem: `score: ${shown(score)} is not a number` };
  const share = min === 0 && max === 1 && score >= PERCENT_FROM ? score / 100 : (score - min) / (max - min);
  if (share < 0 || share > 1) return { problem: `score: ${shown(score)} is not in ${min} to ${max}` };
  return { value: Math.round(share * 100) };
}

function shareOf(confidence: unknown): Checked<number> {
  const share = typeof confidence === 'number' && confidence >= PERCENT_FROM ? confidence / 100 : confidence;
  if (typeof share === 'number' && share >= 0 && share <= 1) return { value: Math.round(share * 100) };
  return { problem: `confidence: ${shown(confidence)} is not in 0 to 1` };
}

function standardErrorOf(error: unknown, scale: number): Checked<number> {
  if (error === undefined || error === null) return { value: 0 };
  if (typeof error === 'number' && error <= 0)
    return { problem: `standard_error: ${shown(error)} cannot be; leave it out where it is not known` };
  const checked = fixed('standard_error', error, { scale, min: 0, max: uintMax });
  // One below the resolution is not "not known".
  return 'value' in checked ? { value: Math.max(1, checked.value) } : checked;
}

interface FixedRange {
  readonly scale: number;
  readonly min: number;
  readonly max: number;
}

function fixed(key: string, value: unknown, { scale, min, max }: FixedRange): Checked<number> {
  if (typeof value !== 'number' || !Number.isFinite(value))
    return { problem: `${key}: ${shown(value)} is not a number` };
  const number = Math.round(value / scale);
  if (number >= min && number <= max) return { value: number };
  return { problem: `${key}: ${shown(value)} is not in ${min * scale} to ${max * scale}` };
}

function take<T>(checked: Checked<T>): T {
  if ('problem' in checked) throw invalid(checked.problem);
  return checked.value;
}

const invalid = (problem: string) => new OperatingError('deposit_invalid', problem);

/** @param contextTag of its issuer (Station) */
export function distillDeposit(profile: DomainProfile, deposit: Deposit, tag: Buffer, issue: Issue): Outcome {
  return {
    version: 1,
    ...deposit,
    finding: FINDING.outcome,
    baseline: 0,
    issued: Math.round(issue.nowMs / 1000),
    age: 0,
    duration: 0,
    context: tag,
    sequence: issue.sequence,
    clock: issue.clock,
    lifetime: profile.lifetimeH.outcome ?? keptHMax,
    evidence: [],
  };
}

/** Reads a deposit of another gateway back. Only for outcomes of a domain that has deposits. */
export function shownDeposit(profile: DomainProfile, outcome: Deposit, told?: ToldWord): ShownDeposit {
  const { effect, score } = profile.deposits!;
  const physical = (raw: number) => Number((raw * effect.scale).toPrecision(12));
  const where = whereOf(profile, outcome, told);
  return {
    domain: profile.name,
    where: outcome.sensor === 0 ? where : { ...where, sensor: sensorClassName(outcome.sensor) },
    action: actionOf(profile, outcome.action, told),
    score: score.min + ((score.max - score.min) * outcome.score) / 100,
    // Both 0 is all that a packet can say where nothing was stated.
    effect: outcome.observed === 0 && outcome.spread === 0 ? null : physical(outcome.observed),
    standardError: outcome.spread === 0 ? null : physical(outcome.spread),
    samples: outcome.samples,
    confidence: outcome.confidence / 100,
  };
}
