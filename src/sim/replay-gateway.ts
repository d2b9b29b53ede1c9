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
import { seededRandom } from './random.ts';

export interface ReplayGateway {
  readonly agent: Agent;
  readonly store: Store;
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
}

const seedOf = (purpose: string, id: string): Buffer =>
  createHash('sha256').update(`qis replay ${purpose} ${id}`).digest();

export function replayIdentity(id: string): Identity {
  return temporaryIdentity(seedOf('key', id));
}

export function openReplayGateway(options: ReplayGatewayOptions): ReplayGateway {
  const { id, setting, net, isOn, clock } = options;
  const store = openStore(':memory:', { now: clock.now });
  const network = net.join({
    name: id,
    filters: watchedLevels(setting, undefined).map(({ domain, levels }) => filterOf(domain, levels)),
    onPacket: (arrival) => (isOn() ? agent.arrival(arrival) : undefined),
  });
  const random = seededRandom(seedOf('random', id).readUInt32BE());
  const { agent } = openCore({ ...options, community: undefined, store, network, random });
  return { agent, store };
}
