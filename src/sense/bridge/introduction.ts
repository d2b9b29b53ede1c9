// Learns who the board is: asks for its description part by part, notices when it is another one (PROTOCOL.md section 5).
//
//     HELLO part 0 ──> ask part 1 ──> ... ──> a part shorter than the first: the last ──hash agrees──> board
//
// The board introduces itself when it starts; the host asks once a second for as long as it misses something. Opening a
// port resets many boards, so after opening the host first waits that second.
// Invariant: `board` is what the last HELLO since the line was opened spoke for, or undefined.
import { bridgeDescriptionBytesMax } from '../../core/limits.ts';
import { crc16CcittFalse } from '../checksum/crc16.ts';
import { type BridgeMessage, type Epoch, encodeHello } from './bridge-frame.ts';
import { type Description, parseDescription } from './description.ts';

const ASK_MS = 1_000;
/** A part has a number of 8 bits. */
const PARTS_MAX = 256;
const CAUSES = ['unknown', 'power', 'reset pin', 'brownout', 'watchdog', 'software'];

export interface Board {
  readonly description: Description;
  /** Its unique id in upper-case hex, or the name of its firmware when it has none. */
  readonly source: string;
  /** What started it. */
  readonly cause: string;
}

/** begun: another board, firmware or run than before; introduced: `board` is there now; stranger: nobody we know. */
export type HeardState = 'begun' | 'introduced' | 'known' | 'stranger';

export interface Introduction {
  opened(nowMs: number): void;
  hear(message: BridgeMessage, nowMs: number): HeardState;
  tick(nowMs: number): void;
  /** It cannot be understood: it is not asked any more until it starts anew. */
  refuse(message: string): void;
  readonly board: Board | undefined;
}

export interface IntroductionOptions {
  readonly send: (frame: Buffer) => void;
  readonly onTrouble: (message: string) => void;
}

type Hello = Extract<BridgeMessage, { kind: 'hello' }>;

export function createIntroduction({ send, onTrouble }: IntroductionOptions): Introduction {
  let run: (Epoch & { readonly uid: number; readonly cause: number }) | undefined;
  let parts: Buffer[] = [];
  let board: Board | undefined;
  /** A HELLO came since the line was opened. */
  let isMet = false;
  let isRefused = false;
  let askedMs = 0;
  /** The board's milliseconds in what it last sent of its own; they go back only by a restart. */
  let boardMs = 0;

  function ask(nowMs: number): void {
    askedMs = nowMs;
    send(encodeHello(board ? 0 : parts.length));
  }

  function refuse(message: string): void {
    if (board || isRefused) return;
    isRefused = true;
    onTrouble(message);
  }

  function meet(hello: Hello, nowMs: number): HeardState {
    const isSame = run && isEpoch(run, hello) && run.uid === hello.uid && !wentBack(boardMs, hello.boardMs);
    const wasMet = isMet;
    isMet = true;
    boardMs = hello.boardMs;
    if (!isSame) {
      run = hello;
      parts = [];
      board = undefined;
      isRefused = false;
    }
    if (board) return wasMet ? 'known' : 'introduced';
    if (!isRefused && hello.part === parts.length) takePart(hello.text, nowMs);
    return isSame ? (board ? 'introduced' : 'known') : 'begun';
  }

  function takePart(text: Buffer, nowMs: number): void {
    parts.push(text);
    const isLast = text.length === 0 || text.length < parts[0]!.length;
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (bytes > bridgeDescriptionBytesMax)
      refuse(`it describes itself in more than ${bridgeDescriptionBytesMax} bytes`);
    else if (parts.length === PARTS_MAX && !isLast) refuse(`it describes itself in more than ${PARTS_MAX} parts`);
    else if (isLast) complete(Buffer.concat(parts));
    else ask(nowMs);
  }

  function complete(text: Buffer): void {
    parts = [];
    // Parts of two descriptions: the board was given another firmware in between. The next tick asks from the start.
    if (!run || crc16CcittFalse(text) !== run.hash) return;
    const description = parseDescription(text.toString('latin1'));
    if (description === 'malformed') refuse('its description is not as the protocol has it');
    else if (description === 'unsupported') refuse('it needs a newer gateway');
    else board = { description, source: sourceOf(run.uid, description), cause: CAUSES[run.cause] ?? CAUSES[0]! };
  }

  return {
    opened(nowMs) {
      isMet = false;
      isRefused = false;
      askedMs = nowMs;
    },
    hear(message, nowMs) {
      if (message.kind === 'hello') return meet(message, nowMs);
      const isAlive = message.kind === 'heartbeat';
      if (isAlive && wentBack(boardMs, message.boardMs)) run = undefined;
      if (!run || !isEpoch(run, message)) {
        board = undefined;
        parts = [];
        run = undefined;
        if (!isRefused && nowMs - askedMs >= ASK_MS) ask(nowMs);
        return 'stranger';
      }
      if (isAlive) boardMs = message.boardMs;
      return 'known';
    },
    tick(nowMs) {
      if (!(isMet && board) && !isRefused && nowMs - askedMs >= ASK_MS) ask(nowMs);
    },
    refuse,
    get board() {
      return isMet ? board : undefined;
    },
  };
}

const isEpoch = (a: Epoch, b: Epoch): boolean => a.hash === b.hash && a.boot === b.boot;

/** Milliseconds modulo 2^32: more than half of them ahead is back. */
const wentBack = (fromMs: number, toMs: number): boolean => ((toMs - fromMs) | 0) < 0;

const sourceOf = (uid: number, { firmware }: Description): string =>
  uid === 0 ? firmware : uid.toString(16).toUpperCase().padStart(8, '0');
