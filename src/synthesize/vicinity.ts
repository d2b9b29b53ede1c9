// Learns to whom it is worth listening about one phenomenon, and narrows what is watched to where these are.
//
//     wide for a week ──more than 16 heard──> the best 8 alone, 10 to 18 days ──> wide for a day ──> the best 8 ──> ...
//                                                        └─ fewer than 6 of them are still heard ──┘
//
// Best is who is near and whose word has matched what was seen here: far away counts like worth little. A word that has
// proved nothing comes after all that have, so that new keys next door push nobody out. Who is heard without these stays
// unheard until the next wide day. Invariant: at most `vicinityOriginsMax` remembered; whoever is not crowded never narrows.
import { vicinityOriginsMax } from '../core/limits.ts';
import type { PlaceKey } from '../distill/condition.ts';
import { EARNED_WEIGHT } from './alarm/standing.ts';
import { distanceM, type Place } from './sighting.ts';

/** Who told something, where it stands, and when it was heard last. */
export interface Heard extends PlaceKey {
  readonly atMs: number;
}

export interface VicinityState {
  readonly phase: 'learning' | 'wide' | 'narrow';
  /** Unix ms: since when the phase lasts, and until when. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Node ids in hex. */
  readonly chosen: readonly string[];
  readonly heard: readonly (readonly [string, Heard])[];
}

export interface VicinityOptions {
  readonly here: Place;
  readonly reachM: number;
  readonly placeOf: (key: PlaceKey) => Place | undefined;
  /** What the word of an origin is worth: 1 a pinned key that nothing is known of, 0 nothing. */
  readonly weightOf: (origin: string) => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly saved?: VicinityState | undefined;
}

const DAY_MS = 86_400_000;
const LEARNING_MS = 7 * DAY_MS;
/** Levels are told once a day, so a day hears all of them. */
const WIDE_MS = DAY_MS;
const NARROW_MS = { min: 10 * DAY_MS, spread: 8 * DAY_MS } as const;
/** With more than so many around it narrows, to so many; widens again when fewer than so many of these are heard. */
const CROWD = 16;
const CHOSEN = 8;
const CHOSEN_MIN = 6;
const FRESH_MS = 2 * DAY_MS;
const LOOK_MS = 3_600_000;
/** Who is nearer than a part of a cell counts as this near; a word that is worth less is not chosen. */
const NEAR_M = 3_500;
const WEIGHT_MIN = 0.15;

export class Vicinity {
  readonly #options: VicinityOptions;
  readonly #heard: Map<string, Heard>;
  #phase: Omit<VicinityState, 'heard'>;
  #lookMs = Number.NEGATIVE_INFINITY;

  constructor(options: VicinityOptions) {
    const { saved } = options;
    this.#options = options;
    this.#heard = new Map(saved?.heard ?? []);
    this.#phase = saved ?? { phase: 'learning', sinceMs: Number.NaN, untilMs: Number.NaN, chosen: [] };
  }

  /** Something that an origin saw itself. */
  hear(origin: string, heard: Heard): void {
    this.#heard.delete(origin);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size >= vicinityOriginsMax && oldest !== undefined) this.#heard.delete(oldest);
    this.#heard.set(origin, heard);
  }

  /** @returns whether what to watch has changed */
  tick(nowMs: number): boolean {
    const { phase, sinceMs, untilMs } = this.#phase;
    if (Math.abs(nowMs - this.#lookMs) < LOOK_MS) return false;
    this.#lookMs = nowMs;
    // A clock that was set back, or was never started.
    if (Number.isNaN(sinceMs) || nowMs < sinceMs) return this.#enter('learning', nowMs, LEARNING_MS);
    if (phase === 'narrow') return (nowMs >= untilMs || this.#isLonely(nowMs)) && this.#enter('wide', nowMs, WIDE_MS);
    if (nowMs < untilMs) return false;
    const around = this.#around(nowMs);
    if (around.length <= CROWD) return this.#enter('wide', nowMs, WIDE_MS);
    const lastsMs = NARROW_MS.min + this.#options.random() * NARROW_MS.spread;
    return this.#enter('narrow', nowMs, lastsMs, around.slice(0, CHOSEN));
  }

  /** Where those stand that it listens to alone; undefined while it listens to all. */
  places(): PlaceKey[] | undefined {
    const { phase, chosen } = this.#phase;
    return phase === 'narrow' ? chosen.flatMap((origin) => this.#heard.get(origin) ?? []) : undefined;
  }

  state(): VicinityState {
    return { ...this.#phase, heard: [...this.#heard] };
  }

  #enter(phase: VicinityState['phase'], nowMs: number, lastsMs: number, chosen: readonly string[] = []): boolean {
    const isOther = (phase === 'narrow') !== (this.#phase.phase === 'narrow');
    this.#phase = { phase, sinceMs: nowMs, untilMs: nowMs + lastsMs, chosen };
    return isOther;
  }

  #isLonely(nowMs: number): boolean {
    const isFresh = (origin: string) => nowMs - (this.#heard.get(origin)?.atMs ?? 0) <= FRESH_MS;
    return this.#phase.chosen.filter(isFresh).length < CHOSEN_MIN;
  }

  /** Who was heard lately and can be heard about the same thing, the best first. */
  #around(nowMs: number): string[] {
    const { here, reachM, placeOf, weightOf } = this.#options;
    const candidates = [...this.#heard].flatMap(([origin, { coarse, fine, atMs }]) => {
      const place = placeOf({ coarse, fine });
      const weight = weightOf(origin);
      if (!place || nowMs - atMs > FRESH_MS || weight < WEIGHT_MIN) return [];
      const apartM = distanceM(here, place);
      if (apartM > reachM) return [];
      return [{ origin, rank: weight < EARNED_WEIGHT ? 1 : 0, costM: Math.max(NEAR_M, apartM) / weight }];
    });
    return candidates.sort((a, b) => a.rank - b.rank || a.costM - b.costM).map(({ origin }) => origin);
  }
}

/** A state as `state` gave it, of conditions with so many ordinals; undefined where it does not have that shape. */
export function savedVicinity(
  saved: unknown,
  lengths: { readonly coarse: number; readonly fine: number },
): VicinityState | undefined {
  if (!isRecord(saved) || !Array.isArray(saved.heard) || !Array.isArray(saved.chosen)) return undefined;
  const { phase, sinceMs, untilMs } = saved;
  if (phase !== 'learning' && phase !== 'wide' && phase !== 'narrow') return undefined;
  if (!isTime(sinceMs) || !isTime(untilMs)) return undefined;
  const isHeard = (item: unknown): item is [string, Heard] =>
    Array.isArray(item) &&
    typeof item[0] === 'string' &&
    isRecord(item[1]) &&
    isTime(item[1].atMs) &&
    isOrdinals(item[1].coarse, lengths.coarse) &&
    isOrdinals(item[1].fine, lengths.fine);
  const heard = saved.heard.filter(isHeard).slice(0, vicinityOriginsMax);
  const chosen = saved.chosen.filter((origin) => typeof origin === 'string').slice(0, CHOSEN);
  return { phase, sinceMs, untilMs, chosen, heard };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const isOrdinals = (value: unknown, length: number): boolean =>
  Array.isArray(value) && value.length === length && value.every((one) => Number.isInteger(one) && one >= 0);
