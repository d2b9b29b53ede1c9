// The air a simulated station breathes: a daily swing, weather noise, and plumes that pass over.
//
// Each call draws from the station's own seeded sequence, so one station's air never depends on how often another one
// is asked. Values are physical and unrounded; a simulated sensor rounds as the real one does.
import { normal, seededRandom } from './random.ts';

export interface Plume {
  /** When its front reaches the station, Unix ms. */
  readonly arrivesMs: number;
  readonly riseMs: number;
  readonly holdsMs: number;
  readonly decayMs: number;
  /** PM2.5 above the background, ug/m3. */
  readonly peak: number;
}

export interface Air {
  readonly pm1: number;
  readonly pm2_5: number;
  readonly pm10: number;
  readonly temperature: number;
  readonly relative_humidity: number;
}

const DAY_MS = 86_400_000;
/** Share of one step's weather that is left in the next; at one step in 10 s it forgets within minutes. */
const MEMORY = 0.9;

export function createAir(seed: number, plumes: readonly Plume[]): (timeMs: number) => Air {
  const random = seededRandom(seed);
  let weather = 0;
  return (timeMs) => {
    weather = MEMORY * weather + Math.sqrt(1 - MEMORY ** 2) * normal(random);
    // Lowest in the afternoon, when the air mixes; highest before dawn.
    const hourAngle = (2 * Math.PI * (timeMs % DAY_MS)) / DAY_MS;
    const background = 11 + 3 * Math.cos(hourAngle - Math.PI / 6) + 1.2 * weather + 0.8 * normal(random);
    const smoke = plumes.reduce((sum, plume) => sum + strength(plume, timeMs) * (1 + 0.05 * normal(random)), 0);
    const pm2_5 = Math.max(0, background + smoke);
    return {
      pm1: pm2_5 * 0.68,
      pm2_5,
      pm10: pm2_5 * 1.2 + 2 + Math.abs(normal(random)),
      temperature: 14 - 5 * Math.cos(hourAngle - Math.PI / 3) + 0.2 * normal(random),
      relative_humidity: 62 + 15 * Math.cos(hourAngle - Math.PI / 3) + 0.5 * normal(random),
    };
  };
}

function strength({ arrivesMs, riseMs, holdsMs, decayMs, peak }: Plume, timeMs: number): number {
  const age = timeMs - arrivesMs;
  if (age <= 0) return 0;
  if (age < riseMs) return (peak * age) / riseMs;
  if (age < riseMs + holdsMs) return peak;
  return peak * Math.exp(-(age - riseMs - holdsMs) / decayMs);
}
