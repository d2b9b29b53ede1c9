// An anomaly is what a detector concludes. It says what happened to a channel, in the channel's own terms; what that means for others
// is made of it later (distill).
import type { Quantity } from './quantities.ts';

export type AnomalyKind = 'event' | 'level' | 'cleared' | 'fault';

/** Why: a departure from the baseline, or the way in which a sensor fails. */
export type AnomalyCause = 'rise' | 'drop' | 'stuck' | 'out_of_range' | 'silent' | 'disagreement' | 'recovered';

export interface Anomaly {
  readonly kind: AnomalyKind;
  readonly cause: AnomalyCause;
  readonly sensor: string;
  readonly quantity: Quantity;
  readonly channel: string;
  readonly sensorClass: number;
  /** When it began, Unix ms. */
  readonly onsetMs: number;
  /** The reading (or the tick) that made the conclusion, Unix ms. */
  readonly timeMs: number;
  /** In the unit of the quantity. For an event: the smoothed value; for a fault: the last value seen. */
  readonly observed: number;
  readonly baseline: number;
  /** Robust standard deviation of the channel around its baseline. */
  readonly spread: number;
  /** Readings behind the conclusion, at least 1. */
  readonly samples: number;
  /** 0 to 1. */
  readonly confidence: number;
  /** Severity class 1.., by the thresholds the detector was given; 0 for a fault. */
  readonly severity: number;
  /** Seconds it lasted; 0 while it lasts. */
  readonly durationS: number;
}
