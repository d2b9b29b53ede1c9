// The value below which a share of the weight lies.
//
// Selection by partition (Hoare): of the part that must hold it, the value in the middle divides; no sort, so that a
// thousand votes take some microseconds. An order made to fool it costs n2 / 2 steps, some milliseconds for a thousand.
// Invariant: the values above the quantile weigh at most what is left of the whole; nothing else is said of ties.

/** Rounding of sums of weights. */
const SLACK = 1e-9;

/** The least value at or below which at least `share` of the weight lies; there is at least one value. */
export function weightedQuantile(values: readonly number[], weights: readonly number[], share: number): number {
  const order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  let target = share * weights.reduce((sum, weight) => sum + weight, 0);
  let from = 0;
  let to = order.length;
  for (;;) {
    const pivot = values[order[(from + to) >> 1]!]!;
    // from .. low is below the pivot, low .. at is equal to it, high .. to is above.
    let low = from;
    let high = to;
    let belowWeight = 0;
    let pivotWeight = 0;
    for (let at = from; at < high; ) {
      const i = order[at]!;
      if (values[i]! < pivot) {
        belowWeight += weights[i]!;
        order[at++] = order[low]!;
        order[low++] = i;
      } else if (values[i]! > pivot) {
        order[at] = order[--high]!;
        order[high] = i;
      } else {
        pivotWeight += weights[i]!;
        at++;
      }
    }
    if (low > from && belowWeight >= target) to = low;
    else if (high === to || belowWeight + pivotWeight >= target) return pivot;
    else {
      from = high;
      target -= belowWeight + pivotWeight;
    }
  }
}

/** Half of the weight lies on either side: halfway between two values where it falls between them. */
export function weightedMedian(values: readonly number[], weights: readonly number[]): number {
  const low = weightedQuantile(values, weights, 0.5 - SLACK);
  let whole = 0;
  let reached = 0;
  for (let i = 0; i < values.length; i++) {
    whole += weights[i]!;
    if (values[i]! <= low) reached += weights[i]!;
  }
  // Mostly one value reaches over the half.
  if (reached >= (0.5 + SLACK) * whole) return low;
  return (low + weightedQuantile(values, weights, 0.5 + SLACK)) / 2;
}
