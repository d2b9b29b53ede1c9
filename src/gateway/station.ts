// Puts a gateway into the terms of its domains: where it stands, which phenomena it watches, which topics those live on.
import type { Domain } from '../core/condition.ts';
import type { DomainProfile, Phenomenon } from '../core/domain.ts';
import { announcedFiltersMax, watchedPlacesMax } from '../core/limits.ts';
import type { Quantity } from '../core/quantities.ts';
import type { DetectorKind } from '../detect/detector.ts';
import { type PlaceKey, partsAround, watchedKeys } from '../distill/condition.ts';
import { attributesOf, type Station } from '../distill/distiller.ts';
import type { Domains } from '../distill/domains.ts';
import type { Community } from '../packet/community.ts';
import { tokens } from '../packet/fingerprint.ts';

/** What an operator, or a manifest, says of a station. */
export interface Setting {
  readonly domains: Domains;
  readonly place: { readonly latitude: number; readonly longitude: number } | undefined;
  /** A site class of its domains; absent: not stated. */
  readonly site?: string | undefined;
  /** Quantities to watch; absent: those each domain watches by itself. */
  readonly watch?: readonly Quantity[] | undefined;
  /** What finds events; absent: `departure`. */
  readonly detector?: DetectorKind | undefined;
}

export interface WatchedLevels {
  readonly domain: Domain;
  /** The first topic levels: one for each coarse ordinal, and where it is narrowed as many of the fine ones as it takes. */
  readonly levels: readonly string[];
}

/** Of phenomena that are watched at some places only: which. */
export type Narrowed = ReadonlyMap<Quantity, readonly PlaceKey[]>;

export function stationOf(
  { place, site }: Setting,
  profile: DomainProfile,
  contextTag: Station['contextTag'],
): Station {
  return {
    profile,
    latitude: place?.latitude,
    longitude: place?.longitude,
    site: site === undefined ? 0 : sitesOf(profile).indexOf(site) + 1,
    contextTag,
  };
}

/** The site classes of a domain, in the order of their ordinals. */
export function sitesOf(profile: DomainProfile): readonly string[] {
  const dimension = profile.fine.find(({ attribute }) => attribute === 'site');
  return dimension && 'registry' in dimension.buckets ? dimension.buckets.registry : [];
}

/** By quantity; each belongs to one domain. */
export function watchedPhenomena({ domains, watch }: Pick<Setting, 'domains' | 'watch'>): Map<Quantity, Phenomenon> {
  const chosen = domains.all.flatMap(({ phenomena }) =>
    phenomena.filter(({ quantity, watched }) => watch?.includes(quantity) ?? watched),
  );
  return new Map(chosen.map((phenomenon) => [phenomenon.quantity, phenomenon]));
}

/**
 * What to subscribe to at a neighbour: our cell and the near ones, for each phenomenon we watch. An alarm weighs everybody
 * within reach, so its cells lie on all sides, unless that would be more than an announcement holds. Where a phenomenon is
 * narrowed, these places and those right around us, as far as there is room.
 */
export function watchedLevels(
  setting: Setting,
  community: Community | undefined,
  narrowed: Narrowed = new Map(),
): WatchedLevels[] {
  const watched = watchedPhenomena(setting);
  let room = watchedPlacesMax;
  const narrow = new Map<Quantity, WatchedLevels[]>();
  for (const profile of setting.domains.all) {
    const station = stationOf(setting, profile, () => Buffer.alloc(4));
    for (const { quantity } of profile.phenomena) {
      const places = narrowed.get(quantity);
      if (!places) continue;
      const around = partsAround(profile, attributesOf(station, quantity, 0, 0));
      const own = distinct([...around, ...places].map((place) => levelsOf(profile.id, place, community)));
      if (own.length > room) continue;
      room -= own.length;
      narrow.set(quantity, own);
    }
  }
  const levels = (isWide: boolean) =>
    setting.domains.all.flatMap((profile) => {
      const station = stationOf(setting, profile, () => Buffer.alloc(4));
      return profile.phenomena
        .filter(({ quantity }) => watched.has(quantity))
        .flatMap(({ quantity, alarm }) => {
          const bothSides = isWide && alarm !== undefined;
          const cells = () => watchedKeys(profile, attributesOf(station, quantity, 0, 0), { bothSides });
          return narrow.get(quantity) ?? cells().map((coarse) => levelsOf(profile.id, { coarse, fine: [] }, community));
        });
    });
  const deposited = setting.domains.all.flatMap((profile) => depositLevels(profile, community));
  const wide = levels(true);
  const isRoom = wide.length + deposited.length <= announcedFiltersMax;
  return [...(isRoom ? wide : levels(false)), ...deposited];
}

/** What is deposited: all of a domain without measurements; in another one what states no phenomenon and no place. */
function depositLevels({ id, coarse, phenomena, deposits }: DomainProfile, community: Community | undefined) {
  if (!deposits) return [];
  const ofAny = coarse.map(() => '+');
  const stated = () => tokens({ domain: id, coarse: coarse.map(() => 0) }, community);
  return [{ domain: id, levels: phenomena.length === 0 ? ofAny : stated() }];
}

/** A dimension that is not stated, such as the place of a gateway without one, matches any. */
function levelsOf(domain: Domain, { coarse, fine }: PlaceKey, community: Community | undefined): WatchedLevels {
  const stated = fine.slice(0, fine.findLastIndex((ordinal) => ordinal !== 0) + 1);
  const ordinals = [...coarse, ...stated];
  const levels = tokens({ domain, coarse, fine: stated }, community);
  return { domain, levels: levels.map((level, index) => (ordinals[index] === 0 ? '+' : level)) };
}

function distinct(all: readonly WatchedLevels[]): WatchedLevels[] {
  return [...new Map(all.map((one) => [one.levels.join('/'), one])).values()];
}
