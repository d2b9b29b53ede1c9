// One recording with a score beside each value: `timestamp,value` in, `timestamp,value,anomaly_score` out.
//
//     line ──> cells ──> value, time ──> scorer ──> line
//
// Row by row: a score is made before the next row is looked at, and a file of any length takes the same memory. Times and
// values are written as they stood. A row that cannot be scored keeps its place with a score of 0 and is counted.
import { open, rename, rm } from 'node:fs/promises';
import { OperatingError, reasonOf } from '../core/errors.ts';
import type { Scorer } from '../detect/scorer.ts';
import { fileLines, splitCsv } from '../sense/replay/csv.ts';
import { timeParser } from '../sense/replay/timestamp.ts';

/** Why a row has no score of its own: nothing to read, no number, or a time that the detector needs and cannot read. */
export type RowReason = 'bad_row' | 'bad_value' | 'bad_time';

export interface ScoredFile {
  readonly rows: number;
  readonly notScored: Readonly<Record<RowReason, number>>;
}

const CHUNK_CHARACTERS = 65_536;
const HEADER = 'timestamp,value,anomaly_score';

/**
 * The target is written beside itself and renamed, so that no half of one is left.
 * @returns undefined when the file has no columns `timestamp` and `value`; nothing is written then
 * @throws OperatingError input_unreadable, output_unwritable
 */
export async function scoreFile(
  { source, target }: { source: string; target: string },
  scorer: Scorer,
  signal: AbortSignal,
): Promise<ScoredFile | undefined> {
  const notScored = { bad_row: 0, bad_value: 0, bad_time: 0 };
  const lines = fileLines(source, () => notScored.bad_row++);
  const header = await lines.next();
  const layout = header.done ? undefined : columns(splitCsv(header.value));
  if (!layout) {
    await lines.return(undefined);
    return undefined;
  }
  const out = await draft(target);
  let rows = 0;
  try {
    let text = `${HEADER}\n`;
    for await (const line of lines) {
      if (signal.aborted) break;
      const row = scoredRow(splitCsv(line), layout, scorer);
      if (row.reason !== undefined) notScored[row.reason]++;
      rows++;
      text += row.text;
      if (text.length < CHUNK_CHARACTERS) continue;
      await out.write(text);
      text = '';
    }
    await out.write(text);
    if (!signal.aborted) await out.keep();
  } finally {
    await out.drop();
  }
  return { rows, notScored };
}

interface Layout {
  readonly time: number;
  readonly value: number;
}

function columns(header: readonly string[]): Layout | undefined {
  const names = header.map((name) => name.trim().toLowerCase());
  const [time, value] = [names.indexOf('timestamp'), names.indexOf('value')];
  return time >= 0 && value >= 0 ? { time, value } : undefined;
}

const parseTime = timeParser('iso');

function scoredRow(
  cells: readonly string[],
  { time, value }: Layout,
  scorer: Scorer,
): { text: string; reason?: RowReason } {
  const [written, number] = [cells[time] ?? '', cells[value] ?? ''];
  const zero = `${quoted(written)},${quoted(number)},0\n`;
  if (cells[time] === undefined || cells[value] === undefined) return { text: zero, reason: 'bad_row' };
  const parsed = number.trim() === '' ? Number.NaN : Number(number);
  if (!Number.isFinite(parsed)) return { text: zero, reason: 'bad_value' };
  const timeMs = parseTime(written);
  if (timeMs === undefined && scorer.needsTime) return { text: zero, reason: 'bad_time' };
  const score = scorer.next(parsed, timeMs ?? Number.NaN);
  return { text: `${quoted(written)},${quoted(number)},${Number(score.toFixed(6))}\n` };
}

/** RFC 4180 section 2. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A file that is not there until it is kept. */
async function draft(target: string) {
  const path = `${target}.${process.pid}.tmp`;
  const tried = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw new OperatingError('output_unwritable', `cannot write ${target}: ${reasonOf(cause)}`, { cause });
    }
  };
  const file = await tried(() => open(path, 'w'));
  return {
    write: (text: string) => tried(() => file.write(text)),
    keep: () =>
      tried(async () => {
        await file.close();
        await rename(path, target);
      }),
    /** Whatever became of it; nothing is left beside the target. */
    async drop(): Promise<void> {
      await file.close().catch(() => {});
      await rm(path, { force: true });
    },
  };
}
