// The frame a PMS5003 would send for some air: what its decoder reads, written (PMS5003 data manual V2.5, appendix I).
import type { Air } from './air.ts';

const FRAME_BYTES = 32;

export function plantowerFrame({ pm1, pm2_5, pm10 }: Air): Buffer {
  const frame = Buffer.alloc(FRAME_BYTES);
  const counts = [85, 24, 9, 0.9, 0.35, 0.2].map((perMass) => pm2_5 * perMass);
  const words = [pm1, pm2_5, pm10, pm1, pm2_5, pm10, ...counts].map((value) => Math.min(0xffff, Math.round(value)));
  frame.write('BM', 'latin1');
  frame.writeUInt16BE(FRAME_BYTES - 4, 2);
  for (const [index, word] of words.entries()) frame.writeUInt16BE(word, 4 + 2 * index);
  frame.writeUInt8(0x97, 28);
  const sum = frame.subarray(0, FRAME_BYTES - 2).reduce((total, byte) => total + byte, 0);
  frame.writeUInt16BE(sum, FRAME_BYTES - 2);
  return frame;
}
