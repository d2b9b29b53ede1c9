// Describes one moment of a gateway as its verdict sees it: the own value and class, the region, the alarm level.
//
// Invariant: finite numbers and flags only, made anew for each reading.

export interface Situation {
  readonly nowMs: number;
  /** Typical time between own readings, at most an hour, ms. */
  readonly intervalMs: number;
  /** The own value (half-hour median), the median of the day before, and the alarm level, in the unit of the quantity. */
  readonly value: number;
  readonly usual: number;
  readonly alarm: number;
  /** Own class: 1 above, -1 below, 0 not known or the sensor is at fault; since when it stands, Unix ms. */
  readonly own: number;
  readonly ownSinceMs: number;
  /** Region: 1 above, -1 below, 0 when nobody can know. */
  readonly region: number;
  /** A single known neighbour is above, and none below: too little for a region, enough beside the own alarm. */
  readonly oneAbove: boolean;
  /** Weight of the others above and of those below; and whether they are few. */
  readonly above: number;
  readonly below: number;
  readonly few: boolean;
  /** Neighbours above whose word is earned. */
  readonly earnedAbove: number;
  /** Twice the alarm and three times the usual. */
  readonly contrast: boolean;
}
