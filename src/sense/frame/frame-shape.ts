// Compiles a frame of a profile into what tells whether bytes are one: its first bytes, its last ones, its check.
//
// Done once for each frame of a model; a good frame then costs one pass over its header and one over what is checked.
// Invariant: a frame that cannot be (longer than the cap, without room for its header) is a programmer's mistake.
import { assert } from '../../core/assert.ts';
import { serialFrameBytesMax } from '../../core/limits.ts';
import { CHECKS } from '../checksum/check-kinds.ts';
import type { Check, Frame } from '../profile.ts';

export interface FrameShape {
  /** Place in the model's frames. */
  readonly index: number;
  readonly bytes: number;
  /** -1 is any byte. */
  readonly header: Int16Array;
  /** A frame that is right up to here has a wrong length; beyond the header when it holds none. */
  readonly lengthAt: number;
  readonly isChecked: boolean;
  /** Trailer and check of a whole frame that begins at `at`. */
  isGood(bytes: Buffer, at: number): boolean;
}

export function frameShape(frame: Frame, index: number): FrameShape {
  assert(frame.bytes <= serialFrameBytesMax, `a frame of ${frame.bytes} bytes is over the limit`);
  const header = hexBytes(frame.header);
  const trailer = hexBytes(frame.trailer ?? '');
  const trailerAt = frame.bytes - trailer.length;
  assert(header.length > 0 && header.length <= trailerAt, `a frame of ${frame.bytes} bytes has no room for its header`);
  const isRight = frame.check && checkTest(frame.check);
  return {
    index,
    bytes: frame.bytes,
    header,
    lengthAt: frame.lengthAt ?? header.length,
    isChecked: frame.check !== undefined,
    isGood(bytes, at) {
      for (let i = 0; i < trailer.length; i++) if (bytes[at + trailerAt + i] !== trailer[i]) return false;
      return isRight === undefined || isRight(bytes, at);
    },
  };
}

/** How many of these bytes, from `at` on, agree with the header; at most its length. */
export function headerMatch({ header }: FrameShape, bytes: Buffer, at: number, end: number): number {
  const length = Math.min(header.length, end - at);
  for (let i = 0; i < length; i++) if (header[i] !== bytes[at + i] && header[i] !== -1) return i;
  return length;
}

function hexBytes(hex: string): Int16Array {
  assert(/^([0-9a-f]{2}|\.\.)*$/i.test(hex), `"${hex}" is not hex`);
  return Int16Array.from(hex.match(/../g) ?? [], (pair) => (pair === '..' ? -1 : Number.parseInt(pair, 16)));
}

const checkTest = ({ kind, from, to, at }: Check) => CHECKS[kind].compile({ from, to, checkAt: at });
