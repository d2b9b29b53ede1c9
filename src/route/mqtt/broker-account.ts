// What the accounts of the embedded broker use of it, each over all its connections, and how much of it they may.
//
// Connections and packets that wait are shared out (core/shares.ts); frames, deliveries and long handling are paid from
// one pace for each account; filters and unread bytes have a cap.
// Invariant: whatever one account does, another one that did nothing yet can connect, be read and be answered.
import { assert } from '../../core/assert.ts';
import {
  accountFiltersMax,
  accountPendingPacketsKept,
  accountPendingPacketsMax,
  brokerAccountBacklogBytesMax,
  brokerClientsKept,
  brokerClientsMax,
  brokerFrameBytesMax,
  brokerFramesBurstMax,
  brokerFramesPerSMax,
  brokerGatewayClientsMax,
  brokerPendingPacketsMax,
  handlingMsPerToken,
  sensorFramesBurstMax,
  sensorFramesPerSMax,
  throttleToldMs,
} from '../../core/broker-limits.ts';
import { Shares } from '../../core/shares.ts';
import { Pace } from '../session/pace.ts';
import { accountOf, type Identity, type Role } from './access.ts';
import type { FramePayer } from './frame-guard.ts';

const STEADY = { now: () => performance.now() };

const FRAMES = { burst: sensorFramesBurstMax, perS: sensorFramesPerSMax };
const GATEWAY_FRAMES = { burst: brokerFramesBurstMax, perS: brokerFramesPerSMax };
const paceOf = (role: Role): Pace => new Pace(STEADY, role === 'gateway' ? GATEWAY_FRAMES : FRAMES);

/** One account, over all its connections. */
export class AccountUse implements FramePayer {
  readonly pace: Pace;
  filters = 0;
  /** Packets that the agent has not settled. */
  pending = 0;
  readonly #table: BrokerAccounts;
  readonly #identity: Identity;
  readonly #onHeld: (perS: number) => void;
  readonly #tell = new Pace(STEADY, { burst: 1, perS: 1000 / throttleToldMs });
  #backlogBytes = 0;

  constructor(identity: Identity, table: BrokerAccounts, onHeld: (perS: number) => void) {
    this.pace = paceOf(identity.role);
    this.#identity = identity;
    this.#table = table;
    this.#onHeld = onHeld;
  }

  hasFilterRoom(): boolean {
    return this.filters < accountFiltersMax;
  }

  /** @returns how to end it; undefined when too many wait already */
  begin(): (() => void) | undefined {
    const isKept = this.pending < accountPendingPacketsKept;
    if (this.pending >= accountPendingPacketsMax || (!isKept && this.#table.pending >= brokerPendingPacketsMax))
      return undefined;
    this.pending += 1;
    this.#table.pending += 1;
    return () => {
      this.pending -= 1;
      this.#table.pending -= 1;
    };
  }

  /** What one frame took longer than a frame should is paid for. */
  payForMs(handledMs: number): void {
    this.pace.take(Math.max(0, handledMs / handlingMsPerToken - 1));
  }

  /** Of several connections that read nothing, those that hold more than their part go first. */
  backlog(changeBytes: number, ownBytes: number): string | undefined {
    this.#backlogBytes += changeBytes;
    const part = this.#backlogBytes / Math.max(1, this.#table.clients.of(this.#identity.name));
    if (this.#backlogBytes <= brokerAccountBacklogBytesMax || ownBytes < Math.max(part, brokerFrameBytesMax))
      return undefined;
    return `more than ${brokerAccountBacklogBytesMax} bytes are waiting to be read by clients of this account`;
  }

  held(): void {
    if (this.#tell.tryTake())
      this.#onHeld(this.#identity.role === 'gateway' ? brokerFramesPerSMax : sensorFramesPerSMax);
  }
}

export class BrokerAccounts {
  readonly clients: Shares;
  /** Over all accounts. */
  pending = 0;
  readonly #uses = new Map<string, AccountUse>();
  readonly #onThrottled: (account: string, perS: number) => void;

  /** @param onThrottled told at most once in throttleToldMs for each account */
  constructor(names: readonly string[], onThrottled: (account: string, perS: number) => void) {
    this.clients = new Shares({ max: brokerClientsMax, keptEach: brokerClientsKept, accounts: names });
    this.#onThrottled = onThrottled;
  }

  /** Whether one more client of an account may come. */
  hasRoom({ name, role }: Identity): boolean {
    return this.clients.hasRoom(name) && (role !== 'gateway' || this.clients.of(name) < brokerGatewayClientsMax);
  }

  of(identity: Identity): AccountUse {
    const { name } = identity;
    const known = this.#uses.get(name);
    if (known) return known;
    assert(this.#uses.size <= brokerClientsMax, 'accounts come from the configuration');
    const use = new AccountUse(identity, this, (perS) => this.#onThrottled(name, perS));
    this.#uses.set(name, use);
    return use;
  }

  /** Of a client that was let in; its id begins with its account (broker-policy.ts). */
  ofClientId(clientId: string): AccountUse | undefined {
    return this.#uses.get(accountOf(clientId));
  }
}
