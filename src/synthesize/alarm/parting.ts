// Finds slow drift: a sensor whose level parts from the levels of its neighbours for days, while they keep together.
//
//     gap of each pair (told-values.ts) ──> median, scatter ──> three days beyond both limits, on one side ──> told
// It needs no alarm level to be passed: a worn laser reads ever more, a dusty inlet or a weak fan ever less.
// Invariant: constant plain state; one neighbour that drifts moves one gap of many; one fault for each stay.
import { middleOf, NEIGHBOURS_MIN } from './attenuation.ts';

export interface PartingState {
  /** When the gaps were looked at last, Unix ms. */
  atMs: number;
  /** Side of the last look, 1 above the others, -1 below, 0 with them; looks in a row on it; 1 when told. */
  side: number;
  looks: number;
  told: number;
}

export const newParting = (): PartingState => ({ atMs: 0, side: 0, looks: 0, told: 0 });

const DAY_MS = 86_400_000;
const LOOKS = 3;
/** Looks this far apart do not belong to one stay. */
const STAY_MS = 7 * DAY_MS;
/** Twice what it was beside the others, as a source at the sensor is heard for days, too; or .6 of it, which no air explains. */
const APART = { high: 0.7, low: 0.5 };
/** And this many times what the pairs differ by. */
const SCATTERS = 2;

/**
 * @param gaps log of own over theirs less what is usual, of each trusted pair that is known well
 * @returns 1 when it is to be told that the sensor reads high, -1 that it reads low, else 0
 */
export function followParting(state: PartingState, gaps: readonly number[], nowMs: number): number {
  if (gaps.length < NEIGHBOURS_MIN || nowMs - state.atMs < DAY_MS) return 0;
  if (nowMs - state.atMs > STAY_MS) state.looks = 0;
  state.atMs = nowMs;
  const gap = middleOf(gaps);
  const scatter = middleOf(gaps.map((one) => Math.abs(one - gap)));
  const least = gap > 0 ? APART.high : APART.low;
  const side = Math.abs(gap) > Math.max(least, SCATTERS * scatter) ? Math.sign(gap) : 0;
  state.looks = side !== 0 && side === state.side ? Math.min(LOOKS, state.looks + 1) : Math.abs(side);
  state.side = side;
  if (Math.abs(gap) < least / 2) state.told = 0;
  if (state.looks < LOOKS || state.told === 1) return 0;
  state.told = 1;
  return side;
}
