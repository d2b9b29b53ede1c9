// Tells the readings of one board in their order, with unit, channel and time; what is missing is asked for again.
//
//     reading, heartbeat ──> sequence ──in order──> channel, scale, age ──> Sink
//                               └─ a gap ──> RESEND, a command like any other
//
// Times are of the gateway's clock: now, less the age that the board's milliseconds tell.
import type { Clock } from '../../core/clock.ts';
import { isQuantity, QUANTITIES } from '../../core/quantities.ts';
import { QUALITY } from '../../core/reading.ts';
import type { Sink } from '../sink.ts';
import { tellStated } from '../value/meaning.ts';
import { trustedTime } from '../value/trusted-time.ts';
import { createBoardClock } from './board-clock.ts';
import { type BridgeMessage, COMMANDS } from './bridge-frame.ts';
import type { CommandQueue, OnResult } from './command-queue.ts';
import type { Channel } from './description.ts';
import type { Board } from './introduction.ts';
import { createSequence } from './sequence.ts';

export interface BoardReadings {
  /** Another board, firmware or run. */
  restart(): void;
  /** @param board undefined while it is introducing itself: its readings are asked for afterwards */
  hear(message: Timed, board: Board | undefined, nowMs: number): void;
}

export interface BoardReadingsOptions {
  readonly sink: Sink;
  readonly clock: Clock;
  readonly commands: CommandQueue;
}

type Timed = Exclude<BridgeMessage, { kind: 'answer' }>;
type Reading = Extract<BridgeMessage, { kind: 'reading' }>;

export function createBoardReadings({ sink, clock, commands }: BoardReadingsOptions): BoardReadings {
  const sequence = createSequence();
  let boardClock = createBoardClock();

  const tellLost = (count: number) => {
    if (count > 0) sink.rejected('sequence_gap', count);
  };

  function resend(nowMs: number): void {
    const from = commands.isIdle ? sequence.ask(nowMs) : undefined;
    if (from === undefined) return;
    const onResult: OnResult = (first) => {
      if (first === undefined) sequence.giveUp();
      else tellLost(sequence.skipTo(first));
    };
    commands.add({ code: COMMANDS.resend, id: from }, onResult, nowMs);
  }

  function tell({ id, raw, boardMs }: Reading, board: Board, nowMs: number): void {
    sink.frame(board.source);
    const channel = board.description.channels.get(id);
    const timeMs = trustedTime(clock.now() - boardClock.ageMs(boardMs, nowMs));
    if (channel) tellValue(sink, channel, raw, timeMs);
    else sink.rejected('unknown_alias', 1);
  }

  return {
    restart() {
      boardClock = createBoardClock();
      sequence.restart();
    },
    hear(message, board, nowMs) {
      boardClock.sample(message.boardMs, nowMs);
      if (message.kind === 'hello') return;
      const isReading = message.kind === 'reading';
      const number = isReading ? message.sequence : message.next;
      tellLost(sequence.begin(number));
      if (!board) return;
      if (isReading && sequence.take(number)) tell(message, board, nowMs);
      else if (isReading ? sequence.isBehind(number) : sequence.isWaiting(number)) resend(nowMs);
    },
  };
}

function tellValue(sink: Sink, channel: Channel, raw: number | null, timeMs: number | undefined): void {
  const { quantity: name, unit, label } = channel;
  const quantity = isQuantity(name) ? name : undefined;
  if (raw !== null) {
    tellStated(sink, channel.scale(raw), { quantity, name, unit, channel: label, timeMs });
    return;
  }
  const time = timeMs === undefined ? {} : { timeMs };
  const what = quantity
    ? { quantity, unit: QUANTITIES[quantity].unit, channel: label }
    : { quantity: null, unit, channel: name };
  sink.value({ ...what, value: null, quality: QUALITY.invalid, ...time });
}
