// One gateway of a replay: the core of a live one, in memory, driven by the virtual clock that all of them share.
//
// Key and randomness are made from the station's name, so that the same recordings always give the same packets. The
// keys are for nothing else: whoever knows the name knows the key.
import { createHash } from 'node:crypto';
import type { Agent } from '../agent.ts';
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import { openCore } from '../gateway/core.ts';
import { type Setting, watchedLevels } from '../gateway/station.ts';
import { type Identity, temporaryIdentity } from '../packet/identity.ts';
import type { Keyring } from '../packet/keyring.ts';
import type { open } from '../packet/packet.ts';
import type { MemoryNetwork } from '../route/memory-network.ts';
import { filterOf } from '../route/topic.ts';
import { openStore, type Store } from '../store/store.ts';
import type { ShownStanding } from '../synthesize/reputation.ts';
import { seededRandom } from './random.ts';
import { type Disturbance, insiderNetwork } from './replay-disturbance.ts';

export interface ReplayGateway {
  readonly agent: Agent;
  readonly store: Store;
  /** What the word of others counts here. */
  readonly standings: () => ShownStanding[];
  /** Of an insider: says what it says unasked. */
  readonly speak: (() => void) | undefined;
}

export interface ReplayGatewayOptions {
  readonly id: string;
  readonly setting: Setting;
  readonly identity: Identity;
  /** All gateways of a replay believe the same keys. */
  readonly keyring: Keyring;
  /** Node ids of all of them. */
  readonly pinned: ReadonlySet<string>;
  /** How a signature is checked: one process does it once for all its gateways. */
  readonly open: typeof open;
  readonly net: MemoryNetwork;
  /** Whether the gateway is there: outside its recording it hears nothing. */
  readonly isOn: () => boolean;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly isWide?: boolean | undefined;
  readonly disturbance?: Disturbance | undefined;
}

const seedOf = (purpose: string, id: string): Buffer =>
  createHash('sha256').update(`qis replay ${purpose} ${id}`).digest();

export function replayIdentity(id: string): Identity {
  return temporaryIdentity(seedOf('key', id));
}

/** The keys that an insider makes up. */
export function newcomerIdentities(id: string, count: number): Identity[] {
  return Array.from({ length: count }, (_, index) => replayIdentity(`${id} newcomer ${index + 1}`));
}

export function openReplayGateway(options: ReplayGatewayOptions): ReplayGateway {
  const { id, setting, identity, net, isOn, disturbance } = options;
  const insider = disturbance?.insiders?.get(id);
  const quality = disturbance?.clockQuality?.(id);
  const clock = quality === undefined ? options.clock : { ...options.clock, quality: () => quality };
  const store = openStore(':memory:', { now: clock.now });
  const joined = net.join({
    name: id,
    filters: watchedLevels(setting, undefined).map(({ domain, levels }) => filterOf(domain, levels)),
    onPacket: (arrival) => (isOn() && !disturbance?.isLost?.(id, arrival.bytes) ? agent.arrival(arrival) : undefined),
  });
  const identities = [identity, ...newcomerIdentities(id, insider?.newcomers ?? 0)];
  const lying = insider && insiderNetwork(joined, { insider, identities, clock });
  const random = seededRandom(seedOf('random', id).readUInt32BE());
  const network = lying ?? joined;
  const { agent, reputations } = openCore({ ...options, clock, community: undefined, store, network, random });
  const standings = () => [...reputations.values()].flatMap((reputation) => reputation.shown());
  return { agent, store, standings, speak: lying?.speak };
}
