// Keeps what the neighbours last told of their alarm class: a level tells it, a cleared packet ends it;
// an event tells it only of who tells no levels, for an onset is found by another rule.
//
// Silence of one whose class is not known is no evidence. A class holds until told otherwise, at most a little over a
// day; a fault of the sensor that told it takes it back.
// Invariant: at most `alarmNeighboursMax`; of those nobody vouched for, whoever was heard longest ago makes room first.
import { alarmNeighboursMax } from '../../core/limits.ts';

export interface KnownClass {
  /** 1 above, -1 below. */
  side: number;
  /** Since when this side stands, and when it was last told, Unix ms. */
  sinceMs: number;
  toldMs: number;
  /** Which sensor told it, as its packets tag it, in hex. */
  context: string;
  /** 1 when its origin tells levels. */
  level: number;
}

/** By node id in hex. */
export type KnownClasses = Map<string, KnownClass>;

export interface ToldClass {
  /** 1 above, -1 below. */
  readonly side: number;
  /** Unix ms. */
  readonly atMs: number;
  readonly context: string;
  readonly by: 'level' | 'event' | 'cleared';
}

/** A day and the slack of a late packet. */
export const CLASS_LIFETIME_MS = 26 * 3_600_000;

export function hearClass(
  known: KnownClasses,
  origin: string,
  { side, atMs, context, by }: ToldClass,
  pinned: ReadonlySet<string>,
): void {
  const before = known.get(origin);
  if (before && atMs < before.toldMs) return;
  const isKnown = before !== undefined && atMs - before.toldMs <= CLASS_LIFETIME_MS;
  const tellsLevels = by === 'level' || (isKnown && before.level === 1);
  if (tellsLevels && by === 'event') return;
  const sinceMs = isKnown && before.side === side ? before.sinceMs : atMs;
  if (!before && known.size >= alarmNeighboursMax) known.delete(longestSilent(known, pinned));
  known.set(origin, { side, sinceMs, toldMs: atMs, context, level: tellsLevels ? 1 : 0 });
}

/** A fault of the sensor behind a class: what it told is not known any more. */
export function withdrawClass(known: KnownClasses, origin: string, context: string): void {
  if (known.get(origin)?.context === context) known.delete(origin);
}

/** 1, -1, or 0 when it is not known now. */
export function sideOf(known: KnownClasses, origin: string, nowMs: number): number {
  const held = known.get(origin);
  return held && nowMs - held.toldMs <= CLASS_LIFETIME_MS ? held.side : 0;
}

/** Who makes room for another one; there must be somebody. */
export function longestSilent(
  known: ReadonlyMap<string, { readonly toldMs: number }>,
  pinned: ReadonlySet<string>,
): string {
  const strangers = [...known].filter(([origin]) => !pinned.has(origin));
  const candidates = strangers.length > 0 ? strangers : [...known];
  return candidates.reduce((oldest, one) => (one[1].toldMs < oldest[1].toldMs ? one : oldest))[0];
}
