// A session and a board with a line between them that the test can cut, disturb and delay.
import { createBridgeSession } from '../../../src/sense/bridge/bridge-session.ts';
import type { Board } from '../../../src/sense/bridge/introduction.ts';
import { recordingSink } from '../recording-sink.ts';
import type { Fake } from './fake-board.ts';

/** 2026-01-01. */
export const START_MS = 1_767_225_600_000;

export function lineTo(first: Fake) {
  const { sink, told } = recordingSink();
  const sent: Buffer[] = [];
  const boards: Board[] = [];
  const troubles: string[] = [];
  const online: boolean[] = [];
  let board = first;
  let elapsedMs = 0;
  let isCut = false;
  /** What becomes of each piece on its way, in either direction. */
  let disturb = (bytes: Buffer): Buffer => bytes;
  const session = createBridgeSession({
    sink: { ...sink, online: (is) => void online.push(is) },
    clock: { now: () => START_MS + elapsedMs, quality: () => 2 },
    elapsedMs: () => elapsedMs,
    send: (bytes) => void sent.push(bytes),
    onBoard: (known) => void boards.push(known),
    onTrouble: (message) => void troubles.push(message),
  });

  /** Hands over what the board sends, and what it answers to what the host says to that. */
  function hear(bytes: Buffer): void {
    if (!isCut) session.push(disturb(bytes));
    for (let asked = sent.shift(); asked; asked = sent.shift()) {
      if (!isCut) session.push(disturb(board.receive(disturb(asked))));
    }
  }

  return {
    session,
    told,
    boards,
    troubles,
    online,
    hear,
    /** Time passes for both, in steps as a source makes them. */
    pass(ms: number) {
      for (let left = ms; left > 0; left -= 250) {
        const step = Math.min(left, 250);
        elapsedMs += step;
        board.atMs += step;
        session.tick();
        hear(Buffer.alloc(0));
      }
    },
    /** Only the board's clock goes on, or only the host's. */
    delay(ms: number) {
      elapsedMs += ms;
    },
    replace(next: Fake) {
      board = next;
    },
    cut(is: boolean) {
      isCut = is;
      if (is) session.closed();
      else session.opened();
    },
    through(change: (bytes: Buffer) => Buffer) {
      disturb = change;
    },
    values: () => told.observations.map(({ value }) => value),
    ages: () => told.observations.map(({ timeMs }) => START_MS + elapsedMs - timeMs!),
  };
}

/** A session that knows the board. */
export function introduced(board: Fake) {
  const line = lineTo(board);
  line.session.opened();
  line.hear(board.hello());
  return line;
}
