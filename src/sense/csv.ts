// Lines of a CSV file (RFC 4180 without line breaks inside quotes), gzip too, read as a stream with a cap on each line.
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { csvLineBytesMax } from '../core/limits.ts';

/** Splits one line; quotes may hold commas, a doubled quote is one. */
export function splitCsv(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (quoted && char === '"' && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (char === '"') quoted = !quoted;
    else if (char === ',' && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  cells.push(cell);
  return cells;
}

/**
 * Non-empty lines of a file; `.gz` is unpacked on the way. CR LF and LF both end a line.
 * @param onTooLong called for each line over the cap, which is passed over
 * @throws what the file system or zlib throws
 */
export async function* fileLines(path: string, onTooLong: () => void): AsyncGenerator<string> {
  const file = createReadStream(path);
  const input: Readable = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  if (input !== file) file.on('error', (error) => input.destroy(error));
  const decoder = new TextDecoder();
  let rest = '';
  let passing = false;
  try {
    for await (const chunk of input) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (passing) passing = false;
        else if (line.length > csvLineBytesMax) onTooLong();
        else if (line.trim() !== '') yield line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      if (rest.length > csvLineBytesMax) {
        if (!passing) onTooLong();
        passing = true;
        rest = '';
      }
    }
    rest += decoder.decode();
    if (!passing && rest.trim() !== '') yield rest.replace(/\r$/, '');
  } finally {
    file.destroy();
  }
}
