// Combines what several sites set one parameter to: rates by the geometric mean, plain numbers by the arithmetic, names
// (and whatever else can only be one of its values) by the heaviest.
//
// Invariant: the result is a finite number between the least and the greatest value, or one of the names; a value of the
// wrong kind counts nothing.

export type ParameterKind = 'rate' | 'number' | 'name';
export type ParameterValue = number | string;

export interface Weighed {
  readonly value: ParameterValue;
  /** Above 0. */
  readonly weight: number;
}

/** @returns undefined when no value is of the kind */
export function combined(kind: ParameterKind, values: readonly Weighed[]): ParameterValue | undefined {
  if (kind === 'name') return heaviest(values);
  const numbers = values.flatMap(({ value, weight }) =>
    typeof value === 'number' && Number.isFinite(value) && (kind === 'number' || value > 0) ? [{ value, weight }] : [],
  );
  if (numbers.length === 0) return undefined;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const { value } of numbers) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  const mean = kind === 'rate' ? Math.exp(meanOf(numbers, Math.log)) : meanOf(numbers, (value) => value);
  return Math.min(greatest, Math.max(least, mean));
}

/** Each is multiplied by its share, so that the sum of the largest numbers does not overflow. */
function meanOf(
  numbers: readonly { readonly value: number; readonly weight: number }[],
  scale: (value: number) => number,
): number {
  const all = numbers.reduce((sum, { weight }) => sum + weight, 0);
  return numbers.reduce((sum, { value, weight }) => sum + scale(value) * (weight / all), 0);
}

/** Among equals the first in the order of text, so that every gateway says the same. */
function heaviest(values: readonly Weighed[]): ParameterValue | undefined {
  const weights = new Map<ParameterValue, number>();
  for (const { value, weight } of values)
    if (typeof value === 'string' || Number.isFinite(value)) weights.set(value, (weights.get(value) ?? 0) + weight);
  const ranked = [...weights].sort(([a, x], [b, y]) => y - x || (String(a) < String(b) ? -1 : 1));
  return ranked[0]?.[0];
}
