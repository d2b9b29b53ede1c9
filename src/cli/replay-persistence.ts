// The baseline that every forecast of the air must be held against: what is high stays high.
//
//   own         a station warns itself when its value passes the alarm level of the phenomenon
//   neighbours  a station is warned when a station within reach passes it, and it was not warned already
//
// Both know the readings, and the second one those of all others, which no gateway ever sends. A warning is given once for
// each time a level is passed, and not while the station's own detector is in an event: that would warn of nothing.
import type { DomainProfile } from '../core/domain.ts';
import type { TimedEvent } from '../core/events.ts';
import { UNFIT } from '../core/reading.ts';
import type { CsvRow } from '../sense/replay/replay.ts';
import { distanceM, type Place } from '../synthesize/sighting.ts';
import { addMoment, type Moments, momentKey, WARNING_MS } from './replay-warnings.ts';

export interface Persistence {
  row(station: string, row: CsvRow): void;
  event(station: string, event: TimedEvent): void;
  /** All stations had their rows of this moment. */
  moment(timeMs: number): void;
  readonly own: Moments;
  readonly neighbours: Moments;
}

interface Watched {
  readonly station: string;
  readonly key: string;
  /** Those within reach, of the same phenomenon. */
  near: readonly Watched[];
  alarm: number;
  /** The latest row over the alarm level; a value that is not renewed says nothing of now. */
  aboveMs: number;
  passed: boolean;
  nearAbove: boolean;
  inEvent: boolean;
}

export function createPersistence(domains: readonly DomainProfile[], places: ReadonlyMap<string, Place>): Persistence {
  const own = new Map<string, number[]>();
  const neighbours = new Map<string, number[]>();
  const watched = new Map<string, Watched>();
  const byPhenomenon: Watched[][] = [];
  const alarming = domains.flatMap(({ phenomena, reachM }) =>
    phenomena.flatMap(({ quantity, alarm, watched }) =>
      watched && alarm !== undefined ? { quantity, alarm, reachM } : [],
    ),
  );
  for (const { quantity, alarm, reachM } of alarming) {
    const group = [...places.keys()].map((station) => newWatched(station, momentKey(station, quantity), alarm));
    for (const one of group) {
      const here = places.get(one.station)!;
      one.near = group.filter((other) => other !== one && distanceM(here, places.get(other.station)!) <= reachM);
      watched.set(one.key, one);
    }
    byPhenomenon.push(group);
  }

  function warnNeighbours(group: readonly Watched[], timeMs: number): void {
    for (const one of group) {
      const nearAbove = one.near.some((other) => isAbove(other, timeMs));
      if (nearAbove && !one.nearAbove && !one.inEvent && !isAbove(one, timeMs)) addMoment(neighbours, one.key, timeMs);
      one.nearAbove = nearAbove;
    }
  }

  return {
    own,
    neighbours,
    row(station, { timeMs, readings }) {
      for (const { quantity, channel, quality, value } of readings) {
        const one = channel === '' && !(quality & UNFIT) ? watched.get(momentKey(station, quantity)) : undefined;
        if (!one) continue;
        const wasAbove = isAbove(one, timeMs);
        one.aboveMs = value > one.alarm ? timeMs : Number.NEGATIVE_INFINITY;
        one.passed = !wasAbove && isAbove(one, timeMs);
      }
    },
    event(station, event) {
      if (event.type !== 'anomaly' || event.cause === 'recovered') return;
      const quantity = event.channel.slice(event.channel.lastIndexOf('/') + 1);
      const one = watched.get(momentKey(station, quantity));
      if (one && event.kind === 'event') one.inEvent = true;
      if (one && event.kind === 'cleared') one.inEvent = false;
    },
    moment(timeMs) {
      for (const group of byPhenomenon) {
        for (const one of group) {
          if (one.passed && !one.inEvent) addMoment(own, one.key, timeMs);
          one.passed = false;
        }
        warnNeighbours(group, timeMs);
      }
    },
  };
}

const isAbove = ({ aboveMs }: Watched, timeMs: number): boolean => timeMs - aboveMs < WARNING_MS;

function newWatched(station: string, key: string, alarm: number): Watched {
  return {
    station,
    key,
    near: [],
    alarm,
    aboveMs: Number.NEGATIVE_INFINITY,
    passed: false,
    nearAbove: false,
    inEvent: false,
  };
}
