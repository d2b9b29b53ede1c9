// What may come in from an address before anyone has shown who they are: so many connections, so many wrong passwords.
//
// Wrong passwords count for an account at an address, so a guesser elsewhere never locks out the owner. A client id that
// showed the right password before has a count of its own, so neither does one behind the same router. Names that nobody
// has count together. An IPv6 network of 64 bits is one address: whoever has one has all of it.
// Invariant: a password is looked at only while there is a guess left.
import { isIPv6 } from 'node:net';
import {
  addressConnectsBurst,
  addressConnectsPerS,
  addressesRememberedMax,
  knownClientIdsMax,
  passwordGuessesBurst,
  passwordGuessesPerS,
} from '../../core/broker-limits.ts';
import { Pace } from '../session/pace.ts';

/** Who wants to come in, before the password was looked at. */
export interface Caller {
  /** doorOf */
  readonly door: string;
  /** A configured account, or '' for every other name. */
  readonly account: string;
  readonly clientId: string;
}

interface Door {
  readonly connects: Pace;
  /** By account. */
  readonly guesses: Map<string, Pace>;
}

const CONNECTS = { burst: addressConnectsBurst, perS: addressConnectsPerS };
const GUESSES = { burst: passwordGuessesBurst, perS: passwordGuessesPerS };

export class AddressDoors {
  readonly #clock: { now(): number };
  readonly #doors = new Map<string, Door>();
  /** By account, then by client id: those that were right once. */
  readonly #known = new Map<string, Map<string, Pace>>();

  constructor(clock: { now(): number } = { now: () => performance.now() }) {
    this.#clock = clock;
  }

  /** A new connection. @returns false when too many came from there */
  mayConnect(door: string): boolean {
    return this.#at(door).connects.tryTake();
  }

  mayTry(caller: Caller): boolean {
    return this.#guessesOf(caller).allowance() >= 1;
  }

  wrong(caller: Caller): void {
    this.#guessesOf(caller).take(1);
  }

  right({ door, account, clientId }: Caller): void {
    this.#at(door).guesses.delete(account);
    if (clientId === '') return;
    const ids = this.#known.get(account) ?? new Map<string, Pace>();
    this.#known.set(account, ids);
    ids.delete(clientId);
    const [oldest] = ids.keys();
    if (ids.size >= knownClientIdsMax && oldest !== undefined) ids.delete(oldest);
    ids.set(clientId, new Pace(this.#clock, GUESSES));
  }

  #guessesOf({ door, account, clientId }: Caller): Pace {
    const known = this.#known.get(account)?.get(clientId);
    if (known) return known;
    const { guesses } = this.#at(door);
    const pace = guesses.get(account) ?? new Pace(this.#clock, GUESSES);
    guesses.set(account, pace);
    return pace;
  }

  /** The one that was here last stands last; the first one gives way. */
  #at(address: string): Door {
    const door = this.#doors.get(address) ?? { connects: new Pace(this.#clock, CONNECTS), guesses: new Map() };
    this.#doors.delete(address);
    const [oldest] = this.#doors.keys();
    if (this.#doors.size >= addressesRememberedMax && oldest !== undefined) this.#doors.delete(oldest);
    this.#doors.set(address, door);
    return door;
  }
}

/** What counts as one address: IPv4 as it is, also where IPv6 carries it; of IPv6 the first 64 bits. */
export function doorOf(address: string | undefined): string {
  const plain = (address ?? 'unknown address').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...last];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
