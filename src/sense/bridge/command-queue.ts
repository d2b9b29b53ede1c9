// Commands to a board, one at a time: each is sent again until it is answered, or given up (PROTOCOL.md section 6).
//
// A board carries out a command again when its answer was lost, so commands say what shall be, not what shall change.
// Invariant: every command is told its result exactly once, undefined when there was no answer.
import { bridgeCommandsMax } from '../../core/limits.ts';
import { encodeCommand, type Order } from './bridge-frame.ts';

/** An answer takes 20 ms at 9600 baud, and as long as the board's loop may be busy. */
const ANSWER_MS_MAX = 1_000;
const TRIES_MAX = 3;

export type OnResult = (result: number | undefined) => void;

export interface CommandQueue {
  /** Too many at once: the new one is given up. */
  add(order: Order, onResult: OnResult, nowMs: number): void;
  answered(sequence: number, result: number, nowMs: number): void;
  tick(nowMs: number): void;
  /** Gives up all: the board they were meant for has gone. */
  clear(): void;
  readonly isIdle: boolean;
}

interface Pending {
  readonly order: Order;
  readonly onResult: OnResult;
}

export function createCommandQueue(send: (frame: Buffer) => void): CommandQueue {
  let waiting: Pending[] = [];
  let sequence = 0;
  let tries = 0;
  let sentMs = 0;

  function transmit(nowMs: number): void {
    const [first] = waiting;
    if (!first) return;
    tries++;
    sentMs = nowMs;
    send(encodeCommand(sequence, first.order));
  }

  /** The first one is done with; the next one is sent under a number of its own. */
  function next(nowMs: number): void {
    sequence = (sequence + 1) & 0xff;
    tries = 0;
    transmit(nowMs);
  }

  function settle(result: number | undefined, nowMs: number): void {
    const first = waiting.shift();
    next(nowMs);
    first?.onResult(result);
  }

  return {
    add(order, onResult, nowMs) {
      if (waiting.length >= bridgeCommandsMax) onResult(undefined);
      else if (waiting.push({ order, onResult }) === 1) transmit(nowMs);
    },
    answered(answer, result, nowMs) {
      if (waiting.length > 0 && answer === sequence) settle(result, nowMs);
    },
    tick(nowMs) {
      if (waiting.length === 0 || nowMs - sentMs < ANSWER_MS_MAX) return;
      if (tries < TRIES_MAX) transmit(nowMs);
      else settle(undefined, nowMs);
    },
    clear() {
      const all = waiting;
      waiting = [];
      sequence = (sequence + 1) & 0xff;
      tries = 0;
      for (const { onResult } of all) onResult(undefined);
    },
    get isIdle() {
      return waiting.length === 0;
    },
  };
}
