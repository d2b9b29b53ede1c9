// Remembers what neighbours told of their values, and learns what the own level usually is beside each of theirs.
//
//   level packet ──> newest and day-old value (does it move?)
//               └──> log ratio of both usual levels (medians of a day), against its learned mean: the gap of this pair
// Compared once a day, and only in ordinary air: an episode is somewhere thicker and somewhere thinner.
// Invariant: at most `alarmNeighboursMax`, strangers make room first; plain finite numbers. A told value is never a vote.
import { alarmNeighboursMax } from '../../core/limits.ts';
import { longestSilent } from './known-classes.ts';

export interface ToldValue {
  /** Which sensor told it, as its packets tag it, in hex. */
  context: string;
  /** The newest told value, the own one at that time, and when; in the unit of the quantity and Unix ms. */
  value: number;
  ownValue: number;
  toldMs: number;
  /** The same of one that was told a day before it; 0 before there is one. */
  dayOld: number;
  ownDayOld: number;
  dayOldMs: number;
  /** When it was compared last, and when last in ordinary air, Unix ms. */
  comparedMs: number;
  pairedMs: number;
  /** Days compared in ordinary air, up to the memory; the mean log of the own over their usual, and of theirs. */
  pairs: number;
  ratio: number;
  typical: number;
  /** The newest gaps: log ratios less their mean. */
  gaps: number[];
}

/** By node id in hex. */
export type ToldValues = Map<string, ToldValue>;

export interface ToldUsual {
  readonly context: string;
  readonly atMs: number;
  /** Half-hour median, and the median of the day before it, in the unit of the quantity. */
  readonly value: number;
  readonly usual: number;
}

const HOUR_MS = 3_600_000;
/** Of two told values the older one is a day old, give or take this. */
const DAY_OLD_MS = 36 * HOUR_MS;
/** Levels come a day apart, and more often in an episode. */
const APART_MS = 20 * HOUR_MS;
/** Days a ratio is averaged over: shorter than a season, longer than a drift takes to show. */
const MEMORY = 45;
/** Ordinary air is within this factor of the usual there. */
const ORDINARY = Math.log(3);
/** One day pulls the means no harder than this. */
const CLIP = { ratio: 0.5, typical: 0.7 };
const GAPS = 4;
/** Added to both levels, as a share of the alarm: a ratio of two clean airs says nothing. */
const OFFSET = 1 / 35;

export const newToldValue = (): ToldValue => ({
  context: '',
  value: 0,
  ownValue: 0,
  toldMs: 0,
  dayOld: 0,
  ownDayOld: 0,
  dayOldMs: 0,
  comparedMs: 0,
  pairedMs: 0,
  pairs: 0,
  ratio: 0,
  typical: 0,
  gaps: new Array<number>(GAPS).fill(0),
});

/** What the own sensor showed last, and the median of its day, in the unit of the quantity. */
export interface OwnLevel {
  readonly value: number;
  readonly usual: number;
}

/** @param own undefined where it is not known, and then nothing is remembered */
export function hearValue(
  values: ToldValues,
  origin: string,
  told: ToldUsual,
  { own, alarm, pinned }: { own: OwnLevel | undefined; alarm: number; pinned: ReadonlySet<string> },
): void {
  if (!own) return;
  const before = values.get(origin);
  if (before && told.atMs <= before.toldMs) return;
  if (!before && values.size >= alarmNeighboursMax) values.delete(longestSilent(values, pinned));
  // Another sensor speaks there: what was learned of the one before is not its own.
  const held = before?.context === told.context ? before : { ...newToldValue(), context: told.context };
  values.set(origin, held);
  if (held.toldMs > 0 && (held.dayOldMs === 0 || told.atMs - held.dayOldMs > DAY_OLD_MS)) {
    held.dayOld = held.value;
    held.ownDayOld = held.ownValue;
    held.dayOldMs = held.toldMs;
  }
  held.value = told.value;
  held.ownValue = own.value;
  held.toldMs = told.atMs;
  if (told.atMs - held.comparedMs < APART_MS) return;
  held.comparedMs = told.atMs;
  const logOf = (level: number) => Math.log(Math.max(0, level) + OFFSET * alarm);
  compare(held, logOf(own.usual), logOf(told.usual));
}

function compare(held: ToldValue, own: number, theirs: number): void {
  const clipped = (value: number, most: number) => Math.max(-most, Math.min(most, value));
  if (held.pairs === 0) {
    Object.assign(held, { pairs: 1, ratio: own - theirs, typical: theirs });
    return;
  }
  const above = theirs - held.typical;
  held.typical += clipped(above, CLIP.typical) / Math.min(MEMORY, held.pairs + 1);
  if (Math.abs(above) > ORDINARY) return;
  const gap = own - theirs - held.ratio;
  held.gaps = [...held.gaps.slice(1), gap];
  held.pairs = Math.min(MEMORY, held.pairs + 1);
  held.ratio += clipped(gap, CLIP.ratio) / held.pairs;
  held.pairedMs = held.comparedMs;
}
