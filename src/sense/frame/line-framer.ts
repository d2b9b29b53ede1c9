// Cuts lines of text out of bytes: they end in CR, LF or both; empty ones are none.
//
// Half a line can look like a whole one with other numbers in it. Hence a line that never ends, or breaks off when the
// device falls silent, is dropped with all that follows up to the next end; so is the first one, where somebody else
// may have read its beginning (`midway`).
import { textLineBytesMax } from '../../core/limits.ts';
import { type Framer, noDrops, type OnFrame } from './framer.ts';

const CR = 0x0d;
const LF = 0x0a;

export interface LineFramerOptions {
  /** The device was speaking before we listened: what comes before the first end may be half a line. */
  readonly midway?: boolean;
}

export function createLineFramer({ midway = false }: LineFramerOptions = {}): Framer {
  const held = Buffer.alloc(textLineBytesMax);
  const dropped = noDrops();
  let length = 0;
  let lines = 0;
  let isHalf = midway;
  /** Of the line that goes on now, something was counted already. */
  let isCounted = false;

  function take(bytes: Uint8Array): void {
    if (isCounted || bytes.length === 0) return;
    if (isHalf) drop('truncated');
    else if (length + bytes.length > held.length) drop('too_long');
    else {
      held.set(bytes, length);
      length += bytes.length;
    }
  }

  function drop(reason: 'truncated' | 'too_long'): void {
    dropped[reason]++;
    isCounted = true;
    length = 0;
  }

  function finish(onFrame: OnFrame): void {
    if (length > 0) {
      lines++;
      onFrame(held.subarray(0, length), 0);
    }
    length = 0;
    isHalf = false;
    isCounted = false;
  }

  return {
    push(bytes, onFrame) {
      let from = 0;
      for (let at = 0; at < bytes.length; at++) {
        if (bytes[at] !== LF && bytes[at] !== CR) continue;
        take(bytes.subarray(from, at));
        finish(onFrame);
        from = at + 1;
      }
      take(bytes.subarray(from));
    },
    end() {
      if (length > 0) drop('truncated');
    },
    dropped,
    get frames() {
      return lines;
    },
  };
}
