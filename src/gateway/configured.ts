// Makes the parts of a gateway's loop from its configuration: domains, place, keys, community, what was saved.
import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { OperatingError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { DetectorKind } from '../detect/detector.ts';
import { detectorNamed, isDetectorName } from '../detect/registry.ts';
import { community } from '../packet/community.ts';
import type { Identity } from '../packet/identity.ts';
import type { United } from '../route/networks.ts';
import type { Knock } from '../route/session/knocks.ts';
import type { Store } from '../store/store.ts';
import { type Core, openCore } from './core.ts';
import { loadDomains, withAlarms } from './domains.ts';
import type { Maintenance } from './maintenance.ts';
import { keyringOf, pinnedNodes, savedChannels } from './memory.ts';
import { silencesOf } from './sensor.ts';
import type { OwnSimilarities } from './similarity-module.ts';
import { type Setting, sitesOf } from './station.ts';

export interface ConfiguredOptions {
  readonly config: Config;
  readonly identity: Identity;
  readonly store: Store;
  readonly clock: Clock;
  /** Of the process, in ms of the clock's pace; absent: it has run for long. */
  readonly uptimeMs?: (() => number) | undefined;
  readonly emit: Emit;
  /** Somebody speaks on a network who cannot be heard. */
  readonly onKnock?: ((knock: Knock) => void) | undefined;
  /** Which sensors are being worked on; absent: none ever is. */
  readonly maintenance?: Maintenance | undefined;
  /** Where the configuration names a module: what it was opened as. */
  readonly detector?: DetectorKind | undefined;
  /** Where its domains name modules: those, at work. */
  readonly similarities?: Pick<OwnSimilarities, 'moduleOf'> | undefined;
}

/**
 * @param live the network; undefined for a recording, which speaks to nobody
 * @throws OperatingError config_invalid
 */
export function openConfigured(options: ConfiguredOptions, live: United | undefined): Core {
  const { config, identity, store, clock, emit } = options;
  return openCore({
    ...options,
    setting: { ...settingOf(config), ...(options.detector && { detector: options.detector }) },
    keyring: keyringOf(config, identity, store, emit),
    pinned: pinnedNodes(config),
    community: config.community && community(config.community),
    random: Math.random,
    network: live ?? { publish: () => true },
    custody: live && {
      network: live,
      randomBytes,
      isOpen: config.membership === 'open',
      urls: ownUrls(config),
      onKnock: options.onKnock,
    },
    silenceMsOf: silencesOf(config.sensors),
    savedChannels: savedChannels(store, config, clock.now()),
  });
}

/** @throws OperatingError config_invalid: a domain or a site class that there is not */
export function settingOf({ domains: names, location, site, watch, detector, alarm }: Config): Setting {
  const domains = withAlarms(loadDomains(names), alarm, watch);
  const sites = domains.all.flatMap(sitesOf);
  if (site !== undefined && !sites.includes(site)) {
    const known = sites.length === 0 ? 'its domains have none' : `use ${sites.join(', ')}`;
    throw new OperatingError('config_invalid', `site: "${site}" is not a site class; ${known}`);
  }
  const named = isDetectorName(detector) ? detectorNamed(detector) : undefined;
  return { domains, place: location, site, watch, detector: named };
}

/** Where every address or only this machine is listened on, nobody learns from it how to dial us. */
function ownUrls({ broker }: Config): string[] {
  const { listen, port } = broker ?? {};
  return listen && !/^(127\.|0\.0\.0\.0$|::1?$|localhost$)/.test(listen) ? [`mqtt://${listen}:${port}`] : [];
}
