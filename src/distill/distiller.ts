// Conclusions -> outcomes: what a detector or the synthesizer found, in the terms of the domain, ready to be signed.
//
// The condition is made from where the station is, what the season of the day was at onset and what the air was like.
// An answer (confirm, refute, verdict) repeats the condition of what it speaks of, so that it travels where that did.
import type { Anomaly } from '../core/anomaly.ts';
import type { ClockQuality } from '../core/clock.ts';
import { FINDING } from '../core/condition.ts';
import { type Attributes, type DomainProfile, type Phenomenon, phenomenonOf } from '../core/domain.ts';
import { VERDICT_NAMES, type VerdictName } from '../core/events.ts';
import { uintMax, valueMax } from '../core/limits.ts';
import type { Quantity } from '../core/quantities.ts';
import type { Outcome } from '../packet/outcome.ts';
import { conditionOf, middleOf } from './condition.ts';
import { LIFETIMES_H } from './place-dimensions.ts';

/** What stays the same for a gateway. */
export interface Station {
  readonly profile: DomainProfile;
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
  /** Ordinal of the site class, 0 when not stated. */
  readonly site: number;
  /** Four bytes that only the owner can link (protocol section 2). */
  readonly contextTag: (context: string) => Buffer;
}

/** What belongs to the moment of issue. */
export interface Issue {
  readonly nowMs: number;
  readonly clock: ClockQuality;
  readonly sequence: number;
  /** Latest values of the quantities a condition may use, by attribute name. */
  readonly surroundings: Attributes;
}

/** What a fault advises; its code is its place among the actions of the domain. */
const INSPECT_SENSOR = 'inspect_sensor';

/** @returns the ordinal of the phenomenon of a quantity, 0 when the domain has none for it */
export function phenomenonOrdinal(profile: DomainProfile, quantity: Quantity): number {
  return profile.phenomena.findIndex((phenomenon) => phenomenon.quantity === quantity) + 1;
}

/** @throws Error for a quantity without a phenomenon: such channels are not watched */
function phenomenonFor(profile: DomainProfile, quantity: Quantity): Phenomenon {
  const phenomenon = profile.phenomena[phenomenonOrdinal(profile, quantity) - 1];
  if (!phenomenon) throw new Error(`domain ${profile.name} has no phenomenon for ${quantity}`);
  return phenomenon;
}

/** Hours of local mean solar time, 0 to 24. */
export function solarHour(timeMs: number, longitude: number): number {
  const hours = timeMs / 3_600_000 + longitude / 15;
  return ((hours % 24) + 24) % 24;
}

export function attributesOf(station: Station, quantity: Quantity, onsetMs: number, severity: number): Attributes {
  const { profile, latitude, longitude, site } = station;
  return {
    phenomenon: phenomenonOrdinal(profile, quantity),
    latitude,
    longitude,
    severity,
    solar_hour: longitude === undefined ? undefined : solarHour(onsetMs, longitude),
    site,
  };
}

/** Where a station is, as coarsely as others are told: what is compared must be rounded alike. */
export function statedPlace(station: Station): { latitude: number; longitude: number } | undefined {
  const { profile } = station;
  const condition = conditionOf(profile, { latitude: station.latitude, longitude: station.longitude });
  const latitude = middleOf(profile, condition, 'latitude');
  const longitude = middleOf(profile, condition, 'longitude');
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, Math.round(value)));
const seconds = (ms: number): number => clamp(ms / 1000, 0, uintMax);
const percent = (share: number): number => clamp(share * 100, 0, 100);

/**
 * How far from its baseline, 0 at the baseline and 100 from 20 spreads on: comparable between phenomena.
 */
function departure({ observed, baseline, spread }: Anomaly): number {
  return observed === baseline ? 0 : clamp((Math.abs(observed - baseline) / spread) * 5, 0, 100);
}

