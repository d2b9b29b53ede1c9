// Takes out of the bytes of a line an exact echo of what was just sent: many RS-485 adapters hear themselves.
//
// What may be an echo is held until it is one or is not. Invariant: no byte is lost that is not part of a whole echo.
// A Modbus write is answered with its own bytes: that is an echo only on a line that has echoed something else before.

export interface Echo {
  /** @param alike the answer has the same bytes as the request */
  sent(bytes: Buffer, alike: boolean): void;
  /** @returns what came from the device */
  strip(bytes: Buffer): Buffer;
  /** Gives up waiting. @returns what was held */
  release(): Buffer;
}

const NOTHING: Buffer = Buffer.alloc(0);

export function createEcho(): Echo {
  let expected = NOTHING;
  let matched = 0;
  let echoes = false;

  function release(): Buffer {
    const held = expected.subarray(0, matched);
    expected = NOTHING;
    matched = 0;
    return held;
  }

  return {
    sent(bytes, alike) {
      release();
      if (!alike || echoes) expected = bytes;
    },
    strip(bytes) {
      let at = 0;
      while (at < bytes.length && matched < expected.length && bytes[at] === expected[matched]) {
        at++;
        matched++;
      }
      if (matched < expected.length && at === bytes.length) return NOTHING;
      if (expected.length > 0) echoes = matched === expected.length;
      const held = release();
      if (held.length === 0) return bytes;
      return echoes ? bytes.subarray(at) : Buffer.concat([held, bytes.subarray(at)]);
    },
    release,
  };
}
