// Is this one well-formed CBOR value (RFC 8949 appendix C), and a modest one? Asked before anything decodes strangers' bytes.
//
//     head: major type (3 bits), argument or its width (5 bits) ──> its items are owed ──> until none is
//
// A decoder reserves what a length claims; here a claim is first held against the bytes that are there. Indefinite
// lengths are fine; tags only where the caller names them, because some decoders build whole objects for a tag.
// Invariant: one pass, no recursion, memory by depthMax, never throws.
import { cborItemsMax, cborNestingMax } from './limits.ts';

export interface CborLimits {
  readonly itemsMax?: number;
  readonly depthMax?: number;
  /** Tags that may stand; none when absent. */
  readonly tags?: readonly number[];
}

const BYTES = 2;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const SIMPLE = 7;
const INDEFINITE = Number.POSITIVE_INFINITY;

/** What is still owed to an array, map or string that is open. */
interface Open {
  readonly major: number;
  /** Items, or INDEFINITE until the break. */
  owed: number;
  /** Of an indefinite map: whether a key waits for its value. */
  halfPair: boolean;
}

interface Head {
  readonly major: number;
  readonly argument: number;
  readonly indefinite: boolean;
  readonly end: number;
}

/** @returns what is wrong, or undefined for one whole value and nothing after it */
export function checkCbor(
  bytes: Uint8Array,
  { itemsMax = cborItemsMax, depthMax = cborNestingMax, tags = [] }: CborLimits = {},
): string | undefined {
  const open: Open[] = [{ major: ARRAY, owed: 1, halfPair: false }];
  let at = 0;
  for (let items = 0; open.length > 0; items++) {
    if (items > itemsMax) return `more than ${itemsMax} items`;
    if (bytes[at] === 0xff) {
      const closed = open.pop();
      if (closed?.owed !== INDEFINITE || closed.halfPair) return `a break at byte ${at}`;
      at++;
      settle(open);
      continue;
    }
    const head = headAt(bytes, at);
    if (typeof head === 'string') return head;
    const wrong = enter(head, open, bytes.length, tags);
    if (wrong !== undefined) return `${wrong} at byte ${at}`;
    if (open.length > depthMax + 1) return `nesting deeper than ${depthMax} at byte ${at}`;
    at = head.major === BYTES || head.major === BYTES + 1 ? head.end + (head.indefinite ? 0 : head.argument) : head.end;
    settle(open);
  }
  return at === bytes.length ? undefined : `${bytes.length - at} bytes too many`;
}

function headAt(bytes: Uint8Array, at: number): Head | string {
  const initial = bytes[at];
  if (initial === undefined) return `cut off at byte ${at}`;
  const major = initial >> 5;
  const info = initial & 31;
  if (info < 24) return { major, argument: info, indefinite: false, end: at + 1 };
  if (info === 31) return { major, argument: 0, indefinite: true, end: at + 1 };
  if (info > 27) return `a reserved head at byte ${at}`;
  const end = at + 1 + 2 ** (info - 24);
  if (end > bytes.length) return `cut off at byte ${bytes.length}`;
  let argument = 0;
  for (let i = at + 1; i < end; i++) argument = argument * 256 + bytes[i]!;
  if (major === SIMPLE && info === 24 && argument < 32) return `a simple value in a long form at byte ${at}`;
  return { major, argument, indefinite: false, end };
}

/** Takes one item from what is owed and opens what it owes itself. */
function enter(head: Head, open: Open[], length: number, tags: readonly number[]): string | undefined {
  const { major, argument, indefinite, end } = head;
  const parent = open.at(-1)!;
  const isString = major === BYTES || major === BYTES + 1;
  if (parent.major === BYTES || parent.major === BYTES + 1) {
    if (major !== parent.major || indefinite) return 'a piece of another kind inside a string';
  }
  if (parent.major === MAP && parent.owed === INDEFINITE) parent.halfPair = !parent.halfPair;
  if (parent.owed !== INDEFINITE) parent.owed--;
  if (indefinite && (major < BYTES || major > MAP)) return 'an indefinite length that cannot be';
  if (isString && !indefinite && argument > length - end) return 'a string longer than the bytes';
  const owed = major === MAP ? argument * 2 : argument;
  // Every item takes a byte at least.
  if ((major === ARRAY || major === MAP) && owed > length - end) return 'a length beyond the bytes';
  if (major === TAG && !tags.includes(argument)) return `tag ${argument}`;
  if (indefinite) open.push({ major, owed: INDEFINITE, halfPair: false });
  else if (major === ARRAY || major === MAP) open.push({ major, owed, halfPair: false });
  else if (major === TAG) open.push({ major, owed: 1, halfPair: false });
  return undefined;
}

/** Closes what is owed nothing more. */
function settle(open: Open[]): void {
  while (open.at(-1)?.owed === 0) open.pop();
}