/** What becomes a packet: a change of severity inside an event is told to the operator alone. */
export type Deposited = Anomaly & { readonly kind: Exclude<Anomaly['kind'], 'level'> };

/** What the packets of one channel have in common. */
function contextOf({ sensor, quantity, channel }: Pick<Anomaly, 'sensor' | 'quantity' | 'channel'>): string {
  return `${sensor}/${quantity}/${channel}`;
}

/** Whose channel a packet of ours is about: its tag is one that we alone can make. Absent: a channel that is no longer there. */
export function sensorOf(
  { context }: Pick<Outcome, 'context'>,
  channels: readonly Pick<Anomaly, 'sensor' | 'quantity'>[],
  contextTag: Station['contextTag'],
): string | undefined {
  return channels.find((one) => contextTag(contextOf({ ...one, channel: '' })).equals(context))?.sensor;
}

/** Outcome of a detector's anomaly. */
export function distillAnomaly(station: Station, anomaly: Deposited, issue: Issue): Outcome {
  const { profile } = station;
  const { scale } = phenomenonFor(profile, anomaly.quantity);
  const attributes = attributesOf(station, anomaly.quantity, anomaly.onsetMs, anomaly.severity);
  const fixed = (value: number) => clamp(value / scale, -valueMax, valueMax);
  const isFault = anomaly.kind === 'fault';
  return {
    version: 1,
    ...conditionOf(profile, { ...attributes, ...issue.surroundings }),
    finding: FINDING[anomaly.kind],
    // 0, none, where the domain has no such action.
    action: isFault
      ? Math.max(
          0,
          profile.actions.findIndex(({ name }) => name === INSPECT_SENSOR),
        )
      : 0,
    score: isFault ? 100 : anomaly.kind === 'cleared' ? 0 : departure(anomaly),
    observed: fixed(anomaly.observed),
    baseline: fixed(anomaly.baseline),
    spread: Math.max(0, fixed(anomaly.spread)),
    samples: clamp(anomaly.samples, 1, uintMax),
    confidence: percent(anomaly.confidence),
    issued: seconds(issue.nowMs),
    age: seconds(issue.nowMs - anomaly.onsetMs),
    duration: clamp(anomaly.durationS, 0, uintMax),
    context: station.contextTag(contextOf(anomaly)),
    sequence: issue.sequence,
    clock: issue.clock,
    lifetime: profile.lifetimeH[anomaly.kind] ?? 6,
    sensor: anomaly.sensorClass,
    evidence: [],
  };
}

/** Where the station stands beside the alarm level of a phenomenon. */
export interface StandingLevel {
  readonly phenomenon: Phenomenon;
  readonly sensor: string;
  readonly sensorClass: number;
  /** 1 above, -1 below; since when, Unix ms. */
  readonly side: number;
  readonly sinceMs: number;
  /** In the unit of the quantity: half-hour median, and the usual of the day before. */
  readonly value: number;
  readonly usual: number;
}

/** The class of a half-hour median is rarely wrong, and a device may be. */
const LEVEL_CONFIDENCE = 80;

/** Outcome of a level: `score` is 100 above the alarm class and 0 below it. */
export function distillLevel(station: Station, level: StandingLevel, issue: Issue): Outcome {
  const { profile } = station;
  const { phenomenon, value, sinceMs } = level;
  const fixed = (of: number) => clamp(of / phenomenon.scale, -valueMax, valueMax);
  const severity = 1 + phenomenon.levels.filter((edge) => value >= edge).length;
  const attributes = attributesOf(station, phenomenon.quantity, sinceMs, severity);
  return {
    version: 1,
    ...conditionOf(profile, { ...attributes, ...issue.surroundings }),
    finding: FINDING.level,
    action: 0,
    score: level.side > 0 ? 100 : 0,
    observed: fixed(value),
    baseline: fixed(level.usual),
    spread: 0,
    samples: 1,
    confidence: LEVEL_CONFIDENCE,
    issued: seconds(issue.nowMs),
    age: seconds(issue.nowMs - sinceMs),
    duration: 0,
    context: station.contextTag(`${level.sensor}/${phenomenon.quantity}/`),
    sequence: issue.sequence,
    clock: issue.clock,
    lifetime: profile.lifetimeH.level ?? LIFETIMES_H.level,
    sensor: level.sensorClass,
    evidence: [],
  };
}

