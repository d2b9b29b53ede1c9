// Recordings of many stations through the whole loop, one gateway each, in virtual time.
//
//     rows of one moment, all stations ──> agents ──> packets delivered ──> tick ──> a minute later: tick ──> next moment
//
// Whoever measured at the same moment learns of each other only after it, whatever the order of the stations. A gateway is
// there from its first row to its last. Invariant: deterministic; the same files give the same alerts.
import { type VirtualClock, virtualClock } from '../core/clock.ts';
import { OperatingError } from '../core/errors.ts';
import type { TimedEvent } from '../core/events.ts';
import type { Domains } from '../distill/domains.ts';
import type { Setting } from '../gateway/station.ts';
import { createKeyring, type Keyring } from '../packet/keyring.ts';
import { type MemoryNetwork, memoryNetwork } from '../route/memory-network.ts';
import type { CsvRow } from '../sense/replay/replay.ts';
import type { ShownStanding } from '../synthesize/reputation.ts';
import type { Place } from '../synthesize/sighting.ts';
import type { Disturbance } from './replay-disturbance.ts';
import { newcomerIdentities, openReplayGateway, type ReplayGateway, replayIdentity } from './replay-gateway.ts';
import { neighboursOf, placesOf } from './replay-neighbours.ts';
import { openOnce } from './replay-verification.ts';

export interface ReplayStation {
  readonly id: string;
  readonly place: Place | undefined;
  /** Never back in time. */
  readonly rows: AsyncIterable<CsvRow>;
}

export interface ReplayOptions {
  readonly domains: Domains;
  readonly detector?: Setting['detector'];
  readonly stations: readonly ReplayStation[];
  /** Cuts the mesh. */
  readonly alone: boolean;
  /** Nobody narrows what it watches. */
  readonly isWide?: boolean;
  readonly signal: AbortSignal;
  readonly listener: ReplayListener;
  /** What goes wrong; absent: nothing. */
  readonly disturbance?: Disturbance | undefined;
}

export interface ReplayListener {
  /** Before the row goes through the loop. */
  row(station: string, row: CsvRow): void;
  event(station: string, event: TimedEvent): void;
  /** All rows of this moment went through, and all packets they brought about. */
  moment(timeMs: number): void;
  /** It takes no part, or no longer. */
  failed(station: string, reason: string): void;
  /** All is through: what the word of others counts with this station; `name` is that of a node id. */
  ended?(station: string, standings: readonly ShownStanding[], name: (origin: string) => string): void;
}

interface Recording {
  readonly id: string;
  readonly place: Place | undefined;
  readonly rows: AsyncIterator<CsvRow>;
  /** Not read yet. */
  next: CsvRow | undefined;
  isOn: boolean;
}

/** Answers are due within a minute of what made them due, and that lies at most 6 hours after a finding (synthesize). */
const ANSWER_MS = 60_000;
const ANSWERED_MS_MAX = 7 * 3_600_000;
/** Between rows that are far apart: how often silence is looked for, and for how long. */
const IDLE_TICK_MS = 3_600_000;
const IDLE_MS_MAX = 2 * 86_400_000;
const TICK_MS_MIN = 10_000;
const PRUNE_MS = 86_400_000;

/** Aborted, it ends early; what was heard until then is complete. */
export async function runReplay(options: ReplayOptions): Promise<void> {
  const { stations, listener, signal } = options;
  const clock = virtualClock();
  await using stack = new AsyncDisposableStack();
  const recordings: Recording[] = [];
  for (const { id, place, rows } of stations) {
    const recording: Recording = { id, place, rows: rows[Symbol.asyncIterator](), next: undefined, isOn: false };
    stack.defer(async () => void (await recording.rows.return?.()));
    if (await advance(recording, listener)) recordings.push(recording);
  }
  const net = memoryNetwork();
  const activity: Activity = { issuedMs: Number.NEGATIVE_INFINITY };
  const keyring = createKeyring();
  const gateways = openGateways(recordings, { ...options, clock, net, activity, keyring });
  for (const { store } of gateways) stack.use(store);
  const world = { recordings, gateways, net, clock, listener, activity, tickedMs: 0, prunedMs: 0 };
  while (!signal.aborted) {
    const momentMs = nextMoment(recordings);
    if (momentMs === undefined) break;
    await passMoment(world, momentMs);
  }
  for (const [index, { id }] of recordings.entries())
    listener.ended?.(id, gateways[index]!.standings(), keyring.nameOf);
}

interface Activity {
  /** When a packet was issued last. */
  issuedMs: number;
}

