// Decodes what a board says and encodes what its host answers, as frames (firmware-bridge/PROTOCOL.md sections 3 to 6).
//
//     type (major version, kind)  sequence  payload: one CBOR array of 32-bit words, in a HELLO also a part of a text
//
// Words are written as signed integers. Items after the known ones belong to later minor versions and are not looked at.
// Invariant: decoding never throws; of a frame that is not a message it gives the reason.
import { Decoder } from 'cbor-x';
import { checkCbor } from '../../core/cbor-wellformed.ts';

const MAJOR = 1;
const MINOR = 0;
const HELLO = 0x11;
const HEARTBEAT = 0x12;
const READING = 0x13;
const COMMAND = 0x14;
const ANSWER = 0x15;
/** The value that marks an invalid one (PROTOCOL.md section 4). */
const INVALID = -(2 ** 31);

/** Which description and which run of a board a frame speaks for. */
export interface Epoch {
  /** CRC-16 of the description. */
  readonly hash: number;
  /** Another one after every reset of the board. */
  readonly boot: number;
}

export type BridgeMessage = Epoch &
  (
    | {
        readonly kind: 'hello';
        /** Which part of the description this is, from 0. */
        readonly part: number;
        readonly text: Buffer;
        /** Since the board was started, modulo 2^32. */
        readonly boardMs: number;
        readonly cause: number;
        /** 0: none. */
        readonly uid: number;
      }
    | { readonly kind: 'heartbeat'; readonly next: number; readonly boardMs: number }
    | {
        readonly kind: 'reading';
        readonly sequence: number;
        readonly boardMs: number;
        readonly id: number;
        /** Before its scale; null: invalid. */
        readonly raw: number | null;
      }
    | { readonly kind: 'answer'; readonly sequence: number; readonly result: number }
  );

export const COMMANDS = { ping: 0, resend: 1, set_period: 2, reset: 3, sleep: 4 } as const;

export interface Order {
  /** One of COMMANDS, or 64 to 255 for one of the firmware's own. */
  readonly code: number;
  /** Channel or sequence number; 0 when absent. */
  readonly id?: number;
  /** 32 bits; 0 when absent. */
  readonly argument?: number;
}

const decoder = new Decoder({ useRecords: false });

/** @param frame without its check; what is kept of it is copied */
export function decodeMessage(frame: Buffer): BridgeMessage | 'unsupported' | 'unknown_frame' | 'malformed' {
  const [type, sequence] = frame as unknown as [number, number];
  if (type >> 4 !== MAJOR) return 'unsupported';
  if (type !== HELLO && type !== HEARTBEAT && type !== READING && type !== ANSWER) return 'unknown_frame';
  const items = itemsOf(frame.subarray(2));
  const words = items.filter((item) => typeof item === 'number');
  const [first = 0, second = 0, third = 0, fourth = 0] = words;
  const epoch = { hash: first & 0xffff, boot: first >>> 16 };
  const boardMs = second >>> 0;
  const text = items[4];
  if (type === HELLO && words.length >= 4 && Buffer.isBuffer(text)) {
    return { kind: 'hello', ...epoch, part: sequence, text, boardMs, cause: third >>> 0, uid: fourth >>> 0 };
  }
  if (type === HEARTBEAT && words.length >= 2) return { kind: 'heartbeat', ...epoch, next: sequence, boardMs };
  if (type === READING && words.length >= 4) {
    const raw = fourth === INVALID ? null : fourth;
    return { kind: 'reading', ...epoch, sequence, boardMs, id: third, raw };
  }
  if (type === ANSWER && words.length >= 2) return { kind: 'answer', ...epoch, sequence, result: second };
  return 'malformed';
}

/** The known items of a payload: words from the front, and what stands behind them; none when it is not such an array. */
function itemsOf(payload: Buffer): (number | Buffer)[] {
  const known: (number | Buffer)[] = [];
  for (const item of arrayOf(payload).slice(0, 5)) {
    if (isWord(item)) known.push(item);
    else if (item instanceof Uint8Array) known.push(Buffer.from(item));
    else break;
  }
  return known;
}

function arrayOf(payload: Buffer): readonly unknown[] {
  if (checkCbor(payload, { depthMax: 1 }) !== undefined) return [];
  try {
    const items: unknown = decoder.decode(payload);
    return Array.isArray(items) ? items : [];
  } catch {
    // Well-formed, and yet with simple values that cbor-x takes for references.
    return [];
  }
}

const isWord = (item: unknown): item is number =>
  typeof item === 'number' && Number.isInteger(item) && item >= -(2 ** 31) && item < 2 ** 31;

/** @param part of the description that is asked for, from 0 */
export const encodeHello = (part: number): Buffer => Buffer.from([HELLO, part, 0x82, MAJOR, MINOR]);

/** A byte string of a fixed layout, so that a board can use it where it was received. */
export function encodeCommand(sequence: number, { code, id = 0, argument = 0 }: Order): Buffer {
  const frame = Buffer.from([COMMAND, sequence, 0x46, 0, 0, 0, 0, code, id]);
  frame.writeUInt32LE(argument, 3);
  return frame;
}
