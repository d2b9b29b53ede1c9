// How many new packets are taken in: on one way, of one origin, and of all origins together that nobody vouched for.
//
// A way pays before a signature is checked, an origin after it, so nobody can spend what is another's. Duplicates cost
// nothing. What is refused is not acknowledged, so whoever has it sends it again later, at the pace of custody.
// Invariant: a bucket that is forgotten was not used for longer than the others.
import type { Clock } from '../core/clock.ts';
import {
  originPacketsBurst,
  originPacketsPerS,
  ratesMax,
  strangerPacketsBurst,
  strangerPacketsPerS,
  wayPacketsBurst,
  wayPacketsPerS,
} from '../core/share-limits.ts';
import type { PublicKey } from '../packet/gate.ts';
import { createPaces, Pace } from './session/pace.ts';
import type { Way } from './way.ts';

export interface Rates {
  /** Takes one of the way. */
  refuseWay(via: Way): 'way_rate' | undefined;
  /** Takes one of the origin. */
  refuseOrigin(key: PublicKey): 'origin_rate' | undefined;
}

export interface RatesOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** By node id in hex. Absent: all of them are. */
  readonly isPinned?: ((nodeId: string) => boolean) | undefined;
}

export function createRates({ clock, isPinned = () => true }: RatesOptions): Rates {
  const bucketOf = createPaces(clock, ratesMax);
  const strangers = new Pace(clock, { burst: strangerPacketsBurst, perS: strangerPacketsPerS });
  return {
    refuseWay({ id }) {
      const bucket = bucketOf(`way ${id}`, { burst: wayPacketsBurst, perS: wayPacketsPerS });
      return bucket.tryTake() ? undefined : 'way_rate';
    },
    refuseOrigin({ nodeId }) {
      const node = nodeId.toString('hex');
      const bucket = bucketOf(node, { burst: originPacketsBurst, perS: originPacketsPerS });
      if (bucket.allowance() < 1) return 'origin_rate';
      if (!isPinned(node) && !strangers.tryTake()) return 'origin_rate';
      bucket.take(1);
      return undefined;
    },
  };
}
