// Quality control of single values: what the quantity table calls plausible. Flags, never drops.
import { QUANTITIES, type Quantity } from '../../core/quantities.ts';
import { QUALITY } from '../../core/reading.ts';

/** The same, looked up once for many values. */
export function rangeCheck(quantity: Quantity): (value: number) => number {
  const { min, max } = QUANTITIES[quantity];
  return (value) => (value >= min && value <= max ? 0 : QUALITY.out_of_range);
}

/** @returns the quality bits that the value earns by itself (gross range test of QARTOD) */
export function rangeQuality(quantity: Quantity, value: number): number {
  const { min, max } = QUANTITIES[quantity];
  return value >= min && value <= max ? 0 : QUALITY.out_of_range;
}