/** A sign that the sensor behind a level fails: what it told is not to be weighed. */
export type FailingSensor = Pick<StandingLevel, 'phenomenon' | 'sensor' | 'sensorClass' | 'value'> & {
  /** 0 to 1. */
  readonly confidence: number;
};

/** Outcome of a fault that the alarm found; it carries the context of the levels. */
export function distillFault(station: Station, failing: FailingSensor, issue: Issue): Outcome {
  const { phenomenon, sensor, sensorClass, value, confidence } = failing;
  const where = { sensor, sensorClass, quantity: phenomenon.quantity, channel: '' };
  const when = { onsetMs: issue.nowMs, timeMs: issue.nowMs, durationS: 0, samples: 1, severity: 0 };
  const what = { kind: 'fault', cause: 'stuck', observed: value, baseline: value, spread: 0, confidence } as const;
  return distillAnomaly(station, { ...where, ...when, ...what }, issue);
}

/** What an answer rests on: our own numbers beside the packet it speaks of. */
export interface AnswerBasis {
  readonly finding: 'confirm' | 'refute' | 'verdict';
  /** Of a verdict: which. */
  readonly verdict?: VerdictName | undefined;
  readonly about: Outcome;
  /** That what `about` says is a real event, 0 to 1. */
  readonly probability: number;
  /** In the unit of the quantity. */
  readonly observed: number;
  readonly baseline: number;
  readonly spread: number;
  readonly samples: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly sensorClass: number;
  readonly evidence: readonly Buffer[];
}

/** `action` of a verdict packet (protocol section 2); what is uncorroborated is told to nobody. */
const VERDICT_ACTIONS: Record<VerdictName, number> = { uncorroborated: 0, event: 1, local: 2, fault: 3 };

/** What a verdict packet says; undefined for any other, or where nobody knows its action. */
export function verdictOf({ finding, action }: Pick<Outcome, 'finding' | 'action'>): VerdictName | undefined {
  return finding === FINDING.verdict ? VERDICT_NAMES.find((name) => VERDICT_ACTIONS[name] === action) : undefined;
}

/** Outcome of an answer. `score` is the probability, in percent, that the finding spoken of is a real event. */
export function distillAnswer(station: Station, basis: AnswerBasis, issue: Issue): Outcome {
  const { profile } = station;
  const { about } = basis;
  const scale = phenomenonOf(profile, about)?.scale ?? 1;
  const fixed = (value: number) => clamp(value / scale, -valueMax, valueMax);
  const onsetS = about.issued - about.age;
  return {
    version: 1,
    domain: about.domain,
    coarse: about.coarse,
    fine: about.fine,
    finding: FINDING[basis.finding],
    action: basis.verdict === undefined ? 0 : VERDICT_ACTIONS[basis.verdict],
    score: percent(basis.probability),
    observed: fixed(basis.observed),
    baseline: fixed(basis.baseline),
    spread: Math.max(0, fixed(basis.spread)),
    samples: clamp(basis.samples, 0, uintMax),
    confidence: percent(basis.confidence),
    issued: seconds(issue.nowMs),
    age: clamp(seconds(issue.nowMs) - onsetS, 0, uintMax),
    duration: 0,
    context: station.contextTag(''),
    sequence: issue.sequence,
    clock: issue.clock,
    lifetime: profile.lifetimeH[basis.finding] ?? 6,
    sensor: basis.sensorClass,
    evidence: basis.evidence,
  };
}
