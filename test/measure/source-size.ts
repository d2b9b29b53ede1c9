// How many files and lines there are. A line is what ends with a line feed, blank ones and comments included.
import { median } from '../bench/rate.ts';
import type { TextFile } from '../source-tree.ts';

export interface SourceSize {
  readonly files: number;
  readonly lines: number;
  readonly lines_median: number;
  readonly lines_max: number;
  /** Path of the file that has so many. */
  readonly largest: string;
}

export function sourceSize(files: readonly TextFile[]): SourceSize {
  const sizes = files.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
  const largest = sizes.reduce((most, size) => (size.lines > most.lines ? size : most));
  return {
    files: files.length,
    lines: sizes.reduce((sum, { lines }) => sum + lines, 0),
    lines_median: median(sizes.map(({ lines }) => lines)),
    lines_max: largest.lines,
    largest: largest.path,
  };
}
