// Follows the three visits that a verdict is about: the own one to the alarm class, the region's, and one far above the usual.
//
//     own      begins with the class, ends three hours after it was left; kept up to six while its verdict is due
//     region   begins with the majority, ends an hour (two readings) after it was lost
//     contrast twice the alarm and three times the usual of the day; ends two hours (four readings) after the last
// Invariant: plain finite state of constant size; 0 is "none" for every time.
import type { Situation } from './situation.ts';

export interface OwnRun {
  /** When it began, and when the class was left (0 while in it), Unix ms. */
  sinceMs: number;
  leftMs: number;
  /** When it was told last, and what was said of it: 1 when it was. */
  toldMs: number;
  confirmed: number;
  local: number;
}

export interface RegionRun {
  sinceMs: number;
  lastMs: number;
  told: number;
}

export interface ContrastRun {
  sinceMs: number;
  lastMs: number;
  readings: number;
  told: number;
}

export const newOwnRun = (): OwnRun => ({ sinceMs: 0, leftMs: 0, toldMs: 0, confirmed: 0, local: 0 });
export const newRegionRun = (): RegionRun => ({ sinceMs: 0, lastMs: 0, told: 0 });
export const newContrastRun = (): ContrastRun => ({ sinceMs: 0, lastMs: 0, readings: 0, told: 0 });

const HOUR_MS = 3_600_000;
const OWN_END_MS = 3 * HOUR_MS;
/** As long as an event stays open to answers. */
const DUE_MS = 6 * HOUR_MS;
const REGION_END_MS = HOUR_MS;
const CONTRAST_END_MS = 2 * HOUR_MS;

export function followOwn(run: OwnRun, { own, ownSinceMs, region, nowMs, intervalMs }: Situation): void {
  if (own > 0) {
    if (run.sinceMs === 0) run.sinceMs = ownSinceMs;
    run.leftMs = 0;
    return;
  }
  if (run.sinceMs === 0) return;
  if (run.leftMs === 0) run.leftMs = nowMs;
  const isDue = region < 0 && run.toldMs > 0 && run.confirmed === 0 && run.local === 0;
  const keptMs = isDue ? DUE_MS : Math.max(OWN_END_MS, 2 * intervalMs);
  // What was never told leaves nothing behind.
  if (run.toldMs === 0 || nowMs - run.leftMs >= keptMs) Object.assign(run, newOwnRun());
}

export function followRegion(run: RegionRun, { region, nowMs, intervalMs }: Situation): void {
  if (region > 0) {
    if (run.sinceMs === 0) run.sinceMs = nowMs;
    run.lastMs = nowMs;
  } else if (run.sinceMs > 0 && nowMs - run.lastMs >= Math.max(REGION_END_MS, 2 * intervalMs)) {
    Object.assign(run, newRegionRun());
  }
}

export function followContrast(run: ContrastRun, { contrast, region, nowMs, intervalMs }: Situation): void {
  if (region > 0) run.readings = 0;
  if (contrast && region <= 0) {
    if (run.readings === 0) run.sinceMs = nowMs;
    run.readings++;
    run.lastMs = nowMs;
  } else if (nowMs - run.lastMs >= Math.max(CONTRAST_END_MS, 4 * intervalMs)) Object.assign(run, newContrastRun());
}
