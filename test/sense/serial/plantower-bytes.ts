// Frames of Plantower sensors as their data sheet has them, made from their words; written apart from src/ on purpose.

/** @param words what stands between the length and the checksum: 13 in a PMS5003, 9 in a PMS3003 */
export function plantowerBytes(...words: number[]): Buffer {
  const bytes = Buffer.alloc(2 * words.length + 6);
  bytes.writeUInt16BE(0x424d, 0);
  bytes.writeUInt16BE(2 * words.length + 2, 2);
  words.forEach((word, at) => void bytes.writeUInt16BE(word & 0xffff, 4 + 2 * at));
  let sum = 0;
  for (const byte of bytes.subarray(0, -2)) sum += byte;
  bytes.writeUInt16BE(sum, bytes.length - 2);
  return bytes;
}

/** A PMS5003 that sees this much PM2.5, and everything else alike. */
export function pms5003(pm2_5: number): Buffer {
  return plantowerBytes(1, pm2_5, 3, 1, pm2_5, 3, 600, 200, 40, 5, 2, 1, 0x9700);
}

export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
}
