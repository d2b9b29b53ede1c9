// Every number the detector was given by us, with its reason. The rest it learns from the channel.
//
// Times are ms. A filter with time constant T moves by dt / (T + dt) of the way: right for any interval between
// readings, never past the goal, and without an exponential for every reading.
// Invariant: thresholds are multiples of the learned spread, so that one set serves all quantities and rates.
import { assert } from '../core/assert.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const DETECTOR = {
  /** Averages the noise of a sensor read every second; at 10 minutes it is no filter at all. */
  smoothMs: 20_000,

  /** Weather changes from day to day; an event comes in minutes or hours. */
  levelMs: day,
  /** The spread must hold what a week of ordinary weather does, not only the noise of the last hour. */
  deviationMs: 7 * day,
  /** A residual beyond this many spreads pulls no harder (Huber). */
  clipSpreads: 3,
  /** Two weeks of one hour of the day, and the days it takes until half of what that hour shows is believed. */
  profileMs: 14 * hour,
  profilePriorMs: 3 * hour,
  /** Noise of a concentration grows with it: the least spread, as a share of the level. */
  relativeFloor: 0.1,

  /** Nothing but faults is said before this much is learned. */
  learnMs: 6 * hour,
  learnReadings: 30,
  /** The spread is widened by sqrt(1 + this / learned): a few hours have not seen what a day does. */
  unseenMs: day,
  /** What was learned loses half its weight in a gap as long as this. */
  forgetMs: 7 * day,

  /** Departure of an event, in spreads. Residuals of outdoor air have long tails: 3 or 4 would cry daily. */
  onsetSpreads: 6,
  /** A value over the alarm level of the domain needs no more evidence than that it is not the usual one. */
  alarmSpreads: 1,
  /** A rise also covers this share of the way from the baseline to the lowest severity threshold, if that is above. */
  levelShare: 0.5,
  /** A departure is near the baseline again below this share of the onset departure. */
  nearShare: 0.5,
  /** An onset lasts this long and this many readings; at slow rates fewer, or an hourly sensor would warn too late. */
  persistMs: 45_000,
  persistReadings: 3,
  persistReadingsSlow: 2,
  slowIntervalMs: 5 * minute,
  /** Near the baseline this long before an event is over, and quiet this long after it. */
  clearMs: 10 * minute,
  quietMs: 30 * minute,
  /** Severity falls only this share of a threshold, or a spread, below it; changes are told no more often than this. */
  severityShare: 0.1,
  severityGapMs: 2 * minute,
  /** A new level that stays within a band for a day is the new normal; so is anything after a week. */
  heldMs: day,
  heldFilterMs: 6 * hour,
  heldShare: 0.3,
  eventMsMax: 7 * day,

  /** A stuck value: at least this long, this many readings, and this many times the longest healthy run. */
  stuckMs: 10 * minute,
  stuckReadings: 8,
  stuckRuns: 6,
  /** Runs of equal values seen before a channel is known to move, and the share of repeats up to which it moves. */
  runsLearned: 20,
  repeatShareMax: 0.9,
  /** The memory of the longest run halves in about this time. */
  runForgetMs: 7 * day,
  /** At the end of its range a value may rest for hours (clean air, fog), unless it lies this many spreads away. */
  restSpreads: 6,
  restMs: 6 * hour,

  /** Flagged readings in a row that make a fault, and good ones that end it. */
  badReadings: 3,
  goodReadings: 3,
  /** No reading for this long, and for this many typical intervals. */
  silentMs: minute,
  silentIntervals: 10,
  /** What comes after so long, and so many typical intervals, stands apart from what was before. */
  gapMs: minute,
  gapIntervals: 10,

  /** Readings in a row, older than the newest, that show a clock set back and not a late delivery. */
  setBackReadings: 10,
} as const;

export type Tuning = { readonly [Name in keyof typeof DETECTOR]: number };

assert(DETECTOR.persistReadingsSlow >= 2, 'a single reading must never make an event');
assert(DETECTOR.nearShare < 1, 'an event must end below where it began');
assert(DETECTOR.learnMs < DETECTOR.levelMs, 'warm-up must end before the filters reach their full length');
