// The checks that frames of fixed length carry: one table for the profile type, the published schema and the framer.
//
// A kind compiles the span it covers into a test of a frame that begins at `at`; one function for each kind, because the
// framer calls it for every frame and a shared one is measurably slower. A new kind is a new line that profiles may name.
import { crc16Modbus, crc16Xmodem } from './crc16.ts';

/** Offsets in the frame: what is covered is [from, to), and the check begins at `checkAt`. */
interface CheckSpan {
  readonly from: number;
  readonly to: number;
  readonly checkAt: number;
}

interface CheckAlgorithm {
  /** How many bytes it takes in the frame. */
  readonly bytes: 1 | 2;
  readonly compile: (span: CheckSpan) => (bytes: Buffer, at: number) => boolean;
}

export const CHECKS = {
  sum8: {
    bytes: 1,
    compile: ({ from, to, checkAt }) => {
      return (bytes, at) => (sum(bytes, at + from, at + to) & 0xff) === bytes[at + checkAt];
    },
  },
  /** The bytes and the check add up to 0. */
  sum8_negated: {
    bytes: 1,
    compile: ({ from, to, checkAt }) => {
      return (bytes, at) => ((sum(bytes, at + from, at + to) + bytes[at + checkAt]!) & 0xff) === 0;
    },
  },
  sum16be: {
    bytes: 2,
    compile: ({ from, to, checkAt }) => {
      return (bytes, at) => (sum(bytes, at + from, at + to) & 0xffff) === bytes.readUInt16BE(at + checkAt);
    },
  },
  xor8: {
    bytes: 1,
    compile: ({ from, to, checkAt }) => {
      return (bytes, at) => xor(bytes, at + from, at + to) === bytes[at + checkAt];
    },
  },
  crc16_modbus: {
    bytes: 2,
    compile: ({ from, to, checkAt }) => {
      return (bytes, at) => crc16Modbus(bytes, at + from, at + to) === bytes.readUInt16LE(at + checkAt);
    },
  },
  crc16_xmodem: {
    bytes: 2,
    compile: ({ from, to, checkAt }) => {
      return (bytes, at) => crc16Xmodem(bytes, at + from, at + to) === bytes.readUInt16BE(at + checkAt);
    },
  },
} as const satisfies Readonly<Record<string, CheckAlgorithm>>;

export type CheckKind = keyof typeof CHECKS;

export const CHECK_KINDS = Object.keys(CHECKS) as [CheckKind, ...CheckKind[]];

function sum(bytes: Uint8Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += bytes[i]!;
  return total;
}

function xor(bytes: Uint8Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total ^= bytes[i]!;
  return total;
}
