// One gateway of a replay: everything an agent needs, in memory, driven by the virtual clock that all of them share.
//
// Key and randomness are made from the station's name, so that the same recordings always give the same packets. The
// keys are for nothing else: whoever knows the name knows the key.
import { createHash } from 'node:crypto';
import { type Agent, createAgent } from '../agent.ts';
import type { Clock } from '../core/clock.ts';
import type { DomainProfile } from '../core/domain.ts';
import type { Emit } from '../core/events.ts';
import { createWatch } from '../detect/watch.ts';
import { watchedKeys } from '../distill/condition.ts';
import { attributesOf, type Station, statedPlace } from '../distill/distiller.ts';
import { createSurroundings } from '../distill/surroundings.ts';
import { tokens } from '../packet/fingerprint.ts';
import { type Identity, temporaryIdentity } from '../packet/identity.ts';
import type { Keyring } from '../packet/keyring.ts';
import type { open } from '../packet/packet.ts';
import type { MemoryNetwork } from '../route/memory-network.ts';
import { filterOf } from '../route/topic.ts';
import { createQualityControl } from '../sense/quality/quality-control.ts';
import { openStore, type Store } from '../store/store.ts';
import { createReputation } from '../synthesize/reputation.ts';
import type { Place } from '../synthesize/sighting.ts';
import { createSynthesizer } from '../synthesize/synthesizer.ts';
import { seededRandom } from './random.ts';

export interface ReplayGateway {
  readonly agent: Agent;
  readonly store: Store;
}

export interface ReplayGatewayOptions {
  readonly id: string;
  readonly place: Place;
  readonly profile: DomainProfile;
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
  const { id, place, profile, identity, keyring, open, net, isOn, clock, emit } = options;
  const station: Station = { profile, ...place, site: 0, contextTag: identity.contextTag };
  const watched = new Map(profile.phenomena.filter(({ watched }) => watched).map((p) => [p.quantity, p]));
  const filters = [...watched.keys()].flatMap((quantity) =>
    watchedKeys(profile, attributesOf(station, quantity, 0, 0)).map((coarse) =>
      filterOf(profile.number, tokens({ domain: profile.number, coarse })),
    ),
  );
  const store = openStore(':memory:', { now: clock.now });
  const network = net.join({
    name: id,
    filters,
    onPacket: (arrival) => (isOn() ? agent.arrival(arrival) : undefined),
  });
  const reputation = createReputation({ pinned: options.pinned });
  const synthesizer = createSynthesizer({
    profile,
    nodeId: identity.publicKey.nodeId.toString('hex'),
    here: statedPlace(station),
    random: seededRandom(seedOf('random', id).readUInt32BE()),
    reputation,
  });
  const parts = {
    station,
    identity,
    community: undefined,
    keyring,
    open,
    store,
    network,
    qualityControl: createQualityControl(),
    watch: createWatch({ watched }),
    synthesizer,
    reputation,
    surroundings: createSurroundings(['relative_humidity', 'temperature']),
    clock,
    emit,
  };
  const agent = createAgent(parts);
  return { agent, store };
}
