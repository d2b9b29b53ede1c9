// The world of the demo: five stations on a line, a plume that crosses them, one sensor that sticks.
//
// The stations stand 3.5 km apart across the border of a cell (latitude 48.0), so that watching the adjacent cell is part
// of what is shown. The front moves at 10 m/s from the first to the last. One second of wall time is one minute.
import { type Air, createAir, type Plume } from './air.ts';

export const DEMO = {
  gateways: 5,
  /** Demo time per wall time. */
  factor: 60,
  seed: 20_260_101,
  /** 2026-01-05T06:00:00Z: after two days of learning. */
  startMs: Date.UTC(2026, 0, 5, 6),
  learnMs: 2 * 86_400_000,
  /** From one frame to the next, in demo time. */
  frameMs: 10_000,
  /** Minutes of demo time. */
  plumeAt: 2,
  minutesBetween: 6,
  /** The gateway whose sensor sticks, and when. */
  stuckGateway: 4,
  stuckAt: 1,
  /** The gateway that is fed over MQTT instead of a serial line. */
  mqttGateway: 5,
  /** The gateway whose broker the hostile client has credentials for. */
  hostileAt: 3,
  /** The story is over at this minute, whatever happened. */
  endsAt: 36,
} as const;

export interface Station {
  /** 1 to 5. */
  readonly number: number;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  /** When the front reaches it, Unix ms of demo time. */
  readonly frontMs: number;
  /** What its sensor reports; a stuck one repeats itself. Call it with rising times. */
  readonly measure: (timeMs: number) => Air;
}

const MINUTE_MS = 60_000;

export function demoStations(): Station[] {
  return Array.from({ length: DEMO.gateways }, (_, index) => {
    const number = index + 1;
    const frontMs = DEMO.startMs + (DEMO.plumeAt + index * DEMO.minutesBetween) * MINUTE_MS;
    const plume: Plume = {
      arrivesMs: frontMs,
      riseMs: 2 * MINUTE_MS,
      holdsMs: 10 * MINUTE_MS,
      decayMs: 4 * MINUTE_MS,
      peak: 95 - 6 * index,
    };
    const air = createAir(DEMO.seed + number, [plume]);
    return {
      number,
      name: `gateway-${number}`,
      latitude: 47.94 + 0.0315 * index,
      longitude: 7.85,
      frontMs,
      measure: number === DEMO.stuckGateway ? sticking(air, DEMO.startMs + DEMO.stuckAt * MINUTE_MS) : air,
    };
  });
}

function sticking(air: (timeMs: number) => Air, fromMs: number): (timeMs: number) => Air {
  let held: Air | undefined;
  return (timeMs) => {
    const now = air(timeMs);
    if (timeMs < fromMs) return now;
    held ??= now;
    return held;
  };
}
