// An outcome: what a gateway concluded, as it stands in a packet (protocol section 2).
//
// FIELDS is the one table of the wire order, the ranges and the units. The scanner checks by it, the encoder and the
// decoder follow its order, and `qis packet inspect` prints by it.
// Invariant: FIELDS names every member of Outcome but `evidence`, which fills the rest of the array.
import type { ClockQuality } from '../core/clock.ts';
import { type Domain, FINDING } from '../core/condition.ts';
import {
  actionValuesMax,
  coarseOrdinalsMax,
  domainNameLengthMax,
  fineOrdinalsMax,
  keptHMax,
  lifetimeHMax,
  uintMax,
  valueMax,
} from '../core/limits.ts';

/** Domains with a number, by index. A packet spells none of them as a name, so every domain has one encoding. */
export const REGISTERED_DOMAINS: readonly string[] = ['air', 'finetune', 'clinical'];

export const contextBytes = 4;
export const evidenceBytes = 16;

/** Members carry the names of the CDDL; units and ranges stand in FIELDS. */
export interface Outcome {
  /** 1, or of a later one: then nothing but `FROZEN` is known of it. */
  readonly version: number;
  readonly domain: Domain;
  readonly coarse: readonly number[];
  readonly fine: readonly number[];
  readonly finding: number;
  /** A code, or a code with its 1 to 8 parameters. */
  readonly action: number | readonly [number, ...number[]];
  readonly score: number;
  readonly observed: number;
  readonly baseline: number;
  readonly spread: number;
  readonly samples: number;
  readonly confidence: number;
  readonly issued: number;
  readonly age: number;
  readonly duration: number;
  readonly context: Buffer;
  readonly sequence: number;
  readonly clock: ClockQuality;
  readonly lifetime: number;
  readonly sensor: number;
  /** 16 bytes each, up to 16 of them. */
  readonly evidence: readonly Buffer[];
}

/** What min and max bound: the value of an `int`, the items of `ordinals`, the bytes of a name or of `bytes`, the parameters of an action. */
export type FieldShape = 'int' | 'domain' | 'ordinals' | 'action' | 'bytes';

export interface Field {
  readonly name: Exclude<keyof Outcome, 'evidence'>;
  /** The name as it stands in reasons. */
  readonly path: string;
  readonly shape: FieldShape;
  readonly min: number;
  readonly max: number;
  /** '' where there is none. */
  readonly unit: string;
}

const field = (name: Field['name'], shape: FieldShape, min: number, max: number, unit = ''): Field => ({
  name,
  path: `outcome.${name}`,
  shape,
  min,
  max,
  unit,
});

export const FIELDS: readonly Field[] = [
  field('version', 'int', 1, 1),
  field('domain', 'domain', 1, domainNameLengthMax),
  field('coarse', 'ordinals', 1, coarseOrdinalsMax),
  field('fine', 'ordinals', 0, fineOrdinalsMax),
  field('finding', 'int', 0, 7),
  field('action', 'action', 1, actionValuesMax),
  field('score', 'int', 0, 100, '%'),
  field('observed', 'int', -valueMax, valueMax),
  field('baseline', 'int', -valueMax, valueMax),
  field('spread', 'int', 0, uintMax),
  field('samples', 'int', 0, uintMax, 'readings'),
  field('confidence', 'int', 0, 100, '%'),
  field('issued', 'int', 0, uintMax, 'Unix s'),
  field('age', 'int', 0, uintMax, 's'),
  field('duration', 'int', 0, uintMax, 's'),
  field('context', 'bytes', contextBytes, contextBytes),
  field('sequence', 'int', 0, uintMax),
  field('clock', 'int', 0, 2),
  field('lifetime', 'int', 1, keptHMax, 'h'),
  field('sensor', 'int', 0, uintMax),
];

/** The array of the CDDL, ready for cbor-x. */
export function outcomeItems(outcome: Outcome): unknown[] {
  const items: unknown[] = FIELDS.map(({ name }) => outcome[name]);
  items.push(...outcome.evidence);
  return items;
}

/** What no version changes, by place: enough to check, keep and relay a packet that nobody here can weigh. */
export const FROZEN: ReadonlySet<Field['name']> = new Set([
  'version',
  'domain',
  'coarse',
  'fine',
  'issued',
  'lifetime',
]);

/** The finding of a packet of a later version: none of those known here. */
export const LATER_FINDING = 255;

export const isLater = ({ version }: Pick<Outcome, 'version'>): boolean => version !== 1;

const UNKNOWN: Outcome = {
  version: 2,
  domain: 0,
  coarse: [],
  fine: [],
  finding: LATER_FINDING,
  action: 0,
  score: 0,
  observed: 0,
  baseline: 0,
  spread: 0,
  samples: 0,
  confidence: 0,
  issued: 0,
  age: 0,
  duration: 0,
  context: Buffer.alloc(contextBytes),
  sequence: 0,
  clock: 0,
  lifetime: 1,
  sensor: 0,
  evidence: [],
};

/** @param items the decoded array of a payload that the scanner passed */
export function outcomeFrom(items: readonly unknown[]): Outcome {
  if (items[0] !== 1) {
    const frozen = FIELDS.flatMap(({ name }, at) => (FROZEN.has(name) ? [[name, items[at]] as const] : []));
    return { ...UNKNOWN, ...Object.fromEntries(frozen) };
  }
  const outcome: Record<string, unknown> = {};
  for (let i = 0; i < FIELDS.length; i++) outcome[FIELDS[i]!.name] = items[i];
  outcome.evidence = items.slice(FIELDS.length);
  return outcome as unknown as Outcome;
}

/** Hours a packet of this finding may live: what somebody deposited, and what others say of it, is of use for long. */
export function lifetimeMaxOf(finding: number): number {
  return finding === FINDING.outcome || finding === FINDING.verdict ? keptHMax : lifetimeHMax;
}

/** Unix seconds from which on the packet is expired. */
export function expiresS(outcome: Outcome): number {
  return outcome.issued + outcome.lifetime * 3600;
}
