// Tells how old a reading is from the board's milliseconds, which count from its start and wrap after 49.7 days.
//
//     board ms ──unwrapped──> + offset ──> host ms        offset = the smallest (arrival - board ms) of the last while
//
// Delays only ever make an arrival late, so the fastest frame shows the offset best (minimum filter, as NTP has it). The
// window forgets: a ceramic resonator is off by half a percent, which is 0.3 s over the longest window.

/** Two such spans are looked at: the running one and the one before. */
const SPAN_MS = 30_000;

export interface BoardClock {
  /** A frame that was sent at `boardMs` arrived. @param nowMs on a clock that is never set */
  sample(boardMs: number, nowMs: number): void;
  /** Milliseconds since `boardMs`; never negative. */
  ageMs(boardMs: number, nowMs: number): number;
}

export function createBoardClock(): BoardClock {
  let latestMs: number | undefined;
  let spanFromMs = 0;
  let offsetMs = Number.POSITIVE_INFINITY;
  let offsetBeforeMs = Number.POSITIVE_INFINITY;

  /** Nearest to the latest one, so that both a wrap and a reading sent again are understood. */
  const unwrap = (boardMs: number): number => {
    latestMs ??= boardMs;
    return latestMs + ((boardMs - latestMs) | 0);
  };

  return {
    sample(boardMs, nowMs) {
      const atMs = unwrap(boardMs);
      latestMs = Math.max(latestMs!, atMs);
      const spanMs = nowMs - spanFromMs;
      if (spanMs > SPAN_MS) {
        spanFromMs = nowMs;
        offsetBeforeMs = spanMs > 2 * SPAN_MS ? Number.POSITIVE_INFINITY : offsetMs;
        offsetMs = Number.POSITIVE_INFINITY;
      }
      offsetMs = Math.min(offsetMs, nowMs - atMs);
    },
    ageMs: (boardMs, nowMs) => Math.max(0, nowMs - unwrap(boardMs) - Math.min(offsetMs, offsetBeforeMs)),
  };
}
