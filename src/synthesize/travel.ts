// When will it be here? A plane wave through the sightings: onset time as a linear function of place.
//
// One sighting: it travels at the domain's speed, from there to here. Several: least squares for the slowness vector,
// with a ridge that keeps it still in directions the stations do not span (stations on a line say nothing across it).
import type { DomainProfile } from '../core/domain.ts';
import { distanceM, offsetM, type Place, type Sighting } from './sighting.ts';

/** Ridge in square metres per sighting: stations closer than this to their mean say little about direction. */
const RIDGE_M2 = 500 ** 2;
/** Onsets are known to a few minutes: a wave this little ahead of the first sighting may still be on its way. */
const UPSTREAM_MS = 300_000;

export interface Arrival {
  /** When it is expected here, Unix ms; may lie in the past. */
  readonly atMs: number;
  /** To the nearest sighting. */
  readonly distanceM: number;
}

/** @returns undefined when no sighting has a place, or when what is seen moves away from here */
export function arrivalAt(profile: DomainProfile, here: Place, sightings: readonly Sighting[]): Arrival | undefined {
  const placed = sightings.filter((sighting): sighting is Sighting & { place: Place } => sighting.place !== undefined);
  const [first, ...others] = placed;
  if (!first) return undefined;
  const distances = placed.map((sighting) => distanceM(sighting.place, here));
  const nearest = Math.min(...distances);
  if (others.length === 0) {
    return { atMs: first.onsetMs + (nearest / profile.travelSpeedMps) * 1000, distanceM: nearest };
  }
  const points = placed.map((sighting) => ({ ...offsetM(here, sighting.place), ms: sighting.onsetMs - first.onsetMs }));
  const mean = (pick: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, p) => sum + pick(p), 0) / points.length;
  const [e, n, t] = [mean((p) => p.east), mean((p) => p.north), mean((p) => p.ms)];
  const ridge = RIDGE_M2 * points.length;
  let [ee, en, nn, et, nt] = [ridge, 0, ridge, 0, 0];
  for (const point of points) {
    const [de, dn, dt] = [point.east - e, point.north - n, point.ms - t];
    ee += de * de;
    en += de * dn;
    nn += dn * dn;
    et += de * dt;
    nt += dn * dt;
  }
  const determinant = ee * nn - en * en;
  const slowEast = (et * nn - nt * en) / determinant;
  const slowNorth = (nt * ee - et * en) / determinant;
  const atMs = first.onsetMs + t - slowEast * e - slowNorth * n;
  const earliestMs = Math.min(...placed.map((sighting) => sighting.onsetMs));
  // Upstream of the first sighting: it has been here already, unseen, or never comes.
  return atMs < earliestMs - UPSTREAM_MS ? undefined : { atMs, distanceM: nearest };
}
