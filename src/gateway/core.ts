// Assembles the loop of one gateway from its parts: the agent, what it remembers and what it is made of; all but edges.
//
//     setting, keys, store, network ──> domains at work, watch, quality, custody ──> agent
//
// A live gateway, a recording and each gateway of a replay stand on it alike; configured.ts makes the parts from a
// configuration. Invariant: opens nothing and reads no clock and no chance but what it is handed.
import { type Agent, createAgent, type DomainWork } from '../agent.ts';
import type { Clock } from '../core/clock.ts';
import type { DomainProfile } from '../core/domain.ts';
import type { Emit } from '../core/events.ts';
import { isQuantity } from '../core/quantities.ts';
import type { Reading } from '../core/reading.ts';
import { createWatch, type Watch } from '../detect/watch.ts';
import { type Station, statedPlace } from '../distill/distiller.ts';
import { createSurroundings } from '../distill/surroundings.ts';
import { createWords } from '../distill/words.ts';
import { createLatestReadings, type LatestReadings } from '../observe/latest-readings.ts';
import { createQualityTally, type QualityTally } from '../observe/quality-tally.ts';
import type { Community } from '../packet/community.ts';
import { publicKey } from '../packet/gate.ts';
import type { Identity } from '../packet/identity.ts';
import type { Keyring } from '../packet/keyring.ts';
import type { AdmissionOptions } from '../route/admission.ts';
import type { Arrival } from '../route/arrival.ts';
import type { Delivery } from '../route/custody/delivery.ts';
import { createParking } from '../route/custody/parking.ts';
import type { Network } from '../route/network.ts';
import { filterOf, linkTopic } from '../route/topic.ts';
import { createQualityControl } from '../sense/quality/quality-control.ts';
import type { Store } from '../store/store.ts';
import { type Alarms, createAlarms } from '../synthesize/alarm/alarms.ts';
import { alarmTrust } from '../synthesize/alarm/trust.ts';
import { createReputation, type Reputation } from '../synthesize/reputation.ts';
import { createSynthesizer } from '../synthesize/synthesizer.ts';
import { type CustodyOptions, createTimers, openDelivery, parkPacket, topicsOf } from './custody.ts';
import { createDeposits, type Deposits } from './deposits.ts';
import { createElections, type Elections, type SavedElections } from './elections.ts';
import { createExplainer, type Explainer } from './explaining.ts';
import type { Maintenance } from './maintenance.ts';
import { forgetKeys, remember, savedJson, storedOutcomes } from './memory.ts';
import { createNarrowing } from './narrowing.ts';
import { askNeighbours } from './neighbour-questions.ts';
import type { Outcomes } from './outcomes.ts';
import { createQuestions, type Questions } from './questions.ts';
import type { OwnSimilarities } from './similarity-module.ts';
import {
  type Narrowed,
  type Setting,
  stationOf,
  type WatchedLevels,
  watchedLevels,
  watchedPhenomena,
} from './station.ts';

export interface CoreOptions {
  readonly setting: Setting;
  readonly identity: Identity;
  readonly keyring: Keyring;
  /** Node ids of the keys the operator wrote down. */
  readonly pinned: ReadonlySet<string>;
  readonly community: Community | undefined;
  readonly store: Store;
  readonly clock: Clock;
  /** As in OutboxParts. */
  readonly uptimeMs?: (() => number) | undefined;
  readonly emit: Emit;
  readonly random: () => number;
  readonly network: Pick<Network, 'publish' | 'watch'>;
  /** Watches everything within the tolerance at all times. */
  readonly isWide?: boolean | undefined;
  /** Absent where nothing gets lost: in a recording and a replay. */
  readonly custody?: CustodyOptions | undefined;
  /** What the operator allows a sensor to be silent. */
  readonly silenceMsOf?: ((sensor: string) => number | undefined) | undefined;
  /** Which sensors are being worked on; absent in a recording and a replay. */
  readonly maintenance?: Maintenance | undefined;
  /** As `Core.save` wrote them. */
  readonly savedChannels?: readonly unknown[] | undefined;
  /** The modules that compare in its domains; absent: none runs. */
  readonly similarities?: Pick<OwnSimilarities, 'moduleOf'> | undefined;
  /** How a signature is checked; a replay does it once for all its gateways. */
  readonly open?: AdmissionOptions['open'];
}

