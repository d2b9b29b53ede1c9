// An arrival is what comes out of a network: bytes that nobody has looked into yet, their topic and who brought them.
//
// The size is judged here, before anything else sees the bytes; whatever is wrong inside them is for the agent to find and
// to count.
import type { Emit } from '../core/events.ts';
import { linkFrameBytesMax, packetBytesMax } from '../core/limits.ts';
import { isLinkTopic } from './topic.ts';
import type { Way } from './way.ts';

export interface Arrival {
  readonly topic: string;
  /** A copy of its own: keeping it does not keep the network's buffers alive. */
  readonly bytes: Buffer;
  /** Who brought it: our frames to that neighbour go back along it. */
  readonly via: Way;
  /** Node id of the neighbour whose STORE frame carried it; absent for what came on its own topic. */
  readonly giver?: Buffer;
  /** Where its bringer pays for the time it takes: told once by whoever had it wait, in ms. */
  readonly charge?: (handledMs: number) => void;
}

/** Settles once the arrival is committed or dropped; only then is it acknowledged. A rejection is not acknowledged. */
export type ArrivalHandler = (arrival: Arrival) => Promise<void> | void;

/** The arrival, or undefined (and an event) when the payload is larger than anything the protocol has. */
export function arrivalOf(topic: string, payload: Buffer | string, via: Way, emit: Emit): Arrival | undefined {
  const received = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const bytesMax = isLinkTopic(topic) ? linkFrameBytesMax : packetBytesMax;
  if (received.length <= bytesMax) return { topic, bytes: Buffer.from(received), via };
  emit({ type: 'packet_dropped', reason: 'too_large', via: via.id, bytes: received.length });
  return undefined;
}

/** Waits for a handler; what it throws becomes a rejection. */
export async function settle(handler: ArrivalHandler, arrival: Arrival): Promise<void> {
  await handler(arrival);
}
