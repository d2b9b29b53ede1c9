// When will it be here? A plane wave through the sightings: onset time as a linear function of place.
//
// Without knowing better, it comes straight from the middle of what was seen, at the domain's speed: that is all a single
// sighting tells. Several correct this by least squares for the slowness vector (ms per metre, east and north), with a
// ridge that keeps what was expected in directions the stations do not span: stations on a line say nothing across it.
import type { DomainProfile } from '../core/domain.ts';
import { offsetM, type Place, type Sighting } from './sighting.ts';

/** Ridge in square metres per sighting: stations closer than this to their middle say little about direction. */
const RIDGE_M2 = 500 ** 2;
/** Onsets are known to a few minutes: a wave this little ahead of the first sighting may still be on its way. */
const UPSTREAM_MS = 300_000;

export interface Arrival {
  /** When it is expected here, Unix ms; may lie in the past. */
  readonly atMs: number;
  /** To the nearest sighting. */
  readonly distanceM: number;
}

/** Where, in metres east and north of here, and when. */
interface Point {
  readonly east: number;
  readonly north: number;
  readonly ms: number;
}

/** @returns undefined when no sighting has a place, or when what is seen moves away from here */
export function arrivalAt(profile: DomainProfile, here: Place, sightings: readonly Sighting[]): Arrival | undefined {
  const points = sightings.flatMap(({ place, onsetMs }) => (place ? [{ ...offsetM(here, place), ms: onsetMs }] : []));
  if (points.length === 0) return undefined;
  const middle = {
    east: mean(points.map(({ east }) => east)),
    north: mean(points.map(({ north }) => north)),
    ms: mean(points.map(({ ms }) => ms)),
  };
  const slowness = slownessOf(points, middle, profile.travelSpeedMps);
  const atMs = middle.ms - slowness.east * middle.east - slowness.north * middle.north;
  // Upstream of the first sighting: it has been here already, unseen, or never comes.
  if (atMs < Math.min(...points.map(({ ms }) => ms)) - UPSTREAM_MS) return undefined;
  return { atMs, distanceM: Math.min(...points.map(({ east, north }) => Math.hypot(east, north))) };
}

function slownessOf(points: readonly Point[], middle: Point, speedMps: number): { east: number; north: number } {
  const apartM = Math.hypot(middle.east, middle.north);
  const msPerM = apartM === 0 ? 0 : 1000 / speedMps / apartM;
  const expected = { east: -middle.east * msPerM, north: -middle.north * msPerM };
  const ridge = RIDGE_M2 * points.length;
  let [ee, en, nn, et, nt] = [ridge, 0, ridge, 0, 0];
  for (const point of points) {
    const [de, dn] = [point.east - middle.east, point.north - middle.north];
    const dt = point.ms - middle.ms - expected.east * de - expected.north * dn;
    ee += de * de;
    en += de * dn;
    nn += dn * dn;
    et += de * dt;
    nt += dn * dt;
  }
  const determinant = ee * nn - en * en;
  return {
    east: expected.east + (et * nn - nt * en) / determinant,
    north: expected.north + (nt * ee - et * en) / determinant,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