interface World {
  readonly recordings: readonly Recording[];
  readonly gateways: readonly ReplayGateway[];
  readonly net: MemoryNetwork;
  readonly clock: VirtualClock;
  readonly listener: ReplayListener;
  readonly activity: Activity;
  tickedMs: number;
  prunedMs: number;
}

function openGateways(
  recordings: readonly Recording[],
  options: ReplayOptions & Pick<World, 'net' | 'activity' | 'clock'> & { keyring: Keyring },
): ReplayGateway[] {
  const { domains, detector, listener, alone, clock, net, activity, keyring, isWide, disturbance } = options;
  const places = placesOf(recordings);
  const open = openOnce();
  const identities = recordings.map(({ id }) => replayIdentity(id));
  for (const [index, { publicKey }] of identities.entries()) keyring.add(publicKey, recordings[index]!.id);
  for (const [id, { newcomers }] of disturbance?.insiders ?? [])
    for (const { publicKey } of newcomerIdentities(id, newcomers)) keyring.add(publicKey);
  const pinned = new Set(identities.map(({ publicKey }) => publicKey.nodeId.toString('hex')));
  const gateways = recordings.map((recording, index) =>
    openReplayGateway({
      id: recording.id,
      setting: { domains, detector, place: places[index]! },
      identity: identities[index]!,
      keyring,
      pinned,
      open,
      net,
      isOn: () => recording.isOn,
      clock,
      isWide,
      disturbance,
      emit: (event) => {
        if (event.type === 'packet_issued') activity.issuedMs = clock.now();
        listener.event(recording.id, { ...event, timeMs: clock.now() });
      },
    }),
  );
  for (const [a, b] of alone ? [] : neighboursOf(places)) {
    net.connect(recordings[a]!.id, recordings[b]!.id);
    net.connect(recordings[b]!.id, recordings[a]!.id);
  }
  return gateways;
}

function nextMoment(recordings: readonly Recording[]): number | undefined {
  let first: number | undefined;
  for (const { next } of recordings) if (next && (first === undefined || next.timeMs < first)) first = next.timeMs;
  return first;
}

async function passMoment(world: World, momentMs: number): Promise<void> {
  const { recordings, gateways, net, clock, listener } = world;
  clock.advanceTo(momentMs);
  for (const [index, recording] of recordings.entries()) {
    while (recording.next?.timeMs === momentMs) {
      const row = recording.next;
      recording.isOn = true;
      listener.row(recording.id, row);
      for (const reading of row.readings) gateways[index]!.agent.reading(reading);
      await advance(recording, listener);
    }
  }
  for (const [index, { isOn }] of recordings.entries()) if (isOn) gateways[index]!.speak?.();
  await net.settle();
  await tick(world);
  for (const recording of recordings) if (!recording.next) recording.isOn = false;
  listener.moment(momentMs);
  await passIdle(world, momentMs, nextMoment(recordings));
  if (momentMs - world.prunedMs >= PRUNE_MS) {
    world.prunedMs = momentMs;
    for (const { store } of gateways) store.prune(momentMs);
  }
}

/** What only time brings about, up to the next row of anybody. */
async function passIdle(world: World, fromMs: number, untilMs: number | undefined): Promise<void> {
  if (untilMs === undefined) return;
  const endMs = Math.min(untilMs, fromMs + IDLE_MS_MAX);
  const mayAnswer = fromMs - world.activity.issuedMs < ANSWERED_MS_MAX;
  for (let timeMs = fromMs + (mayAnswer ? ANSWER_MS : IDLE_TICK_MS); timeMs < endMs; timeMs += IDLE_TICK_MS) {
    world.clock.advanceTo(timeMs);
    await tick(world);
  }
}

async function tick(world: World): Promise<void> {
  const nowMs = world.clock.now();
  if (nowMs - world.tickedMs < TICK_MS_MIN) return;
  world.tickedMs = nowMs;
  for (const [index, { isOn }] of world.recordings.entries()) if (isOn) world.gateways[index]!.agent.tick();
  await world.net.settle();
}

/** @returns false when there is no further row */
async function advance(recording: Recording, listener: ReplayListener): Promise<boolean> {
  const isFirst = recording.next === undefined;
  try {
    const { value, done } = await recording.rows.next();
    recording.next = done ? undefined : value;
    if (isFirst && done) listener.failed(recording.id, 'there is no row with a time that can be read');
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    recording.next = undefined;
    listener.failed(recording.id, error.message);
  }
  return recording.next !== undefined;
}
