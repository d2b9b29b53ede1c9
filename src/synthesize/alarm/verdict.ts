// Decides what the operator is told of the own class and the region: event, confirmed, local; nothing is uncorroborated.
//
//   own class above, long enough or with the region ──> event ──┬─ region above, or three earned ─> confirmed
//   region above while the own sensor reads low ──────> event ──┘   once the own class is above too
//   own alarm, and the region known to be below two hours on ──────────────────────────────────> local
//   twice the alarm and far above the own usual, region known to be below ──────────────────────> local
// A local finding that the region then shares is confirmed after all; a confirmed one is never called local.
// Invariant: one of a kind for each run, and never two of a kind within the hour.
import { ownWaitMs, sharedWaitMs } from './patience.ts';
import {
  type ContrastRun,
  followContrast,
  followOwn,
  followRegion,
  newContrastRun,
  newOwnRun,
  newRegionRun,
  type OwnRun,
  type RegionRun,
} from './runs.ts';
import type { Situation } from './situation.ts';

export type Told = 'event' | 'confirmed' | 'local';

export interface VerdictState {
  own: OwnRun;
  region: RegionRun;
  contrast: ContrastRun;
  /** When each kind was told last, Unix ms. */
  lastMs: Record<Told, number>;
}

export const newVerdict = (): VerdictState => ({
  own: newOwnRun(),
  region: newRegionRun(),
  contrast: newContrastRun(),
  lastMs: { event: 0, confirmed: 0, local: 0 },
});

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** The region stands this long before it is told at a sensor that reads low. */
const REGION_STANDS_MS = 30 * MINUTE_MS;
/** How long the region has to follow before an alarm is local; and a contrast, that is plain from the first. */
const LOCAL_MS = 2 * HOUR_MS;
const CONTRAST_MS = 20 * MINUTE_MS;
const CONTRAST_READINGS = 2;
/** The same stove every evening is told once a day. */
const CONTRAST_GAP_MS = 24 * HOUR_MS;
/** An alarm is told again when its packet has expired; where others know better, only one that is not the usual state. */
const AGAIN_MS = 6 * HOUR_MS;
/** Confirmers that suffice, whoever else is silent. */
const CONFIRMERS = 3;

export function judge(state: VerdictState, now: Situation): Told[] {
  followOwn(state.own, now);
  followRegion(state.region, now);
  followContrast(state.contrast, now);
  const told: Told[] = [];
  const say = (kind: Told): boolean => {
    if (now.nowMs - state.lastMs[kind] < HOUR_MS) return false;
    state.lastMs[kind] = now.nowMs;
    told.push(kind);
    return true;
  };
  const { own, region } = state;
  const regionStandsMs = now.region > 0 ? now.nowMs - region.sinceMs : -1;
  const isSeen = now.own > 0 && stoodMs(own, now) >= sharedWaitMs(now);
  const isRegion = now.own > 0 ? isSeen && regionStandsMs >= 0 : regionStandsMs >= REGION_STANDS_MS;
  const isShared = isRegion || now.oneAbove;
  const isConfirmed = isShared || (now.own > 0 && now.earnedAbove >= CONFIRMERS);
  if (isAlarm(own, now, isShared) && say('event')) own.toldMs = now.nowMs;
  if (isRegion && region.told === 0 && (own.toldMs >= region.sinceMs - HOUR_MS || say('event'))) region.told = 1;
  if (own.toldMs > 0 && own.confirmed === 0 && isConfirmed && say('confirmed')) own.confirmed = 1;
  if (isLocal(own, now) && say('local')) own.local = 1;
  if (isPlainlyLocal(state, now)) {
    state.contrast.told = 1;
    const isNews = now.nowMs - state.lastMs.local >= CONTRAST_GAP_MS;
    if (own.local === 0 && own.confirmed === 0 && isNews && say('local') && own.sinceMs > 0) own.local = 1;
  }
  return told;
}

function isAlarm(own: OwnRun, now: Situation, isShared: boolean): boolean {
  if (own.sinceMs === 0 || now.own <= 0) return false;
  if (own.toldMs > 0) {
    const isNews = now.region === 0 || now.few || (now.region < 0 && own.confirmed === 0 && now.usual < now.alarm);
    return isNews && now.nowMs - own.toldMs >= AGAIN_MS;
  }
  return stoodMs(own, now) >= (isShared ? sharedWaitMs(now) : ownWaitMs(now));
}

/** How long the own alarm stands, the interval of its first reading included, ms. */
const stoodMs = ({ sinceMs }: OwnRun, { nowMs, intervalMs }: Situation): number =>
  sinceMs === 0 ? 0 : nowMs - sinceMs + intervalMs;

function isLocal(own: OwnRun, now: Situation): boolean {
  if (now.region >= 0 || own.toldMs === 0 || own.confirmed === 1 || own.local === 1) return false;
  return now.nowMs - own.sinceMs >= Math.max(LOCAL_MS, 2 * now.intervalMs);
}

function isPlainlyLocal({ contrast, region }: VerdictState, now: Situation): boolean {
  if (now.region >= 0 || region.sinceMs > 0 || contrast.told === 1 || contrast.readings < CONTRAST_READINGS)
    return false;
  return now.nowMs - contrast.sinceMs >= Math.max(CONTRAST_MS, 2 * now.intervalMs);
}
