// Finds two signs of a sensor that no longer measures: it repeats itself too long, or rests below anything it ever showed.
//
//   stuck   a run of equal readings whose chance, by the learned share of repeats, is below one in a million
//   dead    readings clearly below the lowest this sensor showed in weeks (a concentration at 0 that never was at 0)
// A sensor that rests at its own floor in clean air, as many do, shows neither. Invariant: constant plain state; nothing
// is learned from a run while it is called a fault, and after a day whatever lasts is the new normal.

export interface StandstillState {
  last: number;
  /** Readings of the present run of equal values, and when it began, Unix ms. */
  run: number;
  sinceMs: number;
  /** Share of readings that repeat the one before, away from the floor; and how many it was learned from. */
  repeats: number;
  readings: number;
  /** The lowest value of this window and of the one before, and when this one began: one to two seasons' worth. */
  floor: number;
  floorBefore: number;
  floorMs: number;
  /** Readings in a row clearly below the floor, and since when. */
  below: number;
  belowMs: number;
  /** The first reading, Unix ms. */
  firstMs: number;
  /** 1 while a fault is told. */
  open: number;
}

export const newStandstill = (): StandstillState => ({
  last: -1,
  run: 0,
  sinceMs: 0,
  repeats: 0.05,
  readings: 0,
  floor: 0,
  floorBefore: 0,
  floorMs: 0,
  below: 0,
  belowMs: 0,
  firstMs: 0,
  open: 0,
});

const READINGS_LEARNED = 200;
const MEMORY = 2000;
const RUN_MIN = 8;
const CHANCE = 1e-6;
const BELOW_MIN = 3;
const STUCK_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** The lowest value means something after two weeks. */
const LEARNED_MS = 14 * DAY_MS;
/** The lowest value is remembered for one to two of these. */
export const WINDOW_MS = 45 * DAY_MS;
/** Below the floor by this share of the alarm level: less is how a sensor flickers. */
const CLEARLY = 0.02;

/** @returns 'stuck' or 'dead' when it begins */
export function followStandstill(
  state: StandstillState,
  value: number,
  alarm: number,
  timeMs: number,
): 'stuck' | 'dead' | undefined {
  const equal = value === state.last;
  const floor = Math.min(state.floor, state.floorBefore);
  const resting = value <= floor;
  if (equal) state.run++;
  else {
    state.run = 1;
    state.sinceMs = timeMs;
  }
  state.last = value;
  const isBelow = value < floor / 2 && floor - value >= CLEARLY * alarm;
  if (isBelow) {
    if (state.below === 0) state.belowMs = timeMs;
    state.below++;
  } else state.below = 0;
  const learned = state.readings >= READINGS_LEARNED;
  const chance = Math.max(state.repeats, 0.01) ** (state.run - 1);
  const stuck = !resting && state.run >= RUN_MIN && chance < CHANCE && timeMs - state.sinceMs >= STUCK_MS;
  if (state.firstMs === 0) state.firstMs = timeMs;
  const dead = state.below >= BELOW_MIN && timeMs - state.firstMs >= LEARNED_MS;
  const found = learned && (stuck || dead);
  const lastedMs = timeMs - (dead ? state.belowMs : state.sinceMs);
  if (!found || lastedMs > DAY_MS) {
    learn(state, { value, equal, timeMs, doubtful: isBelow && lastedMs <= DAY_MS && learned });
    if (!found) state.open = 0;
    return undefined;
  }
  if (state.open === 1) return undefined;
  state.open = 1;
  return stuck ? 'stuck' : 'dead';
}

function learn(
  state: StandstillState,
  { value, equal, timeMs, doubtful }: { value: number; equal: boolean; timeMs: number; doubtful: boolean },
): void {
  state.readings = Math.min(MEMORY, state.readings + 1);
  const isFirst = state.readings === 1;
  if (isFirst || timeMs - state.floorMs > WINDOW_MS) {
    state.floorBefore = isFirst ? value : state.floor;
    state.floor = value;
    state.floorMs = timeMs;
  }
  if (value > state.floor || !equal) state.repeats += ((equal ? 1 : 0) - state.repeats) / Math.max(50, state.readings);
  if (!doubtful) state.floor = Math.min(state.floor, value);
}
