// Counts the bytes that SQLite writes into its write-ahead log, frame by frame.
//
// The file says it itself (sqlite.org/fileformat2.html, section 4): a header with two salts, then frames that repeat them.
// After a checkpoint the log begins anew with other salts. Asked after every commit, no frame is missed.
import { closeSync, openSync, readSync } from 'node:fs';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

export interface LogMeter {
  /** Bytes of the frames that came since it was last asked. */
  written(): number;
}

/** @param path of the database */
export function createLogMeter(path: string): LogMeter {
  let salts = '';
  let frames = 0;
  return {
    written() {
      const file = openSync(`${path}-wal`, 'r');
      try {
        const at = (position: number, size: number): Buffer => {
          const bytes = Buffer.alloc(size);
          return bytes.subarray(0, readSync(file, bytes, 0, size, position));
        };
        const header = at(0, HEADER_BYTES);
        if (header.length < HEADER_BYTES) return 0;
        const frameBytes = FRAME_HEADER_BYTES + header.readUInt32BE(8);
        const now = header.subarray(16, 24).toString('hex');
        if (now !== salts) frames = 0;
        salts = now;
        const before = frames;
        while (at(HEADER_BYTES + frames * frameBytes + 8, 8).toString('hex') === salts) frames++;
        return (frames - before) * frameBytes;
      } finally {
        closeSync(file);
      }
    },
  };
}
