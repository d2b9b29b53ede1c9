// Strict reading of packet bytes before anything decodes them (protocol section 2).
//
//   84 | 4d a2 01 32 04 48 <kid> | a0 | bstr( outcome ) | 58 40 <signature>
//
// cbor-x accepts far more than the grammar: tags that share values, indefinite lengths, duplicate keys. This pass lets
// through exactly the grammar: RFC 8949 section 4.2.1 (shortest form, definite lengths) with integers, byte strings,
// one short name and arrays of known lengths.
// Invariant: one pass, O(bytes), arrays at most 4 deep, never throws; allocates only to refuse, or for a domain given by name.
import { FINDING } from '../core/condition.ts';
import { domainNameLengthMax, evidenceMax, packetBytesMax, uintMax, valueMax } from '../core/limits.ts';
import { laterItemsMax } from '../core/share-limits.ts';
import { protectedHead, signatureBytes } from './cose.ts';
import { evidenceBytes, FIELDS, type Field, FROZEN, lifetimeMaxOf, REGISTERED_DOMAINS } from './outcome.ts';

const INT = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;

/** By major type, RFC 8949 section 3.1. */
const MAJORS = [
  'an integer',
  'an integer',
  'a byte string',
  'a text',
  'an array',
  'a map',
  'a tag',
  'a float or simple',
];

const NOTHING = Buffer.alloc(0);
const FROZEN_LAST = FIELDS.findLastIndex(({ name }) => FROZEN.has(name));
/** Arrays inside the array of a later outcome. */
const LATER_DEPTH = 2;
const UP_TO_FINDING = FIELDS.slice(0, FIELDS.findIndex(({ name }) => name === 'finding') + 1);

class Scanner {
  bytes: Buffer = NOTHING;
  at = 0;
  end = 0;
  /** Argument of the last head read. */
  argument = 0;
  reason: string | undefined;

  run(bytes: Buffer, grammar: 'packet' | 'outcome'): string | undefined {
    this.bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
    this.reason = undefined;
    this[grammar]();
    this.bytes = NOTHING;
    return this.reason;
  }

  fail(where: string, what: string): false {
    this.reason = `${where}: ${what}`;
    return false;
  }

  /** Reads one head of the major type wanted into `argument`. */
  head(major: number, where: string): boolean {
    const { at } = this;
    if (at >= this.end) return this.fail(where, `cut off at byte ${at}`);
    const initial = this.bytes[at]!;
    if (initial >> 5 !== major) return this.fail(where, `${MAJORS[initial >> 5]} at byte ${at}, not ${MAJORS[major]}`);
    const info = initial & 31;
    if (info < 24) {
      this.argument = info;
      this.at = at + 1;
      return true;
    }
    return this.longHead(info, where);
  }

  longHead(info: number, where: string): boolean {
    const { at, bytes } = this;
    if (info === 31) return this.fail(where, `indefinite length at byte ${at}`);
    if (info === 27) return this.fail(where, `64-bit argument at byte ${at}`);
    if (info > 27) return this.fail(where, `reserved head at byte ${at}`);
    const width = info === 24 ? 1 : info === 25 ? 2 : 4;
    if (at + 1 + width > this.end) return this.fail(where, `cut off at byte ${this.end}`);
    let value = 0;
    for (let i = 1; i <= width; i++) value = value * 256 + bytes[at + i]!;
    const least = info === 24 ? 24 : info === 25 ? 0x100 : 0x1_0000;
    if (value < least) return this.fail(where, `not in shortest form at byte ${at}`);
    this.argument = value;
    this.at = at + 1 + width;
    return true;
  }

  integer(where: string, min: number, max: number): boolean {
    const negative = this.bytes[this.at]! >> 5 === NEGATIVE;
    if (!this.head(negative ? NEGATIVE : INT, where)) return false;
    const value = negative ? -1 - this.argument : this.argument;
    return (value >= min && value <= max) || this.fail(where, `${value} is not in ${min}..${max}`);
  }

