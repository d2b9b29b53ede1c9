// The networks of a gateway, from its configuration: own broker and links (MQTT), and whatever else leads to a neighbour.
//
//     arrivals of every network -> the agent          what it publishes -> every network
//                                                     what it sends -> the network of the way
//
// Invariant: every neighbour is reached as its configuration says, or the gateway does not open.
import type { Agent } from '../agent.ts';
import type { Config, NeighbourConfig } from '../config/config.ts';
import { certificateOf, secretOf } from '../config/secret.ts';
import type { Clock } from '../core/clock.ts';
import { OperatingError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import { timerAt } from '../core/retry.ts';
import { publicKey } from '../packet/gate.ts';
import type { Identity } from '../packet/identity.ts';
import type { ArrivalHandler } from '../route/arrival.ts';
import type { Delivery } from '../route/custody/delivery.ts';
import type { Account } from '../route/mqtt/access.ts';
import { type Broker, openBroker } from '../route/mqtt/broker.ts';
import { type LinkAddress, linkClientId } from '../route/mqtt/link.ts';
import type { RequestHandler } from '../route/mqtt/local-topic.ts';
import { type LinkStats, openMesh } from '../route/mqtt/mesh.ts';
import type { Network, NetworkOpener, NetworkPlan } from '../route/network.ts';
import { type United, unite } from '../route/networks.ts';
import type { Way } from '../route/way.ts';

export interface NetworksOptions {
  readonly config: Config;
  readonly identity: Identity;
  readonly clock: Pick<Clock, 'rate'>;
  readonly emit: Emit;
  readonly agent: Pick<Agent, 'arrival'>;
  /** Of programs at the own broker. */
  readonly onRequest?: RequestHandler;
  readonly delivery: Pick<Delivery, 'introduce' | 'mayWatch'>;
  /** What is to be brought to begin with. */
  readonly filters: readonly string[];
  /** Networks beside MQTT that neighbours may name. */
  readonly networks?: readonly NetworkOpener[] | undefined;
  /** Called with all of them as one, before anything can arrive. */
  readonly wire: (networks: United) => void;
}

export interface Networks {
  readonly broker: Broker | undefined;
  readonly links: () => readonly LinkStats[];
}

/** The agent needs the networks and they the agent; until both are there nothing can be sent. */
export function unwired(): { readonly networks: United; readonly wire: (networks: United) => void } {
  let wired: United | undefined;
  return {
    networks: {
      publish: (topic, bytes, how) => wired?.publish(topic, bytes, how) ?? false,
      send: (topic, bytes, way) => wired?.send(topic, bytes, way) ?? false,
      watch: (filters) => wired?.watch(filters),
    },
    wire(networks) {
      wired = networks;
    },
  };
}

/** @throws OperatingError for a broker that cannot be opened, a secret that cannot be read, a network that is not there */
export async function openNetworks(stack: AsyncDisposableStack, options: NetworksOptions): Promise<Networks> {
  const { config, identity, clock, emit, agent, delivery, filters, wire } = options;
  const openings = chosen(options);
  const own = identity.publicKey;
  const plan: Omit<NetworkPlan, 'neighbours'> = {
    filters,
    onPacket: (arrival) => agent.arrival(arrival),
    onUp: (way) => introduceOn(way, config, delivery),
    emit,
  };
  const broker = config.broker && stack.use(await openOwnBroker(options, plan.onPacket));
  const addresses = config.neighbours.flatMap((neighbour) => linkAddress(neighbour, config.folder) ?? []);
  const clientId = linkClientId(own.nodeId);
  const nodeIds = new Map(config.neighbours.map(({ name, key }) => [name, key && publicKey(key)?.nodeId]));
  const isWanted = ({ neighbour }: Way, topic: string): boolean => {
    const nodeId = nodeIds.get(neighbour);
    return nodeId === undefined || delivery.mayWatch(nodeId, topic);
  };
  const links = { links: addresses, clientId, timer: timerAt(clock.rate), isWanted };
  const mesh = stack.use(openMesh({ ...plan, ...(broker && { broker }), ...links }));
  const others: Network[] = [];
  wire(unite([mesh]));
  for (const { opener, neighbours } of openings) {
    others.push(stack.use(await opener.open({ ...plan, neighbours })));
    wire(unite([mesh, ...others]));
  }
  return { broker, links: () => mesh.stats().links };
}

/** Names of the accounts of one role at the own broker. */
export function accountsOf({ broker }: Config, role: Account['role']): string[] {
  return (broker?.accounts ?? []).filter((account) => account.role === role).map(({ name }) => name);
}

/** Why no neighbour can be reached over it; undefined when one can. @param networks beside MQTT */
export function networkProblem(name: string, networks: readonly NetworkOpener[] = []): string | undefined {
  return networks.some((other) => other.name === name) ? undefined : 'is not known; leave the key out for MQTT';
}

/** The networks that neighbours name, and which of them name it. */
function chosen({ config, networks = [] }: NetworksOptions): { opener: NetworkOpener; neighbours: string[] }[] {
  const names = new Set(config.neighbours.flatMap(({ network }) => network ?? []));
  return [...names].map((name) => {
    const opener = networks.find((other) => other.name === name);
    const neighbours = config.neighbours.filter(({ network }) => network === name).map((neighbour) => neighbour.name);
    if (opener) return { opener, neighbours };
    const says = networkProblem(name, networks);
    throw new OperatingError('config_invalid', `neighbour ${neighbours[0]}: network ${JSON.stringify(name)} ${says}`);
  });
}

/** To the neighbour the way leads to; on a shared broker, to every peer that may be there. */
function introduceOn(way: Way, { neighbours, peers }: Config, delivery: Pick<Delivery, 'introduce'>): void {
  const neighbour = neighbours.find(({ name }) => name === way.neighbour);
  for (const bytes of neighbour?.key ? [neighbour.key] : peers.map(({ key }) => key)) {
    const key = publicKey(bytes);
    if (key) delivery.introduce(key, way);
  }
}

function linkAddress(
  { name, url, username, key, ca_file, ...secret }: NeighbourConfig,
  folder: string,
): LinkAddress | undefined {
  if (!url) return undefined;
  const password = secretOf(secret, folder);
  const ca = ca_file && certificateOf(ca_file, folder);
  const nodeId = key && publicKey(key)?.nodeId;
  const access = { ...(username && { username }), ...(password && { password }), ...(ca && { ca }) };
  return { name, url, ...access, ...(nodeId && { ownClientId: linkClientId(nodeId) }) };
}

function openOwnBroker({ config, onRequest, emit }: NetworksOptions, onPacket: ArrivalHandler): Promise<Broker> {
  const { listen, port, accounts } = config.broker!;
  const opened = accounts.map(({ name, role, topics, ...secret }) => {
    const password = secretOf(secret, config.folder);
    if (!password) throw new OperatingError('config_invalid', `broker account ${name} has no password`);
    return { name, role, topics, password };
  });
  return openBroker({ host: listen, port, accounts: opened, onPacket, ...(onRequest && { onRequest }), emit });
}
