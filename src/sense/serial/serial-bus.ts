// One serial line shared by all that is wired to it: one request at a time, and its answer goes to who was asked.
//
//     line ──bytes──> echo stripped ──> the listener that was asked last
//     ask ──turn──> gap ──write──> answered, or timed out ──> next turn
//
// A device that sends by itself is the only listener of its line. Bytes that come while nobody waits belong to whoever
// was asked last. Invariant: nobody is written to while another's answer may still come.
import timers from 'node:timers/promises';
import { lineGapMs, lineIdleMs } from '../../core/limits.ts';
import { createEcho } from './echo.ts';

/** Takes the bytes of one device; an Intake is one. */
export interface Listener {
  push(bytes: Uint8Array): void;
  /** The line fell silent, or someone else is asked now. */
  end(): void;
}

export interface AskOptions {
  readonly timeoutMs: number;
  /** Its answer has the same bytes. */
  readonly isAnsweredAlike?: boolean;
  /** Not sent any more once it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** A device's access to the bus. */
export interface BusClient {
  /** Resolves when answered() is called, with the time-out, or when the bus is disposed; never rejects. */
  ask(request: Buffer, options: AskOptions): Promise<void>;
  /** Its listener understood an answer. */
  answered(): void;
}

export interface SerialBus extends Disposable {
  join(listener: Listener): BusClient;
  receive(bytes: Buffer): void;
}

interface Waiting {
  readonly listener: Listener;
  readonly settle: () => void;
}

export function createSerialBus(write: (bytes: Buffer) => void): SerialBus {
  const echo = createEcho();
  let current: Listener | undefined;
  let waiting: Waiting | undefined;
  let turn: Promise<void> = Promise.resolve();
  let freeMs = 0;
  let idle: NodeJS.Timeout | undefined;
  let disposed = false;

  function pass(bytes: Buffer): void {
    if (bytes.length > 0) current?.push(bytes);
  }

  function fallSilent(): void {
    pass(echo.release());
    current?.end();
  }

  async function transact(listener: Listener, request: Buffer, { timeoutMs, isAnsweredAlike }: AskOptions) {
    pass(echo.release());
    if (current !== listener) current?.end();
    current = listener;
    const answer = Promise.withResolvers<void>();
    waiting = { listener, settle: answer.resolve };
    const timer = setTimeout(answer.resolve, timeoutMs);
    echo.sent(request, isAnsweredAlike ?? false);
    write(request);
    await answer.promise;
    clearTimeout(timer);
    waiting = undefined;
    freeMs = performance.now() + lineGapMs;
  }

  async function ask(listener: Listener, request: Buffer, options: AskOptions): Promise<void> {
    const isWanted = () => !disposed && !options.signal?.aborted;
    const before = turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    turn = promise;
    await before;
    const gapMs = freeMs - performance.now();
    if (isWanted() && gapMs > 0) await timers.setTimeout(gapMs);
    if (isWanted()) await transact(listener, request, options);
    resolve();
  }

  return {
    join(listener) {
      current ??= listener;
      return {
        ask: (request, options) => ask(listener, request, options),
        answered: () => {
          if (waiting?.listener === listener) waiting.settle();
        },
      };
    },
    receive(bytes) {
      if (disposed) return;
      clearTimeout(idle);
      idle = setTimeout(fallSilent, lineIdleMs);
      pass(echo.strip(bytes));
    },
    [Symbol.dispose]() {
      disposed = true;
      clearTimeout(idle);
      waiting?.settle();
    },
  };
}
