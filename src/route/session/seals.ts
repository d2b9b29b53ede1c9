// Makes and checks what proves who speaks: the tags of link frames and the signatures of announcements.
//
// Routing asks for nothing else of a key. So a gateway hands in its real one, and a simulation of ten thousand nodes
// something that costs nothing. Making the key of a link takes far longer than checking a tag with it, and whoever sends bad
// tags under a known key asks for it each time: the last ones are kept. Invariant: a link seal is bound to one other key and
// to a direction.
import type { Clock } from '../../core/clock.ts';
import { linkSealsKeptMax } from '../../core/limits.ts';
import { type Announcement, readAnnouncement, signAnnouncement } from '../../packet/announcement.ts';
import type { Community } from '../../packet/community.ts';
import type { PublicKey } from '../../packet/gate.ts';
import type { Identity } from '../../packet/identity.ts';
import { isAuthentic, type LinkFrame, type SealedFrame, sealFrame } from './link-frame.ts';

export interface Seals {
  readonly own: PublicKey;
  /** @returns undefined for a key with which there can be no link */
  link(other: PublicKey): LinkSeal | undefined;
  /** Signed, as the body of an ANNOUNCE. */
  announce(said: Omit<Announcement, 'key'>): Buffer;
  /** @returns undefined when it is malformed, not signed by the key it names, or not valid now */
  readAnnouncement(bytes: Buffer): Announcement | undefined;
}

export interface LinkSeal {
  /** The bytes of a frame of ours. */
  seal(frame: LinkFrame): Buffer;
  /** Whether the other end made it. */
  isAuthentic(sealed: SealedFrame): boolean;
}

export function sealsOf(identity: Identity, community: Community | undefined, clock: Clock): Seals {
  const own = identity.publicKey;
  /** By node id in hex; the one used last stands last. */
  const kept = new Map<string, LinkSeal | undefined>();

  function make(other: PublicKey): LinkSeal | undefined {
    const keys = identity.linkKeys(other);
    return (
      keys && {
        seal: (frame) => sealFrame(frame, own.kid, keys.send),
        isAuthentic: (sealed) => isAuthentic(sealed, keys.receive),
      }
    );
  }

  return {
    own,
    link(other) {
      const id = other.nodeId.toString('hex');
      const seal = kept.has(id) ? kept.get(id) : make(other);
      kept.delete(id);
      const [oldest] = kept.keys();
      if (kept.size >= linkSealsKeptMax && oldest !== undefined) kept.delete(oldest);
      kept.set(id, seal);
      return seal;
    },
    announce: (said) => signAnnouncement(said, identity, community),
    readAnnouncement: (bytes) => readAnnouncement(bytes, community, clock),
  };
}
