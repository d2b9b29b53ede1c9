// A verified packet as the synthesizer sees it, with what is derived from it once: where, when, for how long.
//
// Two sightings are taken for the same thing when their conditions match, neither is out of reach of the other, and their
// onsets differ by no more than travel explains.
import { FINDING } from '../core/condition.ts';
import { type DomainProfile, phenomenonOf } from '../core/domain.ts';
import { middleOf } from '../distill/condition.ts';
import type { Outcome } from '../packet/outcome.ts';
import { similarity } from './similarity.ts';

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

export interface Sighting {
  /** Packet id in hex. */
  readonly id: string;
  /** Node id of the origin in hex. */
  readonly origin: string;
  readonly outcome: Outcome;
  /** Unix ms. */
  readonly onsetMs: number;
  readonly issuedMs: number;
  readonly expiresMs: number;
  /** Middle of the stated cell; absent when the condition states no place. */
  readonly place: Place | undefined;
  /** Ids it speaks of, in hex. */
  readonly evidence: readonly string[];
}

/** @param profile of the packet's domain; undefined where this gateway does not know it, and then it states no place */
export function sightingOf(
  profile: DomainProfile | undefined,
  packet: { id: Buffer; origin: Buffer; outcome: Outcome },
): Sighting {
  const { outcome } = packet;
  const latitude = profile && middleOf(profile, outcome, 'latitude');
  const longitude = profile && middleOf(profile, outcome, 'longitude');
  return {
    id: packet.id.toString('hex'),
    origin: packet.origin.toString('hex'),
    outcome,
    onsetMs: (outcome.issued - outcome.age) * 1000,
    issuedMs: outcome.issued * 1000,
    expiresMs: (outcome.issued + outcome.lifetime * 3600) * 1000,
    place: latitude === undefined || longitude === undefined ? undefined : { latitude, longitude },
    evidence: outcome.evidence.map((id) => id.toString('hex')),
  };
}

/** Whether it tells of something that falls; what only rises never does. */
export function isFall(profile: DomainProfile | undefined, { outcome }: Pick<Sighting, 'outcome'>): boolean {
  const phenomenon = profile && phenomenonOf(profile, outcome);
  return phenomenon?.direction === 'both' && outcome.observed < outcome.baseline;
}

/** Seen, not said about what others saw. A level that is below saw nothing. */
export function isFirstHand({ outcome }: Sighting): boolean {
  return outcome.finding === FINDING.event || (outcome.finding === FINDING.level && isAboveLevel(outcome));
}

/** Of a level: whether the phenomenon is in its alarm class there; its score is 100, or else 0. */
export function isAboveLevel({ score }: Pick<Outcome, 'score'>): boolean {
  return score >= 50;
}

/** The cheap tests come first: this runs for every packet against everything that was heard. */
export function matches(profile: DomainProfile, a: Sighting, b: Sighting): boolean {
  const apartMs = Math.abs(a.onsetMs - b.onsetMs);
  if (apartMs > (profile.onsetToleranceS + profile.reachM / profile.travelSpeedMps) * 1000) return false;
  const apartM = a.place && b.place ? distanceM(a.place, b.place) : 0;
  if (apartM > profile.reachM) return false;
  if (apartMs > (profile.onsetToleranceS + apartM / profile.travelSpeedMps) * 1000) return false;
  return similarity(profile, a.outcome, b.outcome) > 0;
}

const EARTH_RADIUS_M = 6_371_000;
const RADIANS = Math.PI / 180;

/** Offset of `to` from `from` in metres east and north; good to a percent within the reach of any phenomenon. */
export function offsetM(from: Place, to: Place): { east: number; north: number } {
  let degreesEast = to.longitude - from.longitude;
  if (degreesEast > 180) degreesEast -= 360;
  if (degreesEast < -180) degreesEast += 360;
  const middle = ((from.latitude + to.latitude) / 2) * RADIANS;
  return {
    east: degreesEast * RADIANS * EARTH_RADIUS_M * Math.cos(middle),
    north: (to.latitude - from.latitude) * RADIANS * EARTH_RADIUS_M,
  };
}

export function distanceM(from: Place, to: Place): number {
  const { east, north } = offsetM(from, to);
  return Math.hypot(east, north);
}
