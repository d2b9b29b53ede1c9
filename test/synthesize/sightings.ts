// Sightings for tests: stated in places, times and names, made by the same functions that read real packets.
import { hash } from 'node:crypto';
import { FINDING, type FindingName } from '../../src/core/condition.ts';
import type { Quantity } from '../../src/core/quantities.ts';
import { AIR } from '../../src/distill/air.ts';
import { conditionOf } from '../../src/distill/condition.ts';
import { phenomenonOrdinal, solarHour } from '../../src/distill/distiller.ts';
import type { Outcome } from '../../src/packet/outcome.ts';
import { type Place, type Sighting, sightingOf } from '../../src/synthesize/sighting.ts';

/** 2026-01-05T06:00:00Z. */
export const T0_MS = Date.UTC(2026, 0, 5, 6);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** In the middle of a sixteenth of a cell, as all places are once they were told. */
export const HERE: Place = { latitude: 47.984375, longitude: 7.859375 };
/** A sixteenth of a cell in metres, northwards. */
export const PART_M = (0.5 / 16) * 111_195;

/** So many sixteenths of a cell away: about 3.5 km each to the north, 2.3 km to the east. */
export function away(north: number, east = 0, from: Place = HERE): Place {
  return { latitude: from.latitude + north * (0.5 / 16), longitude: from.longitude + east * (0.5 / 16) };
}

export interface Told {
  /** Name of the origin. */
  readonly by?: string;
  readonly at?: Place | undefined;
  readonly onsetMs?: number;
  readonly issuedMs?: number;
  readonly finding?: FindingName;
  readonly quantity?: Quantity;
  readonly severity?: number;
  readonly confidence?: number;
  readonly samples?: number;
  readonly score?: number;
  readonly sensor?: number;
  /** What it speaks of. */
  readonly about?: readonly Sighting[];
  readonly outcome?: Partial<Outcome>;
}

let told = 0;

/** By default a sure event in the next part of the cell, told a minute after it began. */
export function sighting(from: Told = {}): Sighting {
  const { by = 'north', onsetMs = T0_MS, issuedMs = onsetMs + MINUTE_MS, finding = 'event', about = [] } = from;
  const at = 'at' in from ? from.at : away(1);
  const condition = conditionOf(AIR, {
    phenomenon: phenomenonOrdinal(AIR, from.quantity ?? 'pm2_5'),
    latitude: at?.latitude,
    longitude: at?.longitude,
    severity: from.severity ?? 3,
    solar_hour: solarHour(onsetMs, at?.longitude ?? 0),
    relative_humidity: 60,
    temperature: 12,
    site: 1,
  });
  const outcome: Outcome = {
    version: 1,
    ...condition,
    finding: FINDING[finding],
    action: 0,
    score: from.score ?? 50,
    observed: 400,
    baseline: 110,
    spread: 15,
    samples: from.samples ?? 9,
    confidence: from.confidence ?? 90,
    issued: Math.round(issuedMs / 1000),
    age: Math.round((issuedMs - onsetMs) / 1000),
    duration: 0,
    context: Buffer.alloc(4),
    sequence: ++told,
    clock: 2,
    lifetime: 6,
    sensor: from.sensor ?? 1,
    evidence: about.map(({ id }) => Buffer.from(id, 'hex')),
    ...from.outcome,
  };
  return sightingOf(AIR, { id: named(`packet ${told}`), origin: named(by), outcome });
}

/** Node id of a name in hex. */
export const nodeOf = (name: string): string => named(name).toString('hex');

const named = (name: string): Buffer => hash('sha256', name, 'buffer').subarray(0, 16);
