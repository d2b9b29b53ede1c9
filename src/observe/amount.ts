// Writes numbers for people: a value with its unit in three digits, shares in percent, counts with their noun.
//
// More digits than three only where two values that differ would read alike: 1009 hPa beside 1013 hPa. Invariant: what is
// neither certain nor impossible is never shown as 100% or 0%.

const DIGITS = 3;
/** From here on more digits tell nothing a sensor knows. */
const DIGITS_MAX = 6;

const rounded = (value: number, digits: number): string => `${Number(value.toPrecision(digits))}`;

const unitAfter = (unit: string): string => (unit === '1' || unit === '' ? '' : unit === '%' ? '%' : ` ${unit}`);

/** @param unit as the quantity table has it; an index has none */
export const amount = (value: number, unit: string): string => `${rounded(value, DIGITS)}${unitAfter(unit)}`;

/** Two values in one unit, with as many digits as show that they differ; the second one without the unit. */
export function amounts(values: readonly [number, number], unit: string): readonly [string, string] {
  const [one, other] = values;
  let digits = DIGITS;
  while (one !== other && digits < DIGITS_MAX && rounded(one, digits) === rounded(other, digits)) digits++;
  return [`${rounded(one, digits)}${unitAfter(unit)}`, rounded(other, digits)];
}

/** @param share 0 to 1 */
export function percent(share: number): string {
  const whole = Math.round(share * 100);
  if (whole >= 100 && share < 1) return 'over 99%';
  return whole <= 0 && share > 0 ? 'under 1%' : `${whole}%`;
}

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** How long something took, in minutes or hours. */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return 'less than a minute';
  return minutes < 120 ? count(minutes, 'minute') : count(Math.round(minutes / 60), 'hour');
}
