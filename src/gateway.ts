// One gateway on this machine: opens everything an agent needs around it, and drives it with real sensors and real time.
//
//     config -> store, key, keyring -> agent <- sources (serial, MQTT, recordings)
//                                        └── mesh (own broker, links to neighbours)
//
// One disposable stack owns it all; disposing drains. A recording runs in virtual time, as fast as it is read, and ends.
import { writeToStream } from 'mqtt-packet';
import { type Agent, createAgent } from './agent.ts';
import type { Config } from './config.ts';
import type { Clock, VirtualClock } from './core/clock.ts';
import type { DomainProfile, Phenomenon } from './core/domain.ts';
import { OperatingError, reasonOf } from './core/errors.ts';
import type { Emit } from './core/events.ts';
import { heardPacketsMax } from './core/limits.ts';
import { type ChannelView, createWatch, type Watch } from './detect/watch.ts';
import { community as communityOf } from './distill/community.ts';
import { conditionOf, middleOf, watchedKeys } from './distill/condition.ts';
import { attributesOf, type Station } from './distill/distiller.ts';
import { profileOf } from './distill/domains.ts';
import { tokens } from './distill/fingerprint.ts';
import { publicKey } from './distill/gate.ts';
import type { Identity } from './distill/identity.ts';
import { createKeyring, type Keyring } from './distill/keyring.ts';
import { parse } from './distill/packet.ts';
import { createSurroundings } from './distill/surroundings.ts';
import { isRecording, openLive, openRecording } from './gateway-sources.ts';
import type { ArrivalHandler } from './route/arrival.ts';
import { type Broker, openBroker } from './route/broker.ts';
import { linkClientId } from './route/link.ts';
import { type LinkStats, type Mesh, openMesh } from './route/mesh.ts';
import { filterOf } from './route/topic.ts';
import { secretOf } from './secret.ts';
import { inOrder } from './sense/replay.ts';
import type { Store } from './store/store.ts';
import type { StoreSummary } from './store/summary.ts';
import { type Place, sightingOf } from './synthesize/sighting.ts';
import { createSynthesizer, type Synthesizer } from './synthesize/synthesizer.ts';

export interface GatewayOptions {
  readonly config: Config;
  readonly identity: Identity;
  readonly store: Store;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Wall time from one tick of the agent to the next. */
  readonly tickMs: number;
}

export interface GatewaySnapshot {
  readonly name: string;
  readonly node_id: string;
  readonly public_key: string;
  readonly channels: readonly ChannelView[];
  readonly links: readonly LinkStats[];
  readonly broker: { readonly port: number; readonly clients: number } | null;
  readonly store: StoreSummary;
}

export interface Gateway extends AsyncDisposable {
  snapshot(): GatewaySnapshot;
}

// mqtt-packet writes from a table of all 65,536 numbers as buffers: 9 MB to save nanoseconds a packet.
writeToStream.cacheNumbers = false;

/** Everything but the edges: what a live gateway and a recording have in common. */
interface Core {
  readonly agent: Agent;
  readonly watch: Watch;
  readonly save: () => void;
}

