// Lists what quality control expects of a working sensor, quantity by quantity, in the units of the quantity table.
//
// Weather: the step test of the WMO guidelines for automatic stations (CBS ET AWS-3, 2004, one-minute values). Its
// persistence test (one hour) is stretched to six, because sensors behind a battery or a Zigbee hub repeat themselves.
// Concentrations have no such standard: their steps are what a plume at arm's length does, and the share is noise and
// turbulence, which grow with the level. QARTOD's manuals leave the numbers to the operator; these may only doubt.
import type { Quantity } from '../../core/quantities.ts';

export interface QualityLimits {
  /** Largest plausible change from one minute to the next; 0: any change is plausible. */
  readonly step: number;
  /** Added to it, as a share of the value before. */
  readonly share: number;
  /** Ms without any change that a sensor which moves does not show; 0: it may rest as long as it likes. */
  readonly flatMs: number;
}

const hour = 3_600_000;

const concentration = (step: number, flatMs: number): QualityLimits => ({ step, share: 0.5, flatMs });
const weather = (step: number, flatMs: number): QualityLimits => ({ step, share: 0, flatMs });
/** A switched lamp, a totaliser, a direction, a battery: they jump and they rest. */
const free: QualityLimits = { step: 0, share: 0, flatMs: 0 };

export const QUALITY_LIMITS: Readonly<Record<Quantity, QualityLimits>> = {
  pm1: concentration(100, hour),
  pm2_5: concentration(100, hour),
  pm4: concentration(150, hour),
  pm10: concentration(200, hour),
  pm100: concentration(1000, hour),
  // 100 ug/m3 of smoke is some 60,000 particles a litre; few are large, and large ones are often not there at all.
  particles_gt_0_3: concentration(60_000, hour),
  particles_gt_0_5: concentration(20_000, hour),
  particles_gt_1: concentration(5000, hour),
  particles_gt_2_5: concentration(2000, 0),
  particles_gt_5: concentration(1000, 0),
  particles_gt_10: concentration(500, 0),
  particles_lt_0_5: concentration(500, hour),
  particles_lt_1: concentration(500, hour),
  particles_lt_2_5: concentration(500, hour),
  particles_lt_4: concentration(500, hour),
  particles_lt_10: concentration(500, hour),
  particle_size: weather(1, hour),
  temperature: weather(3, 6 * hour),
  dew_point: weather(4, 6 * hour),
  relative_humidity: weather(10, 6 * hour),
  pressure: weather(0.5, 6 * hour),
  // Somebody breathes on it.
  co2: concentration(2000, hour),
  co: concentration(50, 2 * hour),
  no2: concentration(1, 2 * hour),
  no: concentration(1, 2 * hour),
  o3: concentration(0.5, 2 * hour),
  so2: concentration(1, 2 * hour),
  nh3: concentration(20, 2 * hour),
  h2s: concentration(5, 2 * hour),
  hcho: concentration(1, 2 * hour),
  voc: concentration(50, 2 * hour),
  hcho_mass: concentration(1000, 2 * hour),
  voc_mass: concentration(50_000, 2 * hour),
  // Indices stand at their middle or their end for hours.
  voc_index: weather(200, 0),
  nox_index: weather(200, 0),
  iaq: weather(200, 0),
  gas_resistance: { step: 0, share: 0, flatMs: hour },
  wind_speed: weather(20, hour),
  wind_direction: free,
  rain: free,
  rain_rate: free,
  hail: free,
  illuminance: free,
  irradiance: weather(1000, 0),
  uv_index: free,
  noise: { step: 0, share: 0, flatMs: hour },
  radiation: weather(10, 0),
  soil_moisture: free,
  battery: free,
  voltage: free,
  current: free,
  signal: free,
  signal_to_noise: free,
  latitude: free,
  longitude: free,
  altitude: free,
};
