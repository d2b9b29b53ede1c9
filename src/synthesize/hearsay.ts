// Keeps what other gateways said until it expires: votes and warnings are made from it.
//
// Invariant: never more than heardPacketsMax, of one origin never more than heardPerOriginMax; the oldest go first. What
// speaks of a packet, and who saw something like it, is found without looking through all of it; looks are counted, so
// that whoever searches knows when it was enough until the next tick.
import type { Condition } from '../core/condition.ts';
import type { DomainProfile } from '../core/domain.ts';
import { heardPacketsMax, heardPerOriginMax } from '../core/limits.ts';
import { heardLooksMax } from '../core/load-limits.ts';
import { createCells } from './cells.ts';
import { isFirstHand, type Place, type Sighting } from './sighting.ts';
import { sideOf, sideOn } from './weighing.ts';

export interface Hearsay {
  /** @returns false when it is there already */
  add(sighting: Sighting): boolean;
  get(id: string): Sighting | undefined;
  all(): IteratorObject<Sighting>;
  /** What speaks of a packet: it is among the evidence. */
  speakingOf(id: string): Iterable<Sighting>;
  /** First-hand sightings whose phenomenon and cell fit a condition. Each one counts as a look. */
  witnesses(condition: Condition): IteratorObject<Sighting>;
  /** Enough was looked at since `forget` was called last: a search that can wait waits for the next tick. */
  isBusy(): boolean;
  /** What said the same of a packet, one of each origin. */
  agreeing(id: string, side: 1 | -1): Sighting[];
  /** Where an origin stands, by what it told of itself last: an answer states the place of what it speaks of. */
  placeOf(origin: string): Place | undefined;
  /** Drops what has expired; call it about once a second. */
  forget(nowMs: number): void;
  readonly size: number;
}

export function createHearsay(profile: DomainProfile): Hearsay {
  const byId = new Map<string, Sighting>();
  const byOrigin = new Map<string, Set<Sighting>>();
  const byEvidence = new Map<string, Set<Sighting>>();
  const seen = createCells<Sighting>(profile, ({ outcome }) => outcome);
  let looks = 0;

  function remove(sighting: Sighting | undefined): void {
    if (!sighting) return;
    byId.delete(sighting.id);
    unlink(byOrigin, sighting.origin, sighting);
    for (const id of sighting.evidence) unlink(byEvidence, id, sighting);
    if (isFirstHand(sighting)) seen.delete(sighting);
  }

  return {
    add(sighting) {
      if (byId.has(sighting.id)) return false;
      const ofOrigin = byOrigin.get(sighting.origin);
      if (ofOrigin && ofOrigin.size >= heardPerOriginMax) remove(ofOrigin.values().next().value);
      if (byId.size >= heardPacketsMax) remove(byId.values().next().value);
      byId.set(sighting.id, sighting);
      link(byOrigin, sighting.origin, sighting);
      for (const id of sighting.evidence) link(byEvidence, id, sighting);
      if (isFirstHand(sighting)) seen.add(sighting);
      return true;
    },
    get: (id) => byId.get(id),
    all: () => byId.values(),
    speakingOf: (id) => byEvidence.get(id) ?? [],
    *witnesses(condition): Generator<Sighting> {
      for (const sighting of seen.like(condition)) {
        looks++;
        yield sighting;
      }
    },
    isBusy: () => looks >= heardLooksMax,
    agreeing(id, side) {
      const origins = new Map<string, Sighting>();
      for (const sighting of byEvidence.get(id) ?? []) {
        if (sideOn(id, sighting) === side) origins.set(sighting.origin, sighting);
      }
      return [...origins.values()];
    },
    placeOf(origin) {
      const own = [...(byOrigin.get(origin) ?? [])].filter((one) => one.place && sideOf(one) === undefined);
      return own.at(-1)?.place;
    },
    forget(nowMs) {
      looks = 0;
      for (const sighting of byId.values()) if (sighting.expiresMs <= nowMs) remove(sighting);
    },
    get size() {
      return byId.size;
    },
  };
}

function link(index: Map<string, Set<Sighting>>, key: string, sighting: Sighting): void {
  const held = index.get(key);
  if (held) held.add(sighting);
  else index.set(key, new Set([sighting]));
}

function unlink(index: Map<string, Set<Sighting>>, key: string, sighting: Sighting): void {
  const held = index.get(key);
  held?.delete(sighting);
  if (held?.size === 0) index.delete(key);
}
