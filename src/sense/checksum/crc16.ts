// The two families of CRC-16 that sensors use, by table. What differs within a family is where it starts.

const tableOf = (step: (crc: number) => number, start: (byte: number) => number): Uint16Array =>
  Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = start(byte);
    for (let bit = 0; bit < 8; bit++) crc = step(crc);
    return crc;
  });
const REFLECTED = tableOf(
  (crc) => (crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1),
  (byte) => byte,
);
const CCITT = tableOf(
  (crc) => (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1),
  (byte) => byte << 8,
);

/** Polynomial 8005, reflected. */
export function crc16Reflected(bytes: Uint8Array, start: number, from = 0, to = bytes.length): number {
  let crc = start;
  for (let i = from; i < to; i++) crc = (crc >>> 8) ^ REFLECTED[(crc ^ bytes[i]!) & 0xff]!;
  return crc;
}

/** Polynomial 1021, not reflected. */
function crc16Ccitt(bytes: Uint8Array, start: number, from: number, to: number): number {
  let crc = start;
  for (let i = from; i < to; i++) crc = ((crc << 8) & 0xffff) ^ CCITT[(crc >>> 8) ^ bytes[i]!]!;
  return crc;
}

/** Modbus over serial line V1.02, section 2.5.1.2. 0x4b37 for the ASCII text `123456789`. */
export const crc16Modbus = (bytes: Uint8Array, from = 0, to = bytes.length): number =>
  crc16Reflected(bytes, 0xffff, from, to);

/** XMODEM, as Davis has it. 0x31c3 for the ASCII text `123456789`. */
export const crc16Xmodem = (bytes: Uint8Array, from = 0, to = bytes.length): number => crc16Ccitt(bytes, 0, from, to);

/** CCITT-FALSE, as on the boards (firmware-bridge/PROTOCOL.md section 2). 0x29b1 for the ASCII text `123456789`. */
export const crc16CcittFalse = (bytes: Uint8Array): number => crc16Ccitt(bytes, 0xffff, 0, bytes.length);