/** @throws OperatingError for a key, a broker or a device that cannot be used */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, store, clock, emit, tickMs } = options;
  await using stack = new AsyncDisposableStack();
  const net: { mesh?: Mesh } = {};
  const core = openCore(options, (topic, bytes, publish) => net.mesh?.publish(topic, bytes, publish) ?? false);
  const onPacket: ArrivalHandler = (arrival) => core.agent.arrival(arrival);

  const broker = config.broker && stack.use(await openOwnBroker(config, onPacket, emit));
  const links = config.neighbours.flatMap(({ name, url, username, ...secret }) => {
    const password = secretOf(secret, config.folder);
    return url ? [{ name, url, ...(username && { username }), ...(password && { password }) }] : [];
  });
  const clientId = linkClientId(options.identity.publicKey.nodeId);
  const filters = watchedFilters(config);
  net.mesh = stack.use(openMesh({ ...(broker && { broker }), links, clientId, filters, onPacket, emit }));

  const timer = setInterval(() => core.agent.tick(), tickMs);
  stack.use(await scheduleHousekeeping(config, () => keepHouse(core, store, clock, emit)));
  stack.defer(() => {
    clearInterval(timer);
    core.save();
  });
  for (const sensor of config.sensors) {
    if (isRecording(sensor)) continue;
    const source = openLive(sensor, config, { clock, emit, subscribeLocal: broker?.subscribeLocal });
    const pumping = pump(source, core.agent);
    stack.defer(() => pumping);
    stack.use(source);
  }
  const owned = stack.move();
  return {
    snapshot: () => ({
      name: config.name,
      node_id: options.identity.publicKey.nodeId.toString('hex'),
      public_key: options.identity.publicKey.bytes.toString('hex'),
      channels: core.watch.views(),
      links: net.mesh?.stats().links ?? [],
      broker: broker ? { port: broker.port, clients: broker.stats().clients } : null,
      store: store.summary(),
    }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * Runs the recordings of a configuration through the loop, in virtual time and without a network, and saves what the
 * detectors learned. @throws OperatingError input_unreadable
 */
export async function runRecordings(options: GatewayOptions & { readonly clock: VirtualClock }): Promise<number> {
  const { config, clock, emit } = options;
  const { agent, save } = openCore(options, () => true);
  let readings = 0;
  let tickedMs = Number.NEGATIVE_INFINITY;
  try {
    for await (const reading of inOrder(
      config.sensors.filter(isRecording).map((sensor) => openRecording(sensor, emit)),
    )) {
      clock.advanceTo(reading.timeMs);
      if (reading.timeMs - tickedMs >= RECORDED_TICK_MS) {
        tickedMs = reading.timeMs;
        agent.tick();
      }
      agent.reading(reading);
      readings++;
    }
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    throw new OperatingError('input_unreadable', `cannot replay: ${reasonOf(cause)}`, { cause });
  }
  save();
  for (const { name } of config.sensors) emit({ type: 'source_ended', sensor: name, readings });
  return readings;
}

const RECORDED_TICK_MS = 10_000;
const HOUSEKEEPING_MS = 1_800_000;

type Publish = Mesh['publish'];

function openCore({ config, identity, store, clock, emit }: GatewayOptions, publish: Publish): Core {
  const profile = domainOf(config);
  const keyring = keyringOf(config, identity, emit);
  const station: Station = stationOf(config, profile, identity.contextTag);
  const watch = createWatch({ watched: watchedPhenomena(config, profile) });
  watch.restore(savedChannels(store, config));
  const community = config.community && communityOf(config.community);
  const synthesizer = createSynthesizer({
    profile,
    nodeId: identity.publicKey.nodeId.toString('hex'),
    here: placeOf(station),
    random: Math.random,
  });
  remember(store, clock, keyring, synthesizer, profile);
  const surroundings = createSurroundings(['relative_humidity', 'temperature']);
  const network = { publish };
  const parts = {
    station,
    identity,
    community,
    keyring,
    store,
    network,
    watch,
    synthesizer,
    surroundings,
    clock,
    emit,
  };
  const save = () => store.commitNow(() => store.state.set('channels', JSON.stringify(watch.states())));
  return { agent: createAgent(parts), watch, save };
}

/** Of the sensors that are still configured: one that was renamed would otherwise be silent for ever. */
function savedChannels(store: Store, config: Config): unknown[] {
  const sensors = new Set(config.sensors.map(({ name }) => name));
  const saved = JSON.parse(store.state.get('channels') ?? '[]') as { sensor?: string }[];
  return saved.filter(({ sensor }) => sensor !== undefined && sensors.has(sensor));
}

function domainOf(config: Config): DomainProfile {
  const profile = profileOf(config.domain);
  if (!profile) throw new OperatingError('config_invalid', `domain: this build has no profile of "${config.domain}"`);
  return profile;
}

function watchedPhenomena(config: Config, profile: DomainProfile): Map<Phenomenon['quantity'], Phenomenon> {
  const { watch } = config;
  const chosen = profile.phenomena.filter(({ quantity, watched }) => watch?.includes(quantity) ?? watched);
  return new Map(chosen.map((phenomenon) => [phenomenon.quantity, phenomenon]));
}

function stationOf(config: Config, profile: DomainProfile, contextTag: Station['contextTag']): Station {
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

/** Where we are, as coarsely as others are told: what is compared must be rounded alike. */
function placeOf(station: Station): Place | undefined {
  const { profile } = station;
  const condition = conditionOf(profile, attributesOf(station, profile.phenomena[0]!.quantity, 0, 0));
  const latitude = middleOf(profile, condition, 'latitude');
  const longitude = middleOf(profile, condition, 'longitude');
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

/** What to subscribe to at a neighbour: our cell and the near ones, for each phenomenon we watch. */
export function watchedFilters(config: Config): string[] {
  const profile = domainOf(config);
  const station = stationOf(config, profile, () => Buffer.alloc(4));
  const community = config.community && communityOf(config.community);
  const filters = [...watchedPhenomena(config, profile).keys()].flatMap((quantity) =>
    watchedKeys(profile, attributesOf(station, quantity, 0, 0)).map((coarse) => {
      const levels = tokens({ domain: profile.number, coarse }, community);
      // A dimension that is not stated, such as the place of a gateway without one, matches any.
      return filterOf(
        profile.number,
        levels.map((level, index) => (coarse[index] === 0 ? '+' : level)),
      );
    }),
  );
  return [...new Set(filters)];
}

function keyringOf(config: Config, identity: Identity, emit: Emit): Keyring {
  const keyring = createKeyring();
  keyring.add(identity.publicKey, config.name);
  for (const { name, key } of [...config.neighbours, ...config.peers]) {
    if (!key) continue;
    const checked = publicKey(key);
    if (!checked) throw new OperatingError('config_invalid', `the key of ${name} is no valid Ed25519 public key`);
    if (!keyring.add(checked, name)) emit({ type: 'warning', message: `no room for the key of ${name}` });
  }
  return keyring;
}

/** After a restart: what was heard and said before still counts. */
function remember(
  store: Store,
  clock: Clock,
  keyring: Keyring,
  synthesizer: Synthesizer,
  profile: DomainProfile,
): void {
  for (const { id, origin, bytes } of store.packets.recent(clock.now(), heardPacketsMax)) {
    const parsed = parse(bytes);
    const key = publicKey(origin);
    if (!parsed.ok || !key || keyring.candidates(key.kid).length === 0) continue;
    synthesizer.restore(sightingOf(profile, { id, origin: key.nodeId, outcome: parsed.packet.outcome }));
  }
}

function openOwnBroker(config: Config, onPacket: ArrivalHandler, emit: Emit): Promise<Broker> {
  const { listen, port, accounts } = config.broker!;
  const opened = accounts.map(({ name, role, ...secret }) => {
    const password = secretOf(secret, config.folder);
    if (!password) throw new OperatingError('config_invalid', `broker account ${name}: give password or password_file`);
    return { name, role, password };
  });
  return openBroker({ host: listen, port, accounts: opened, onPacket, emit });
}

async function pump(source: AsyncIterable<Parameters<Agent['reading']>[0]>, agent: Agent): Promise<void> {
  for await (const reading of source) agent.reading(reading);
}

/** Loaded only where a schedule is configured: node-cron costs 15 MB of memory for its time zones. */
async function scheduleHousekeeping(config: Config, task: () => void): Promise<AsyncDisposable> {
  if (config.housekeeping === undefined) {
    const timer = setInterval(task, HOUSEKEEPING_MS);
    return { [Symbol.asyncDispose]: async () => clearInterval(timer) };
  }
  const { schedule } = await import('node-cron');
  let scheduled: ReturnType<typeof schedule>;
  try {
    scheduled = schedule(config.housekeeping, task);
  } catch (cause) {
    const message = `housekeeping: "${config.housekeeping}" is no schedule (${reasonOf(cause)}); write five fields as in crontab`;
    throw new OperatingError('config_invalid', message, { cause });
  }
  return { [Symbol.asyncDispose]: async () => void (await scheduled.destroy()) };
}

function keepHouse({ save }: Core, store: Store, clock: Clock, emit: Emit): void {
  save();
  const nowMs = clock.now();
  if (clock.quality() === 2) store.commitNow(() => store.raiseTimeFloor(nowMs));
  const packets = store.prune(nowMs);
  if (packets > 0) emit({ type: 'store_pruned', packets });
}
