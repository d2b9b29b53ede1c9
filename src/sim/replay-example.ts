// Made recordings for trying out a replay: stations on a line, smoke that crosses them, one sensor that sticks.
//
// `examples/generated` holds what this makes with its defaults; the same text always comes out. The stations stand 3.5 km
// apart and the front moves at 2 m/s, so that a row every 10 minutes shows it arriving.
import { stringify } from 'yaml';
import { createAir, type Plume } from './air.ts';

export interface ExampleOptions {
  readonly stations: number;
  readonly days: number;
}

export interface ExampleFile {
  readonly name: string;
  readonly text: string;
}

const MINUTE_MS = 60_000;
const ROW_MS = 10 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const SEED = 20_260_101;
/** From one station to the next. */
const FRONT_MS = 30 * MINUTE_MS;

/** A manifest and one CSV file a station. Smoke comes each day from the second on, at 10 in the morning. */
export function exampleFiles({ stations, days }: ExampleOptions = { stations: 5, days: 4 }): ExampleFile[] {
  const ids = Array.from({ length: stations }, (_, index) => `station-${index + 1}`);
  const manifest = {
    timestamp: { column: 'timestamp', format: 'yyyy-MM-dd HH:mm:ss', zone: 'UTC' },
    readings: [
      { column: 'pm2_5', quantity: 'pm2_5', unit: 'ug/m3' },
      { column: 'temperature', quantity: 'temperature', unit: 'degC' },
      { column: 'humidity', quantity: 'relative_humidity', unit: '%' },
    ],
    stations: ids.map((id, index) => ({
      id,
      file: `${id}.csv`,
      latitude: Number((47.94 + 0.0315 * index).toFixed(4)),
      longitude: 7.85,
    })),
  };
  const head =
    '# Made by examples/generated/make.ts; needs nothing else:\n#   qis replay examples/generated/manifest.yaml --out alerts.csv\n';
  return [
    { name: 'manifest.yaml', text: head + stringify(manifest) },
    ...ids.map((id, index) => ({ name: `${id}.csv`, text: recording(index, days, index === stations - 2) })),
  ];
}

/** @param sticks whether the sensor sticks on the last day, for a few hours of clean air */
function recording(index: number, days: number, sticks: boolean): string {
  const smoke = Array.from({ length: Math.max(0, days - 1) }, (_, day) => plume(index, day + 1));
  const air = createAir(SEED + index, smoke);
  const stuckMs = sticks ? START_MS + (days - 1) * DAY_MS + 2 * 3_600_000 : Number.POSITIVE_INFINITY;
  const rows: string[] = [];
  let held = 0;
  for (let timeMs = START_MS; timeMs < START_MS + days * DAY_MS; timeMs += ROW_MS) {
    const { pm2_5, temperature, relative_humidity } = air(timeMs);
    const isStuck = timeMs >= stuckMs && timeMs < stuckMs + 6 * 3_600_000;
    if (!isStuck) held = pm2_5;
    const time = new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
    rows.push(`${time},${held.toFixed(1)},${temperature.toFixed(1)},${relative_humidity.toFixed(1)}`);
  }
  return `timestamp,pm2_5,temperature,humidity\n${rows.join('\n')}\n`;
}

function plume(index: number, day: number): Plume {
  return {
    arrivesMs: START_MS + day * DAY_MS + 10 * 3_600_000 + index * FRONT_MS,
    riseMs: 20 * MINUTE_MS,
    holdsMs: 90 * MINUTE_MS,
    decayMs: 40 * MINUTE_MS,
    peak: 90 - 4 * index,
  };
}
