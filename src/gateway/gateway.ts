// One gateway on this machine: opens everything an agent needs around it, and drives it with real sensors and real time.
//
//     config -> store, key, keyring -> agent <- sources (serial, MQTT, recordings)
//                                        └── networks (own broker, links to neighbours)
//
// One disposable stack owns it all; disposing drains. A recording runs in virtual time, as fast as it is read, and ends.
import { writeToStream } from 'mqtt-packet';
import type { Clock, VirtualClock } from '../core/clock.ts';
import { OperatingError, reasonOf } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { Reading } from '../core/reading.ts';
import { timerAt } from '../core/retry.ts';
import type { ChannelView } from '../detect/watch.ts';
import { createAvailability } from '../observe/availability.ts';
import type { Gauges } from '../observe/gauges.ts';
import type { ShownReading } from '../observe/latest-readings.ts';
import { keyText } from '../packet/key-text.ts';
import { createIntake, type Intake } from '../route/intake.ts';
import type { Broker } from '../route/mqtt/broker.ts';
import type { LinkStats } from '../route/mqtt/mesh.ts';
import type { NetworkOpener } from '../route/network.ts';
import { inOrder } from '../sense/replay/replay.ts';
import { unlessFull } from '../store/failure.ts';
import type { Store } from '../store/store.ts';
import type { StoreSummary } from '../store/summary.ts';
import type { ShownStanding } from '../synthesize/reputation.ts';
import { type ConfiguredOptions, openConfigured } from './configured.ts';
import type { Core } from './core.ts';
import type { Deposits } from './deposits.ts';
import { openOwnDetector } from './detector-module.ts';
import { loadDomains } from './domains.ts';
import type { Explainer } from './explaining.ts';
import { openHousekeeping } from './housekeeping.ts';
import { createKnockLog } from './knock-log.ts';
import { createLocalPrograms, type LocalPrograms } from './local-programs.ts';
import { createLocalVerdicts } from './local-verdicts.ts';
import { type Maintenance, openMaintenance } from './maintenance.ts';
import { createNeighbours, type NeighbourView } from './neighbours.ts';
import { accountsOf, openNetworks, unwired } from './network.ts';
import type { Questions } from './questions.ts';
import { createSensorStates, type ShownSensor } from './sensor-states.ts';
import { openOwnSimilarities } from './similarity-module.ts';
import { isRecording, openLive, openRecording } from './sources.ts';
import type { TimeKeeper } from './time-keeper.ts';

export interface GatewayOptions extends ConfiguredOptions {
  /** Wall time from one tick of the agent to the next. */
  readonly tickMs: number;
  /** Judges the time floor. Absent: it stays where it is. */
  readonly time?: Pick<TimeKeeper, 'tick'> | undefined;
  /** What the time is, as a GNSS receiver among the sensors says. */
  readonly onTime?: ((timeMs: number) => void) | undefined;
  /** Networks beside MQTT, for neighbours that name one. */
  readonly networks?: readonly NetworkOpener[];
  /** Where the gateway registers what it can be asked at any time, for as long as it is open. */
  readonly gauges?: Pick<Gauges, 'add'> | undefined;
}

interface Online {
  readonly online: boolean | null;
}

type ShownChannel = Omit<ChannelView, 'state' | 'isPaused'> & { readonly state: ChannelView['state'] | 'maintenance' };

export interface GatewaySnapshot {
  readonly name: string;
  readonly nodeId: string;
  /** With the check at its end (keyText). */
  readonly publicKey: string;
  /** How each sensor does, those of the configuration first to last. */
  readonly sensors: readonly ShownSensor[];
  /** What is watched for events. online: whether its device says that it is there; null when it never said. */
  readonly channels: readonly (ShownChannel & Online)[];
  /** The newest reading of every channel. */
  readonly readings: readonly (ShownReading & Online)[];
  /** Readings that were flagged, by channel and bit. */
  readonly quality: readonly Readonly<Record<string, string | number>>[];
  /** Those we dial, then those that dial us. */
  readonly links: readonly NeighbourView[];
  readonly broker: { readonly port: number; readonly clients: number } | null;
  /** Gateways we share a link key with, those that said what they watch, and acknowledgements still owed by them. */
  readonly peers: { readonly peers: number; readonly announced: number; readonly owed: number };
  /** Packets of ours that wait: conclusions that may not be issued yet, and packets that nobody could take. */
  readonly held: number;
  /** What the word of others counts, and why. */
  readonly reputation: readonly (Omit<ShownStanding, 'phenomenon'> & { name: string; phenomenon: string })[];
  /** problem: why the disk takes nothing now. */
  readonly store: StoreSummary & { readonly problem: string | null };
}

