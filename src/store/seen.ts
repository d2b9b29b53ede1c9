// Ids of packets that were dealt with: duplicates stop here, also after a restart, for as long as the packet lives.
//
// Nothing is written for it: the row of a packet holds its id, and when the packet gives way its id gets a row here
// (packets.ts). So an id counts as seen exactly when the job that took its packet in was committed.
import type { KnownPackets } from './known-packets.ts';

export interface Seen {
  has(id: Buffer): boolean;
}

export function createSeen(known: Pick<KnownPackets, 'find'>): Seen {
  return { has: (id) => known.find(id) !== undefined };
}
