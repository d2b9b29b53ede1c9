// Holds the alarm watches of a gateway: one for each watched phenomenon that has an alarm level.
//
//     reading ──by quantity──> watch ──> conclusions          packet ──by domain and phenomenon──> watch
//
// Invariant: as many watches as there are such phenomena, made once; their states survive JSON, by quantity.
import { type DomainProfile, type Phenomenon, phenomenonOf } from '../../core/domain.ts';
import type { Quantity } from '../../core/quantities.ts';
import type { Reading } from '../../core/reading.ts';
import type { Place, Sighting } from '../sighting.ts';
import { type AlarmConclusion, AlarmWatch } from './alarm-watch.ts';
import type { SavedAlarm } from './saved-alarm.ts';

/** A domain at this station, and what the word of its members counts. */
export interface AlarmDomain {
  readonly profile: DomainProfile;
  readonly here: Place | undefined;
  /** Whether the word of an origin counts at all. */
  readonly isHeeded: (origin: string) => boolean;
}

export interface AlarmsOptions {
  readonly domains: readonly AlarmDomain[];
  readonly watched: ReadonlyMap<Quantity, Phenomenon>;
  readonly pinned: ReadonlySet<string>;
  /** As `state` gave it. */
  readonly saved?: unknown;
}

export interface Alarms {
  accept(reading: Reading): AlarmConclusion[];
  /** A verified packet of another gateway. */
  hear(sighting: Sighting): void;
  /** Judges readings that wait for another channel; call it about once a second. */
  tick(): AlarmConclusion[];
  /** The sensors for which `is` holds are listened to again from now on. */
  resume(is: (sensor: string) => boolean): void;
  /** The watch of a phenomenon; undefined where it has no alarm or is not watched. */
  of(quantity: Quantity): AlarmWatch | undefined;
  state(): Record<string, SavedAlarm>;
}

export function createAlarms({ domains, watched, pinned, saved }: AlarmsOptions): Alarms {
  const watches = new Map<Quantity, AlarmWatch>();
  const profiles = new Map(domains.map(({ profile }) => [profile.id, profile]));
  const savedOf = (quantity: Quantity): unknown =>
    typeof saved === 'object' && saved !== null ? (saved as Record<string, unknown>)[quantity] : undefined;
  for (const { profile, here, isHeeded } of domains) {
    for (const phenomenon of profile.phenomena) {
      const { quantity, alarm } = phenomenon;
      if (alarm === undefined || !watched.has(quantity)) continue;
      const options = { profile, phenomenon: { ...phenomenon, alarm }, here, pinned, isHeeded };
      watches.set(quantity, new AlarmWatch({ ...options, saved: savedOf(quantity) }));
    }
  }
  return {
    accept: (reading) => watches.get(reading.quantity)?.accept(reading) ?? [],
    hear(sighting) {
      const profile = profiles.get(sighting.outcome.domain);
      const phenomenon = profile && phenomenonOf(profile, sighting.outcome);
      if (phenomenon) watches.get(phenomenon.quantity)?.hear(sighting);
    },
    tick: () => [...watches.values()].flatMap((watch) => watch.flush()),
    resume(is) {
      for (const watch of watches.values()) watch.resume(is);
    },
    of: (quantity) => watches.get(quantity),
    state: () => Object.fromEntries([...watches].map(([quantity, watch]) => [quantity, watch.state()])),
  };
}
