// The quantities that can be measured, each with its one unit, its plausible range and the resolution worth keeping.
//
// A reading always carries its value in the unit of this table; conversions happen where bytes enter (units.ts).
// The range is what a working sensor outdoors or indoors on Earth can report; outside it a reading is flagged, not lost.
// The resolution is the smallest step that means anything, and the floor under every estimate of spread.
// Invariant: min < max and 0 < resolution < max - min for every entry (test/core/quantities.test.ts).

/** Unit, plausible range (inclusive) and resolution of a quantity, all in that unit. */
export interface QuantitySpec {
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly resolution: number;
}

const spec = (unit: string, min: number, max: number, resolution: number): QuantitySpec => ({
  unit,
  min,
  max,
  resolution,
});

export const QUANTITIES = {
  pm1: spec('ug/m3', 0, 2000, 0.1),
  pm2_5: spec('ug/m3', 0, 2000, 0.1),
  pm4: spec('ug/m3', 0, 3000, 0.1),
  pm10: spec('ug/m3', 0, 5000, 0.1),
  pm100: spec('ug/m3', 0, 20_000, 1),
  // Particles above a diameter per volume ("larger than"); 0.1 L counts are scaled by 10 where they enter.
  particles_gt_0_3: spec('1/L', 0, 1_000_000, 10),
  particles_gt_0_5: spec('1/L', 0, 1_000_000, 10),
  particles_gt_1: spec('1/L', 0, 1_000_000, 10),
  particles_gt_2_5: spec('1/L', 0, 1_000_000, 10),
  particles_gt_5: spec('1/L', 0, 1_000_000, 10),
  particles_gt_10: spec('1/L', 0, 1_000_000, 10),
  // Particles from 0.3 um up to a diameter: another definition, not convertible into the one above.
  particles_lt_0_5: spec('1/cm3', 0, 10_000, 0.01),
  particles_lt_1: spec('1/cm3', 0, 10_000, 0.01),
  particles_lt_2_5: spec('1/cm3', 0, 10_000, 0.01),
  particles_lt_4: spec('1/cm3', 0, 10_000, 0.01),
  particles_lt_10: spec('1/cm3', 0, 10_000, 0.01),
  particle_size: spec('um', 0, 100, 0.01),
  temperature: spec('degC', -60, 85, 0.1),
  dew_point: spec('degC', -80, 60, 0.1),
  relative_humidity: spec('%', 0, 100, 0.1),
  pressure: spec('hPa', 300, 1100, 0.1),
  co2: spec('ppm', 200, 40_000, 1),
  co: spec('ppm', 0, 1000, 0.01),
  no2: spec('ppm', 0, 20, 0.001),
  no: spec('ppm', 0, 20, 0.001),
  o3: spec('ppm', 0, 10, 0.001),
  so2: spec('ppm', 0, 20, 0.001),
  nh3: spec('ppm', 0, 300, 0.01),
  h2s: spec('ppm', 0, 100, 0.01),
  hcho: spec('ppm', 0, 10, 0.001),
  voc: spec('ppm', 0, 1000, 0.001),
  // The same gases by mass, for sensors that give it: the way to ppm depends on temperature and pressure.
  hcho_mass: spec('ug/m3', 0, 12_000, 1),
  voc_mass: spec('ug/m3', 0, 1_000_000, 1),
  voc_index: spec('1', 0, 500, 1),
  nox_index: spec('1', 0, 500, 1),
  iaq: spec('1', 0, 500, 1),
  gas_resistance: spec('kOhm', 0, 100_000, 0.01),
  wind_speed: spec('m/s', 0, 113, 0.1),
  wind_direction: spec('deg', 0, 360, 1),
  rain: spec('mm', 0, 2000, 0.1),
  rain_rate: spec('mm/h', 0, 500, 0.1),
  hail: spec('1/cm2', 0, 1000, 0.1),
  illuminance: spec('lx', 0, 200_000, 1),
  irradiance: spec('W/m2', 0, 2000, 1),
  uv_index: spec('1', 0, 25, 0.1),
  noise: spec('dB', 0, 150, 0.1),
  radiation: spec('uSv/h', 0, 1000, 0.01),
  soil_moisture: spec('%', 0, 100, 0.1),
  battery: spec('%', 0, 100, 1),
  voltage: spec('V', 0, 1000, 0.001),
  current: spec('A', -100, 100, 0.001),
  signal: spec('dBm', -150, 20, 1),
  signal_to_noise: spec('dB', -40, 60, 0.1),
  latitude: spec('deg', -90, 90, 0.00001),
  longitude: spec('deg', -180, 180, 0.00001),
  altitude: spec('m', -500, 9000, 0.1),
} as const satisfies Record<string, QuantitySpec>;

export type Quantity = keyof typeof QUANTITIES;

export const QUANTITY_NAMES = Object.keys(QUANTITIES) as Quantity[];

export function isQuantity(name: string): name is Quantity {
  return Object.hasOwn(QUANTITIES, name);
}
