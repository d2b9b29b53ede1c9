// ACKs on their way out: packets that were committed together are acknowledged together.
//
// Invariant: what is noted here is committed, and it is sent before the event loop turns; nothing piles up.
import { acksPerFrameMax } from '../../core/limits.ts';
import { frameBytesMax } from '../session/link-frame.ts';
import type { Peer } from '../session/peer-table.ts';
import type { Peers } from '../session/peers.ts';
import type { Way } from '../way.ts';

export interface Acknowledgements {
  /** @param via the way the packet came: that one is up */
  note(peer: Peer, id: Buffer, via: Way): void;
}

export function createAcknowledgements(peers: Pick<Peers, 'say'>): Acknowledgements {
  /** Absent while nothing waits: ten thousand nodes of a simulation have one each. */
  let waiting: Map<Peer, { via: Way; readonly ids: Buffer[] }> | undefined;

  function flush(): void {
    for (const [peer, { via, ids }] of waiting ?? []) {
      const count = idsPerFrame(via);
      for (let at = 0; at < ids.length; at += count) peers.say(peer, 'ack', { body: ids.slice(at, at + count) }, [via]);
    }
    waiting = undefined;
  }

  return {
    note(peer, id, via) {
      if (!waiting) queueMicrotask(flush);
      waiting ??= new Map();
      const same = waiting.get(peer);
      if (!same) waiting.set(peer, { via, ids: [id] });
      else {
        same.via = via;
        if (!same.ids.some((other) => other.equals(id))) same.ids.push(id);
      }
    },
  };
}

/** As many as fit the way, and one where none does. */
function idsPerFrame({ payloadBytesMax }: Way): number {
  // An id is 16 bytes and its head; all of them are an array of less than 24.
  const fitting = Math.floor((payloadBytesMax - frameBytesMax(1)) / 17);
  return Math.max(1, Math.min(acksPerFrameMax, fitting));
}
