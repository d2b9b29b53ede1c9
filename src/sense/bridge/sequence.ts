// Follows which reading comes next, and which are missing: numbers of 8 bits that wrap.
//
// Go-back-N: from a gap on nothing is taken until the board has sent what is missing again, so readings keep their
// order and nothing is held here. The board keeps only its last few: what it no longer has is counted as lost.
import { bridgeResendMs } from '../../core/limits.ts';

/** Half of the numbers are ahead of us, half behind. */
const AHEAD_MAX = 127;

export interface Sequence {
  /** Another run of the board: its numbers begin anew. */
  restart(): void;
  /** The first number that is heard counts as the next one; so does one after giving up. @returns how many are lost */
  begin(number: number): number;
  /** @returns whether this is the next one; it is taken then */
  take(number: number): boolean;
  /** @param number of a reading that has come @returns whether some before it are missing */
  isBehind(number: number): boolean;
  /** @param number of the reading that the board will send next @returns whether some before it are missing */
  isWaiting(number: number): boolean;
  /** @returns from which number on they shall be sent again; undefined when that was asked a moment ago */
  ask(nowMs: number): number | undefined;
  /** The board sends again from here on. @returns how many are lost */
  skipTo(number: number): number;
  /** Nobody answered: what is missing is lost. */
  giveUp(): void;
}

export function createSequence(): Sequence {
  let next: number | undefined;
  let askedMs = Number.NEGATIVE_INFINITY;
  let hasGivenUp = false;

  return {
    restart() {
      next = undefined;
      hasGivenUp = false;
      askedMs = Number.NEGATIVE_INFINITY;
    },
    begin(number) {
      next ??= number;
      const ahead = (number - next) & 0xff;
      if (!hasGivenUp || ahead > AHEAD_MAX) return 0;
      hasGivenUp = false;
      next = number;
      return ahead;
    },
    take(number) {
      if (number !== next) return false;
      next = (number + 1) & 0xff;
      return true;
    },
    isBehind(number) {
      if (next === undefined) return false;
      const ahead = (number - next) & 0xff;
      return ahead > 0 && ahead <= AHEAD_MAX;
    },
    isWaiting(number) {
      if (next === undefined) return false;
      // Away for long: as far back as numbers tell, and the board says where it can begin.
      if (((number - next) & 0xff) > AHEAD_MAX) next = (number - AHEAD_MAX) & 0xff;
      return number !== next;
    },
    ask(nowMs) {
      if (nowMs - askedMs < bridgeResendMs) return undefined;
      askedMs = nowMs;
      return next;
    },
    skipTo(number) {
      const skipped = next === undefined ? 0 : (number - next) & 0xff;
      if (skipped > AHEAD_MAX) return 0;
      next = number;
      return skipped;
    },
    giveUp() {
      hasGivenUp = true;
    },
  };
}
