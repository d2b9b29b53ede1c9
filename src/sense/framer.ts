// Cuts frames out of a byte stream that may be noisy, torn or doubled.
//
//     bytes ──push──> [ held bytes ] ──header? length? sum?──> frame
//                          │  no: let go of ONE byte, look again at what is held
//                          └────────────────────────────────────────────────────
//
// Invariant: after a bad candidate only its first byte is lost, so a good frame that begins inside it is still found.
// Memory is one fixed buffer; every byte that is not part of a frame is counted under a reason.
import { assert } from '../core/assert.ts';
import type { Emit, FrameReason } from '../core/events.ts';
import { framerBytesMax, serialFrameBytesMax } from '../core/limits.ts';
import type { LengthFraming } from './profile.ts';

export interface Framer {
  /** Takes any number of bytes; `onFrame` is called with a view that is valid during the call only. */
  push(bytes: Uint8Array, onFrame: (frame: Buffer) => void): void;
  /** Bytes (noise) and candidates (checksum, length) dropped so far. */
  readonly dropped: Readonly<Record<FrameReason, number>>;
  readonly frames: number;
}

/** @param frameBytes whole-frame lengths the model may send; any other length is noise that looks like a header */
export function createFramer(framing: LengthFraming, frameBytes: number): Framer {
  assert(frameBytes <= serialFrameBytesMax, `a frame of ${frameBytes} bytes is over the limit`);
  const header = Buffer.from(framing.header, 'hex');
  const headerLength = header.length;
  const first = header[0] ?? 0;
  const held = Buffer.alloc(framerBytesMax);
  const dropped = { checksum: 0, length: 0, noise: 0 };
  let end = 0;
  let frames = 0;

  /** Bytes to let go at `at`: 0 when more bytes are needed, otherwise the frame's length (good) or 1 (bad). */
  function inspect(at: number, onFrame: (frame: Buffer) => void): number {
    const available = end - at;
    for (let i = 0; i < headerLength && i < available; i++) {
      if (held[at + i] !== header[i]) return skip('noise');
    }
    if (available < headerLength + 2) return 0;
    if (headerLength + 2 + held.readUInt16BE(at + headerLength) !== frameBytes) return skip('length');
    if (available < frameBytes) return 0;
    const sumAt = at + frameBytes - 2;
    let sum = 0;
    for (let i = at; i < sumAt; i++) sum += held[i]!;
    if ((sum & 0xffff) !== held.readUInt16BE(sumAt)) return skip('checksum');
    frames++;
    onFrame(held.subarray(at, at + frameBytes));
    return frameBytes;
  }

  function skip(reason: FrameReason): number {
    dropped[reason]++;
    return 1;
  }

  function scan(onFrame: (frame: Buffer) => void): void {
    let at = 0;
    while (at < end) {
      const step = inspect(at, onFrame);
      if (step === 0) break;
      at += step;
      if (step === 1) {
        // Jump over what cannot start a frame in one go: noise is common, headers are rare.
        let next = held.indexOf(first, at);
        if (next === -1 || next > end) next = end;
        dropped.noise += next - at;
        at = next;
      }
    }
    held.copyWithin(0, at, end);
    end -= at;
  }

  return {
    push(bytes, onFrame) {
      for (let from = 0; from < bytes.length; ) {
        const part = Math.min(bytes.length - from, framerBytesMax - end);
        held.set(bytes.subarray(from, from + part), end);
        end += part;
        from += part;
        scan(onFrame);
      }
    },
    dropped,
    get frames() {
      return frames;
    },
  };
}

/** Emits what a framer dropped since the last call, by reason. */
export function dropReporter(framer: Framer, sensor: string, emit: Emit): () => void {
  const told: Record<FrameReason, number> = { checksum: 0, length: 0, noise: 0 };
  const reasons = Object.keys(told) as FrameReason[];
  return () => {
    for (const reason of reasons) {
      const count = framer.dropped[reason] - told[reason];
      if (count === 0) continue;
      told[reason] += count;
      emit({ type: 'frame_dropped', sensor, reason, count });
    }
  };
}
