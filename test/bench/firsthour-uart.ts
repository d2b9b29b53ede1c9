// What a UART reads of bytes that were sent at another rate: the levels on the wire, sampled where it takes the middle of
// its own bits to be. 8N1; a byte whose stop bit is not there is read as 0, as Linux does.

const BITS_PER_BYTE = 10;

/** Levels of the wire, one for each bit of the sender; it rests high. */
function levelsOf(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => [0, ...Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1), 1]);
}

export function sampledAt(
  bytes: Uint8Array,
  { sentBaud, readBaud }: { readonly sentBaud: number; readonly readBaud: number },
): Buffer {
  const levels = levelsOf(bytes);
  const step = sentBaud / readBaud;
  const levelAt = (time: number): number => levels[Math.floor(time)] ?? 1;
  const read: number[] = [];
  let time = 0;
  while (time < levels.length) {
    if (levelAt(time) === 1) {
      // Sixteen looks a bit, as most receivers take.
      time += step / 16;
      continue;
    }
    const bits = Array.from({ length: BITS_PER_BYTE }, (_, bit) => levelAt(time + (bit + 0.5) * step));
    const hasStop = bits[BITS_PER_BYTE - 1] === 1;
    const value = bits.slice(1, 9).reduce((sum, level, bit) => sum | (level << bit), 0);
    read.push(hasStop ? value : 0);
    time += (BITS_PER_BYTE - 0.5) * step;
  }
  return Buffer.from(read);
}
