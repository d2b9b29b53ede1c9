// Strict reading of small CBOR items other than packets: link frames and announcements.
//
// Lets through integers below 2^32, byte strings, short ASCII texts and arrays, in shortest form and of definite length
// (RFC 8949 section 4.2.1); no maps, tags or floats. What passes is safe for cbor-x, and has one encoding.
// Invariant: one pass, no recursion, never throws; depth and number of items are capped.
import { decode } from 'cbor-x';
import { cborDepthMax, cborItemsMax, cborTextBytesMax } from '../core/limits.ts';

export type Item = number | string | Buffer | Item[];

const HEAD_LONG = 24;

/** @returns undefined for anything but exactly one item of this grammar */
export function readCanonical(bytes: Buffer): Item | undefined {
  return isCanonical(bytes) ? (decode(bytes.subarray()) as Item) : undefined;
}

export function isCanonical(bytes: Buffer): boolean {
  /** Items still to come in each open array, outermost first. */
  const open: number[] = [1];
  let at = 0;
  for (let items = 0; open.length > 0; items++) {
    if (items >= cborItemsMax || at >= bytes.length) return false;
    const initial = bytes[at]!;
    const major = initial >> 5;
    const width = argumentBytes(initial & 31);
    if (width < 0 || at + 1 + width > bytes.length) return false;
    const argument = width === 0 ? initial & 31 : bytes.readUIntBE(at + 1, width);
    if (width > 0 && argument < (width === 1 ? HEAD_LONG : 2 ** (4 * width))) return false;
    at += 1 + width;
    open[open.length - 1]! -= 1;
    if (major === 2 || major === 3) {
      if (at + argument > bytes.length || (major === 3 && !isShortText(bytes.subarray(at, at + argument))))
        return false;
      at += argument;
    } else if (major === 4) {
      if (open.length > cborDepthMax) return false;
      open.push(argument);
    } else if (major > 1) return false;
    while (open.at(-1) === 0) open.pop();
  }
  return at === bytes.length;
}

/** Bytes of the argument behind a head; -1 for reserved, indefinite and 64-bit ones. */
function argumentBytes(info: number): number {
  if (info < HEAD_LONG) return 0;
  return [1, 2, 4][info - HEAD_LONG] ?? -1;
}

function isShortText(text: Buffer): boolean {
  return text.length <= cborTextBytesMax && text.every((byte) => byte >= 0x20 && byte < 0x7f);
}
