// Recordings of many stations, read once and held for as many runs as a measurement makes of them.
//
//     manifest ──> rows of PM2.5 in memory ──(stations, months, values put in place of others)──> what one run reads
//
// Only PM2.5 is kept: every alert is of it, and they are the same with and without the other columns.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Manifest } from '../../src/cli/replay-manifest.ts';
import { SENSOR_CLASSES } from '../../src/core/sensor-class.ts';
import { type CsvRow, csvRows } from '../../src/sense/replay/replay.ts';
import type { Place } from '../../src/synthesize/sighting.ts';

export interface Recording {
  readonly id: string;
  readonly place: Place | undefined;
  /** In the order of time. */
  readonly rows: readonly CsvRow[];
}

export async function readRecordings({ stations, timestamp, readings }: Manifest): Promise<Recording[]> {
  const columns = readings.filter(({ quantity }) => quantity === 'pm2_5');
  const recordings: Recording[] = [];
  for (const { id, file, place } of stations) {
    const rows: CsvRow[] = [];
    const options = { sensor: id, sensorClass: SENSOR_CLASSES.unknown, file, timestamp, readings: columns };
    for await (const row of csvRows({ ...options, emit: () => {} })) rows.push(row);
    recordings.push({ id, place, rows });
  }
  return recordings;
}

/** From `from` to before `until`, both as written in the file. */
export function between(recordings: readonly Recording[], from: string, until: string): Recording[] {
  const isIn = ({ written }: CsvRow) => written >= from && written < until;
  return recordings.map((one) => ({ ...one, rows: one.rows.filter(isIn) })).filter(({ rows }) => rows.length > 0);
}

/** Values of some stations replaced, as somebody with a soldering iron would. */
export function replaced(recordings: readonly Recording[], ids: ReadonlySet<string>, value: () => number): Recording[] {
  const fake = (row: CsvRow): CsvRow => ({
    ...row,
    readings: row.readings.map((reading) => ({ ...reading, value: value(), quality: 0 })),
  });
  return recordings.map((one) => (ids.has(one.id) ? { ...one, rows: one.rows.map(fake) } : one));
}

export const mainValue = ({ readings }: CsvRow): number | undefined =>
  readings.find(({ channel }) => channel === '')?.value;

/** A folder with the files of these stations alone, for a scorer. */
export function folderOf(stations: readonly string[], data: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of [...stations.map((id) => `${id}.csv.gz`), 'labels.json'])
    if (!existsSync(join(folder, name)) && existsSync(join(data, name)))
      symlinkSync(join(data, name), join(folder, name));
  return folder;
}

/** Time and both lasers stand first; a scorer needs no more. */
const COLUMNS = 3;

/** A folder with the rows of some months of Albany; what is not a recording is copied. */
export function cutFolder(data: string, folder: string, { from, until }: { from: string; until: string }): string {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(data)) {
    const bytes = readFileSync(join(data, name));
    if (!name.endsWith('.csv.gz')) {
      writeFileSync(join(folder, name), bytes);
      continue;
    }
    const [head, ...lines] = gunzipSync(bytes).toString().split('\n');
    const kept = [head!, ...lines.filter((line) => line >= from && line < until)];
    const columns = kept.map((line) => line.split(',', COLUMNS).join(','));
    writeFileSync(join(folder, name), gzipSync(`${columns.join('\n')}\n`));
  }
  return folder;
}
