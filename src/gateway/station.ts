// Where a gateway stands and what it watches: the configuration in the terms of its domain.
import type { Config } from '../config/config.ts';
import type { Domain } from '../core/condition.ts';
import type { DomainProfile, Phenomenon } from '../core/domain.ts';
import { OperatingError } from '../core/errors.ts';
import { watchedKeys } from '../distill/condition.ts';
import { attributesOf, type Station } from '../distill/distiller.ts';
import { profileOf } from '../distill/domains.ts';
import { community as communityOf } from '../packet/community.ts';
import { tokens } from '../packet/fingerprint.ts';

export function domainOf(config: Config): DomainProfile {
  const profile = profileOf(config.domain);
  if (!profile) throw new OperatingError('config_invalid', `domain: this build has no profile of "${config.domain}"`);
  return profile;
}

export function watchedPhenomena(config: Config, profile: DomainProfile): Map<Phenomenon['quantity'], Phenomenon> {
  const { watch } = config;
  const chosen = profile.phenomena.filter(({ quantity, watched }) => watch?.includes(quantity) ?? watched);
  return new Map(chosen.map((phenomenon) => [phenomenon.quantity, phenomenon]));
}

export function stationOf(config: Config, profile: DomainProfile, contextTag: Station['contextTag']): Station {
  const dimension = profile.fine.find(({ attribute }) => attribute === 'site');
  const sites = dimension && 'registry' in dimension.buckets ? dimension.buckets.registry : [];
  return {
    profile,
    latitude: config.location?.latitude,
    longitude: config.location?.longitude,
    site: config.site ? sites.indexOf(config.site) + 1 : 0,
    contextTag,
  };
}

export interface WatchedLevels {
  readonly domain: Domain;
  /** One topic level for each coarse ordinal. */
  readonly levels: readonly string[];
}

/** What to subscribe to at a neighbour: our cell and the near ones, for each phenomenon we watch. */
export function watchedLevels(config: Config): WatchedLevels[] {
  const profile = domainOf(config);
  const station = stationOf(config, profile, () => Buffer.alloc(4));
  const community = config.community && communityOf(config.community);
  const keys = [...watchedPhenomena(config, profile).keys()].flatMap((quantity) =>
    watchedKeys(profile, attributesOf(station, quantity, 0, 0)),
  );
  return keys.map((coarse) => {
    const levels = tokens({ domain: profile.number, coarse }, community);
    // A dimension that is not stated, such as the place of a gateway without one, matches any.
    return { domain: profile.number, levels: levels.map((level, index) => (coarse[index] === 0 ? '+' : level)) };
  });
}
