// Which of the stored packets are rare: of every condition that outcomes were deposited under, the newest one of others.
//
// What is under a condition that nothing else was under cannot be had again, and a common one can. Conditions cost nothing to
// make up, so one origin has a share of what counts as rare, and all of it is at most half of what is kept.
// Invariant: beyond these shares an outcome competes as any other packet, so the caps of the store hold.
import type { Known, Origin } from './known-packets.ts';

/** Of what is stored: all that is rare, and what one origin has of it. */
const SHARE_MAX = 1 / 2;
const ORIGIN_SHARE_MAX = 1 / 64;

/** @param rows stored packets, the oldest first */
export function rarePackets(rows: readonly Known[], storedMax: number): Set<Known> {
  const last = new Map<string, Known>();
  for (const one of rows) {
    const { condition, isOwn } = one;
    // Ours stay anyway.
    if (condition !== undefined && (isOwn || !last.get(condition)?.isOwn)) last.set(condition, one);
  }
  const rare = new Set<Known>();
  const counts = new Map<Origin, number>();
  const originMax = Math.max(1, Math.floor(storedMax * ORIGIN_SHARE_MAX));
  for (const one of last.values()) {
    if (rare.size >= Math.floor(storedMax * SHARE_MAX)) break;
    const count = counts.get(one.origin) ?? 0;
    if (one.isOwn || count >= originMax) continue;
    counts.set(one.origin, count + 1);
    rare.add(one);
  }
  return rare;
}
