// Cuts out frames of known shapes: their first bytes, their length, their check. All shapes of a model at once.
//
//     bytes ──push──> [ held bytes ] ──header? length? check?──> frame
//                          │  no: let go of ONE byte, look again at what is held
//                          └─────────────────────────────────────────────────────
//
// Invariant: after a bad candidate only its first byte is lost, so a good frame that begins inside it is still found.
// Shorter shapes go before longer ones: whichever is good first as bytes arrive one by one is the one that counts.
// A frame without a check in which another one begins was torn; one that may be waits for the next byte, or the end.
import { assert } from '../../core/assert.ts';
import { framerBytesMax } from '../../core/limits.ts';
import type { Frame } from '../profile.ts';
import { type FrameShape, frameShape, headerMatch } from './frame-shape.ts';
import { type Framer, noDrops, type OnFrame } from './framer.ts';

export function createFixedFramer(frames: readonly Frame[]): Framer {
  assert(frames.length > 0, 'a model needs a frame');
  const shapes = frames.map(frameShape).sort((a, b) => a.bytes - b.bytes);
  const starts = startsOf(shapes);
  const held = Buffer.alloc(framerBytesMax);
  const dropped = noDrops();
  let end = 0;
  let good = 0;
  /** Up to here, bytes belong to a candidate that was counted: they do not count as noise besides. */
  let claimedTo = 0;

  /** Bytes to let go at `at`: 0 when more are needed, otherwise a good frame's length, or 1. */
  function inspect(at: number, isEnd: boolean, onFrame: OnFrame): number {
    let isWrongLength = false;
    let isWaiting = false;
    let isTorn = false;
    let wrongTo = 0;
    for (const shape of shapes) {
      const matched = headerMatch(shape, held, at, end);
      if (at + matched < end && matched < shape.header.length) isWrongLength ||= matched >= shape.lengthAt;
      else if (at + shape.bytes > end) {
        isWaiting = true;
        isTorn ||= matched >= shape.lengthAt;
      } else if (shape.isGood(held, at)) {
        const start = shape.isChecked ? 'none' : startWithin(at, shape);
        if (start === 'none' || (start === 'perhaps' && isEnd)) {
          good++;
          onFrame(held.subarray(at, at + shape.bytes), shape.index);
          return shape.bytes;
        }
        if (start === 'perhaps') isWaiting = true;
        else isTorn = true;
      } else wrongTo = at + shape.bytes;
    }
    if (isWaiting && !isEnd) return 0;
    if (isTorn) claim('truncated', at, isWaiting ? end : at + 1);
    else if (wrongTo > 0) claim('checksum', at, wrongTo);
    else if (isWrongLength) claim('length', at, at + 1);
    else if (at >= claimedTo) dropped.noise++;
    return 1;
  }

  /** Whether a header begins behind that of the frame at `at`. */
  function startWithin(at: number, { header, bytes }: FrameShape): 'none' | 'perhaps' | 'whole' {
    let isPerhaps = false;
    for (let from = at + header.length; from < at + bytes; from++) {
      for (const shape of shapes) {
        const matched = headerMatch(shape, held, from, end);
        if (matched === shape.header.length) return 'whole';
        isPerhaps ||= matched > 0 && from + matched === end;
      }
    }
    return isPerhaps ? 'perhaps' : 'none';
  }

  /** What is torn at the end is one frame, whatever its bytes look like. */
  function claim(reason: 'truncated' | 'checksum' | 'length', at: number, to: number): void {
    if (reason !== 'truncated' || at >= claimedTo) dropped[reason]++;
    claimedTo = Math.max(claimedTo, to);
  }

  function scan(isEnd: boolean, onFrame: OnFrame): void {
    let at = 0;
    while (at < end) {
      const step = inspect(at, isEnd, onFrame);
      if (step === 0) break;
      at += step;
      if (step === 1) at = nextStart(at);
    }
    held.copyWithin(0, at, end);
    end -= at;
    claimedTo = Math.max(0, claimedTo - at);
  }

  /** Jumps over what cannot start a frame in one go: noise is common, headers are rare. */
  function nextStart(from: number): number {
    let at = from;
    while (at < end && starts[held[at]!] === 0) at++;
    dropped.noise += Math.max(0, at - Math.max(from, claimedTo));
    return at;
  }

  return {
    push(bytes, onFrame) {
      for (let from = 0; from < bytes.length; ) {
        const part = Math.min(bytes.length - from, framerBytesMax - end);
        held.set(bytes.subarray(from, from + part), end);
        end += part;
        from += part;
        scan(false, onFrame);
      }
    },
    end: (onFrame) => scan(true, onFrame),
    dropped,
    get frames() {
      return good;
    },
  };
}

/** 1 for each byte that some frame begins with. */
function startsOf(shapes: readonly FrameShape[]): Uint8Array {
  const starts = new Uint8Array(256);
  for (const { header } of shapes) {
    if (header[0] === -1) starts.fill(1);
    else starts[header[0]!] = 1;
  }
  return starts;
}
