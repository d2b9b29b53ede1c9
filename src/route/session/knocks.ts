// Learns who speaks and cannot be heard: a gateway whose key is not believed here, or one that takes us for another.
//
//     ANNOUNCE of a stranger, to our kid      its signature and the frame's tag hold ─┐
//     ANNOUNCE to another kid, at our broker  its signature holds                     ┴─> a knock, for the operator
//
// It is told once an hour for each start of the sender. Invariant: what is looked at is paced for each way, and a knock changes
// nothing of what is believed or where frames go.
import type { Clock } from '../../core/clock.ts';
import { introduceMsMax } from '../../core/limits.ts';
import { knocksBurst, knocksKeptMax, knocksPerS, ratesMax } from '../../core/share-limits.ts';
import type { PublicKey } from '../../packet/gate.ts';
import type { Way } from '../way.ts';
import type { SealedFrame } from './link-frame.ts';
import { createPaces } from './pace.ts';
import type { Seals } from './seals.ts';
import { verbAt } from './verb.ts';

export interface Knock {
  /** Of who knocks. */
  readonly key: PublicKey;
  readonly via: Way;
  /** Whom it takes us for, a kid of 8 bytes; absent: it means us. */
  readonly to?: Buffer | undefined;
}

export interface KnocksOptions {
  readonly seals: Pick<Seals, 'link' | 'readAnnouncement'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly onKnock?: ((knock: Knock) => void) | undefined;
}

/** @returns what notes a frame that is not heard, and says who knocked; undefined when nothing is proven, or it is known */
export function createKnocks({ seals, clock, onKnock }: KnocksOptions) {
  // Made when somebody knocks: most of ten thousand nodes in a simulation are never knocked at.
  let paces: ReturnType<typeof createPaces> | undefined;
  /** When it was told, by sender, its start, the way and whom it means. */
  let known: Map<string, number> | undefined;

  return (sealed: SealedFrame, { via, to }: { readonly via: Way; readonly to?: Buffer }): Knock | undefined => {
    const { verb, body, boot } = sealed.frame;
    const row = verbAt(verb);
    if (!row?.strangerMay || !row.isBody(body)) return undefined;
    const name = [sealed.kid, boot, to].map((part) => part?.toString('hex')).join() + via.id;
    const nowMs = clock.now();
    paces ??= createPaces(clock, ratesMax);
    known ??= new Map();
    const isKnown = Math.abs(nowMs - (known.get(name) ?? Number.NEGATIVE_INFINITY)) < introduceMsMax;
    if (isKnown || !paces(via.id, { burst: knocksBurst, perS: knocksPerS }).tryTake()) return undefined;
    const key = seals.readAnnouncement(body as Buffer)?.key;
    if (!key?.kid.equals(sealed.kid)) return undefined;
    // The key of a link with whom it takes us for is not ours: what is said to another has no tag that we can check.
    if (!to && !seals.link(key)?.isAuthentic(sealed)) return undefined;
    known.delete(name);
    const [oldest] = known.keys();
    if (known.size >= knocksKeptMax && oldest !== undefined) known.delete(oldest);
    known.set(name, nowMs);
    const knock = { key, via, to };
    onKnock?.(knock);
    return knock;
  };
}