  /** A string of known length, or of any length that fits when `length` is -1; `at` then stands behind its head. */
  string(major: number, where: string, length: number): boolean {
    if (!this.head(major, where)) return false;
    if (length >= 0 && this.argument !== length) return this.fail(where, `${this.argument} bytes, not ${length}`);
    return this.at + this.argument <= this.end || this.fail(where, `cut off at byte ${this.end}`);
  }

  /** @param length -1: any */
  skipBytes(where: string, length: number): boolean {
    if (!this.string(BYTES, where, length)) return false;
    this.at += this.argument;
    return true;
  }

  /** An array of min..max items; `at` then stands behind its head. */
  array(where: string, min: number, max: number): boolean {
    if (!this.head(ARRAY, where)) return false;
    const count = this.argument;
    if (count >= min && count <= max) return true;
    return this.fail(where, min === max ? `${count} items, not ${min}` : `${count} items, not ${min}..${max}`);
  }

  integers(where: string, count: number, min: number, max: number): boolean {
    for (let i = 0; i < count; i++) if (!this.integer(where, min, max)) return false;
    return true;
  }

  domain({ path, min, max }: Field): boolean {
    if (this.bytes[this.at]! >> 5 !== TEXT) return this.integer(path, 0, uintMax);
    const { at } = this;
    if (!this.name({ path, min, max })) return false;
    const number = REGISTERED_DOMAINS.indexOf(this.bytes.toString('latin1', at + 1, this.at));
    return (
      number < 0 ||
      this.fail(path, `${REGISTERED_DOMAINS[number]} is registered, its number ${number} is its only spelling`)
    );
  }

  /** [a-z][a-z0-9-]*, at most 16 characters: its head is one byte. */
  name({ path, min, max }: Pick<Field, 'path' | 'min' | 'max'>): boolean {
    if (!this.string(TEXT, path, -1)) return false;
    const length = this.argument;
    if (length < min || length > max) return this.fail(path, `${length} characters, not ${min}..${max}`);
    for (let i = 0; i < length; i++) {
      const char = this.bytes[this.at + i]!;
      const letter = char >= 0x61 && char <= 0x7a;
      const later = i > 0 && ((char >= 0x30 && char <= 0x39) || char === 0x2d);
      if (!letter && !later) return this.fail(path, `a name is [a-z][a-z0-9-]*, byte ${this.at + i} is not`);
    }
    this.at += length;
    return true;
  }

  action({ path, min, max }: Field): boolean {
    if (this.bytes[this.at]! >> 5 !== ARRAY) return this.integer(path, 0, uintMax);
    if (!this.array(path, 1 + min, 1 + max)) return false;
    const values = this.argument - 1;
    return this.integer(path, 0, uintMax) && this.integers(path, values, -valueMax, valueMax);
  }

  field(field: Field): boolean {
    switch (field.shape) {
      case 'int':
        return this.integer(field.path, field.min, field.max);
      case 'ordinals':
        return this.array(field.path, field.min, field.max) && this.integers(field.path, this.argument, 0, uintMax);
      case 'bytes':
        return this.skipBytes(field.path, field.max);
      case 'action':
        return this.action(field);
      case 'domain':
        return this.domain(field);
    }
  }

  outcome(): boolean {
    const { at } = this;
    if (this.head(ARRAY, 'outcome') && this.isLaterNext()) return this.later(this.argument);
    this.at = at;
    if (!this.array('outcome', FIELDS.length, FIELDS.length + evidenceMax)) return false;
    const evidence = this.argument - FIELDS.length;
    let finding = 0;
    for (const field of FIELDS) {
      if (!this.field(field)) return false;
      if (field.name === 'finding') finding = this.argument;
      else if (field.name === 'lifetime' && this.argument > lifetimeMaxOf(finding)) {
        return this.fail(field.path, `${this.argument} is not in ${field.min}..${lifetimeMaxOf(finding)}`);
      }
    }
    for (let i = 0; i < evidence; i++) if (!this.skipBytes('outcome.evidence', evidenceBytes)) return false;
    return this.finished('outcome');
  }

  /** A whole number above 1 stands there: the version of an outcome that is read by what no version changes. */
  isLaterNext(): boolean {
    const next = this.bytes[this.at]!;
    return this.at < this.end && next > 1 && next >> 5 === INT;
  }

