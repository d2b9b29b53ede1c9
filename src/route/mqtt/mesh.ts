// The links of one gateway and, if it has one, its own broker: the real Network.
//
// Packets go out on our own broker, where neighbours subscribe, and on the links we dialled to those who did not: each
// neighbour gets a packet once. Each link has one owner, keepOpen, which opens it again with jitter. Invariant: nothing
// waits for a link that is down; the outbox is where packets wait. Counters run on across reconnections.
import type { Emit } from '../../core/events.ts';
import { linkFrameBytesMax } from '../../core/limits.ts';
import { keepOpen, type Timer, timerAt } from '../../core/retry.ts';
import type { ArrivalHandler } from '../arrival.ts';
import type { Network } from '../network.ts';
import { isSameWay, type Way } from '../way.ts';
import type { Broker } from './broker.ts';
import { type Link, type LinkAddress, linkClientId, openLink } from './link.ts';
import { MQTT, mqttWay } from './mqtt-way.ts';
import { WireMeter } from './wire-meter.ts';

export interface MeshOptions {
  /** Ours; the mesh does not dispose it. */
  readonly broker?: Pick<Broker, 'publish' | 'serves'>;
  readonly links: readonly LinkAddress[];
  readonly clientId: string;
  /** What we watch, at every neighbour, to begin with. */
  readonly filters: readonly string[];
  readonly onPacket: ArrivalHandler;
  /** Whether the neighbour of a link may want what we publish beside our broker; absent: all of it. */
  readonly isWanted?: (way: Way, topic: string) => boolean;
  /** A link came up. */
  readonly onUp?: (way: Way) => void;
  readonly emit: Emit;
  readonly keepaliveS?: number;
  /** For the jitter of reconnections. */
  readonly random?: () => number;
  /** For the back-off of reconnections; by default the machine's. */
  readonly timer?: Timer;
}

export interface LinkStats {
  readonly name: string;
  readonly up: boolean;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** How often it came up again. */
  readonly reconnects: number;
  /** Packets that were not sent because it was down or too much was in flight. */
  readonly unsent: number;
  /** Why it is down, as it was told last; null while it is up. */
  readonly reason: string | null;
  /** How many times in a row it was closed within a minute of coming up; 0 once it has lasted. */
  readonly cuts: number;
}

export interface Mesh extends Required<Network>, AsyncDisposable {
  stats(): { readonly links: readonly LinkStats[] };
}

/** A link over all its connections. */
interface Keeping {
  readonly address: LinkAddress;
  readonly way: Way;
  link: Link | undefined;
  reason: string | null;
  opened: number;
  /** When it came up last, in the time of the timer. */
  openedMs: number;
  cuts: number;
  unsent: number;
  readonly meter: WireMeter;
}

/** A link that lasts so long is whole. */
const WHOLE_MS = 60_000;

export function openMesh(options: MeshOptions): Mesh {
  const stopping = new AbortController();
  const watching = { filters: options.filters };
  const keepings = options.links.map(
    (address): Keeping => ({
      address,
      way: mqttWay('link', address.name),
      link: undefined,
      reason: null,
      opened: 0,
      openedMs: 0,
      cuts: 0,
      unsent: 0,
      meter: new WireMeter(),
    }),
  );
  const kept = keepings.map((keeping) => keep(keeping, { ...options, watching }, stopping.signal));
  return {
    name: MQTT,
    payloadBytesMax: linkFrameBytesMax,
    publish(topic, bytes, { except = [], holders = [] } = {}) {
      if (bytes.length > linkFrameBytesMax) return false;
      const { broker } = options;
      const having = new Set(holders.map(linkClientId));
      broker?.publish(topic, bytes, having);
      let taken = broker !== undefined;
      for (const keeping of keepings) {
        const { way, address } = keeping;
        if (except.some((one) => isSameWay(one, way)) || having.has(address.ownClientId ?? '')) continue;
        if (broker && !needs(keeping, topic, options)) continue;
        if (keeping.link?.publish(topic, bytes)) taken = true;
        else keeping.unsent += 1;
      }
      return taken;
    },
    send(topic, bytes, via) {
      if (bytes.length > linkFrameBytesMax) return false;
      const keeping = keepings.find(({ way }) => isSameWay(way, via));
      if (keeping) return keeping.link?.publish(topic, bytes) ?? false;
      // Whoever dialled us listens on our broker.
      options.broker?.publish(topic, bytes);
      return options.broker !== undefined;
    },
    watch(filters) {
      watching.filters = filters;
      for (const { link } of keepings) link?.watch(filters);
    },
    stats: () => ({ links: keepings.map((keeping) => statsOf(keeping, nowOf(options))) }),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(kept);
    },
  };
}

/** Whether a neighbour gets the packet on our link to it: it does not on our broker, and may want it. */
function needs({ address, way }: Keeping, topic: string, { broker, isWanted }: MeshOptions): boolean {
  if (address.ownClientId !== undefined && broker?.serves(address.ownClientId, topic)) return false;
  return isWanted?.(way, topic) ?? true;
}

/** Changed in place: whatever opens a link finds what is watched now. */
interface Watching {
  filters: readonly string[];
}

type KeepingOptions = MeshOptions & { readonly watching: Watching };

function keep(keeping: Keeping, options: KeepingOptions, signal: AbortSignal): Promise<void> {
  const { emit, random, timer, watching } = options;
  const lastedMs = () => nowOf(options) - keeping.openedMs;
  const { address, meter, way } = keeping;
  return keepOpen(
    async () => {
      const { filters } = watching;
      const link = await openLink({ ...options, filters, address, meter, signal });
      if (filters !== watching.filters) link.watch(watching.filters);
      keeping.link = link;
      keeping.reason = null;
      keeping.opened += 1;
      keeping.openedMs = nowOf(options);
      emit({ type: 'link_up', link: address.name });
      options.onUp?.(way);
      return {
        closed: link.closed,
        async [Symbol.asyncDispose]() {
          keeping.link = undefined;
          keeping.cuts = lastedMs() < WHOLE_MS ? keeping.cuts + 1 : 0;
          await link[Symbol.asyncDispose]();
        },
      };
    },
    {
      signal,
      onDown(reason, retryMs) {
        keeping.reason = reason;
        emit({ type: 'link_down', link: address.name, reason, retryMs });
      },
      ...(random && { random }),
      ...(timer && { timer }),
    },
  );
}

const nowOf = ({ timer }: Pick<MeshOptions, 'timer'>): number => (timer ?? MACHINE).now();
const MACHINE = timerAt();

function statsOf(keeping: Keeping, nowMs: number): LinkStats {
  const { address, link, opened, openedMs, cuts, unsent, meter, reason } = keeping;
  return {
    name: address.name,
    up: link !== undefined,
    bytesIn: meter.bytesIn,
    bytesOut: meter.bytesOut,
    reconnects: Math.max(0, opened - 1),
    unsent,
    reason,
    cuts: link && nowMs - openedMs >= WHOLE_MS ? 0 : cuts,
  };
}
