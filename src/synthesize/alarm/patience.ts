// Reckons how long an own alarm must stand before it is told, by how many others would have seen it and how many did.
//
//     others above, 0 to 4 ──> an hour to nothing        nobody known ──> an hour
//     others below, 0 to 5 ──> an hour to two            at the edge of the level: an hour and a half, up to four
// Weights count, not heads. Invariant: one neighbour never decides alone, and more of them never weigh less.
import { CLEAR_LEAD } from './region.ts';
import type { Situation } from './situation.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** An own alarm stands this long, the interval of its first reading included: where nobody knows, where all others are below. */
const STANDS_MS = { nobodyKnows: HOUR_MS, othersBelow: 2 * HOUR_MS };
/** At the edge of the level, within this factor of it, longer: sensors of one kind differ by as much. */
const EDGE = { nobodyKnows: 1.03, othersBelow: 1.1 } as const;
const EDGE_STANDS_MS = { nobodyKnows: 90 * MINUTE_MS, othersBelow: 4 * HOUR_MS };
/** A strong alarm, this many times the level, stands an hour whatever the others say. */
const STRONG = 1.5;
const STRONG_MS = HOUR_MS;
/** Weight of others above that makes waiting needless; and weight below that makes it as long as it gets. */
const SURE = { above: 4, below: 5 } as const;

type Range = Readonly<Record<keyof typeof STANDS_MS, number>>;

/** An alarm that the others are not known to share. @returns ms */
export function ownWaitMs({ value, alarm, region, above, below }: Situation): number {
  if (value >= STRONG * alarm) return STRONG_MS;
  const areBelow = region < 0 || below - above >= CLEAR_LEAD;
  const doubt = areBelow ? Math.min(1, below / SURE.below) : 0;
  const between = ({ nobodyKnows, othersBelow }: Range) => nobodyKnows + doubt * (othersBelow - nobodyKnows);
  return between(value < between(EDGE) * alarm ? EDGE_STANDS_MS : STANDS_MS);
}

/** An alarm that others share. @returns ms */
export const sharedWaitMs = ({ above }: Situation): number =>
  STANDS_MS.nobodyKnows * (1 - Math.min(1, above / SURE.above));
