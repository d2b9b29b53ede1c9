// Finds two channels of one quantity that no longer agree: by the rule of AirNow and EPA, three readings in a row.
//
// Apart by more than 5 ug/m3 (14 % of the alarm class elsewhere) and by more than 70 % of their mean. Which of the two
// fails cannot be seen from here; while they differ the lower one is used, because lasers fail by reporting too much.
// Invariant: constant plain state; one fault for each run.

export interface TwoLasersState {
  /** Readings in a row that disagree, when the last did, Unix ms, and whether it was told. */
  apart: number;
  lastMs: number;
  told: number;
}

export const newTwoLasers = (): TwoLasersState => ({ apart: 0, lastMs: 0, told: 0 });

const READINGS = 3;
const SHARE = 0.7;
const LEAST_OF_ALARM = 5 / 35.4;

/** @param gapMs readings further apart than this do not belong to one run */
export function followLasers(
  state: TwoLasersState,
  { a, b, alarm, timeMs, gapMs }: { a: number; b: number; alarm: number; timeMs: number; gapMs: number },
): { value: number; fault: boolean } {
  const gap = Math.abs(a - b);
  const differ = gap > LEAST_OF_ALARM * Math.min(alarm, 35.4) && gap > (SHARE * (a + b)) / 2;
  if (timeMs - state.lastMs > gapMs) {
    state.apart = 0;
    state.told = 0;
  }
  if (!differ) return { value: (a + b) / 2, fault: false };
  state.apart++;
  state.lastMs = timeMs;
  const fault = state.apart >= READINGS && state.told === 0;
  if (fault) state.told = 1;
  return { value: Math.min(a, b), fault };
}
