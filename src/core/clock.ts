// Time as the loop sees it. Nothing below agent level asks the machine for the time.
//
// Clocks: the machine's (system-clock.ts), one set by a receiver (referenced-clock.ts), an accelerated one that several
// processes can share (origin and factor handed over), and a virtual one that stands still until it is moved.
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
