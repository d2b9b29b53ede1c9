// Narrows what a gateway watches to whom it learned to listen to, for all its phenomena; and tells who must know.
//
//     packet ──> vicinity of its phenomenon ──changed──> topics to watch ──> links, announcement
//
// Without a place of its own a gateway narrows nothing. Invariant: what is watched changes a few times in a fortnight.
import { FINDING } from '../core/condition.ts';
import { phenomenonOf } from '../core/domain.ts';
import type { Quantity } from '../core/quantities.ts';
import { middleOf, placeIn } from '../distill/condition.ts';
import { statedPlace } from '../distill/distiller.ts';
import type { Sighting } from '../synthesize/sighting.ts';
import { savedVicinity, Vicinity, type VicinityState } from '../synthesize/vicinity.ts';
import { type Narrowed, type Setting, stationOf, watchedPhenomena } from './station.ts';

export interface NarrowingOptions {
  readonly setting: Setting;
  /** @param phenomenon its ordinal */
  readonly weightOf: (place: { origin: string; domain: Sighting['outcome']['domain']; phenomenon: number }) => number;
  readonly random: () => number;
  /** As `state` gave it. */
  readonly saved?: unknown;
  readonly onChanged: (narrowed: Narrowed) => void;
}

export interface Narrowing {
  /** A verified packet of another gateway. */
  hear(sighting: Sighting): void;
  /** Call it about once a second. */
  tick(nowMs: number): void;
  narrowed(): Narrowed;
  state(): Record<string, VicinityState>;
}

export function createNarrowing(options: NarrowingOptions): Narrowing {
  const { setting, onChanged } = options;
  const vicinities = vicinitiesOf(options);
  const narrowed = (): Narrowed =>
    new Map(
      [...vicinities].flatMap(([quantity, vicinity]) => {
        const places = vicinity.places();
        return places ? [[quantity, places] as const] : [];
      }),
    );
  return {
    hear({ origin, outcome, issuedMs }) {
      // An answer has the place of what it speaks of.
      if (outcome.finding > FINDING.cleared && outcome.finding !== FINDING.level) return;
      const profile = setting.domains.of(outcome.domain);
      const phenomenon = profile && phenomenonOf(profile, outcome);
      if (phenomenon)
        vicinities.get(phenomenon.quantity)?.hear(origin, { ...placeIn(profile, outcome), atMs: issuedMs });
    },
    tick(nowMs) {
      const changed = [...vicinities.values()].map((vicinity) => vicinity.tick(nowMs));
      if (changed.includes(true)) onChanged(narrowed());
    },
    narrowed,
    state: () => Object.fromEntries([...vicinities].map(([quantity, vicinity]) => [quantity, vicinity.state()])),
  };
}

function vicinitiesOf({ setting, weightOf, random, saved }: NarrowingOptions): Map<Quantity, Vicinity> {
  const watched = watchedPhenomena(setting);
  const vicinities = new Map<Quantity, Vicinity>();
  for (const profile of setting.domains.all) {
    const here = statedPlace(stationOf(setting, profile, () => Buffer.alloc(4)));
    if (!here || !profile.fine.some(({ refines }) => refines !== undefined)) continue;
    for (const [index, { quantity }] of profile.phenomena.entries()) {
      if (!watched.has(quantity)) continue;
      const coarse = profile.coarse.length;
      const vicinity = new Vicinity({
        here,
        reachM: profile.reachM,
        placeOf(key) {
          const latitude = middleOf(profile, { domain: profile.id, ...key }, 'latitude');
          const longitude = middleOf(profile, { domain: profile.id, ...key }, 'longitude');
          return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
        },
        weightOf: (origin) => weightOf({ origin, domain: profile.id, phenomenon: index + 1 }),
        random,
        saved: savedVicinity((saved as Record<string, unknown> | undefined)?.[quantity], {
          coarse,
          fine: profile.fine.filter(({ isLate }) => !isLate).length,
        }),
      });
      vicinities.set(quantity, vicinity);
    }
  }
  return vicinities;
}
