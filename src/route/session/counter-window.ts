// Which counters of a session were used: each is admitted once, also when frames overtake each other a little.
//
// The window of RFC 4303 (IPsec ESP) section 3.4.3: the highest counter and a bit for each of the 32 before it.

export interface CounterWindow {
  /** @returns false for a counter that was used, or that is too far behind to know */
  admit(counter: number): boolean;
}

const WIDTH = 32;

/** @param first a counter that was used */
export function createCounterWindow(first: number): CounterWindow {
  let highest = first;
  /** Bit n: highest - n was used. */
  let used = 1;
  return {
    admit(counter) {
      const behind = highest - counter;
      if (behind < 0) {
        used = behind <= -WIDTH ? 1 : ((used << -behind) | 1) >>> 0;
        highest = counter;
        return true;
      }
      if (behind >= WIDTH || (used >>> behind) & 1) return false;
      used = (used | (1 << behind)) >>> 0;
      return true;
    },
  };
}
