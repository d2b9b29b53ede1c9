// A reading: one value of one quantity, from one channel of one sensor, at one time.
//
// The value is always in the unit of the quantity table. Quality is a bit set, so that a reading costs no allocation
// beyond itself. Flagged readings are kept and shown; from those that are UNFIT nothing is concluded.
import type { ClockQuality } from './clock.ts';
import type { Quantity } from './quantities.ts';

export interface Reading {
  /** Name of the sensor in the configuration. */
  readonly sensor: string;
  readonly quantity: Quantity;
  /** '' for the main channel; 'cf1', 'a', 'max' and the like where a sensor has several of one quantity. */
  readonly channel: string;
  /** In `unit`, which is the unit of the quantity table. */
  readonly value: number;
  readonly unit: string;
  /** Unix time in milliseconds. */
  readonly timeMs: number;
  readonly clock: ClockQuality;
  /** Bit set of QUALITY; 0 is good. */
  readonly quality: number;
  /** Readings of one class err alike (fog, humidity): number of the registry in sensor-class.ts. */
  readonly sensorClass: number;
}

/** Quality bits. */
export const QUALITY = {
  /** Outside the plausible range of the quantity. */
  out_of_range: 1,
  /** The sensor is warming up; values may still drift. */
  warming_up: 2,
  /** The sensor itself marks the value invalid. */
  invalid: 4,
  /** Two channels of one unit disagree. */
  disagreement: 8,
  /** A jump that leaves everything this channel showed lately. */
  spike: 16,
  /** A change that is faster than the quantity changes. */
  rate_of_change: 32,
  /** The value has not moved for longer than a working sensor's does. */
  flat_line: 64,
  /** It contradicts another quantity of the same sensor: PM2.5 above PM10. */
  neighbour: 128,
  /** Optical particle counters over-read in air as humid as this. */
  humid: 256,
  /** Its sensor is being cleaned or mended: the operator said so. */
  maintenance: 512,
} as const;

/**
 * A reading with one of these is no evidence of anything. The other bits only raise a doubt: smoke comes as a jump and
 * fog is humid, and the detector weighs jumps and stillness itself.
 */
export const UNFIT: number =
  QUALITY.out_of_range | QUALITY.warming_up | QUALITY.invalid | QUALITY.disagreement | QUALITY.maintenance;

/** Names of the bits that are set, in the order of the table. */
export function qualityNames(quality: number): string[] {
  return Object.entries(QUALITY)
    .filter(([, bit]) => quality & bit)
    .map(([name]) => name);
}

/** What identifies a stream of readings: sensor, quantity and channel. */
export function channelKey(reading: Pick<Reading, 'sensor' | 'quantity' | 'channel'>): string {
  return reading.channel === ''
    ? `${reading.sensor}/${reading.quantity}`
    : `${reading.sensor}/${reading.quantity}/${reading.channel}`;
}
