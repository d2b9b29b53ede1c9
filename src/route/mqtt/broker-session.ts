// Connections to the embedded broker: each behind a FrameGuard, counted, named, and ended with a reason.
//
// A session is proven once its credentials were right, and then its account pays for its frames. Unproven ones are few:
// of the address that has most of them the oldest gives way, so whoever holds connections open keeps nobody else out.

import type { Socket } from 'node:net';
import type { Client } from 'aedes';
import { assert } from '../../core/assert.ts';
import {
  brokerClientBacklogBytesMax,
  brokerClientsMax,
  brokerFrameBytesMax,
  brokerUnprovenClientsMax,
  brokerUnprovenFramesMax,
} from '../../core/broker-limits.ts';
import { reasonOf } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import { matchesFilter } from '../../core/topic-filter.ts';
import { Pace } from '../session/pace.ts';
import { type Identity, maySee } from './access.ts';
import { AddressDoors, doorOf } from './address-door.ts';
import { type AccountUse, BrokerAccounts } from './broker-account.ts';
import { FrameGuard } from './frame-guard.ts';
import { WireMeter } from './wire-meter.ts';

export interface Session {
  readonly guard: FrameGuard;
  /** doorOf its address. */
  readonly door: string;
  /** What events call it: the address until a CONNECT named it. */
  label: string;
  /** As the client gave it; '' until then. */
  clientId: string;
  /** Absent until proven. */
  identity: Identity | undefined;
  /** Of its account; absent until proven. */
  use: AccountUse | undefined;
  readonly filters: Set<string>;
  /** A filter was refused, and that was told. */
  isFilterTold: boolean;
  reported: boolean;
}

const labelLengthMax = 64;
/** Asks the operating system whether an idle client is still there. */
const probeIdleMs = 60_000;
const FRAMES = { burst: brokerUnprovenFramesMax, perS: 1 };
/** So often within so long is no network that broke once. */
const TAKEN_TOLD = 5;
const TAKEN_MS = 5 * 60_000;
const TAKEN_WORDS =
  'another one of its name takes its place again and again: two machines run with one key (a copied card) or with one client id; stop one, or give it its own';
const STEADY = { now: () => performance.now() };

export class SessionTable {
  readonly accounts: BrokerAccounts;
  readonly doors = new AddressDoors();
  readonly #emit: Emit;
  readonly #open = new Set<Session>();
  readonly #ofClient = new WeakMap<Client, Session>();
  readonly #meter = new WireMeter();
  /** By client: when a newer one of its name took its place. */
  readonly #taken = new Map<string, readonly number[]>();

  constructor(emit: Emit, accounts: readonly string[]) {
    this.#emit = emit;
    this.accounts = new BrokerAccounts(accounts, (client, perS) => emit({ type: 'client_throttled', client, perS }));
  }

  /** @param handle gives the guarded connection to Aedes */
  accept(socket: Socket, handle: (guard: FrameGuard) => Client): void {
    const label = socket.remoteAddress ?? 'unknown address';
    const door = doorOf(socket.remoteAddress);
    if (!this.doors.mayConnect(door)) {
      this.#emit({ type: 'client_refused', client: label, reason: 'too many new connections from this address' });
      socket.on('error', () => {});
      socket.resetAndDestroy();
      return;
    }
    this.#makeRoom();
    socket.setNoDelay(true);
    socket.setKeepAlive(true, probeIdleMs);
    const guard = new FrameGuard(socket, {
      frameBytesMax: brokerFrameBytesMax,
      backlogBytesMax: brokerClientBacklogBytesMax,
      payer: { pace: new Pace(STEADY, FRAMES) },
    });
    const session: Session = {
      ...{ guard, door, label, clientId: '', identity: undefined, use: undefined },
      ...{ filters: new Set<string>(), isFilterTold: false, reported: false },
    };
    this.#open.add(session);
    guard.once('close', () => this.#end(session));
    this.#meter.watch(socket);
    this.#ofClient.set(handle(guard), session);
  }

  #makeRoom(): void {
    const unproven = [...this.#open].filter(({ identity }) => !identity);
    if (unproven.length < brokerUnprovenClientsMax) return;
    const byDoor = [...Map.groupBy(unproven, ({ door }) => door).values()];
    const [oldest] = byDoor.reduce((a, b) => (b.length > a.length ? b : a));
    oldest?.guard.destroy(new Error('too many connections without credentials'));
  }

  #end(session: Session): void {
    this.#open.delete(session);
    const { identity, use, filters } = session;
    if (!identity || !use) return;
    this.accounts.clients.give(identity.name);
    use.filters -= filters.size;
  }

