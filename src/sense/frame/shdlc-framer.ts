// Cuts out frames between flags, as Sensirion's SHDLC has them: 7E, escaped content, 7E.
//
//     7E  address command state length data ~sum  7E        7D 5E, 7D 5D, 7D 31, 7D 33 stand for 7E, 7D, 11, 13
//
// A flag may end one frame and begin the next. What stands between two flags is a candidate: the sum is made of the
// unstuffed bytes (SPS30 datasheet, section "UART interface"). Invariant: a flag is always a flag, so whatever went wrong
// ends at the next one.
import { serialFrameBytesMax } from '../../core/limits.ts';
import type { Frame } from '../profile.ts';
import { frameShape, headerMatch } from './frame-shape.ts';
import { type Framer, noDrops, type OnFrame } from './framer.ts';

const FLAG = 0x7e;
const ESCAPE = 0x7d;
/** What is never sent as it is, but with this bit turned over, after an escape. */
const STUFFED: readonly number[] = [FLAG, ESCAPE, 0x11, 0x13];
const TURNED = 0x20;
/** An answer without data: address, command, state, length, sum. */
const ANSWER_BYTES = 5;
const LENGTH_AT = 3;
/** Address and command: what follows them may differ, and it is still an answer of the kind. */
const KIND_BYTES = 2;

export function createShdlcFramer(frames: readonly Frame[]): Framer {
  const shapes = frames.map(frameShape);
  const held = Buffer.alloc(serialFrameBytesMax);
  const dropped = noDrops();
  let length = 0;
  let good = 0;
  /** Between two flags: taking bytes, or dropping those of a frame that was counted; outside: noise. */
  let state: 'outside' | 'taking' | 'dropping' = 'outside';
  let isEscaped = false;

  function take(byte: number): void {
    if (state === 'outside') dropped.noise++;
    if (state !== 'taking') return;
    if (byte === ESCAPE && !isEscaped) {
      isEscaped = true;
      return;
    }
    const plain = isEscaped ? byte ^ TURNED : byte;
    const isWrong = isEscaped && !STUFFED.includes(plain);
    isEscaped = false;
    if (isWrong) drop('stuffing');
    else if (length === held.length) drop('too_long');
    else held[length++] = plain;
  }

  function drop(reason: 'stuffing' | 'too_long'): void {
    dropped[reason]++;
    state = 'dropping';
  }

  function flag(onFrame: OnFrame): void {
    if (state === 'taking' && isEscaped) dropped.stuffing++;
    else if (state === 'taking' && length > 0) finish(onFrame);
    state = 'taking';
    isEscaped = false;
    length = 0;
  }

  function finish(onFrame: OnFrame): void {
    if (length < ANSWER_BYTES || !isSumRight(held, length)) {
      if (isAnswer()) dropped.checksum++;
      else dropped.noise += length;
      return;
    }
    const shape = shapes.find((one) => one.bytes === length && headerMatch(one, held, 0, length) === one.header.length);
    if (!shape) {
      dropped.unknown_frame++;
      return;
    }
    good++;
    onFrame(held.subarray(0, length), shape.index);
  }

  /** Whether this was meant as an answer: its length is its length, or it begins as the model's answers do. */
  function isAnswer(): boolean {
    if (length >= ANSWER_BYTES && held[LENGTH_AT] === length - ANSWER_BYTES) return true;
    return length >= KIND_BYTES && shapes.some((shape) => headerMatch(shape, held, 0, length) >= KIND_BYTES);
  }

  return {
    push(bytes, onFrame) {
      for (const byte of bytes) {
        if (byte === FLAG) flag(onFrame);
        else take(byte);
      }
    },
    end() {
      if (state === 'taking' && (length > 0 || isEscaped)) {
        if (isAnswer()) dropped.truncated++;
        else dropped.noise += length;
      }
      state = 'outside';
      isEscaped = false;
      length = 0;
    },
    dropped,
    get frames() {
      return good;
    },
  };
}

function isSumRight(bytes: Buffer, length: number): boolean {
  let sum = 0;
  for (let at = 0; at < length; at++) sum += bytes[at]!;
  return (sum & 0xff) === 0xff;
}
