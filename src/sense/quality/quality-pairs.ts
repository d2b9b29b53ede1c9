// Compares channels of one sensor with each other: orders that physics keeps, and two lasers that should agree.
//
//   neighbour      PM1 <= PM2.5 <= PM4 <= PM10, counts by size, dew point <= temperature, wind min <= mean <= max,
//                  and no mass without particles (QARTOD: multi-variate test)
//   disagreement   channels a and b of a quantity (or the main one and b) are too far apart
//
// Values of one moment are compared, each once. A contradiction marks the value that completes it, for nothing can be told
// before; three of them over a minute mark both channels until as many agreements came.
import { QUANTITY_NAMES, type Quantity } from '../../core/quantities.ts';
import { QUALITY } from '../../core/reading.ts';

/** Two channels of one sensor, and when they contradict each other. */
export interface PairRule {
  readonly quantities: readonly [Quantity, Quantity];
  /** Absent: the same channel of both, whichever it is. */
  readonly channels?: readonly [string, string];
  readonly bit: number;
  /** One contradiction says enough. */
  readonly isImmediate: boolean;
  /** How far apart in time two values may be and still be of one moment. */
  readonly apartMsMax: number;
  readonly contradicts: (first: number, second: number) => boolean;
}

/** Within one message or frame, or a burst of messages; the frames of a fast sensor are 200 ms apart. */
const MOMENT_MS = 100;
/** Two lasers may take turns. */
const TURN_MS = 60_000;
/** More than one flicker: so many contradictions, and the first of them so long ago. */
const DOUBT_MAX = 3;
const DOUBT_MS_MIN = 60_000;
/** Slow stations speak once an hour. */
const DOUBT_MS_MAX = 3 * 3_600_000;

/** Ascending; what is rounded, filtered and worn may pass its neighbour by this much. */
const ordered = (quantities: readonly Quantity[], margin: number, share: number): PairRule[] =>
  quantities.flatMap((lower, index) =>
    quantities.slice(index + 1).map((upper) => orderRule([lower, upper], margin, share)),
  );

const orderRule = (quantities: PairRule['quantities'], margin: number, share: number): PairRule => ({
  quantities,
  bit: QUALITY.neighbour,
  isImmediate: true,
  apartMsMax: MOMENT_MS,
  contradicts: (lower, upper) => lower > upper + margin + share * Math.abs(upper),
});

const wind = (lower: string, upper: string): PairRule => ({
  ...orderRule(['wind_speed', 'wind_speed'], 0.5, 0.05),
  channels: [lower, upper],
});

/** Further apart than both the margin and the share of their mean. */
const agreeing = (quantity: Quantity, margin: number, share: number): PairRule[] =>
  ['a', ''].map((first) => ({
    quantities: [quantity, quantity],
    channels: [first, 'b'],
    bit: QUALITY.disagreement,
    isImmediate: false,
    apartMsMax: TURN_MS,
    contradicts: (a, b) => Math.abs(a - b) > margin && Math.abs(a - b) > (share * Math.abs(a + b)) / 2,
  }));

/** EPA for the two lasers of a PurpleAir: 5 ug/m3 and 62 %, two standard deviations (Barkjohn et al. 2021, section 3.2.3). */
const lasers = (['pm1', 'pm2_5', 'pm4', 'pm10'] as const).flatMap((quantity) => agreeing(quantity, 5, 0.62));

const PAIR_RULES: readonly PairRule[] = [
  ...ordered(['pm1', 'pm2_5', 'pm4', 'pm10', 'pm100'], 5, 0.25),
  ...ordered(['particles_lt_0_5', 'particles_lt_1', 'particles_lt_2_5', 'particles_lt_4', 'particles_lt_10'], 1, 0.05),
  ...ordered(
    ['particles_gt_10', 'particles_gt_5', 'particles_gt_2_5', 'particles_gt_1', 'particles_gt_0_5', 'particles_gt_0_3'],
    20,
    0.05,
  ),
  { ...orderRule(['pm10', 'particles_gt_0_3'], 0, 0), contradicts: (mass, count) => mass > 0 && count === 0 },
  ...ordered(['dew_point', 'temperature'], 1, 0),
  wind('min', ''),
  wind('', 'max'),
  wind('min', 'max'),
  ...lasers,
  // Twice the tolerance that makers state for such sensors.
  ...agreeing('temperature', 3, 0),
  ...agreeing('relative_humidity', 10, 0),
];

/** A pair as it stands: what is not compared yet, and how much it is doubted. */
export interface Pair {
  readonly rule: PairRule;
  readonly values: [number, number];
  /** NaN once compared. */
  readonly timesMs: [number, number];
  doubt: number;
  /** When it rose from 0. */
  sinceMs: number;
  comparedMs: number;
  isDoubted: boolean;
}

export const newPair = (rule: PairRule): Pair => ({
  rule,
  values: [0, 0],
  timesMs: [Number.NaN, Number.NaN],
  doubt: 0,
  sinceMs: 0,
  comparedMs: 0,
  isDoubted: false,
});

/** @returns the bit of the rule when the value of this side is contradicted, or the pair is in doubt; else 0 */
export function compare(pair: Pair, side: 0 | 1, value: number, timeMs: number): number {
  const { rule, values, timesMs } = pair;
  values[side] = value;
  timesMs[side] = timeMs;
  if (!(Math.abs(timesMs[0] - timesMs[1]) <= rule.apartMsMax)) return doubtOf(pair, timeMs);
  timesMs.fill(Number.NaN);
  const isContradiction = rule.contradicts(values[0], values[1]);
  if (pair.doubt === 0) pair.sinceMs = timeMs;
  pair.doubt = Math.max(0, Math.min(DOUBT_MAX, pair.doubt + (isContradiction ? 1 : -1)));
  pair.comparedMs = timeMs;
  if (pair.doubt === DOUBT_MAX && Math.abs(timeMs - pair.sinceMs) >= DOUBT_MS_MIN) pair.isDoubted = true;
  if (pair.doubt === 0) pair.isDoubted = false;
  return pair.isDoubted || (isContradiction && rule.isImmediate) ? rule.bit : 0;
}

/** The bit of a pair in doubt. Where one of the two fell silent, the other one is believed again after a while. */
export function doubtOf(pair: Pair, timeMs: number): number {
  if (!pair.isDoubted) return 0;
  if (Math.abs(timeMs - pair.comparedMs) <= DOUBT_MS_MAX) return pair.rule.bit;
  pair.doubt = 0;
  pair.isDoubted = false;
  return 0;
}

/** The rules that a quantity stands in, found once. */
export const rulesOf: ReadonlyMap<Quantity, readonly PairRule[]> = new Map(
  QUANTITY_NAMES.map((quantity) => [quantity, PAIR_RULES.filter(({ quantities }) => quantities.includes(quantity))]),
);
