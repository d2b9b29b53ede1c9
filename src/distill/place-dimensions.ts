// The dimensions that every domain of measurements at places shares: what, where, how bad, when. Data only.
//
// `air` is made of them, and a domain of the operator's own that names none gets them.
// Cells are 0.5 degrees, counted from -90 and -180 (protocol section 3); a sixteenth of one is about 3.5 km.
import type { Dimension, Phenomenon } from '../core/domain.ts';

export const phenomenonDimension = (phenomena: readonly Phenomenon[]): Dimension => ({
  name: 'phenomenon',
  attribute: 'phenomenon',
  buckets: { registry: phenomena.map(({ name }) => name) },
  distance: 'categorical',
  weight: 0,
  tolerance: 0,
});

export const PLACE_COARSE = [
  {
    name: 'latitude_cell',
    attribute: 'latitude',
    buckets: { cells: { start: -90, width: 0.5, count: 360 } },
    distance: 'ordinal',
    weight: 0,
  },
  {
    name: 'longitude_cell',
    attribute: 'longitude',
    buckets: { cells: { start: -180, width: 0.5, count: 720 } },
    distance: 'circular',
    weight: 0,
  },
] as const satisfies readonly Dimension[];

/** One class more than the phenomenon with most levels has levels. */
export const severityDimension = (phenomena: readonly Phenomenon[]): Dimension => ({
  name: 'severity',
  attribute: 'severity',
  buckets: {
    registry: Array.from(
      { length: 1 + Math.max(...phenomena.map(({ levels }) => levels.length)) },
      (_, i) => `class ${i + 1}`,
    ),
  },
  distance: 'ordinal',
  weight: 1,
});

export const PLACE_FINE = [
  {
    name: 'day_part',
    attribute: 'solar_hour',
    buckets: { cells: { start: 0, width: 6, count: 4 } },
    distance: 'circular',
    weight: 0.5,
  },
  {
    name: 'latitude_part',
    attribute: 'latitude',
    buckets: { parts: 16 },
    refines: 'latitude_cell',
    distance: 'ordinal',
    weight: 2,
    tolerance: 12,
  },
  {
    name: 'longitude_part',
    attribute: 'longitude',
    buckets: { parts: 16 },
    refines: 'longitude_cell',
    distance: 'circular',
    weight: 2,
    tolerance: 12,
  },
] as const satisfies readonly Dimension[];

/**
 * Hours a packet lives after issue, by finding. A fault is worth knowing for a day; a level is told once a day, and two
 * hours are for one that is late.
 */
export const LIFETIMES_H = {
  event: 6,
  level: 26,
  cleared: 6,
  confirm: 6,
  refute: 6,
  verdict: 6,
  fault: 24,
  outcome: 8_784,
} as const;