  of(client: Client): Session {
    const session = this.#ofClient.get(client);
    assert(session, 'every client comes through accept');
    return session;
  }

  name(session: Session, account: string, clientId: string): void {
    session.clientId = clientId;
    session.label = `${account || session.label}/${clientId}`.slice(0, labelLengthMax);
  }

  /** Its credentials were right. @returns false when its account has no room for another client */
  prove(session: Session, identity: Identity): boolean {
    // The older connection of the same id ends when this one is let in (MQTT-3.1.4-2).
    const { clientId } = session;
    const isTakeover = [...this.#open].some(
      (other) => clientId !== '' && other.clientId === clientId && other.identity?.name === identity.name,
    );
    if (!isTakeover && !this.accounts.hasRoom(identity)) return false;
    if (isTakeover) this.#noteTaken(session);
    // It ended while its password was looked at.
    if (!this.#open.has(session)) return false;
    this.accounts.clients.take(identity.name);
    session.identity = identity;
    session.use = this.accounts.of(identity);
    session.guard.chargeTo(session.use);
    return true;
  }

  /** Two that run under one name push each other out for ever, and neither sees why. */
  #noteTaken({ label }: Session): void {
    const nowMs = STEADY.now();
    const taken = [...(this.#taken.get(label) ?? []), nowMs].filter((timeMs) => nowMs - timeMs < TAKEN_MS);
    this.#taken.delete(label);
    const [oldest] = this.#taken.keys();
    if (this.#taken.size >= brokerClientsMax && oldest !== undefined) this.#taken.delete(oldest);
    if (taken.length < TAKEN_TOLD) this.#taken.set(label, taken);
    else this.#emit({ type: 'client_evicted', client: label, reason: TAKEN_WORDS });
  }

  subscribed(session: Session, filter: string): void {
    if (session.filters.has(filter)) return;
    session.filters.add(filter);
    if (session.use) session.use.filters += 1;
  }

  unsubscribed(session: Session, filter: string): void {
    // After the end they were all given back.
    if (this.#open.has(session) && session.filters.delete(filter) && session.use) session.use.filters -= 1;
  }

  /** Tells once why a connection was ended by us; a network that failed is not worth an event. */
  report(client: Client, error: Error): void {
    const session = this.of(client);
    if (session.reported || !this.#open.has(session) || 'code' in error) return;
    session.reported = true;
    const type = session.identity ? 'client_evicted' : 'client_refused';
    const detail = error instanceof RefusedText ? { detail: error.detail } : {};
    this.#emit({ type, client: session.label, reason: reasonOf(error), ...detail });
  }

  stats(): { clients: number; bytesIn: number; bytesOut: number } {
    const { bytesIn, bytesOut } = this.#meter;
    return { clients: this.accounts.clients.total, bytesIn, bytesOut };
  }

  /** Whether a gateway with this client id is connected, and has subscribed to the topic. */
  serves(clientId: string, topic: string): boolean {
    return [...this.#open].some(
      (session) =>
        session.clientId === clientId &&
        session.identity !== undefined &&
        maySee(session.identity, topic) &&
        [...session.filters].some((filter) => matchesFilter(filter, topic)),
    );
  }

  endAll(): void {
    for (const { guard } of this.#open) guard.destroy();
  }
}

/** A reason in our words, and beside it what the client wrote: a topic, a filter. */
export class RefusedText extends Error {
  readonly detail: string;

  constructor(reason: string, detail: string) {
    super(reason);
    this.detail = detail.slice(0, labelLengthMax);
  }
}
