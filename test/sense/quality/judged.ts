// Readings for the tests of quality control, and what it says of them.
import { QUANTITIES, type Quantity } from '../../../src/core/quantities.ts';
import { qualityNames, type Reading } from '../../../src/core/reading.ts';
import { createQualityControl, type QualityControl } from '../../../src/sense/quality/quality-control.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const START = Date.UTC(2026, 0, 10);

export function reading(quantity: Quantity, value: number, timeMs: number, more: Partial<Reading> = {}): Reading {
  const { unit } = QUANTITIES[quantity];
  return { sensor: 'roof', quantity, channel: '', value, unit, timeMs, clock: 2, quality: 0, sensorClass: 1, ...more };
}

/** Flags of one channel's values, one every interval. */
export function flags(
  quantity: Quantity,
  values: readonly number[],
  every = MINUTE,
  check = createQualityControl(),
): string[] {
  return values.map((value, index) =>
    qualityNames(check(reading(quantity, value, START + index * every)).quality).join(' '),
  );
}

/** The channels of one moment, each flagged or not. */
export function moment(
  check: QualityControl,
  timeMs: number,
  values: readonly (readonly [Quantity, string, number])[],
) {
  return values.map(([quantity, channel, value]) =>
    qualityNames(check(reading(quantity, value, timeMs, { channel })).quality).join(' '),
  );
}

export const wave = (count: number, middle: number, size: number) =>
  Array.from({ length: count }, (_, index) => middle + size * Math.sin(index * 2.4));
