// Writes how long something takes, and how long ago it was, for people: `4 s`, `2 h 10 min`, `3 days ago`.
//
// Invariant: no number has more than three digits, and what lies ahead (the clock was set back) is never called past.

const SECOND_MS = 1_000;
const UNITS_MAX = 100;

/** From seconds to years; minutes beside hours as long as they tell something. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  if (seconds < UNITS_MAX) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < UNITS_MAX) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 10) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  if (minutes < UNITS_MAX * 60) return `${Math.round(minutes / 60)} h`;
  const days = Math.round(minutes / 60 / 24);
  return days < 1_000 ? `${days} days` : `${Math.round(days / 365)} years`;
}

/** How far two clocks that are one may be apart by rounding. */
const AHEAD_MS = 2 * SECOND_MS;

/** Both Unix ms of one clock. */
export function ago({ thenMs, nowMs }: { readonly thenMs: number; readonly nowMs: number }): string {
  if (thenMs - nowMs > AHEAD_MS) return 'before the clock was set back';
  return `${span(nowMs - thenMs)} ago`;
}

/** `2026-11-22 10:00 UTC`; to the minute, so that two clocks that are one say the same. */
export const minuteOf = (timeMs: number): string =>
  `${new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
