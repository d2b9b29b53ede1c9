// The one way from bytes to readings, for serial lines and MQTT alike: framers, decoders and conventions tell a Sink.
//
//     bytes ──> framer ──> decoder ──┐
//     messages ──> convention ───────┴─> Sink: frame, value, online, rejected
//
// A sink is told in the order of arrival; what comes after frame(source) belongs to that source until the next frame.
import type { FrameReason, ReadingReason } from '../core/events.ts';
import type { Quantity } from '../core/quantities.ts';

/** One value as a device states it. */
export interface Observation {
  /** null: a number that describes itself, of a kind that the quantity table does not have. */
  readonly quantity: Quantity | null;
  /** In `unit`; null when the sensor itself marks it as not valid. Never NaN or infinite. */
  readonly value: number | null;
  /** Unit of the quantity table; for an unknown quantity the unit as stated, '' when none was. */
  readonly unit: string;
  /** '' for the main channel of the quantity; for an unknown quantity the name as stated. */
  readonly channel: string;
  /** Bits of QUALITY; `invalid` when value is null. */
  readonly quality: number;
  /** Unix ms, where the message carries a time that can be trusted. */
  readonly timeMs?: number;
}

export interface Sink {
  /** A whole good frame or message, from this source when it says so (serial number, address, topic, name). */
  frame(source?: string): void;
  value(observation: Observation): void;
  /** The source of the last frame is there, or has gone; or another one that the same frame spoke for: the devices of a node. */
  online(is: boolean, source?: string): void;
  /** Bytes, frames, messages or single values that were not used. */
  rejected(reason: FrameReason | ReadingReason, count: number): void;
  /** A topic filter that a message named as the place of readings to come: subscribe to it. Serial lines have none. */
  topic(filter: string): void;
}