export interface Core {
  readonly agent: Agent;
  readonly delivery: Delivery | undefined;
  readonly watch: Watch;
  readonly quality: QualityTally;
  readonly latest: LatestReadings;
  /** What the word of others counts, by domain. */
  readonly reputations: ReadonlyMap<DomainProfile, Reputation>;
  readonly keyring: Keyring;
  readonly outcomes: Outcomes;
  readonly deposits: Deposits;
  readonly questions: Questions;
  /** Filters of what is watched now, and of its link frames. */
  readonly filters: () => readonly string[];
  readonly save: () => void;
  /** Nothing runs by itself any more. */
  readonly stop: () => void;
  readonly explain: Explainer;
  /** Believes strangers no longer that were silent for long. */
  readonly forgetKeys: () => void;
}

export function openCore(options: CoreOptions): Core {
  const { setting, identity, community, keyring, store, clock, emit, network, open, maintenance } = options;
  const { domains } = setting;
  const watch = createWatch({
    watched: watchedPhenomena(setting),
    detector: setting.detector,
    silenceMsOf: options.silenceMsOf,
    isPaused: maintenance?.isOn,
    onRefused: ({ sensor }) => emit({ type: 'reading_dropped', sensor, reason: 'too_many_channels', count: 1 }),
  });
  watch.restore(options.savedChannels ?? []);
  const members = domains.all.map((profile) => memberOf(profile, options));
  const alarms = createAlarms({
    domains: members.map(({ station, reputation }) => ({
      profile: station.profile,
      here: statedPlace(station),
      // A key that contradicted itself is worth nothing, in any phenomenon.
      isHeeded: (origin) => reputation.weightOf(origin, 0) > 0,
    })),
    watched: watchedPhenomena(setting),
    pinned: options.pinned,
    saved: savedJson(store, 'alarms'),
  });
  for (const { origin } of store.proofs.all()) {
    const nodeId = publicKey(origin)?.nodeId.toString('hex');
    if (nodeId) for (const { reputation } of members) reputation.condemn(nodeId);
  }
  const work = new Map(members.map((member) => [member.station.profile.id, workOf(member, alarms, options)]));
  remember(store, clock, keyring, work, domains);
  const quality = createQualityTally();
  const latest = createLatestReadings();
  const parking = createParking(clock);
  const words = createWords(domains.all, savedJson(store, 'words'));
  const keepWords = () => store.state.set('words', JSON.stringify(words.state()));
  const outcomes = storedOutcomes({ ...options, domains, told: words.find, isOpen: options.custody?.isOpen === true });
  const elections = electionsOf(options, members);
  store.packets.onGone((id) => {
    outcomes.gone(id);
    elections.gone(id);
  });
  const delivery =
    options.custody &&
    openDelivery(options, options.custody, { parking, outcomes, take: (arrival) => agent.arrival(arrival) });
  const timers = createTimers(clock.rate);
  const watchedNow = (narrowed: Narrowed) => watchedLevels(setting, community, narrowed);
  const vicinity = createNarrowing({
    setting,
    weightOf: ({ origin, domain, phenomenon }) => work.get(domain)!.reputation.weightOf(origin, phenomenon),
    random: options.random,
    saved: savedJson(store, 'vicinity'),
    onChanged(narrowed) {
      const levels = watchedNow(narrowed);
      network.watch?.(filtersOf(levels, identity));
      delivery?.watch(levels.map(topicsOf));
    },
  });
  if (vicinity.narrowed().size > 0) delivery?.watch(watchedNow(vicinity.narrowed()).map(topicsOf));
  const agent = createAgent({
    domains,
    outcomes,
    elections,
    work,
    identity,
    community,
    keyring,
    store,
    network,
    ...(delivery && { delivery, random: options.random, later: timers.later }),
    ...(open && { open }),
    isPinned: (nodeId) => options.pinned.has(nodeId),
    // Only where strangers may announce themselves can a key still come.
    ...(options.custody?.isOpen && { park: (arrival: Arrival) => parkPacket(arrival, parking) }),
    qualityControl: judging(quality, latest, maintenance?.isOn),
    watch,
    maintenance,
    alarms,
    ...(!options.isWide && { vicinity }),
    surroundings: createSurroundings(surroundingsOf(domains.all)),
    clock,
    uptimeMs: options.uptimeMs,
    emit,
  });
  const reputations = new Map([...work.values()].map(({ station, reputation }) => [station.profile, reputation]));
  const save = () =>
    store.commitNow(() => {
      store.state.set('channels', JSON.stringify(watch.states()));
      store.state.set('alarms', JSON.stringify(alarms.state()));
      store.state.set('vicinity', JSON.stringify(vicinity.state()));
      store.state.set('elections', JSON.stringify(elections.state()));
      keepWords();
      const standings = [...reputations].map(([{ name }, reputation]) => [name, reputation.state()]);
      store.state.set('reputation', JSON.stringify(Object.fromEntries(standings)));
    });
  const deposits = createDeposits({
    contextTag: identity.contextTag,
    ...options,
    domains,
    own: identity.publicKey.bytes,
    words: { note: words.note, keep: keepWords },
    offer: agent.offer,
  });
  const filters = () => filtersOf(watchedNow(vicinity.narrowed()), identity);
  const questions = createQuestions({
    domains,
    outcomes,
    words,
    nowMs: clock.now,
    elections,
    ask: delivery && ((asked, addresses) => askNeighbours(asked, addresses, delivery)),
  });
  const explain = createExplainer({ ...options, explain: agent.explain, reputations, alarms, now: clock.now });
  const shown = { outcomes, deposits, questions, watch, quality, latest, reputations, keyring };
  return {
    agent,
    delivery,
    ...shown,
    filters,
    save,
    explain,
    stop: timers.stop,
    forgetKeys: () => forgetKeys(options),
  };
}

