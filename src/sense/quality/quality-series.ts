// Compares a channel with its own past: rate of change, spike and flat line, after the QARTOD tests of these names.
//
// QARTOD calls a value a spike when both neighbours are elsewhere; here the next one is not known yet, and readings do not
// wait. So a jump is one that leaves the value before AND the median of the last five: the way back is none, nor is a
// new level from its second value on. Invariant: the state is of constant size, and the clock is that of the readings.
import { QUANTITIES, type Quantity } from '../../core/quantities.ts';
import { QUALITY } from '../../core/reading.ts';
import { QUALITY_LIMITS } from './quality-limits.ts';

export interface Series {
  readonly quantity: Quantity;
  /** The newest values, a ring; `count` of them since the last gap. */
  readonly window: number[];
  count: number;
  last: number;
  lastMs: number;
  /** Mean size of a step, and the steps it was learned from. */
  noise: number;
  steps: number;
  /** Since when, and over how many readings, the value has not changed. */
  stillMs: number;
  stillReadings: number;
  /** Changes seen, and the smallest of them. */
  moves: number;
  smallest: number;
}

const WINDOW = 5;
/** A median of fewer values is one of them. */
const WINDOW_MIN = 3;
const MINUTE_MS = 60_000;
/** Beyond this the past says nothing; slow stations speak once an hour. */
const GAP_MS = 3 * 3_600_000;
/** Values further apart may be anywhere in between: no spike can be told. */
const SPIKE_MS_MAX = 15 * MINUTE_MS;
/** A spike leaves the usual steps of its channel by this factor, and the step of a minute by this share. */
const SPIKE_STEPS = 10;
const SPIKE_SHARE = 0.25;
/** Steps learned from before there is a usual one, and over how many it is averaged. */
const STEPS_MIN = 10;
const STEPS_AVERAGED = 50;
/** QARTOD: five equal values in a row. A channel that has not shown that it moves is never called flat. */
const STILL_READINGS = 5;
const MOVES_MIN = 20;
/** This near to an end of its range a value may rest (clean air, fog, calm), in smallest steps. */
const REST_STEPS = 3;

export const newSeries = (quantity: Quantity): Series => ({
  quantity,
  window: [],
  count: 0,
  last: 0,
  lastMs: 0,
  noise: 0,
  steps: 0,
  stillMs: 0,
  stillReadings: 0,
  moves: 0,
  smallest: 0,
});

/**
 * @param value in the unit of the quantity
 * @param timeMs Unix ms; a reading older than the last one is not judged, unless the clock was set back by hours
 * @returns bits of QUALITY
 */
export function follow(series: Series, value: number, timeMs: number): number {
  const dtMs = timeMs - series.lastMs;
  if (series.count > 0 && dtMs < 0 && dtMs >= -GAP_MS) return 0;
  if (series.count === 0 || dtMs < 0 || dtMs > GAP_MS) {
    series.count = 0;
    rest(series, timeMs);
    remember(series, value, timeMs);
    return 0;
  }
  const quality = jump(series, value, dtMs) | stillness(series, value, timeMs);
  remember(series, value, timeMs);
  return quality;
}

function remember(series: Series, value: number, timeMs: number): void {
  series.window[series.count % WINDOW] = value;
  // Counts on past the window without end, and stays a small integer.
  series.count = series.count === 2 * WINDOW ? WINDOW + 1 : series.count + 1;
  series.last = value;
  series.lastMs = timeMs;
}

/** A wandering value moves by the root of the time; below a minute the limits are those of a minute. */
function jump(series: Series, value: number, dtMs: number): number {
  const { quantity, last, noise, steps } = series;
  const { step, share } = QUALITY_LIMITS[quantity];
  const change = Math.abs(value - last);
  learn(series, change);
  if (step === 0 || series.count < WINDOW_MIN) return 0;
  const room = step + share * Math.abs(last);
  const rate = room * Math.sqrt(Math.max(1, dtMs / MINUTE_MS));
  const isUsual = steps < STEPS_MIN || dtMs > SPIKE_MS_MAX;
  const spike = isUsual ? Number.POSITIVE_INFINITY : Math.max(SPIKE_SHARE * room, SPIKE_STEPS * noise);
  if (change <= rate && change <= spike) return 0;
  const away = Math.min(change, Math.abs(value - median(series)));
  return (away > rate ? QUALITY.rate_of_change : 0) | (away > spike ? QUALITY.spike : 0);
}

/** Large steps pull no harder than thrice the usual one, or spikes would make themselves usual. */
function learn(series: Series, change: number): void {
  series.steps = Math.min(series.steps + 1, STEPS_AVERAGED);
  const clipped = Math.min(change, 3 * series.noise + QUANTITIES[series.quantity].resolution);
  series.noise += ((series.steps < STEPS_MIN ? change : clipped) - series.noise) / series.steps;
}

function median({ window, count }: Series): number {
  const sorted = window.slice(0, count).sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function stillness(series: Series, value: number, timeMs: number): number {
  if (value !== series.last) {
    const step = Math.abs(value - series.last);
    series.smallest = series.moves === 0 ? step : Math.min(series.smallest, step);
    series.moves = Math.min(series.moves + 1, MOVES_MIN);
    rest(series, timeMs);
    return 0;
  }
  series.stillReadings = Math.min(series.stillReadings + 1, STILL_READINGS);
  const { flatMs } = QUALITY_LIMITS[series.quantity];
  if (flatMs === 0 || series.moves < MOVES_MIN || series.stillReadings < STILL_READINGS) return 0;
  if (timeMs - series.stillMs < flatMs) return 0;
  const { min, max, resolution } = QUANTITIES[series.quantity];
  const margin = REST_STEPS * Math.max(series.smallest, resolution);
  return value <= min + margin || value >= max - margin ? 0 : QUALITY.flat_line;
}

function rest(series: Series, timeMs: number): void {
  series.stillMs = timeMs;
  series.stillReadings = 1;
}
