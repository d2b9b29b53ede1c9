// Restores what a gateway starts with: the keys it believes, what its detectors learned, what was heard before the restart.

import type { DomainWork } from '../agent.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { type Domain, FINDING } from '../core/condition.ts';
import { OperatingError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import { heardPacketsMax } from '../core/limits.ts';
import { strangerKeyMsMax } from '../core/share-limits.ts';
import type { Domains } from '../distill/domains.ts';
import type { ToldWord } from '../distill/where.ts';
import { publicKey } from '../packet/gate.ts';
import type { Identity } from '../packet/identity.ts';
import { createKeyring, type Keyring } from '../packet/keyring.ts';
import { isLater } from '../packet/outcome.ts';
import { parse } from '../packet/packet.ts';
import type { StateKey } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { sightingOf } from '../synthesize/sighting.ts';
import { createOutcomes, noteStored, type Outcomes } from './outcomes.ts';

/** Why nothing can be signed with it (low order, not canonical); undefined when it can be believed. */
export function keyProblem(key: Buffer): string | undefined {
  return publicKey(key) ? undefined : 'is not a valid Ed25519 public key; copy the one that qis status shows there';
}

export function keyringOf(config: Config, identity: Identity, store: Store, emit: Emit): Keyring {
  const keyring = createKeyring();
  keyring.add(identity.publicKey, config.name);
  for (const { name, key } of [...config.neighbours, ...config.peers]) {
    if (!key) continue;
    const problem = keyProblem(key);
    const checked = publicKey(key);
    if (problem || !checked) throw new OperatingError('config_invalid', `the key of ${name} ${problem}`);
    if (!keyring.add(checked, name)) emit({ type: 'warning', message: `no room for the key of ${name}` });
  }
  // Those that announced themselves before the restart; the ones written down keep their names and their room.
  if (config.membership === 'open') for (const { publicKey: bytes } of store.keys.all()) addKey(keyring, bytes);
  return keyring;
}

function addKey(keyring: Keyring, bytes: Buffer): void {
  const key = publicKey(bytes);
  if (key) keyring.add(key);
}

/** Keys that were just announced are believed after a restart, too. */
export function learnKeys(kid: Buffer, keyring: Keyring, store: Store, clock: Clock): void {
  store.commitNow(() => {
    for (const { bytes } of keyring.candidates(kid)) {
      store.keys.add({ publicKey: bytes, kid, name: '', addedMs: clock.now() });
    }
  });
}

/** Keys of strangers that have not announced themselves for long are believed no longer; the ones written down stay. */
export function forgetKeys({ store, keyring, clock, pinned }: ForgettingParts): void {
  // A clock that is wrong would make all of them old.
  if (clock.quality() < 2) return;
  const silent = store.commitNow(() => store.keys.expire(clock.now() - strangerKeyMsMax));
  for (const bytes of silent) {
    const key = publicKey(bytes);
    if (key && !pinned.has(key.nodeId.toString('hex'))) keyring.remove(bytes);
  }
}

export interface ForgettingParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly clock: Clock;
  /** Node ids of the keys the operator wrote down. */
  readonly pinned: ReadonlySet<string>;
}

/** After a restart: what was heard and said before still counts. */
export function remember(
  store: Store,
  clock: Clock,
  keyring: Keyring,
  work: ReadonlyMap<Domain, DomainWork>,
  domains: Domains,
): void {
  for (const { id, origin, bytes } of store.packets.recent(clock.now(), heardPacketsMax)) {
    const parsed = parse(bytes);
    const key = publicKey(origin);
    if (!parsed.ok || !key || !keyring.candidates(key.kid).some((known) => known.bytes.equals(origin))) continue;
    const { outcome } = parsed.packet;
    if (isLater(outcome) || outcome.finding === FINDING.outcome) continue;
    const sighting = sightingOf(domains.of(outcome.domain), { id, origin: key.nodeId, outcome });
    work.get(outcome.domain)?.synthesizer.restore(sighting);
  }
}

/** What was deposited before the restart, by keys that are believed. */
export function storedOutcomes({ domains, store, keyring, isOpen, told }: StoredOutcomesParts): Outcomes {
  const outcomes = createOutcomes({ domains, packet: store.packets.get, told });
  const isKnown = (key: Buffer) => keyring.candidates(publicKey(key)!.kid).some(({ bytes }) => bytes.equals(key));
  noteStored(outcomes, store.packets.ofFinding(FINDING.outcome), (key) => isOpen || isKnown(key));
  return outcomes;
}

interface StoredOutcomesParts {
  readonly domains: Domains;
  readonly told: ToldWord;
  readonly store: Store;
  readonly keyring: Keyring;
  /** Whether strangers are believed: then also those that are silent by now. */
  readonly isOpen: boolean;
}

/**
 * Of the sensors that are still configured: one that was renamed would otherwise be silent for ever. Devices behind a
 * subscription (`zigbee/Balcony`) are configured nowhere, so of them those that were heard within a day.
 */
export function savedChannels(store: Store, config: Config, nowMs: number): unknown[] {
  const sensors = new Set(config.sensors.map(({ name }) => name));
  const saved = savedJson<{ sensor?: string; state?: { lastMs?: number } }[]>(store, 'channels') ?? [];
  return saved.filter(({ sensor = '', state }) => {
    const [configured = ''] = sensor.split('/', 1);
    return sensors.has(configured) && (sensor === configured || nowMs - (state?.lastMs ?? 0) < HEARD_MS);
  });
}

const HEARD_MS = 86_400_000;

/** What was saved under a key; a state that cannot be read is one that was never saved. */
export function savedJson<T>(store: Pick<Store, 'state'>, key: StateKey): T | undefined {
  const text = store.state.get(key);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** Node ids of the keys the operator wrote down. */
export function pinnedNodes(config: Config): Set<string> {
  const keys = [...config.neighbours, ...config.peers].flatMap(({ key }) => (key && publicKey(key)) ?? []);
  return new Set(keys.map(({ nodeId }) => nodeId.toString('hex')));
}