type SavedReputations = Readonly<Record<string, ReturnType<Reputation['state']> | undefined>>;

interface Member {
  readonly station: Station;
  readonly reputation: Reputation;
}

function memberOf(profile: DomainProfile, { setting, identity, pinned, store }: CoreOptions): Member {
  const saved = savedJson<SavedReputations>(store, 'reputation')?.[profile.name];
  const station = stationOf(setting, profile, identity.contextTag);
  return { station, reputation: createReputation({ pinned, saved }) };
}

function workOf(member: Member, alarms: Alarms, { identity, random }: CoreOptions): DomainWork & Member {
  const { station } = member;
  const { profile } = station;
  const reputation = alarmTrust(profile, member.reputation, alarms);
  const nodeId = identity.publicKey.nodeId.toString('hex');
  const synthesizer = createSynthesizer({ profile, nodeId, here: statedPlace(station), random, reputation });
  return { station, reputation, synthesizer };
}

function electionsOf(options: CoreOptions, members: readonly Member[]): Elections {
  const { setting, store, identity, pinned, random } = options;
  const reputations = new Map(members.map(({ station, reputation }) => [station.profile, reputation]));
  return createElections({
    domains: setting.domains,
    own: identity.publicKey.nodeId.toString('hex'),
    pinned,
    isHeeded: (nodeId, profile) => reputations.get(profile)!.weightOf(nodeId, 0) > 0,
    packet: store.packets.get,
    random,
    moduleOf: options.similarities?.moduleOf,
    saved: savedJson<SavedElections>(store, 'elections'),
    onWorth: store.packets.weigh,
  });
}

/** The quantities that a condition of any of the domains is made from. */
function surroundingsOf(profiles: readonly DomainProfile[]) {
  const attributes = profiles.flatMap(({ coarse, fine }) => [...coarse, ...fine].map(({ attribute }) => attribute));
  // Where a station is comes from its configuration, not from what moves past it.
  return [...new Set(attributes)].filter(isQuantity).filter((name) => name !== 'latitude' && name !== 'longitude');
}

function judging(
  quality: QualityTally,
  latest: LatestReadings,
  isInMaintenance: (sensor: string) => boolean = () => false,
): (reading: Reading) => Reading {
  const check = createQualityControl(isInMaintenance);
  return (reading) => {
    const judged = check(reading);
    quality.note(judged);
    latest.note(judged);
    return judged;
  };
}

const filtersOf = (levels: readonly WatchedLevels[], { publicKey: { kid } }: Identity): string[] => [
  ...levels.map((one) => filterOf(one.domain, one.levels)),
  linkTopic(kid.toString('hex')),
];
