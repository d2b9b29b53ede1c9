// Tells a reading that goes on from one that is late or repeated, and from a clock that was set back.
//
// Invariant: time never stands still or goes back for what comes after this check.

export interface TimeOrderState {
  /** Time of the newest reading, Unix ms; 0 before the first. */
  lastMs: number;
  /** Readings in a row that were older than the newest, and the time of the last of them. */
  backwards: number;
  backwardsMs: number;
}

/**
 * @param setBackReadings older ones in a row that show a clock set back, and not a late delivery
 * @returns undefined: ignore the reading. Else by how many ms every remembered time moves before it is used, 0 mostly
 */
export function follows(order: TimeOrderState, timeMs: number, setBackReadings: number): number | undefined {
  if (!(timeMs > 0) || timeMs === Number.POSITIVE_INFINITY) return undefined;
  if (timeMs > order.lastMs) {
    order.backwards = 0;
    return 0;
  }
  if (timeMs === order.lastMs) return undefined;
  order.backwards = order.backwards > 0 && timeMs > order.backwardsMs ? order.backwards + 1 : 1;
  order.backwardsMs = timeMs;
  if (order.backwards < setBackReadings) return undefined;
  order.backwards = 0;
  return timeMs - 1 - order.lastMs;
}
