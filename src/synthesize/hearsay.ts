// Keeps what other gateways said until it expires: votes and warnings are made from it.
//
// Invariant: never more than heardPacketsMax, of one origin never more than heardPerOriginMax; the oldest go first. What
// speaks of a packet is found without looking through all of it.
import { heardPacketsMax, heardPerOriginMax } from '../core/limits.ts';
import type { Sighting } from './sighting.ts';
import { sideOn } from './weighing.ts';

export interface Hearsay {
  /** @returns false when it is there already */
  add(sighting: Sighting): boolean;
  get(id: string): Sighting | undefined;
  all(): IteratorObject<Sighting>;
  /** What said the same of a packet, one of each origin. */
  agreeing(id: string, side: 1 | -1): Sighting[];
  /** Drops what has expired. */
  forget(nowMs: number): void;
  readonly size: number;
}

export function createHearsay(): Hearsay {
  const byId = new Map<string, Sighting>();
  const byOrigin = new Map<string, Set<Sighting>>();
  const byEvidence = new Map<string, Set<Sighting>>();

  function remove(sighting: Sighting | undefined): void {
    if (!sighting) return;
    byId.delete(sighting.id);
    unlink(byOrigin, sighting.origin, sighting);
    for (const id of sighting.evidence) unlink(byEvidence, id, sighting);
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
      return true;
    },
    get: (id) => byId.get(id),
    all: () => byId.values(),
    agreeing(id, side) {
      const origins = new Map<string, Sighting>();
      for (const sighting of byEvidence.get(id) ?? []) {
        if (sideOn(id, sighting) === side) origins.set(sighting.origin, sighting);
      }
      return [...origins.values()];
    },
    forget(nowMs) {
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
