// Registry of sensor classes: instruments that err alike, so that their votes are not independent.
//
// The number travels in every packet. Fog makes all optical counters of one maker over-read together; ten of them
// that agree are worth less than one of them and one of another class. Numbers are never reused.

export const SENSOR_CLASSES = {
  unknown: 0,
  optical_plantower: 1,
  optical_nova: 2,
  optical_sensirion: 3,
  optical_winsen: 4,
  optical_honeywell: 5,
  optical_cubic: 6,
  optical_tera: 7,
  optical_other: 15,
  ndir_co2: 16,
  photoacoustic_co2: 17,
  electrochemical: 24,
  metal_oxide: 25,
  reference_gas: 32,
  reference_particulate: 33,
  weather: 40,
} as const;

export type SensorClassName = keyof typeof SENSOR_CLASSES;

export function sensorClassName(number: number): string {
  const entry = Object.entries(SENSOR_CLASSES).find(([, value]) => value === number);
  return entry ? entry[0] : `class ${number}`;
}
