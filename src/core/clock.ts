// Time as the loop sees it. Nothing below agent level asks the machine for the time.
//
// Clocks: the machine's, one set by a receiver (GNSS) as long as the machine's is not synchronised, an accelerated one that
// several processes can share (origin and factor handed over), and a virtual one that stands still until it is moved.
// What time triggers is a function of now().

/** 0 not synchronised, 1 holding over since the last synchronisation, 2 synchronised (protocol section 2). */
export type ClockQuality = 0 | 1 | 2;

export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
  quality(): ClockQuality;
  /** How many of its milliseconds pass in one of the machine's; absent: one. */
  readonly rate?: number | undefined;
}

/** Origin of an accelerated clock: at `wallMs` on the machine's clock it showed `shownMs`, and runs `factor` times as fast. */
export interface ClockOrigin {
  readonly wallMs: number;
  readonly shownMs: number;
  readonly factor: number;
}

export function acceleratedClock(origin: ClockOrigin, wall: () => number = Date.now): Clock {
  return {
    now: () => Math.round(origin.shownMs + (wall() - origin.wallMs) * origin.factor),
    quality: () => 2,
    rate: origin.factor,
  };
}

export interface VirtualClock extends Clock {
  /** Moves the clock; it never goes back. */
  advanceTo(timeMs: number): void;
}

export function virtualClock(startMs = 0): VirtualClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    quality: () => 2,
    advanceTo(timeMs) {
      if (timeMs > nowMs) nowMs = timeMs;
    },
  };
}

export interface ReferencedClock extends Clock {
  /** A time signal that has just come: when it was, Unix ms. */
  hear(referenceMs: number): void;
}

/** Signals that agree before the first is believed: a receiver without a fix says what it likes. */
const REFERENCES_MIN = 3;
const AGREEMENT_MS = 2_000;
const WINDOW_MS = 60_000;
/** Without a signal a Pi's crystal drifts some tens of milliseconds in this time. */
const FRESH_MS = 600_000;

/**
 * A clock that follows time signals while the one below is not synchronised. Signals come late, never early, so the largest
 * offset of the last one to two minutes is the nearest.
 * @param floorMs a time known to have passed: earlier signals are a receiver after a week rollover
 */
export function referencedClock(base: Clock, floorMs: () => number): ReferencedClock {
  let [best, before] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let windowMs = 0;
  let heardMs = 0;
  let agreeing = 0;
  const offsetMs = () => (agreeing >= REFERENCES_MIN && base.quality() < 2 ? Math.max(best, before) : 0);
  return {
    hear(referenceMs) {
      if (referenceMs < floorMs()) return;
      const nowMs = base.now();
      const seen = referenceMs - nowMs;
      if (Math.abs(seen - Math.max(best, before)) > AGREEMENT_MS) {
        // The machine's clock was set, or the last signals were wrong.
        [best, before, agreeing] = [seen, Number.NEGATIVE_INFINITY, 0];
        windowMs = nowMs;
      } else if (nowMs - windowMs >= WINDOW_MS) {
        [best, before] = [seen, best];
        windowMs = nowMs;
      } else best = Math.max(best, seen);
      agreeing++;
      heardMs = nowMs;
    },
    now: () => base.now() + offsetMs(),
    rate: base.rate,
    quality() {
      const own = base.quality();
      if (own === 2 || agreeing < REFERENCES_MIN) return own;
      return Math.abs(base.now() - heardMs) <= FRESH_MS ? 2 : 1;
    },
  };
}
