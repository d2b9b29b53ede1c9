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

/** Which rule let it be told. */
export type Rule =
  /** The own alarm stood long enough: by itself; as others are above, too; anew, as it goes on. */
  | 'stood'
  | 'stood_with_others'
  | 'goes_on'
  /** The neighbourhood is above, whatever the own sensor reads. */
  | 'region_above'
  /** The only neighbour that is known is above; or enough whose word is earned. */
  | 'one_above'
  | 'enough_above'
  /** The neighbourhood is below: for hours; or from the first plainly a source nearby. */
  | 'region_below'
  | 'contrast';

export interface Telling {
  readonly kind: Told;
  readonly rule: Rule;
  /** How long what it rests on stood, and how long it had to, ms. */
  readonly stoodMs: number;
  readonly waitMs: number;
}

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

export function judge(state: VerdictState, now: Situation): Telling[] {
  followOwn(state.own, now);
  followRegion(state.region, now);
  followContrast(state.contrast, now);
  const told: Telling[] = [];
  const say = (kind: Told, why: Why | undefined): boolean => {
    if (!why || now.nowMs - state.lastMs[kind] < HOUR_MS) return false;
    state.lastMs[kind] = now.nowMs;
    told.push({ kind, ...why });
    return true;
  };
  const { own, region } = state;
  const regionStandsMs = now.region > 0 ? now.nowMs - region.sinceMs : -1;
  const seen = { stoodMs: stoodMs(own, now), waitMs: sharedWaitMs(now) };
  const isSeen = now.own > 0 && seen.stoodMs >= seen.waitMs;
  const isRegion = now.own > 0 ? isSeen && regionStandsMs >= 0 : regionStandsMs >= REGION_STANDS_MS;
  const isShared = isRegion || now.oneAbove;
  const isConfirmed = isShared || (now.own > 0 && now.earnedAbove >= CONFIRMERS);
  const low = { stoodMs: regionStandsMs, waitMs: REGION_STANDS_MS };
  const regionWhy: Why = { rule: 'region_above', ...(now.own > 0 ? seen : low) };
  const aloneWhy: Why = { rule: now.oneAbove ? 'one_above' : 'enough_above', stoodMs: seen.stoodMs, waitMs: 0 };
  if (say('event', alarmWhy(own, now, isShared))) own.toldMs = now.nowMs;
  if (isRegion && region.told === 0 && (own.toldMs >= region.sinceMs - HOUR_MS || say('event', regionWhy)))
    region.told = 1;
  if (own.toldMs > 0 && own.confirmed === 0 && isConfirmed && say('confirmed', isRegion ? regionWhy : aloneWhy))
    own.confirmed = 1;
  if (say('local', localWhy(own, now))) own.local = 1;
  const plain = contrastWhy(state, now);
  if (plain) {
    state.contrast.told = 1;
    const isNews = now.nowMs - state.lastMs.local >= CONTRAST_GAP_MS;
    if (own.local === 0 && own.confirmed === 0 && isNews && say('local', plain) && own.sinceMs > 0) own.local = 1;
  }
  return told;
}

type Why = Omit<Telling, 'kind'>;

/** It had to stand so long, and has. */
const whyOnce = (why: Why): Why | undefined => (why.stoodMs >= why.waitMs ? why : undefined);

function alarmWhy(own: OwnRun, now: Situation, isShared: boolean): Why | undefined {
  if (own.sinceMs === 0 || now.own <= 0) return undefined;
  if (own.toldMs > 0) {
    const isNews = now.region === 0 || now.few || (now.region < 0 && own.confirmed === 0 && now.usual < now.alarm);
    return isNews ? whyOnce({ rule: 'goes_on', stoodMs: now.nowMs - own.toldMs, waitMs: AGAIN_MS }) : undefined;
  }
  const rule = isShared ? 'stood_with_others' : 'stood';
  return whyOnce({ rule, stoodMs: stoodMs(own, now), waitMs: isShared ? sharedWaitMs(now) : ownWaitMs(now) });
}

/** How long the own alarm stands, the interval of its first reading included, ms. */
const stoodMs = ({ sinceMs }: OwnRun, { nowMs, intervalMs }: Situation): number =>
  sinceMs === 0 ? 0 : nowMs - sinceMs + intervalMs;

function localWhy(own: OwnRun, now: Situation): Why | undefined {
  if (now.region >= 0 || own.toldMs === 0 || own.confirmed === 1 || own.local === 1) return undefined;
  const waitMs = Math.max(LOCAL_MS, 2 * now.intervalMs);
  return whyOnce({ rule: 'region_below', stoodMs: now.nowMs - own.sinceMs, waitMs });
}

function contrastWhy({ contrast, region }: VerdictState, now: Situation): Why | undefined {
  if (now.region >= 0 || region.sinceMs > 0 || contrast.told === 1 || contrast.readings < CONTRAST_READINGS)
    return undefined;
  const waitMs = Math.max(CONTRAST_MS, 2 * now.intervalMs);
  return whyOnce({ rule: 'contrast', stoodMs: now.nowMs - contrast.sinceMs, waitMs });
}
