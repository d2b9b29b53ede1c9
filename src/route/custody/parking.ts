// Packets of unknown origin, kept for a while: the key may be announced a moment later (protocol section 1).
//
// In memory only, so what waits here is not acknowledged; whoever sent it keeps it. Invariant: never more than
// parkedPacketsMax, and none older than parkedMsMax.
import type { Clock } from '../../core/clock.ts';
import { parkedMsMax, parkedPacketsMax } from '../../core/limits.ts';
import type { Arrival } from '../arrival.ts';

export interface Parking {
  /** @returns false when it is full */
  park(kid: Buffer, arrival: Arrival): boolean;
  /** Takes out what waited for a key with this kid, in the order it came. */
  release(kid: Buffer): Arrival[];
}

interface Parked {
  readonly kid: Buffer;
  readonly arrival: Arrival;
  readonly sinceMs: number;
}

export function createParking(clock: Pick<Clock, 'now'>, packetsMax = parkedPacketsMax): Parking {
  let parked: Parked[] = [];
  const isWaiting = ({ sinceMs }: Parked): boolean => Math.abs(clock.now() - sinceMs) < parkedMsMax;
  return {
    park(kid, arrival) {
      if (parked.some((other) => other.arrival.bytes.equals(arrival.bytes))) return true;
      if (parked.length >= packetsMax) parked = parked.filter(isWaiting);
      if (parked.length >= packetsMax) return false;
      parked.push({ kid, arrival, sinceMs: clock.now() });
      return true;
    },
    release(kid) {
      const released = parked.filter((other) => isWaiting(other) && other.kid.equals(kid));
      parked = parked.filter((other) => isWaiting(other) && !other.kid.equals(kid));
      return released.map(({ arrival }) => arrival);
    },
  };
}
