// What a live gateway and a recording have in common: the agent, what it remembers and what it is made of; all but edges.
import { type Agent, createAgent } from '../agent.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import type { Reading } from '../core/reading.ts';
import { createWatch, type Watch } from '../detect/watch.ts';
import { type Station, statedPlace } from '../distill/distiller.ts';
import { createSurroundings } from '../distill/surroundings.ts';
import { createLatestReadings, type LatestReadings } from '../observe/latest-readings.ts';
import { createQualityTally, type QualityTally } from '../observe/quality-tally.ts';
import { community as communityOf } from '../packet/community.ts';
import type { Identity } from '../packet/identity.ts';
import type { Keyring } from '../packet/keyring.ts';
import { parse } from '../packet/packet.ts';
import type { Arrival } from '../route/arrival.ts';
import { createDelivery, type Delivery, type DeliveryOptions } from '../route/custody/delivery.ts';
import { createParking, type Parking } from '../route/custody/parking.ts';
import type { Network } from '../route/network.ts';
import { createQualityControl } from '../sense/quality/quality-control.ts';
import type { Store } from '../store/store.ts';
import { createReputation, type Reputation } from '../synthesize/reputation.ts';
import { createSynthesizer } from '../synthesize/synthesizer.ts';
import { keyringOf, learnKeys, pinnedNodes, remember, savedChannels, savedJson } from './memory.ts';
import { domainOf, stationOf, watchedLevels, watchedPhenomena } from './station.ts';

export interface CoreOptions {
  readonly config: Config;
  readonly identity: Identity;
  readonly store: Store;
  readonly clock: Clock;
  readonly emit: Emit;
}

export interface Core {
  readonly agent: Agent;
  /** Absent in a recording. */
  readonly delivery: Delivery | undefined;
  readonly watch: Watch;
  readonly quality: QualityTally;
  readonly latest: LatestReadings;
  readonly reputation: Reputation;
  readonly keyring: Keyring;
  readonly save: () => void;
}

/** @param live the network; undefined for a recording, which speaks to nobody */
export function openCore({ config, identity, store, clock, emit }: CoreOptions, live: Network | undefined): Core {
  const profile = domainOf(config);
  const keyring = keyringOf(config, identity, store, emit);
  const station: Station = stationOf(config, profile, identity.contextTag);
  const watch = createWatch({
    watched: watchedPhenomena(config, profile),
    onRefused: ({ sensor }) => emit({ type: 'reading_dropped', sensor, reason: 'too_many_channels', count: 1 }),
  });
  watch.restore(savedChannels(store, config, clock.now()));
  const community = config.community && communityOf(config.community);
  const reputation = createReputation({ pinned: pinnedNodes(config), saved: savedJson(store, 'reputation') });
  const synthesizer = createSynthesizer({
    profile,
    nodeId: identity.publicKey.nodeId.toString('hex'),
    here: statedPlace(station),
    random: Math.random,
    reputation,
  });
  remember(store, clock, keyring, synthesizer, profile);
  const check = createQualityControl();
  const quality = createQualityTally();
  const latest = createLatestReadings();
  const qualityControl = (reading: Reading) => {
    const judged = check(reading);
    quality.note(judged);
    latest.note(judged);
    return judged;
  };
  const surroundings = createSurroundings(['relative_humidity', 'temperature']);
  const network = live ?? { publish: () => true };
  const parking = createParking(clock);
  const onKey = (kid: Buffer) => {
    learnKeys(kid, keyring, store, clock);
    for (const arrival of parking.release(kid)) void agent.arrival(arrival).catch(() => {});
  };
  const delivery =
    live && openDelivery({ config, identity, keyring, community, network: live, ledger: store, clock, emit, onKey });
  const parts = {
    station,
    identity,
    community,
    keyring,
    store,
    network,
    ...(delivery && { delivery }),
    qualityControl,
    watch,
    synthesizer,
    reputation,
    // Only where strangers may announce themselves can a key still come.
    ...(config.membership === 'open' && { park: (arrival: Arrival) => parkPacket(arrival, parking) }),
    surroundings,
    clock,
    emit,
  };
  const agent = createAgent(parts);
  const save = () =>
    store.commitNow(() => {
      store.state.set('channels', JSON.stringify(watch.states()));
      store.state.set('reputation', JSON.stringify(reputation.state()));
    });
  return { agent, delivery, watch, quality, latest, reputation, keyring, save };
}

function openDelivery(
  parts: Omit<DeliveryOptions, 'isOpen' | 'random' | 'watched' | 'urls'> & { config: Config },
): Delivery {
  const { config } = parts;
  const watched = watchedLevels(config).map(({ domain, levels }) => ({
    domain,
    tokens: levels.map((level) => (level === '+' ? Buffer.alloc(0) : Buffer.from(level, 'hex'))),
  }));
  const { listen, port } = config.broker ?? {};
  // Where every address or only this machine is listened on, nobody learns from it how to dial us.
  const urls = listen && !/^(127\.|0\.0\.0\.0$|::1?$|localhost$)/.test(listen) ? [`mqtt://${listen}:${port}`] : [];
  return createDelivery({ ...parts, isOpen: config.membership === 'open', random: Math.random, watched, urls });
}

function parkPacket(arrival: Arrival, parking: Parking): boolean {
  const parsed = parse(arrival.bytes);
  return parsed.ok && parking.park(parsed.packet.kid, arrival);
}
