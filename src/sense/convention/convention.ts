// The contract of an MQTT convention: messages in, readings told to a sink; and what the profile of any of them holds.
//
// The engines are a small closed set, one file each beside this one, and each owns the type of its profile; the union of
// them is convention-profile.ts. What their words mean is data (devices/<name>/profile.ts). A convention keeps state
// between messages where it has to (births, aliases, descriptions), under a cap.
// Invariant: accept never throws, whatever the bytes; what is not used is rejected with a reason.
import type { Sink } from '../sink.ts';

/** What every profile holds, whatever its engine; survives a JSON round trip. */
export interface ProfileOf<Engine extends string> {
  /** The folder's name. */
  readonly name: string;
  readonly title: string;
  readonly aliases?: readonly string[];
  /** The engine that reads its messages. */
  readonly convention: Engine;
  /** Filters to subscribe to when the configuration names none. */
  readonly topics: readonly string[];
}

export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  /** As old as it may be: what describes devices is still good, readings without a time are not (the source sees to it). */
  readonly retained: boolean;
  /** Who published it, where the broker says so. */
  readonly account?: string | undefined;
  /** When it arrived, Unix ms; NaN when that is not known. */
  readonly timeMs: number;
}

export interface Convention {
  accept(message: Message, sink: Sink): void;
}
