// Knows who has a packet, and tells who should know that we have it: so that it is sent to nobody twice.
//
// A class, because there is one for each of ten thousand nodes in a simulation. Invariant: a neighbour has a packet when it
// acknowledged it or handed it over itself; what others say of it counts nothing.
import type { Clock } from '../../core/clock.ts';
import { byCost, type Way } from '../way.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import type { Ledger } from './ledger.ts';
import { type Consignment, giverOf, type Handed, type OwingParts } from './owing.ts';

export interface HoldingParts extends Pick<OwingParts, 'peers'> {
  readonly ledger: Pick<Ledger, 'custody'>;
  readonly acknowledgements: Acknowledgements;
  readonly clock: Pick<Clock, 'now'>;
}

export class Holding {
  readonly #parts: HoldingParts;

  constructor(parts: HoldingParts) {
    this.#parts = parts;
  }

  /** The packet is verified and committed: its origin is there, and whoever handed it over may stop. */
  acknowledge(packet: Consignment, from: Handed): void {
    const { peers, clock } = this.#parts;
    const origin = from.hops === 0 ? peers.byNodeId(packet.key.nodeId) : undefined;
    if (origin?.session) origin.heardMs = clock.now();
    this.#note(packet, from);
  }

  #note(packet: Consignment, from: Handed): void {
    const { peers, acknowledgements } = this.#parts;
    const peer = giverOf(peers, packet, from);
    if (peer) acknowledgements.note(peer, packet.id, from.via);
  }

  /** Another copy of what is committed: whoever handed it over has it as well, and owes no acknowledgement for it. */
  again(packet: Consignment, from: Handed): void {
    const { peers, ledger } = this.#parts;
    const nodeId = giverOf(peers, packet, from)?.key.nodeId;
    const { owing } = ledger.custody.standing(packet.id);
    if (nodeId && owing.some((one) => one.equals(nodeId))) ledger.custody.settle(packet.id, nodeId);
    this.#note(packet, from);
  }

  /** Node ids of those who owe for a packet, and of those who have it. */
  standing(id: Buffer): ReturnType<Ledger['custody']['standing']> {
    return this.#parts.ledger.custody.standing(id);
  }

  /** Node ids of the packet's origin and of who handed it over. */
  sources(packet: Consignment, from: Handed): Buffer[] {
    const giver = giverOf(this.#parts.peers, packet, from);
    return giver ? [packet.key.nodeId, giver.key.nodeId] : [packet.key.nodeId];
  }

  /** Tells these neighbours that we have the packet, but not who is at the other end of one of the ways. */
  tell(id: Buffer, nodeIds: readonly Buffer[], but: readonly Way[]): void {
    const { peers, acknowledgements } = this.#parts;
    const told = new Set(but.map((way) => peers.at(way)));
    for (const nodeId of nodeIds) {
      const peer = peers.byNodeId(nodeId);
      const [way] = byCost(peer?.ways ?? []);
      if (peer?.session && way && !told.has(peer)) acknowledgements.note(peer, id, way);
    }
  }
}