export interface Gateway extends AsyncDisposable {
  snapshot(): GatewaySnapshot;
  /** Why a conclusion stands, by how its id begins. */
  readonly explain: Explainer;
  readonly maintenance: Maintenance;
  /** Configured, or heard behind a subscription (`zigbee/Balcony`). */
  sensors(): readonly string[];
  /** The name given by the operator, else the first 8 digits of the node id. */
  nameOf(nodeId: string): string;
  readonly questions: Questions;
  readonly deposits: Pick<Deposits, 'deposit'>;
  /** From now on programs at the own broker are answered by these (requests.ts). */
  readonly serve: LocalPrograms['serve'];
}

// mqtt-packet writes from a table of all 65,536 numbers as buffers: 9 MB to save nanoseconds a packet.
writeToStream.cacheNumbers = false;

/** @throws OperatingError for a key, a broker or a device that cannot be used */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, store, clock, tickMs, onTime } = options;
  const availability = createAvailability();
  const verdicts = createLocalVerdicts(clock.now);
  const emit: Emit = (event) => {
    if (availability.note(event)) options.emit(event);
    verdicts.hear(event);
  };
  const programs = createLocalPrograms({ accounts: accountsOf(config, 'program'), emit });
  await using stack = new AsyncDisposableStack();
  const own = options.identity.publicKey;
  const { networks, wire } = unwired();
  const module = stack.use(openOwnDetector(config.detector, { isLive: true, emit }));
  const similarities = stack.use(openOwnSimilarities(loadDomains(config.domains).all, emit));
  // Networks are as fast as the machine, however fast the clock runs.
  const uptimeMs = () => (options.uptimeMs ?? timerAt(clock.rate).now)() / (clock.rate ?? 1);
  const knocks = createKnockLog(uptimeMs);
  const maintenance = openMaintenance({ ...options, emit });
  const core = openConfigured(
    { ...options, emit, maintenance, similarities, detector: module?.kind, onKnock: knocks.note },
    networks,
  );
  const delivery = core.delivery!;
  const intake = createIntake({ handle: core.agent.arrival, emit });
  const { broker, links } = await openNetworks(stack, {
    ...options,
    emit,
    agent: intake,
    onRequest: programs.request,
    delivery,
    filters: core.filters(),
    wire,
  });
  verdicts.tellOn(broker);
  const { keyring } = core;
  const neighbours = createNeighbours({
    ...{ config, own, links, broker, delivery, knocks, keyring, store, clock, uptimeMs, emit },
  });
  stack.use(await openHousekeeping(config, () => keepHouse(core, store, clock, emit)));
  const held = () => core.agent.waiting() + store.summary().unsent;
  const timer = setInterval(() => {
    core.agent.tick();
    core.deposits.tick();
    neighbours.tick();
    unlessFull(() => options.time?.tick(held));
  }, tickMs);
  stack.defer(() => {
    clearInterval(timer);
    core.stop();
    unlessFull(core.save);
  });
  let taken = 0;
  const live = config.sensors.filter((sensor) => !isRecording(sensor));
  const states = createSensorStates(live, core.watch);
  const { folder } = config;
  const told: Emit = (event) => {
    states.note(event);
    emit(event);
  };
  const accounts = accountsOf(config, 'sensor');
  const edges = { folder, clock, emit: told, subscribeLocal: broker?.subscribeLocal, accounts, onTime };
  for (const source of await openLive(live, edges)) {
    const pumping = pump(source, (reading) => {
      taken++;
      states.heard(reading);
      core.agent.reading(reading);
    });
    stack.defer(() => pumping);
    stack.use(source);
  }
  if (options.gauges)
    addGauges(options.gauges, { links, broker, store, clock, intake, core, taken: () => taken }, stack);
  // First of all when it stops: what waits there is not acknowledged, so whoever has it offers it again.
  stack.defer(intake.close);
  const owned = stack.move();
  const online = (sensor: string): Online => ({ online: availability.of(sensor) });
  return {
    explain: core.explain,
    maintenance,
    sensors: () => [...new Set([...config.sensors.map(({ name }) => name), ...core.latest.sensors()])],
    nameOf: core.keyring.nameOf,
    questions: core.questions,
    deposits: core.deposits,
    serve: programs.serve,
    snapshot: () => ({
      name: config.name,
      nodeId: own.nodeId.toString('hex'),
      publicKey: keyText(own.bytes),
      sensors: states.shown(clock.now()),
      channels: core.watch.views().map(({ isPaused, ...view }) => ({
        ...view,
        ...(isPaused && { state: 'maintenance' as const }),
        ...online(view.sensor),
      })),
      readings: core.latest.snapshot(online),
      quality: core.quality.snapshot(),
      links: neighbours.views(),
      broker: broker ? { port: broker.port, clients: broker.stats().clients } : null,
      peers: { ...delivery.stats(), owed: store.custody.owed(clock.now()) },
      held: held(),
      reputation: [...core.reputations].flatMap(([profile, reputation]) =>
        reputation.shown().map((standing) => ({
          ...standing,
          name: core.keyring.nameOf(standing.origin),
          phenomenon: profile.phenomena[standing.phenomenon - 1]?.name ?? 'any',
        })),
      ),
      store: { ...store.summary(), problem: store.problem() ?? null },
    }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * Runs the recordings of a configuration through the loop, in virtual time and without a network, and saves what the
 * detectors learned. @throws OperatingError input_unreadable
 */
export async function runRecordings(options: GatewayOptions & { readonly clock: VirtualClock }): Promise<void> {
  const { config, clock, emit } = options;
  await using module = openOwnDetector(config.detector, { isLive: false, emit });
  const { agent, save } = openConfigured({ ...options, detector: module?.kind }, undefined);
  const readings = new Map(config.sensors.map(({ name }) => [name, 0]));
  let tickedMs = Number.NEGATIVE_INFINITY;
  try {
    const recordings = config.sensors.filter(isRecording).map((sensor) => openRecording(sensor, emit));
    for await (const reading of inOrder(await Promise.all(recordings))) {
      clock.advanceTo(reading.timeMs);
      if (reading.timeMs - tickedMs >= RECORDED_TICK_MS) {
        tickedMs = reading.timeMs;
        agent.tick();
      }
      agent.reading(reading);
      readings.set(reading.sensor, (readings.get(reading.sensor) ?? 0) + 1);
    }
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    throw new OperatingError('input_unreadable', `cannot replay: ${reasonOf(cause)}`, { cause });
  }
  save();
  for (const [sensor, count] of readings) emit({ type: 'source_ended', sensor, readings: count });
}

const RECORDED_TICK_MS = 10_000;

interface Gauged {
  readonly links: () => readonly LinkStats[];
  readonly broker: Broker | undefined;
  readonly store: Store;
  readonly clock: Clock;
  readonly intake: Intake;
  /** Readings that were judged since the start. */
  readonly taken: () => number;
  readonly core: Core;
}

function addGauges(
  gauges: Pick<Gauges, 'add'>,
  { links, broker, store, clock, intake, core, taken }: Gauged,
  stack: AsyncDisposableStack,
): void {
  stack.defer(gauges.add('links', () => links().length));
  stack.defer(gauges.add('links_up', () => links().filter(({ up }) => up).length));
  stack.defer(gauges.add('broker_clients', () => broker?.stats().clients ?? 0));
  stack.defer(gauges.add('owed_deliveries', () => store.custody.owed(clock.now())));
  stack.defer(gauges.add('intake_arrivals', () => intake.stats().arrivals));
  stack.defer(gauges.add('intake_bytes', () => intake.stats().bytes));
  stack.defer(gauges.add('readings', taken));
  stack.defer(gauges.add('conclusions_waiting', core.agent.waiting));
  stack.defer(gauges.add('deposits_waiting', core.deposits.waiting));
  stack.defer(gauges.add('outcomes_held', core.outcomes.count));
  stack.defer(gauges.add('outbox_packets', () => store.summary().unsent));
}

async function pump(source: AsyncIterable<Reading>, take: (reading: Reading) => void): Promise<void> {
  for await (const reading of source) take(reading);
}

/** Each part for itself: a disk that takes nothing leaves it for the next time. */
function keepHouse({ save, forgetKeys, outcomes }: Core, store: Store, clock: Clock, emit: Emit): void {
  const nowMs = clock.now();
  unlessFull(save);
  unlessFull(forgetKeys);
  outcomes.forget(nowMs);
  const { expired, shed } = unlessFull(() => store.commitNow(() => store.custody.shed(nowMs))) ?? NOTHING_SHED;
  if (expired > 0) emit({ type: 'owed_shed', reason: 'expired', count: expired });
  if (shed > 0) emit({ type: 'owed_shed', reason: 'no_room', count: shed });
  const packets = unlessFull(() => store.prune(nowMs)) ?? 0;
  if (packets > 0) emit({ type: 'store_pruned', packets });
}

const NOTHING_SHED = { expired: 0, shed: 0 };
