// The tables of `air` as a file that others can read, and vectors from a value to its ordinal.
//
// `npm run vectors` writes air.json beside this file; air.test.ts reckons every vector again from the tables alone.
// Invariant: deterministic; a second run writes the identical file.
import { FINDING } from '../../src/core/condition.ts';
import type { Dimension } from '../../src/core/domain.ts';
import { QUANTITIES } from '../../src/core/quantities.ts';
import { SENSOR_CLASSES } from '../../src/core/sensor-class.ts';
import { severityOf } from '../../src/detect/episode.ts';
import { DETECTOR } from '../../src/detect/tuning.ts';
import { AIR, SITES } from '../../src/distill/air.ts';
import { conditionOf, ordinalOf, watchedKeys } from '../../src/distill/condition.ts';
import { attributesOf, distillLevel, type Station, solarHour } from '../../src/distill/distiller.ts';

export const airVectorsUrl = new URL('air.json', import.meta.url);

const AT_S = 1_790_000_000;
const HOUR_S = 3_600;

const station = (latitude?: number, longitude?: number, site = 0): Station => ({
  profile: AIR,
  latitude,
  longitude,
  site,
  contextTag: () => Buffer.alloc(4),
});

/** Names in the order of their ordinals, from 1. */
const phenomena = AIR.phenomena.map(({ name, quantity, scale, levels, alarm }, index) => ({
  ordinal: index + 1,
  name,
  unit: QUANTITIES[quantity].unit,
  scale,
  class_edges: levels,
  alarm: alarm ?? null,
}));

/** What stands in a table of its own is named, so that no list stands twice. */
function dimension({ name, attribute, buckets, refines, distance, tolerance, isLate }: Dimension) {
  const made = attribute === 'phenomenon' || attribute === 'site' ? { registry: attribute } : buckets;
  return {
    name,
    attribute,
    ...made,
    ...(refines && { refines }),
    distance,
    tolerance: tolerance ?? null,
    ...(isLate && { late: true }),
  };
}

const PLACES = [-90, -89.5, -42.75, -0.001, 0, 0.031_25, 47.999, 48.01, 48.25, 48.499_99, 89.99, 90];
const LONGITUDES = [-180, -179.999, -0.001, 0, 7.85, 7.968_75, 179.5, 179.999, 180];
const VALUES: Readonly<Record<string, readonly number[]>> = {
  latitude: PLACES,
  longitude: LONGITUDES,
  relative_humidity: [0, 29.9, 30, 50, 69.9, 70, 85, 100],
  temperature: [-40, -10.1, -10, 0, 9.9, 10, 20, 30, 45],
};

function ordinals() {
  const dimensions: readonly Dimension[] = [...AIR.coarse, ...AIR.fine];
  return dimensions.flatMap((one) =>
    (VALUES[one.attribute] ?? []).map((value) => ({
      dimension: one.name,
      value,
      ordinal: ordinalOf(AIR, one, { [one.attribute]: value }),
    })),
  );
}

/** Around each edge: just below, on it, above; and what is sent of it. */
function severities() {
  const just = { before: 0, spread: 0, tuning: DETECTOR };
  return AIR.phenomena.flatMap((phenomenon) =>
    phenomenon.levels.flatMap((edge) =>
      [edge - phenomenon.scale, edge, edge + phenomenon.scale].map((value) => {
        const level = { phenomenon, sensor: '', sensorClass: 0, side: 1, sinceMs: 0, value, usual: 0 };
        const issue = { nowMs: 0, clock: 2 as const, sequence: 1, surroundings: {} };
        const { observed } = distillLevel(station(), level, issue);
        return {
          phenomenon: phenomenon.name,
          value: Number(value.toFixed(6)),
          severity: severityOf(value, { ...just, levels: phenomenon.levels }),
          fixed: observed,
        };
      }),
    ),
  );
}

function dayParts() {
  const part = AIR.fine.find(({ name }) => name === 'day_part')!;
  const places = [-180, -73.75, 0, 7.85, 90, 179.9];
  const hours = [0, 5.999, 6, 12, 18, 23.999];
  return places.flatMap((longitude) =>
    hours.map((hour) => {
      const onsetS = AT_S - (AT_S % (24 * HOUR_S)) + Math.round(hour * HOUR_S);
      const solar = solarHour(onsetS * 1000, longitude);
      return { onset_unix_s: onsetS, longitude, ordinal: ordinalOf(AIR, part, { solar_hour: solar }) };
    }),
  );
}

function conditions() {
  const smoky = attributesOf(station(42.66, -73.78, 2), 'pm2_5', (AT_S - 240) * 1000, 4);
  const bare = attributesOf(station(), 'temperature', AT_S * 1000, 0);
  return [
    { name: 'all is stated', attributes: { ...smoky, relative_humidity: 55, temperature: 12 } },
    { name: 'no place, no surroundings: 0 is not stated', attributes: bare },
  ].map(({ name, attributes }) => ({ name, attributes, ...conditionOf(AIR, attributes) }));
}

const watched = [
  [48.25, 7.75],
  [48.49, 7.99],
  [-89.99, 179.99],
].map(([latitude, longitude]) => {
  const attributes = attributesOf(station(latitude, longitude), 'pm2_5', 0, 0);
  const keys = (bothSides: boolean) => watchedKeys(AIR, attributes, { bothSides });
  return { latitude, longitude, near: keys(false), with_alarm: keys(true) };
});

/** The whole file as text. */
export function airVectors(): string {
  const content = {
    protocol: 1,
    domain: { number: AIR.id, name: AIR.name },
    phenomena,
    coarse: AIR.coarse.map(dimension),
    fine: AIR.fine.map(dimension),
    sites: SITES,
    actions: AIR.actions.map(({ name }) => name),
    findings: FINDING,
    lifetimes_h: AIR.lifetimeH,
    sensor_classes: SENSOR_CLASSES,
    vectors: {
      ordinals: ordinals(),
      severities: severities(),
      day_parts: dayParts(),
      conditions: conditions(),
      watched,
    },
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}
