// Captured bytes and messages of a device folder, replayed: what comes out as rows of its expected.csv, and what was
// rejected. Columns: frame,source,quantity,channel,value,unit,quality,time; one row for each value and each online.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { qualityNames } from '../src/core/reading.ts';
import type { ConventionProfile } from '../src/sense/convention/convention-profile.ts';
import { createConvention } from '../src/sense/mqtt/conventions.ts';
import type { DeviceProfile } from '../src/sense/profile.ts';
import { splitCsv } from '../src/sense/replay/csv.ts';
import { createIntake } from '../src/sense/serial/intake.ts';
import type { Sink } from '../src/sense/sink.ts';

export const DEVICE_FOLDERS = new URL('../devices/', import.meta.url);
/** When captured messages arrive: times that are relative to now count from here. */
export const ARRIVAL_MS = Date.UTC(2026, 0, 1);
const COLUMNS = 'frame,source,quantity,channel,value,unit,quality,time';
const VALUE_AT = 4;
const TIME_AT = 7;

export interface Replayed {
  readonly rows: readonly string[][];
  readonly rejected: Readonly<Record<string, number>>;
  readonly frames: number;
}

export const deviceFile = (name: string, file: string): string =>
  readFileSync(new URL(`${name}/${file}`, DEVICE_FOLDERS), 'utf8');

/** The captures of a serial device, bytes in hex or lines of text: each with its model and the rows expected of it. */
export function serialCaptures({ name, modelDefault }: DeviceProfile) {
  const files = readdirSync(new URL(`${name}/`, DEVICE_FOLDERS)).filter((file) =>
    /^capture(-.+)?\.(hex|txt)$/.test(file),
  );
  return files.map((file) => ({
    file,
    modelName: /^capture-(.+)\.(?:hex|txt)$/.exec(file)?.[1] ?? modelDefault,
    bytes: file.endsWith('.hex') ? hexBytes(deviceFile(name, file)) : lineBytes(deviceFile(name, file)),
    expected: rowsOf(deviceFile(name, file.replace(/^capture(.*)\.(hex|txt)$/, 'expected$1.csv'))),
  }));
}

/** Bytes written in hex; `#` begins a comment. */
function hexBytes(text: string): Buffer {
  const digits = text.replaceAll(/#.*|\s/g, '');
  assert.match(digits, /^([0-9a-f]{2})+$/i);
  return Buffer.from(digits, 'hex');
}

/** Lines as a serial device ends them. */
const lineBytes = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'));

export function rowsOf(csv: string): string[][] {
  const [columns, ...lines] = csv.trimEnd().split('\n');
  assert.equal(columns, COLUMNS);
  return lines.map((line) => splitCsv(line));
}

export function replayBytes(profile: DeviceProfile, modelName: string, pieces: readonly Buffer[]): Replayed {
  const model = profile.models[modelName];
  assert(model, `${profile.name} has no model ${modelName}`);
  return replayed((sink) => {
    const intake = createIntake(profile, model, sink);
    for (const piece of pieces) intake.push(piece);
    intake.end();
  });
}

interface CapturedMessage {
  readonly topic: string;
  readonly payload?: unknown;
  readonly payload_hex?: string;
  readonly retained?: boolean;
}

export function replayMessages(profile: ConventionProfile): Replayed {
  const lines = deviceFile(profile.name, 'capture.jsonl').trimEnd().split('\n');
  return replayed((sink) => {
    const convention = createConvention(profile);
    for (const line of lines) {
      const { topic, payload = '', payload_hex, retained = false } = JSON.parse(line) as CapturedMessage;
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      const bytes = payload_hex === undefined ? Buffer.from(text) : Buffer.from(payload_hex, 'hex');
      convention.accept({ topic, payload: bytes, retained, timeMs: ARRIVAL_MS }, sink);
    }
  });
}

function replayed(tell: (sink: Sink) => void): Replayed {
  const rows: string[][] = [];
  const rejected: Record<string, number> = {};
  let frames = 0;
  let of = '';
  tell({
    frame(source = '') {
      frames++;
      of = source;
    },
    value({ quantity, channel, value, unit, quality, timeMs }) {
      assert.equal(value === null, qualityNames(quality).includes('invalid'), 'no value exactly where it is invalid');
      const time = timeMs === undefined ? '' : new Date(timeMs).toISOString();
      const names = qualityNames(quality).join(' ');
      rows.push([`${frames}`, of, quantity ?? '', channel, `${value ?? ''}`, unit, names, time]);
    },
    online: (is) => rows.push([`${frames}`, of, 'online', '', `${is}`, '', '', '']),
    rejected(reason, count) {
      assert.ok(count > 0, `${reason} rejected ${count} times`);
      rejected[reason] = (rejected[reason] ?? 0) + count;
    },
    topic: () => {},
  });
  return { rows, rejected, frames };
}

/** @throws AssertionError unless the rows are the same; values to six digits, times to the millisecond. */
export function assertRows(got: readonly string[][], expected: readonly string[][], message: string): void {
  const told = got.map((row, at) => row.map((cell, column) => alike(cell, expected[at]?.[column] ?? '', column)));
  assert.deepEqual(told, expected, message);
}

/** The expected cell when this one means the same. */
function alike(cell: string, expected: string, column: number): string {
  if (column === VALUE_AT && cell !== '' && expected !== '') {
    const [value, wanted] = [Number(cell), Number(expected)];
    return Math.abs(value - wanted) <= 1e-6 * Math.max(1e-3, Math.abs(wanted)) ? expected : cell;
  }
  return column === TIME_AT && Date.parse(cell) === Date.parse(expected) ? expected : cell;
}
