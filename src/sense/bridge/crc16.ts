// CRC-16/CCITT-FALSE, bit by bit as on the board: frames are short, and rare.

/** @returns 0x29b1 for the ASCII text `123456789` */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}
