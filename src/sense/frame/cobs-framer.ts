// Cuts out frames between zeros: COBS with a CRC-16 at the end (firmware-bridge/PROTOCOL.md section 2).
//
//     00  code bytes.. code bytes..  00        code n: n-1 bytes follow, then a zero; ff: 254 bytes follow, and no zero
//
// A zero is always a delimiter, so whatever went wrong ends at the next one: a torn frame, a boot banner, another baud
// rate. Encoders differ on what follows a run of exactly 254 bytes at the end (nothing, or a code 01): both are read.
import { serialFrameBytesMax } from '../../core/limits.ts';
import { crc16CcittFalse } from '../checksum/crc16.ts';
import { type Framer, noDrops, type OnFrame } from './framer.ts';

const CHECK_BYTES = 2;
/** Type, sequence, check. */
const FRAME_BYTES_MIN = 4;

/** Frames come out without their check. */
export function createCobsFramer(): Framer {
  const held = Buffer.alloc(serialFrameBytesMax);
  const dropped = noDrops();
  let length = 0;
  let frames = 0;
  /** Bytes to come of the open block; between blocks 0. */
  let left = 0;
  /** A zero stands before the next block, if there is one. */
  let owesZero = false;
  let isEmpty = true;
  let isTooLong = false;

  function take(byte: number): void {
    isEmpty = false;
    if (left > 0) {
      left--;
      hold(byte);
      return;
    }
    if (owesZero) hold(0);
    left = byte - 1;
    owesZero = byte < 0xff;
  }

  function hold(byte: number): void {
    if (length < held.length) held[length++] = byte;
    else isTooLong = true;
  }

  function finish(onFrame: OnFrame): void {
    if (isEmpty) return;
    if (isTooLong) dropped.too_long++;
    else if (left > 0) dropped.stuffing++;
    else if (length < FRAME_BYTES_MIN) dropped.length++;
    // The check over a frame with its check is 0.
    else if (crc16CcittFalse(held.subarray(0, length)) !== 0) dropped.checksum++;
    else {
      frames++;
      onFrame(held.subarray(0, length - CHECK_BYTES), 0);
    }
  }

  function clear(): void {
    length = 0;
    left = 0;
    owesZero = false;
    isEmpty = true;
    isTooLong = false;
  }

  return {
    push(bytes, onFrame) {
      for (const byte of bytes) {
        if (byte !== 0) {
          take(byte);
          continue;
        }
        finish(onFrame);
        clear();
      }
    },
    end() {
      if (!isEmpty) dropped.truncated++;
      clear();
    },
    dropped,
    get frames() {
      return frames;
    },
  };
}

/** @param frame without its check @returns the frame with a zero before and after it, as it goes on the line */
export function cobsFrame(frame: Uint8Array): Buffer {
  const crc = crc16CcittFalse(frame);
  const out = [0, 0];
  let code = 1;
  const close = () => {
    out[code] = out.length - code;
    code = out.length;
    out.push(0);
  };
  for (const byte of [...frame, crc >> 8, crc & 0xff]) {
    if (byte === 0) close();
    else if (out.push(byte) - code === 0xff) close();
  }
  // The zero that stands where the next code would is the delimiter.
  close();
  return Buffer.from(out);
}
