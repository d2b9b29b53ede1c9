// Recorded data as a source, in virtual time: bytes of a serial device, or rows of a CSV file.
//
// Nothing waits: each reading carries the time it was made, and the caller moves its virtual clock along.
import { createReadStream } from 'node:fs';
import type { AgentEvent, Emit } from '../core/events.ts';
import { QUANTITIES, type Quantity } from '../core/quantities.ts';
import type { Reading } from '../core/reading.ts';
import { converter } from '../core/units.ts';
import { fileLines, splitCsv } from './csv.ts';
import { createDecoder } from './decoder.ts';
import { createFramer, dropReporter } from './framer.ts';
import type { DeviceModel, DeviceProfile } from './profile.ts';
import { rangeQuality } from './quality.ts';
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

/** Recorded bytes through the same framer and decoder as live ones; the n-th good frame is made at start + n intervals. */
export async function* replayBytes(options: ByteReplayOptions): AsyncGenerator<Reading> {
  const { sensor, profile, model, startMs, intervalMs, emit } = options;
  const framer = createFramer(profile.framing, model.frameBytes);
  const report = dropReporter(framer, sensor, emit);
  const decode = createDecoder(profile, model, sensor);
  let pending: Reading[] = [];
  const onFrame = (frame: Buffer) => {
    const uptimeMs = (framer.frames - 1) * intervalMs;
    decode(frame, { timeMs: startMs + uptimeMs, clock: 2, uptimeMs }, (reading) => pending.push(reading));
  };
  for await (const chunk of createReadStream(options.file)) {
    framer.push(chunk as Buffer, onFrame);
    report();
    yield* pending;
    pending = [];
  }
  if (framer.frames === 0) emit(noFrames(sensor, options.file, profile.title));
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
}

/** Rows of a CSV file as readings; empty cells are no readings. Rows that go back in time are counted and left out. */
export async function* replayCsv(options: CsvReplayOptions): AsyncGenerator<Reading> {
  const { sensor, sensorClass, file, emit } = options;
  const drop = (reason: 'bad_row' | 'bad_time' | 'out_of_order' | 'not_a_number') =>
    emit({ type: 'reading_dropped', sensor, reason, count: 1 });
  const parse = timeParser(options.timestamp.format, options.timestamp.zone);
  let columns: ReturnType<typeof layout> | undefined;
  let lastMs = Number.NEGATIVE_INFINITY;
  for await (const line of fileLines(file, () => drop('bad_row'))) {
    const cells = splitCsv(line);
    if (!columns) {
      columns = layout(cells, options);
      continue;
    }
    const timeMs = parse(cells[columns.time] ?? '');
    if (timeMs === undefined) drop('bad_time');
    else if (timeMs < lastMs) drop('out_of_order');
    else {
      lastMs = timeMs;
      for (const { at, quantity, channel, unit, convert } of columns.values) {
        const cell = cells[at];
        if (cell === undefined || cell === '') continue;
        const value = convert(Number(cell));
        if (!Number.isFinite(value)) {
          drop('not_a_number');
          continue;
        }
        const quality = rangeQuality(quantity, value);
        yield { sensor, quantity, channel, value, unit, timeMs, clock: 2, quality, sensorClass };
      }
    }
  }
}

/** @throws Error naming the column that is missing and those that are there */
function layout(header: readonly string[], { file, timestamp, readings }: CsvReplayOptions) {
  const names = header.map((name, index) => (index === 0 ? name.replace(/^\uFEFF/, '') : name).trim());
  const find = (column: string): number => {
    const at = names.indexOf(column);
    if (at < 0) throw new Error(`${file} has no column "${column}"; it has ${names.slice(0, 20).join(', ')}`);
    return at;
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
  const heads = await Promise.all(
    sources.map(async (source) => {
      const iterator = source[Symbol.asyncIterator]();
      return { iterator, next: await iterator.next() };
    }),
  );
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
}
