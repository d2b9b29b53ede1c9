// Learns the usual level: the median of the last day, in 48 slots of half an hour.
//
// Invariant: constant memory at any rate; before a quarter of a day is known there is no usual level.

export interface TrailingDayState {
  /** A ring by half hour of the day: mean and count of the half hour that began at `startMs` (Unix ms, 0 empty). */
  startMs: number[];
  mean: number[];
  count: number[];
  /** The median as of `medianAtMs`; recomputed when a new slot begins. */
  median: number;
  known: number;
  medianAtMs: number;
}

const SLOT_MS = 1_800_000;
const SLOTS = 48;
/** Six hours of readings, at whatever rate. */
const KNOWN_MIN = 6;
/** Three quarters of a day. */
const WELL_KNOWN_MS = 18 * 3_600_000;

export function newTrailingDay(): TrailingDayState {
  const zeros = () => new Array<number>(SLOTS).fill(0);
  return { startMs: zeros(), mean: zeros(), count: zeros(), median: 0, known: 0, medianAtMs: 0 };
}

/** @returns the median of the day before this slot, in the unit of the quantity; undefined while too little is known */
export function addToDay(state: TrailingDayState, value: number, timeMs: number): number | undefined {
  const startMs = Math.floor(timeMs / SLOT_MS) * SLOT_MS;
  if (startMs !== state.medianAtMs) refresh(state, startMs);
  const at = (startMs / SLOT_MS) % SLOTS;
  if (state.startMs[at] !== startMs) {
    state.startMs[at] = startMs;
    state.mean[at] = 0;
    state.count[at] = 0;
  }
  state.count[at]!++;
  state.mean[at]! += (value - state.mean[at]!) / state.count[at]!;
  return state.known >= KNOWN_MIN ? state.median : undefined;
}

/** @returns what lies between the lowest and the highest tenth of that day; undefined where less than three quarters are known */
export function spreadOfDay(state: TrailingDayState, intervalMs: number): number | undefined {
  const values = slotsBefore(state, state.medianAtMs);
  if (values.length * Math.max(SLOT_MS, intervalMs) < WELL_KNOWN_MS) return undefined;
  const at = (share: number) => values[Math.round(share * (values.length - 1))]!;
  return at(0.9) - at(0.1);
}

function refresh(state: TrailingDayState, startMs: number): void {
  const values = slotsBefore(state, startMs);
  state.known = values.length;
  state.median = values.length === 0 ? 0 : values[values.length >> 1]!;
  state.medianAtMs = startMs;
}

/** Means of the half hours of a day, in ascending order. */
function slotsBefore(state: TrailingDayState, startMs: number): number[] {
  const values: number[] = [];
  for (let at = 0; at < SLOTS; at++) {
    const slotMs = state.startMs[at]!;
    if (state.count[at]! > 0 && slotMs >= startMs - SLOTS * SLOT_MS && slotMs < startMs) values.push(state.mean[at]!);
  }
  return values.sort((a, b) => a - b);
}
