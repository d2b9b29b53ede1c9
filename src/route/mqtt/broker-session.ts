// Connections to the embedded broker: each behind a FrameGuard, counted, named, and ended with a reason.
//
// A session is proven once its credentials were right. Unproven ones are few and the oldest gives way, so whoever holds
// connections open without credentials keeps nobody out.

import type { Socket } from 'node:net';
import type { Client } from 'aedes';
import { assert } from '../../core/assert.ts';
import { reasonOf } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import {
  brokerClientBacklogBytesMax,
  brokerFrameBytesMax,
  brokerFramesBurstMax,
  brokerFramesPerSMax,
  brokerUnprovenClientsMax,
} from '../../core/limits.ts';
import type { Identity } from './access.ts';
import { FrameGuard } from './frame-guard.ts';
import { WireMeter } from './wire-meter.ts';

export interface Session {
  readonly guard: FrameGuard;
  /** What events call it: the address until a CONNECT named it. */
  label: string;
  /** Absent until proven. */
  identity: Identity | undefined;
  readonly filters: Set<string>;
  reported: boolean;
}

const labelLengthMax = 64;
/** Asks the operating system whether an idle client is still there. */
const probeIdleMs = 60_000;

export class SessionTable {
  readonly #emit: Emit;
  readonly #open = new Set<Session>();
  readonly #ofClient = new WeakMap<Client, Session>();
  readonly #meter = new WireMeter();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** @param handle gives the guarded connection to Aedes */
  accept(socket: Socket, handle: (guard: FrameGuard) => Client): void {
    const unproven = [...this.#open].filter(({ identity }) => !identity);
    if (unproven.length >= brokerUnprovenClientsMax) {
      unproven[0]?.guard.destroy(new Error('too many connections without credentials'));
    }
    socket.setNoDelay(true);
    socket.setKeepAlive(true, probeIdleMs);
    const guard = new FrameGuard(socket, {
      frameBytesMax: brokerFrameBytesMax,
      backlogBytesMax: brokerClientBacklogBytesMax,
      frames: { burstMax: brokerFramesBurstMax, perSMax: brokerFramesPerSMax },
    });
    const label = socket.remoteAddress ?? 'unknown address';
    const session: Session = { guard, label, identity: undefined, filters: new Set(), reported: false };
    this.#open.add(session);
    guard.once('close', () => this.#open.delete(session));
    this.#meter.watch(socket);
    this.#ofClient.set(handle(guard), session);
  }

  of(client: Client): Session {
    const session = this.#ofClient.get(client);
    assert(session, 'every client comes through accept');
    return session;
  }

  name(session: Session, account: string, clientId: string): void {
    session.label = `${account || session.label}/${clientId}`.slice(0, labelLengthMax);
  }

  /** Tells once why a connection was ended by us; a network that failed is not worth an event. */
  report(client: Client, error: Error): void {
    const session = this.of(client);
    if (session.reported || !this.#open.has(session) || 'code' in error) return;
    session.reported = true;
    const type = session.identity ? 'client_evicted' : 'client_refused';
    this.#emit({ type, client: session.label, reason: reasonOf(error) });
  }

  stats(): { clients: number; bytesIn: number; bytesOut: number } {
    const { bytesIn, bytesOut } = this.#meter;
    return { clients: this.proven, bytesIn, bytesOut };
  }

  get proven(): number {
    return [...this.#open].filter(({ identity }) => identity).length;
  }

  endAll(): void {
    for (const { guard } of this.#open) guard.destroy();
  }
}
