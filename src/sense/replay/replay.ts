// Recorded data as a source, in virtual time: bytes of a serial device, or rows of a CSV file.
//
// Nothing waits: each reading carries the time it was made, and the caller moves its virtual clock along.
import { createReadStream } from 'node:fs';
import { OperatingError } from '../../core/errors.ts';
import type { AgentEvent, Emit, ReadingReason } from '../../core/events.ts';
import { QUANTITIES, type Quantity } from '../../core/quantities.ts';
import type { Reading } from '../../core/reading.ts';
import { SENSOR_CLASSES } from '../../core/sensor-class.ts';
import { converter } from '../../core/units.ts';
import type { DeviceModel, DeviceProfile } from '../profile.ts';
import { createReadingSink } from '../reading-sink.ts';
import { createIntake } from '../serial/intake.ts';
import type { Sink } from '../sink.ts';
import { rangeQuality } from '../value/range.ts';
import { fileLines, splitCsv, unreadable } from './csv.ts';
import { createRowOrder } from './row-order.ts';
import { timeParser } from './timestamp.ts';

export interface ByteReplayOptions {
  readonly sensor: string;
  readonly file: string;
  readonly profile: DeviceProfile;
  readonly model: DeviceModel;
  /** Time of the first frame, Unix ms. */
  readonly startMs: number;
  /** From one frame to the next. */
  readonly intervalMs: number;
  readonly emit: Emit;
}

/**
 * Recorded bytes through the same intake as live ones; good frame n, from 0, is made at start + n intervals.
 * @throws OperatingError input_unreadable
 */
export async function* replayBytes(options: ByteReplayOptions): AsyncGenerator<Reading> {
  const { sensor, profile, model, startMs, intervalMs, emit } = options;
  let pending: Reading[] = [];
  let frames = 0;
  const uptimeMs = () => (frames - 1) * intervalMs;
  const sink = createReadingSink({
    sensor,
    sensorClass: SENSOR_CLASSES[profile.sensorClass],
    clock: { now: () => startMs + uptimeMs(), quality: () => 2 },
    uptimeMs,
    warmUpS: profile.warmUpS,
    onReading: (reading) => pending.push(reading),
    emit,
  });
  const counted: Sink = {
    ...sink,
    frame(source) {
      frames++;
      sink.frame(source);
    },
  };
  const intake = createIntake(profile, model, counted);
  try {
    for await (const chunk of createReadStream(options.file)) {
      intake.push(chunk as Buffer);
      yield* pending;
      pending = [];
    }
  } catch (cause) {
    throw unreadable(options.file, cause);
  }
  intake.end();
  yield* pending;
  if (frames === 0) emit(noFrames(sensor, options.file, profile.title));
}

function noFrames(sensor: string, file: string, title: string): AgentEvent {
  return { type: 'warning', message: `${sensor}: ${file} holds no frame of a ${title}; check device and model` };
}

export interface CsvColumn {
  readonly column: string;
  readonly quantity: Quantity;
  readonly unit?: string | undefined;
  readonly channel?: string | undefined;
}

export interface CsvReplayOptions {
  readonly sensor: string;
  readonly sensorClass: number;
  readonly file: string;
  readonly timestamp: { readonly column: string; readonly format: string; readonly zone: string };
  readonly readings: readonly CsvColumn[];
  readonly emit: Emit;
  /** Called now and then with the bytes of the file read so far. */
  readonly onRead?: ((bytes: number) => void) | undefined;
}

/** What one row of a file says. */
export interface CsvRow {
  readonly timeMs: number;
  /** Its time as written in the file. */
  readonly written: string;
  readonly readings: readonly Reading[];
}

/**
 * Rows of a CSV file as readings; empty cells are not readings. Rows that go back in time are counted and left out.
 * @throws OperatingError input_unreadable, also for a column that is missing; Error for a unit, format or zone
 */
export async function* replayCsv(options: CsvReplayOptions): AsyncGenerator<Reading> {
  for await (const { readings } of csvRows(options)) yield* readings;
}

/** The same, row by row. */
export async function* csvRows(options: CsvReplayOptions): AsyncGenerator<CsvRow> {
  const { sensor, file, emit, onRead } = options;
  const drop = (reason: ReadingReason) => emit({ type: 'reading_dropped', sensor, reason, count: 1 });
  const parse = timeParser(options.timestamp.format, options.timestamp.zone);
  const order = createRowOrder<TimedCells>(drop);
  let columns: Layout | undefined;
  for await (const line of fileLines(file, () => drop('bad_row'), onRead)) {
    const cells = splitCsv(line);
    if (!columns) {
      columns = layout(cells, options);
      continue;
    }
    const timeMs = parse(cells[columns.time] ?? '');
    if (timeMs === undefined) drop('bad_time');
    else for (const row of order.push({ timeMs, cells })) yield rowOf(row, columns, options, drop);
  }
  if (columns) for (const row of order.end()) yield rowOf(row, columns, options, drop);
}

interface TimedCells {
  readonly timeMs: number;
  readonly cells: readonly string[];
}

function rowOf(
  { timeMs, cells }: TimedCells,
  columns: Layout,
  { sensor, sensorClass }: CsvReplayOptions,
  drop: (reason: ReadingReason) => void,
): CsvRow {
  const readings: Reading[] = [];
  for (const { at, quantity, channel, unit, convert } of columns.values) {
    const cell = cells[at];
    if (cell === undefined) {
      drop('bad_row');
      break;
    }
    if (cell.trim() === '') continue;
    const value = convert(Number(cell));
    if (!Number.isFinite(value)) {
      drop('not_a_number');
      continue;
    }
    const quality = rangeQuality(quantity, value);
    readings.push({ sensor, quantity, channel, value, unit, timeMs, clock: 2, quality, sensorClass });
  }
  return { timeMs, written: (cells[columns.time] ?? '').trim(), readings };
}

type Layout = ReturnType<typeof layout>;

/** @throws OperatingError naming the column that is missing and those that are there; Error for a unit */
function layout(header: readonly string[], { file, timestamp, readings }: CsvReplayOptions) {
  const names = header.map((name) => name.trim());
  const find = (column: string): number => {
    const at = names.indexOf(column);
    if (at >= 0) return at;
    // Of a file without any of the columns the first line is not told: it may be any file, named by mistake.
    const isTable = [timestamp, ...readings].some((asked) => names.includes(asked.column));
    const has = isTable ? `it has ${names.slice(0, 20).join(', ')}` : 'nor any other that was asked for';
    throw new OperatingError('input_unreadable', `${file} has no column "${column}"; ${has}`);
  };
  return {
    time: find(timestamp.column),
    values: readings.map(({ column, quantity, unit, channel }) => {
      const convert = converter(unit ?? QUANTITIES[quantity].unit, quantity);
      if (!convert) throw new Error(`${file}: unit "${unit}" does not fit ${quantity}`);
      return { at: find(column), quantity, channel: channel ?? '', unit: QUANTITIES[quantity].unit, convert };
    }),
  };
}

/** Readings of several sources in the order of their time; each must be in order itself. */
export async function* inOrder(sources: readonly AsyncIterable<Reading>[]): AsyncGenerator<Reading> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map(async (iterator) => ({ iterator, next: await iterator.next() })));
    while (true) {
      let first: (typeof heads)[number] | undefined;
      for (const head of heads) {
        if (head.next.done) continue;
        if (!first || first.next.done || head.next.value.timeMs < first.next.value.timeMs) first = head;
      }
      if (!first || first.next.done) return;
      yield first.next.value;
      first.next = await first.iterator.next();
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}
