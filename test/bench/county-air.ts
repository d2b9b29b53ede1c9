// Makes the air of a county: smoke that lies or drifts over parts of it, sources beside single stations, and broken sensors.
//
//     usual of the hour x weather of the whole county + smoke (a disc that moves) + a neighbour's stove + noise of the sensor
//
// Faults stand in quiet air: an hour that anybody's smoke touches has none. Invariant: the same seed makes the same county.
import type { CsvRow } from '../../src/sense/replay/replay.ts';
import { normal, seededRandom } from '../../src/sim/random.ts';
import { distanceM, offsetM, type Place } from '../../src/synthesize/sighting.ts';
import type { Recording } from './recordings.ts';

export interface CountyOptions {
  readonly stations: number;
  readonly days: number;
  /** No faults before this day: everybody learns. One at a time, so there may be fewer than asked for. */
  readonly learningDays: number;
  readonly faults: number;
  readonly seed: number;
}

/** At one station, Unix ms; the end is not part of it. */
export interface Span {
  readonly station: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface County {
  readonly recordings: readonly Recording[];
  /** Hours at a station that smoke of the region lifts above the alarm, two at least. */
  readonly events: readonly Span[];
  readonly faults: readonly Span[];
}

interface Smoke {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly centre: Place;
  /** m/s */
  readonly east: number;
  readonly north: number;
  readonly radiusM: number;
  readonly peak: number;
}

export const COUNTY_ALARM = 35.4;
/** 60 by 60 km. */
const CORNER: Place = { latitude: 42.4, longitude: -74.1 };
const SIZE = { latitude: 0.54, longitude: 0.73 };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const ROW_MS = HOUR_MS / 2;
export const START_MS = Date.UTC(2026, 0, 1);
const FAULT_MS = 6 * HOUR_MS;
/** From one fault to the next, whoever has it: one at a time. */
const FAULT_EACH_MS = 6 * HOUR_MS;
const SMOKE_EACH_DAYS = 2;
const STOVES_A_DAY = 0.06;

const READING = { quantity: 'pm2_5', channel: '', unit: 'ug/m3', clock: 2, quality: 0, sensorClass: 0 } as const;

export function makeCounty({ stations, days, learningDays, faults: count, seed }: CountyOptions): County {
  const random = seededRandom(seed);
  const places = Array.from({ length: stations }, () => somewhere(random));
  const smokes = Array.from({ length: Math.round(days / SMOKE_EACH_DAYS) }, () => smokeOf(random, days));
  const weather = weatherOf(random, days);
  const shared = (place: Place, timeMs: number) =>
    usual(timeMs) * weather[Math.floor((timeMs - START_MS) / ROW_MS)]! +
    smokes.reduce((sum, smoke) => sum + strength(smoke, place, timeMs), 0);
  const isQuiet = ({ station, fromMs, untilMs }: Span) => {
    for (let timeMs = fromMs - 6 * HOUR_MS; timeMs < untilMs + 6 * HOUR_MS; timeMs += HOUR_MS)
      if (shared(places[station]!, timeMs) > COUNTY_ALARM / 2) return false;
    return true;
  };
  const faults: Span[] = [];
  for (let tries = 0; faults.length < count && tries < 2_000 * count; tries++) {
    const station = Math.floor(random() * stations);
    const day = learningDays + random() * (days - learningDays - 1);
    const fromMs = START_MS + Math.floor((day * DAY_MS) / ROW_MS) * ROW_MS;
    const fault = { station, fromMs, untilMs: fromMs + FAULT_MS };
    const isApart = (other: Span) => other.station !== station && Math.abs(other.fromMs - fromMs) >= FAULT_EACH_MS;
    if (isQuiet(fault) && faults.every(isApart)) faults.push(fault);
  }
  const recordings = places.map((place, station): Recording => {
    const own = faults.find((fault) => fault.station === station);
    const air = (timeMs: number) => shared(place, timeMs);
    const rows = rowsOf(`station-${station + 1}`, { air, fault: own, days, seed: seed * 1_000 + station });
    return { id: `station-${station + 1}`, place, rows };
  });
  const events = places.flatMap((place, station) => eventsOf(station, (timeMs) => shared(place, timeMs), days));
  return { recordings, events, faults };
}

const somewhere = (random: () => number): Place => ({
  latitude: CORNER.latitude + random() * SIZE.latitude,
  longitude: CORNER.longitude + random() * SIZE.longitude,
});

/** From a valley full of wood smoke to a haze over all of the county; some lie still. */
function smokeOf(random: () => number, days: number): Smoke {
  const fromMs = START_MS + random() * days * DAY_MS;
  const speed = random() < 0.5 ? 0 : 0.3 + 1.5 * random();
  const way = 2 * Math.PI * random();
  return {
    fromMs,
    untilMs: fromMs + (5 + 25 * random()) * HOUR_MS,
    centre: somewhere(random),
    east: speed * Math.sin(way),
    north: speed * Math.cos(way),
    radiusM: 8_000 + 32_000 * random(),
    peak: 35 + 60 * random(),
  };
}

function strength(
  { fromMs, untilMs, centre, east, north, radiusM, peak }: Smoke,
  place: Place,
  timeMs: number,
): number {
  if (timeMs < fromMs || timeMs >= untilMs) return 0;
  const at = offsetM(centre, place);
  const ageS = (timeMs - fromMs) / 1000;
  const apart = Math.hypot(at.east - east * ageS, at.north - north * ageS) / radiusM;
  const edge = Math.min(1, (timeMs - fromMs) / (2 * HOUR_MS), (untilMs - timeMs) / (2 * HOUR_MS));
  return peak * edge * Math.exp(-(apart ** 2));
}

const usual = (timeMs: number): number => 9 + 3 * Math.cos((2 * Math.PI * (timeMs % DAY_MS)) / DAY_MS);

/** A factor that forgets within a day. */
function weatherOf(random: () => number, days: number): number[] {
  let logarithm = 0;
  return Array.from({ length: (days * DAY_MS) / ROW_MS }, () => {
    logarithm = 0.98 * logarithm + 0.08 * normal(random);
    return Math.exp(logarithm);
  });
}

interface RowOptions {
  readonly air: (timeMs: number) => number;
  readonly fault: Span | undefined;
  readonly days: number;
  readonly seed: number;
}

function rowsOf(id: string, { air, fault, days, seed }: RowOptions): CsvRow[] {
  const random = seededRandom(seed);
  const rows: CsvRow[] = [];
  const gain = Math.exp(0.1 * normal(random));
  let stoveUntilMs = 0;
  let stove = 0;
  for (let timeMs = START_MS; timeMs < START_MS + days * DAY_MS; timeMs += ROW_MS) {
    if (random() < (STOVES_A_DAY * ROW_MS) / DAY_MS) {
      stoveUntilMs = timeMs + (1 + 2 * random()) * HOUR_MS;
      stove = 20 + 60 * random();
    }
    const real = gain * (air(timeMs) + (timeMs < stoveUntilMs ? stove : 0)) * Math.exp(0.06 * normal(random));
    const value = Math.round(10 * (real + (fault ? wrong(fault, timeMs) : 0))) / 10;
    rows.push({
      timeMs,
      written: new Date(timeMs).toISOString(),
      readings: [{ ...READING, sensor: id, value, timeMs }],
    });
  }
  return rows;
}

/** A rise of a broken sensor, as smooth as a true one. */
function wrong({ fromMs, untilMs }: Span, timeMs: number): number {
  if (timeMs < fromMs || timeMs >= untilMs) return 0;
  return 55 * Math.min(1, (timeMs - fromMs) / (3 * HOUR_MS), (untilMs - timeMs) / HOUR_MS);
}

function eventsOf(station: number, air: (timeMs: number) => number, days: number): Span[] {
  const spans: Span[] = [];
  let fromMs: number | undefined;
  for (let timeMs = START_MS; timeMs < START_MS + days * DAY_MS; timeMs += ROW_MS) {
    if (air(timeMs) >= COUNTY_ALARM) fromMs ??= timeMs;
    else {
      if (fromMs !== undefined && timeMs - fromMs >= 2 * HOUR_MS) spans.push({ station, fromMs, untilMs: timeMs });
      fromMs = undefined;
    }
  }
  return spans;
}

/** Metres to the nearest other station, in the mean. */
export function spacingM(recordings: readonly Recording[]): number {
  const places = recordings.flatMap(({ place }) => place ?? []);
  const nearest = places.map((place) =>
    Math.min(...places.filter((other) => other !== place).map((other) => distanceM(place, other))),
  );
  return Math.round(nearest.reduce((sum, one) => sum + one, 0) / nearest.length);
}
