// Numbers as devices write them. Letters name the order of bytes on the wire, of a value whose bytes are ABCD from the
// highest: be is ABCD, le is DCBA, cdab and badc are what Modbus devices make of two registers.
import type { NumberType } from '../profile.ts';

export type ReadNumber = (bytes: Buffer, at: number) => number;

const scratch = Buffer.alloc(4);

const cdab = (bytes: Buffer, at: number): number => bytes.readUInt16BE(at) + bytes.readUInt16BE(at + 2) * 0x10000;
const badc = (bytes: Buffer, at: number): number => bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);

function asFloat(bits: number): number {
  scratch.writeUInt32BE(bits);
  return scratch.readFloatBE();
}

const READ: Readonly<Record<NumberType, ReadNumber>> = {
  u8: (bytes, at) => bytes.readUInt8(at),
  i8: (bytes, at) => bytes.readInt8(at),
  u16be: (bytes, at) => bytes.readUInt16BE(at),
  u16le: (bytes, at) => bytes.readUInt16LE(at),
  i16be: (bytes, at) => bytes.readInt16BE(at),
  i16le: (bytes, at) => bytes.readInt16LE(at),
  u32be: (bytes, at) => bytes.readUInt32BE(at),
  u32le: (bytes, at) => bytes.readUInt32LE(at),
  u32cdab: cdab,
  u32badc: badc,
  i32be: (bytes, at) => bytes.readInt32BE(at),
  i32le: (bytes, at) => bytes.readInt32LE(at),
  i32cdab: (bytes, at) => cdab(bytes, at) | 0,
  i32badc: (bytes, at) => badc(bytes, at) | 0,
  f32be: (bytes, at) => bytes.readFloatBE(at),
  f32le: (bytes, at) => bytes.readFloatLE(at),
  f32cdab: (bytes, at) => asFloat(cdab(bytes, at)),
  f32badc: (bytes, at) => asFloat(badc(bytes, at)),
};

export const numberReader = (type: NumberType): ReadNumber => READ[type];

/** How many bytes a number takes in a frame. */
export const numberBytes = (type: NumberType): number => Number(/\d+/.exec(type)![0]) / 8;
