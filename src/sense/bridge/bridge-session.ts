// The host's side of a firmware bridge, over bytes in and bytes out: it survives resets, lost bytes and another firmware.
//
//     bytes ──> framer ──> messages ──┬─ hello ──> introduction (who is it, what are its channels)
//                                     ├─ heartbeat, reading ──> sequence ──in order──> channel, time ──> Sink
//                                     └─ answer ──> commands
//
// What it knows of a board outlives the line: unplugged and plugged in again, it asks for the readings in between.
// Invariant: a reading is told only under the description and the run of the board (epoch) that its own frame names.
import type { Clock } from '../../core/clock.ts';
import { cobsFrame, createCobsFramer } from '../frame/cobs-framer.ts';
import { dropReport } from '../serial/intake.ts';
import type { Sink } from '../sink.ts';
import { createBoardReadings } from './board-readings.ts';
import { type BridgeMessage, decodeMessage, type Order } from './bridge-frame.ts';
import { createCommandQueue, type OnResult } from './command-queue.ts';
import { type Board, createIntroduction } from './introduction.ts';

export interface BridgeSessionOptions {
  readonly sink: Sink;
  readonly clock: Clock;
  /** Milliseconds of a clock that is never set. */
  readonly elapsedMs: () => number;
  readonly send: (bytes: Buffer) => void;
  /** A board has introduced itself: for the first time, after a reset, or with another firmware. */
  readonly onBoard: (board: Board) => void;
  /** It cannot be understood, in one sentence. */
  readonly onTrouble: (message: string) => void;
}

export interface BridgeSession {
  /** The line is open. */
  opened(): void;
  push(bytes: Uint8Array): void;
  /** To be called several times a second. */
  tick(): void;
  /** The line has gone. */
  closed(): void;
  command(order: Order, onResult: OnResult): void;
  /** Good frames so far. */
  readonly frames: number;
}

export function createBridgeSession(options: BridgeSessionOptions): BridgeSession {
  const { sink, clock, elapsedMs, onTrouble } = options;
  const framer = createCobsFramer();
  const report = dropReport(framer, sink);
  const send = (frame: Buffer) => options.send(cobsFrame(frame));
  const commands = createCommandQueue(send);
  const readings = createBoardReadings({ sink, clock, commands });
  const introduction = createIntroduction({ send, onTrouble });
  let isOnline = false;

  function hear(message: BridgeMessage, nowMs: number): void {
    const news = introduction.hear(message, nowMs);
    if (news === 'stranger' && message.kind === 'reading') sink.rejected('unknown_alias', 1);
    if (news === 'stranger') return;
    if (news === 'begun') {
      commands.clear();
      readings.restart();
    }
    if (news === 'introduced') arrive(introduction.board!);
    if (message.kind === 'answer') commands.answered(message.sequence, message.result, nowMs);
    else readings.hear(message, introduction.board, nowMs);
  }

  function arrive(board: Board): void {
    options.onBoard(board);
    sink.frame(board.source);
    sink.online(true);
    isOnline = true;
  }

  const onFrame = (frame: Buffer) => {
    const message = decodeMessage(frame);
    if (typeof message !== 'string') hear(message, elapsedMs());
    else sink.rejected(message, 1);
    if (message === 'unsupported') introduction.refuse('it speaks another major version of the protocol');
  };

  return {
    opened: () => introduction.opened(elapsedMs()),
    push(bytes) {
      framer.push(bytes, onFrame);
      report();
    },
    tick() {
      introduction.tick(elapsedMs());
      commands.tick(elapsedMs());
    },
    closed() {
      framer.end(onFrame);
      report();
      commands.clear();
      if (isOnline) sink.online(false);
      isOnline = false;
    },
    command: (order, onResult) => commands.add(order, onResult, elapsedMs()),
    get frames() {
      return framer.frames;
    },
  };
}