  /** An outcome of a later version: what is frozen as ever, anything of the grammar in the other places and behind them. */
  later(count: number): boolean {
    if (count <= FROZEN_LAST || count > laterItemsMax)
      return this.fail('outcome', `${count} items, not ${FROZEN_LAST + 1}..${laterItemsMax}`);
    if (!this.integer('outcome.version', 2, uintMax)) return false;
    for (let i = 1; i < count; i++) {
      const field = FIELDS[i];
      const isFrozen = field !== undefined && FROZEN.has(field.name);
      if (!(isFrozen ? this.field(field) : this.anything(`outcome[${i}]`, LATER_DEPTH))) return false;
    }
    return this.finished('outcome');
  }

  /** An integer, a byte string, a short name, or an array of such. @param depth of arrays that may stand there */
  anything(where: string, depth: number): boolean {
    switch (this.bytes[this.at]! >> 5) {
      case BYTES:
        return this.skipBytes(where, -1);
      case TEXT:
        return this.name({ path: where, min: 1, max: domainNameLengthMax });
      case ARRAY: {
        if (depth === 0) return this.fail(where, `nested too deep at byte ${this.at}`);
        if (!this.head(ARRAY, where)) return false;
        const count = this.argument;
        for (let i = 0; i < count; i++) if (!this.anything(where, depth - 1)) return false;
        return true;
      }
      default:
        return this.integer(where, -valueMax, uintMax);
    }
  }

  /** What a packet says it is, read no further; undefined when that cannot be told. */
  finding(bytes: Buffer): number | undefined {
    this.bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
    const isBegun =
      this.array('packet', 4, 4) &&
      this.protectedHeader() &&
      this.unprotectedHeader() &&
      this.string(BYTES, 'payload', -1) &&
      this.head(ARRAY, 'outcome') &&
      UP_TO_FINDING.every((field) => this.field(field));
    this.bytes = NOTHING;
    return isBegun ? this.argument : undefined;
  }

  finished(where: string): boolean {
    return this.at === this.end || this.fail(where, `${this.end - this.at} bytes after its end`);
  }

  /** {1: -19, 4: kid}: one spelling, so it is compared and not parsed. */
  protectedHeader(): boolean {
    const length = protectedHead.length + 8;
    if (!this.string(BYTES, 'protected header', length)) return false;
    const { at } = this;
    for (let i = 0; i < protectedHead.length; i++) {
      if (this.bytes[at + i] !== protectedHead[i]) {
        return this.fail('protected header', `byte ${at + i} departs from {1: -19, 4: kid}`);
      }
    }
    this.at = at + length;
    return true;
  }

  unprotectedHeader(): boolean {
    if (!this.head(MAP, 'unprotected header')) return false;
    return this.argument === 0 || this.fail('unprotected header', `${this.argument} entries, must be empty`);
  }

  packet(): boolean {
    if (!this.array('packet', 4, 4) || !this.protectedHeader() || !this.unprotectedHeader()) return false;
    if (!this.string(BYTES, 'payload', -1)) return false;
    const whole = this.end;
    this.end = this.at + this.argument;
    if (!this.outcome()) return false;
    this.end = whole;
    return this.skipBytes('signature', signatureBytes) && this.finished('packet');
  }
}

/** One for all: a scan is synchronous and never nested. */
const scanner = new Scanner();

/** @returns undefined for a well-formed packet, else what is wrong and where: "outcome.lifetime: 0 is not in 1..48" */
export function scanPacket(bytes: Buffer): string | undefined {
  if (bytes.length > packetBytesMax) return `packet: ${bytes.length} bytes, more than ${packetBytesMax}`;
  return scanner.run(bytes, 'packet');
}

/** The same for a payload alone. */
export function scanOutcome(payload: Buffer): string | undefined {
  return scanner.run(payload, 'outcome');
}

/** Whether an unchecked packet says that it confirms or refutes what another said. */
export function isAnswerPacket(bytes: Buffer): boolean {
  const finding = bytes.length > packetBytesMax ? undefined : scanner.finding(bytes);
  return finding === FINDING.confirm || finding === FINDING.refute;
}
