// ACKs on their way out: packets that were committed together are acknowledged together.
//
// Invariant: what is noted here is committed, and it is sent before the event loop turns; nothing piles up.
import { acksPerFrameMax } from '../../core/limits.ts';
import type { Peer } from '../session/peer-table.ts';
import type { Peers } from '../session/peers.ts';

export interface Acknowledgements {
  /** @param via the way the packet came: that one is up */
  note(peer: Peer, id: Buffer, via: string): void;
}

export function createAcknowledgements(peers: Pick<Peers, 'say'>): Acknowledgements {
  const waiting = new Map<Peer, { via: string; readonly ids: Buffer[] }>();

  function flush(): void {
    for (const [peer, { via, ids }] of waiting) {
      for (let at = 0; at < ids.length; at += acksPerFrameMax)
        peers.say(peer, 'ack', { body: ids.slice(at, at + acksPerFrameMax) }, [via]);
    }
    waiting.clear();
  }

  return {
    note(peer, id, via) {
      if (waiting.size === 0) queueMicrotask(flush);
      const same = waiting.get(peer);
      if (!same) waiting.set(peer, { via, ids: [id] });
      else {
        same.via = via;
        if (!same.ids.some((other) => other.equals(id))) same.ids.push(id);
      }
    },
  };
}
