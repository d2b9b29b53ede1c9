// Wires custody into a gateway: who is believed, what is owed to whom, which packets come otherwise than on their topic.
//
//     keys that become known ──> packets that were parked for them        questions of neighbours ──> what is held
//
// Invariant: whatever way a packet comes, it is taken in as any arrival is.
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import type { WatchedTopics } from '../packet/announcement.ts';
import type { Community } from '../packet/community.ts';
import type { PublicKey } from '../packet/gate.ts';
import type { Identity } from '../packet/identity.ts';
import type { Keyring } from '../packet/keyring.ts';
import { parse } from '../packet/packet.ts';
import type { Arrival } from '../route/arrival.ts';
import { createDelivery, type Delivery, type DeliveryOptions } from '../route/custody/delivery.ts';
import type { Parking } from '../route/custody/parking.ts';
import type { United } from '../route/networks.ts';
import { sealsOf } from '../route/session/seals.ts';
import type { Store } from '../store/store.ts';
import { learnKeys } from './memory.ts';
import { neighbourAnswers } from './neighbour-questions.ts';
import type { Outcomes } from './outcomes.ts';
import { type Setting, type WatchedLevels, watchedLevels } from './station.ts';

export interface CustodyOptions {
  readonly network: United;
  readonly randomBytes: (size: number) => Buffer;
  /** Whether strangers may announce a key. */
  readonly isOpen: boolean;
  /** Where this gateway can be dialled. */
  readonly urls: readonly string[];
  /** Somebody speaks who cannot be heard. */
  readonly onKnock?: DeliveryOptions['onKnock'];
}

interface CustodyParts {
  readonly setting: Setting;
  readonly identity: Identity;
  readonly keyring: Keyring;
  /** Node ids of the keys the operator wrote down. */
  readonly pinned: ReadonlySet<string>;
  readonly community: Community | undefined;
  readonly store: Store;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly random: () => number;
}

/** What is done with packets that come otherwise than on their topic. */
interface Taking {
  readonly parking: Parking;
  readonly outcomes: Outcomes;
  readonly take: (arrival: Arrival) => Promise<void>;
}

export function openDelivery(
  { setting, identity, keyring, community, store, clock, emit, random, pinned }: CustodyParts,
  { network, randomBytes, isOpen, urls, onKnock }: CustodyOptions,
  { parking, outcomes, take }: Taking,
): Delivery {
  const watched = watchedLevels(setting, community).map(topicsOf);
  const onKey = (kid: Buffer) => {
    learnKeys(kid, keyring, store, clock);
    for (const arrival of parking.release(kid)) void take(arrival).catch(() => {});
  };
  const seals = sealsOf(identity, community, clock);
  const onHeard = ({ bytes }: PublicKey) => store.commit(() => store.keys.heard(bytes, clock.now())).catch(() => {});
  const isPinned = (nodeId: string) => pinned.has(nodeId);
  const answersTo = neighbourAnswers({ domains: setting.domains, outcomes, store, nowMs: clock.now });
  const questions = { answersTo, take, later: createTimers().later };
  const parts = { keyring, community, network, ledger: store, clock, emit, random, randomBytes, onKey, onKnock };
  return createDelivery({ ...parts, seals, isOpen, isPinned, watched, urls, questions, ...(isOpen && { onHeard }) });
}

export const topicsOf = ({ domain, levels }: WatchedLevels): WatchedTopics => ({ domain, tokens: levels.map(tokenOf) });

/** Empty: any. */
const tokenOf = (level: string): Buffer => (level === '+' ? Buffer.alloc(0) : Buffer.from(level, 'hex'));

export function parkPacket(arrival: Arrival, parking: Parking): boolean {
  const parsed = parse(arrival.bytes);
  return parsed.ok && parking.park(parsed.packet.kid, arrival);
}

/** @param rate milliseconds of the clock in one of the machine's */
export function createTimers(rate = 1) {
  let isStopped = false;
  return {
    later(ms: number, job: () => void): void {
      setTimeout(() => isStopped || job(), Math.ceil(ms / rate) + 1).unref();
    },
    stop(): void {
      isStopped = true;
    },
  };
}
