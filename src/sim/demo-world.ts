// The world of the demo: five stations on a line, a fire beside one of them, a plume that crosses them all, one sensor
// that sticks.
//
// The stations stand 3.5 km apart across the border of a cell (latitude 48.0), so that watching the adjacent cell is part
// of what is shown. The front moves at 10 m/s from the first to the last. One second of wall time is one minute.
import { type Air, createAir, type Plume } from './air.ts';

export const DEMO = {
  gateways: 5,
  /** Demo time per wall time. */
  factor: 60,
  seed: 20_260_101,
  startMs: Date.UTC(2026, 0, 5, 6),
  /**
   * A little more than a detector needs before it speaks of events. So young it is not sure of itself: one neighbour
   * that saw the smoke does not settle a verdict, a second one does, with what the first has confirmed by then.
   */
  learnMs: 7.5 * 3_600_000,
  /** From one frame to the next, in demo time. */
  frameMs: 10_000,
  /** Minutes of demo time. */
  plumeAt: 2,
  minutesBetween: 6,
  /**
   * The gateway beside which somebody lit a fire, minutes before the story, while it was on its own. It is so long ago
   * that nobody takes it for the same as the plume, or still expects it (onset tolerance plus travel, air.ts).
   */
  loneGateway: 2,
  loneBefore: 75,
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

/** A heap of leaves: smoke for a quarter of an hour, and nobody else sees any of it. */
const FIRE: Plume = {
  arrivesMs: DEMO.startMs - DEMO.loneBefore * MINUTE_MS,
  riseMs: 2 * MINUTE_MS,
  holdsMs: 10 * MINUTE_MS,
  decayMs: 2 * MINUTE_MS,
  peak: 36,
};

export function demoStations(): Station[] {
  return Array.from({ length: DEMO.gateways }, (_, index) => {
    const number = index + 1;
    const frontMs = DEMO.startMs + (DEMO.plumeAt + index * DEMO.minutesBetween) * MINUTE_MS;
    // A sharp front of moderate smoke: one alarm class from onset to end, so that nothing a gateway says of it later
    // outweighs its confirmations.
    const plume: Plume = {
      arrivesMs: frontMs,
      riseMs: MINUTE_MS / 2,
      holdsMs: 10 * MINUTE_MS,
      decayMs: 4 * MINUTE_MS,
      peak: 34 - 1.5 * index,
    };
    const air = createAir(DEMO.seed + number, number === DEMO.loneGateway ? [FIRE, plume] : [plume]);
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
