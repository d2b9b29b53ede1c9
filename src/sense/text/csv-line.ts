// Lines that sketches print: columns under a header line, columns by number, or `name: value unit` pairs.
//
//     "T=21.5 H=40"          pairs (text-pairs.ts)
//     "temp,hum"             a header: kept for the lines that have as many columns
//     "21.5,40"              a row: read by its header, or by the profile's column numbers
//
// Serial lines begin in the middle and carry debug prints between rows, so a header holds for rows of its own width
// only: a row that was torn or run together has another one, and a print that looks like a header harms no other row.
// Between columns: `;`, a tab, a comma, or blanks; a decimal comma is one wherever the comma is not between columns.
import { textHeadersMax } from '../../core/limits.ts';
import type { TextReading } from '../profile.ts';
import type { Sink } from '../sink.ts';
import { readPairs } from './text-pairs.ts';
import {
  roleNamed,
  sourceOf,
  stampOf,
  type TextValue,
  tellValue,
  textValue,
  type Wanted,
  wantedNamed,
  wantedReading,
} from './text-value.ts';

/** Of a column: what it holds, `time` and `source` for the whole line; undefined for what is not ours. */
type Column = Wanted | 'time' | 'source' | undefined;

interface Cells {
  readonly cells: readonly string[];
  /** What stands between them; blanks also stand between the words of a sentence. */
  readonly between: ';' | '\t' | ',' | ' ';
}

/** @param readings what the columns hold, by number or by name; without it they are known by their names */
export function createCsvLine(readings?: readonly TextReading[]): (text: Buffer, sink: Sink) => void {
  const meaning = (name: string, unit?: string) => (readings ? readingNamed(readings, name) : wantedNamed(name, unit));
  const numbered = readings && columnsNumbered(readings);
  const headers = new Map<string, readonly Column[]>();

  function readHeader({ cells: all, between }: Cells): boolean {
    const cells = all.at(-1) === '' ? all.slice(0, -1) : all;
    const columns = cells.map((cell): Column => meaning(cell) ?? roleNamed(cell));
    const isKnown = (column: Column) => typeof column === 'object';
    const isName = (cell: string) => /^[\p{L}_]/u.test(cell) && !PROSE.test(cell);
    if (!(numbered ? cells.some((cell) => wantedNamed(cell)) : columns.some(isKnown))) return false;
    // Between blanks, words that are not columns make a sentence.
    if (
      !cells.every(isName) ||
      (between === ' ' && columns.some((column, at) => !column && !COUNTERS.test(cells[at]!)))
    )
      return false;
    headers.delete(keyOf(between, columns.length));
    headers.set(keyOf(between, columns.length), columns);
    if (headers.size > textHeadersMax) headers.delete(headers.keys().next().value!);
    return true;
  }

  function columnsFor({ between }: Cells, width: number): readonly Column[] | undefined {
    if (!numbered) return headers.get(keyOf(between, width));
    return numbered.length <= width ? numbered : undefined;
  }

  return (text, sink) => {
    const line = textOf(text);
    if (line === undefined || GARBAGE.test(line)) return sink.rejected('malformed', 1);
    if (line === '' || readPairs(line, meaning, sink)) return;
    const row = cellsOf(line);
    const values = row.cells.map((cell) => textValue(cell, row.between !== ','));
    if (!values.some((value) => value)) {
      if (readHeader(row)) sink.frame();
      else sink.rejected('malformed', 1);
      return;
    }
    // Many sketches print a comma after every value.
    const columns =
      columnsFor(row, values.length) ?? (row.cells.at(-1) === '' ? columnsFor(row, values.length - 1) : undefined);
    if (columns && isRow(row, values, columns)) tellRow(sink, row.cells, values, columns);
    else sink.rejected('malformed', 1);
  };
}

/** At least one value where one is wanted; between blanks, words would be a sentence. */
function isRow(
  { cells, between }: Cells,
  values: readonly (TextValue | undefined)[],
  columns: readonly Column[],
): boolean {
  if (!columns.some((column, at) => typeof column === 'object' && values[at])) return false;
  return between !== ' ' || cells.every((cell, at) => values[at] || columns[at] === 'source' || /^\d/.test(cell));
}

/** Words of prints that also hold the name of a quantity. */
const PROSE =
  /\b(error|fail(ed|ure)?|missing|not|found|init(ialis|ializ)?(ed|ing)?|ready|start(ed|ing)?|boot|warning|waiting)\b/i;
const COUNTERS = /^#?(millis|ms|s|sec|seconds|uptime|n|nr|no|index|count|counter|sample|seq|date)$/i;

function readingNamed(readings: readonly TextReading[], name: string): Wanted | undefined {
  const wanted = name.trim().toLowerCase();
  const found = readings.find(({ key }) => (typeof key === 'string' ? key : undefined)?.toLowerCase() === wanted);
  return found && wantedReading(found);
}

/** @returns undefined when no column is known by its number */
function columnsNumbered(readings: readonly TextReading[]): Column[] | undefined {
  const columns: Column[] = [];
  for (const reading of readings) if (typeof reading.key === 'number') columns[reading.key] = wantedReading(reading);
  return columns.length === 0 ? undefined : Array.from(columns);
}

function tellRow(
  sink: Sink,
  cells: readonly string[],
  values: readonly (TextValue | undefined)[],
  columns: readonly Column[],
): void {
  const cellOf = (role: Column) => cells[columns.indexOf(role)];
  sink.frame(sourceOf(cellOf('source')));
  const timeMs = stampOf(cellOf('time'));
  for (const [at, column] of columns.entries()) {
    if (typeof column !== 'object' || cells[at] === '') continue;
    const value = values[at];
    if (value) tellValue(sink, column, value, timeMs);
    else sink.rejected('not_a_number', 1);
  }
}

/** UTF-8, or Latin-1 where a sketch sends its degree sign as one byte. */
/** Control characters but tabs: no printer of text puts them inside a line. Framing ones around it are taken off. */
const GARBAGE = /(?!\t)\p{Cc}/u;

/** Older sketches write a degree sign in Latin-1; where a quarter of the letters are such, it is noise. */
function textOf(text: Buffer): string | undefined {
  const utf8 = text.toString('utf8');
  const isLatin = utf8.includes('\ufffd');
  if (isLatin && 4 * text.reduce((count, byte) => count + (byte >> 7), 0) > text.length) return undefined;
  const line = (isLatin ? text.toString('latin1') : utf8).replaceAll(/[\0\ufeff]/g, '');
  return line.replace(/^[\s\p{Cc}]+/u, '').replace(/[\s\p{Cc}]+$/u, '');
}

function cellsOf(line: string): Cells {
  const plain = (cell: string) => unquoted(cell.trim());
  const split = (between: Cells['between']): Cells => ({
    cells: line
      .replace(/^#\s*/, '')
      .split(between === ' ' ? /\s+/ : between)
      .map(plain),
    between,
  });
  if (line.includes(';')) return split(';');
  if (line.includes('\t')) return split('\t');
  const isBetweenDigits = /^[-+]?\d+(,\d+)?(\s+[-+]?\d+(,\d+)?)+$/.test(line);
  return split(line.includes(',') && !isBetweenDigits ? ',' : ' ');
}

const unquoted = (cell: string): string => (/^".*"$/s.test(cell) ? cell.slice(1, -1).trim() : cell);

const keyOf = (between: string, width: number): string => between + width;
