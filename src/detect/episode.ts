// From departures to events: one onset, changes of severity, one end.
//
//   quiet --departed long enough--> event --near the baseline long enough--> quiet (and says nothing for a while)
//                                     '--the new level held for a day, or a week passed--> quiet, re-based
// A departure is counted in the direction of the event: the caller hands over signed distances, so that rise and drop
// are one machine. Invariant: exactly one end for every onset.
import type { Tuning } from './tuning.ts';

export interface EpisodeState {
  /** 1 while a rise lasts, -1 while a drop lasts, 0 none. */
  direction: number;
  /** First reading of the departure that may become, or became, an event. */
  onsetMs: number;
  /** Readings of the departure; 0 none. */
  count: number;
  /** Sign of the departure being counted. */
  sign: number;
  /** Whether the reading before was away from the baseline (sign, or 0), and its time. */
  lastSign: number;
  lastMs: number;
  severity: number;
  severityMs: number;
  /** Since when it is near the baseline again; 0 while it is not. */
  nearMs: number;
  /** No onset before this. */
  quietUntilMs: number;
  /** The level of the departure that may become the new normal, and since when it holds. */
  held: number;
  heldMs: number;
}

export const newEpisode = (): EpisodeState => ({
  direction: 0,
  onsetMs: 0,
  count: 0,
  sign: 0,
  lastSign: 0,
  lastMs: 0,
  severity: 0,
  severityMs: 0,
  nearMs: 0,
  quietUntilMs: 0,
  held: 0,
  heldMs: 0,
});

/** Distances from the baseline, signed: of the raw value, of the median of three, of the smoothed value. */
export interface Departure {
  raw: number;
  median: number;
  smoothed: number;
  /** Distance that makes an event. */
  onset: number;
  timeMs: number;
  /** Typical interval between readings. */
  intervalMs: number;
}

const signOf = (distance: number, near: number) => (distance >= near ? 1 : distance <= -near ? -1 : 0);

/** What decides how far from the baseline an event begins. */
export interface Bar {
  readonly expected: number;
  readonly spread: number;
  readonly upwards: boolean;
  readonly levels: readonly number[];
  /** A level that is an event by itself. */
  readonly alarm: number | undefined;
  readonly tuning: Tuning;
}

/** Unusual for this channel and relevant to somebody; or over the alarm level, where that is not the usual state. */
export function onsetDistance({ expected, spread, upwards, levels, alarm, tuning }: Bar): number {
  const unusual = tuning.onsetSpreads * spread;
  if (!upwards) return unusual;
  const relevant = levels.length > 0 ? tuning.levelShare * (levels[0]! - expected) : 0;
  const own = Math.max(unusual, relevant);
  if (alarm === undefined || alarm <= expected) return own;
  return Math.min(own, Math.max(alarm - expected, tuning.alarmSpreads * spread));
}

/** Follows a departure while no event is open. @returns whether it has become one */
export function rising(episode: EpisodeState, departure: Departure, both: boolean, tuning: Tuning): boolean {
  const near = departure.onset * tuning.nearShare;
  const raw = signOf(departure.raw, near);
  const sign = signOf(departure.median, near);
  if (sign === 0 || (sign < 0 && !both)) episode.count = 0;
  else {
    if (episode.count === 0 || sign !== episode.sign) {
      // The median of three is one reading late: the departure began with the reading before, if that was away too.
      const early = episode.lastSign === sign;
      episode.sign = sign;
      episode.onsetMs = early ? episode.lastMs : departure.timeMs;
      episode.count = early ? 1 : 0;
    }
    if (raw === sign) episode.count++;
  }
  episode.lastSign = raw;
  episode.lastMs = departure.timeMs;
  const needed = departure.intervalMs >= tuning.slowIntervalMs ? tuning.persistReadingsSlow : tuning.persistReadings;
  return (
    episode.count >= needed &&
    departure.smoothed * episode.sign >= departure.onset &&
    departure.timeMs - episode.onsetMs >= tuning.persistMs &&
    departure.timeMs >= episode.quietUntilMs
  );
}

export function open(episode: EpisodeState, departure: Departure, severity: number): void {
  episode.direction = episode.sign;
  episode.severity = severity;
  episode.severityMs = departure.timeMs;
  episode.nearMs = 0;
  episode.held = departure.smoothed;
  episode.heldMs = departure.timeMs;
}

/** Follows an open event. @returns how it ended, if it did */
export function lasting(
  episode: EpisodeState,
  departure: Departure,
  dtMs: number,
  tuning: Tuning,
): 'cleared' | 'rebased' | undefined {
  const { timeMs } = departure;
  const near = departure.onset * tuning.nearShare;
  episode.count++;
  if (departure.median * episode.direction >= near) episode.nearMs = 0;
  else if (episode.nearMs === 0) episode.nearMs = episode.lastSign === 0 ? episode.lastMs : timeMs;
  episode.lastSign = departure.raw * episode.direction < near ? 0 : episode.direction;
  episode.lastMs = timeMs;
  if (episode.nearMs > 0 && timeMs - episode.nearMs >= tuning.clearMs) return 'cleared';

  const apart = departure.smoothed - episode.held;
  if (Math.abs(apart) > Math.max(departure.onset, tuning.heldShare * Math.abs(episode.held))) {
    episode.held = departure.smoothed;
    episode.heldMs = timeMs;
  } else episode.held += (apart * dtMs) / (tuning.heldFilterMs + dtMs);
  const held = timeMs - episode.heldMs >= tuning.heldMs || timeMs - episode.onsetMs >= tuning.eventMsMax;
  return held ? 'rebased' : undefined;
}

export function close(episode: EpisodeState, timeMs: number, tuning: Tuning): void {
  episode.direction = 0;
  episode.count = 0;
  episode.lastSign = 0;
  episode.severity = 0;
  episode.quietUntilMs = timeMs + tuning.quietMs;
}

/** The clock was set: what lasted goes on lasting. */
export function shiftEpisode(episode: EpisodeState, byMs: number): void {
  episode.onsetMs += byMs;
  episode.lastMs += byMs;
  episode.severityMs += byMs;
  if (episode.nearMs > 0) episode.nearMs += byMs;
  episode.quietUntilMs += byMs;
  episode.heldMs += byMs;
}

/**
 * Severity class 1.. of a value. It falls only when the value is clearly below the threshold it rose over.
 * @param before the class so far, 0 when there is none
 */
export function severityOf(
  value: number,
  { before, levels, spread, tuning }: { before: number; levels: readonly number[]; spread: number; tuning: Tuning },
): number {
  let severity = 1;
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index]!;
    const margin = index + 1 < before ? Math.max(spread, tuning.severityShare * Math.abs(level)) : 0;
    if (value >= level - margin) severity = index + 2;
  }
  return severity;
}
