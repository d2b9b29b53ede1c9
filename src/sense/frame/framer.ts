// The contract of every framer: it cuts frames out of bytes that may be noisy, torn or doubled.
//
//     fixed-framer.ts   shapes known by their first bytes and length      shdlc-framer.ts   flags and escapes
//     line-framer.ts    text that ends in CR, LF or both                  bridge/           zeros between frames (COBS)
//
// Invariants: what comes out does not depend on how the bytes were cut into pieces (end aside); memory is fixed; what
// is not part of a frame is counted under a reason; nothing throws.
import type { FrameReason } from '../../core/events.ts';

/**
 * One good frame.
 * @param frame a view that is valid during the call only
 * @param shape place of its shape in the model's frames; 0 where a framer has no shapes
 */
export type OnFrame = (frame: Buffer, shape: number) => void;

export interface Framer {
  /** Takes any number of bytes. */
  push(bytes: Uint8Array, onFrame: OnFrame): void;
  /** The line fell silent, or ended: what is held gives its frames now, or is dropped. */
  end(onFrame: OnFrame): void;
  /** So far: bytes (noise), or frames and lines (all others). */
  readonly dropped: Readonly<Record<FrameReason, number>>;
  readonly frames: number;
}

/** A count for each reason, all zero. */
export const noDrops = (): Record<FrameReason, number> => ({
  checksum: 0,
  length: 0,
  noise: 0,
  truncated: 0,
  too_long: 0,
  stuffing: 0,
  unknown_frame: 0,
  refused: 0,
  malformed: 0,
});
