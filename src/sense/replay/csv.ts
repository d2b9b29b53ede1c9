// Lines of a CSV file (RFC 4180 without line breaks inside quotes), gzip too, read as a stream.
//
// Invariant: a line has a cap, and so has what a packed file unpacks to; a bomb ends with an error, not with the memory.
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { OperatingError, reasonOf } from '../../core/errors.ts';
import { csvLineBytesMax, csvUnpackedBytesMax, csvUnpackedBytesMin, csvUnpackedRatioMax } from '../../core/limits.ts';

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
 * @param onRead called now and then with the bytes of the file read so far
 * @throws OperatingError input_unreadable
 */
export async function* fileLines(
  path: string,
  onTooLong: () => void,
  onRead?: (bytes: number) => void,
): AsyncGenerator<string> {
  const file = createReadStream(path);
  const input: Readable = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  if (input !== file) file.on('error', (error) => input.destroy(error));
  const decoder = new TextDecoder();
  let rest = '';
  let passing = false;
  let unpacked = 0;
  let unpackedMax: number | undefined;
  try {
    for await (const chunk of input) {
      onRead?.(file.bytesRead);
      unpacked += (chunk as Buffer).length;
      unpackedMax ??= input === file ? Number.POSITIVE_INFINITY : unpackedBytesMax(path);
      if (unpacked > unpackedMax) throw new Error(`it unpacks to more than ${unpackedMax} bytes, as no recording does`);
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
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    file.destroy();
  }
}

/** Of a packed file. */
function unpackedBytesMax(path: string): number {
  const { size } = statSync(path);
  return Math.min(csvUnpackedBytesMax, Math.max(csvUnpackedBytesMin, size * csvUnpackedRatioMax));
}

/** A file that is absent, not whole, or not what its name says. */
export function unreadable(path: string, cause: unknown): OperatingError {
  const message = `cannot read ${path} (${reasonOf(cause)}): check that it is there and whole`;
  return new OperatingError('input_unreadable', message, { cause });
}
