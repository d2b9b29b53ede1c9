// Checks what a site claims, and makes one scale of what it measured: effects as they are, proportions, means.
//
// A proportion is pooled as its logit with metafor's convention (PLO: half an event on each side is added only where one
// side has none), a mean as itself. What cannot be counted is left out with a reason, whatever a stranger put in.
// Invariant: what passes has figures whose squares and quotients are finite, and a trust above 0 and at most 1.
import { uintMax } from '../../core/limits.ts';

export interface Source {
  /** Of the packet. */
  readonly id: string;
  readonly origin: string;
  /** Instruments, methods or sites that err alike share one; the origin itself where nobody does. */
  readonly sharedClass: number | string;
  /** To what is asked about, above 0 to 1. */
  readonly similarity: number;
  /** What the origin's word is worth: 1 is a pinned key without a history, a third an unknown one. */
  readonly reputation: number;
}

export interface SiteResult extends Source {
  readonly effect: number;
  readonly standardError: number;
  readonly samples: number;
}

export interface SiteProportion extends Source {
  readonly events: number;
  readonly samples: number;
}

export interface SiteMean extends Source {
  readonly mean: number;
  readonly sd: number;
  readonly samples: number;
}

/** Why a packet was not counted: the field that is out of range, or what it is. */
export type LeftOutReason =
  | 'duplicate'
  | 'effect'
  | 'standard_error'
  | 'samples'
  | 'similarity'
  | 'reputation'
  | 'events'
  | 'outlier';

export const CLAIM = {
  /** Of effects and standard errors, and one over the least standard error: squares of quotients stay finite. */
  magnitudeMax: 1e12,
  /** Below a hundredth of a vote a packet says nothing, and its share would be rounding. */
  trustMin: 0.01,
  /** From here the word of an origin is its own: below are keys that nobody knows, which cost their owner nothing. */
  provenReputationMin: 0.5,
} as const;

/** The exponent of its likelihood. */
export function trustOf({ similarity, reputation }: Source): number {
  return Math.min(1, similarity * reputation);
}

export function isProven({ reputation }: Source): boolean {
  return reputation >= CLAIM.provenReputationMin;
}

/** Whose word its own is one with. All keys that nobody knows are one class, whatever they claim. */
export function classOf(source: Source): string {
  return isProven(source) ? `${typeof source.sharedClass} ${source.sharedClass}` : 'unknown keys';
}

/** What is wrong with the claim, if anything. */
export function faultOf(result: SiteResult): LeftOutReason | undefined {
  const { effect, standardError, samples, similarity, reputation } = result;
  if (!(Math.abs(effect) <= CLAIM.magnitudeMax)) return 'effect';
  if (!(standardError >= 1 / CLAIM.magnitudeMax && standardError <= CLAIM.magnitudeMax)) return 'standard_error';
  if (!isCount(samples)) return 'samples';
  if (!(similarity > 0 && similarity <= 1)) return 'similarity';
  if (!(reputation >= 0 && reputation < Number.POSITIVE_INFINITY)) return 'reputation';
  if (trustOf(result) >= CLAIM.trustMin) return undefined;
  return similarity < reputation ? 'similarity' : 'reputation';
}

/** A proportion on the scale it is pooled on. */
export function fromProportion(site: SiteProportion): SiteResult | LeftOutReason {
  const { events, samples } = site;
  if (!isCount(samples)) return 'samples';
  if (!Number.isInteger(events) || events < 0 || events > samples) return 'events';
  const added = events === 0 || events === samples ? 0.5 : 0;
  const yes = events + added;
  const no = samples - events + added;
  return { ...site, effect: Math.log(yes / no), standardError: Math.sqrt(1 / yes + 1 / no) };
}

export function fromMean(site: SiteMean): SiteResult {
  return { ...site, effect: site.mean, standardError: site.sd / Math.sqrt(site.samples) };
}

/** The proportion whose logit this is. */
export function toProportion(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function isCount(samples: number): boolean {
  return Number.isInteger(samples) && samples >= 1 && samples <= uintMax;
}
