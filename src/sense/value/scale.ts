// Scales raw numbers without leaving remainders of binary fractions: 214 * 0.1 is 21.4, not 21.400000000000002.
//
// A scale that is a decimal of few digits (0.1, 0.005, 2.5) is taken as the fraction it stands for: raw is multiplied
// and divided by whole numbers, which rounds once. So is 1 / n. Any other scale is multiplied with as it is.
// Invariant: for whole raw values of 32 bits and such scales the result is the double nearest to the decimal one.

/** Products of a whole number of 32 bits with one up to here are exact. */
const NUMERATOR_MAX = 2 ** (53 - 32);
/** Powers of ten up to this one are exact. */
const DECIMALS_MAX = 22;
/** A scale written as 0.333333333333 means a third. */
const INVERSE_TOLERANCE = 1e-9;

/** @returns what makes value = raw * scale + offset of raw */
export function scaling(scale: number, offset = 0): (raw: number) => number {
  const { numerator, denominator } = fractionOf(scale);
  if (denominator === 1) return (raw) => raw * numerator + offset;
  if (numerator === 1) return (raw) => raw / denominator + offset;
  return (raw) => (raw * numerator) / denominator + offset;
}

/** The value to so many decimals; halves go up, as Math.round has them. */
export function rounded(value: number, decimals: number): number {
  const power = 10 ** decimals;
  return Math.round(value * power) / power;
}

interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

function fractionOf(scale: number): Fraction {
  for (let decimals = 1; decimals <= DECIMALS_MAX && !Number.isInteger(scale); decimals++) {
    const power = 10 ** decimals;
    const digits = Math.round(scale * power);
    if (digits / power !== scale) continue;
    const divisor = greatestCommonDivisor(Math.abs(digits), power);
    if (Math.abs(digits / divisor) > NUMERATOR_MAX) break;
    return { numerator: digits / divisor, denominator: power / divisor };
  }
  const inverse = Math.round(1 / scale);
  const isInverse = Math.abs(scale) < 1 && Math.abs(inverse * scale - 1) < INVERSE_TOLERANCE;
  return isInverse ? { numerator: 1, denominator: inverse } : { numerator: scale, denominator: 1 };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
