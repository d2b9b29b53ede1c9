// `qis replay`: recordings of many stations through the whole loop, one gateway each, and what each would have told.
//
//     manifest -> files -> rows -> gateways (virtual time, packets in memory) -> alerts.csv, report
//
// Alerts are written when all is done: an interrupted replay leaves no file that looks whole.
import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';
import type { AgentEvent } from '../core/events.ts';
import { plainLine } from '../core/plain-text.ts';
import { SENSOR_CLASSES } from '../core/sensor-class.ts';
import { DETECTOR_DEFAULT, detectorNamed, isDetectorName } from '../detect/registry.ts';
import type { Domains } from '../distill/domains.ts';
import { type DetectorModule, detectorModuleProblem, openDetectorModule } from '../gateway/detector-module.ts';
import { alarmLevels, loadDomains, withAlarms } from '../gateway/domains.ts';
import { csvRows } from '../sense/replay/replay.ts';
import { type Alert, type AlertWriter, createAlertWriter } from '../sim/replay-alerts.ts';
import { placesOf } from '../sim/replay-neighbours.ts';
import { type ReplayListener, runReplay } from '../sim/replay-run.ts';
import { type Command, INTERRUPTED, type Io, parseArguments } from './command.ts';
import { loadManifest, type Manifest } from './replay-manifest.ts';
import { createReplayTally, type ReplayReport, type ReplayTally } from './replay-report.ts';
import { createProgress, reportWords } from './replay-words.ts';

export const command: Command = {
  summary: 'run recorded data of many stations through the whole loop',
  usage: `usage: qis replay <manifest.yaml> --out <alerts.csv> [--alone] [--data <folder>] [--report <report.json>] [--json]

  Runs one gateway per station, packets and verdicts included, in virtual time and without a network, and writes
  one line per alert: sensor,timestamp,kind,phenomenon,confidence. docs/replay.md says what is in a manifest.

  --out <file>      the alerts
  --alone           no packets between the gateways, to see what the neighbours add
  --data <folder>   where the files are, when not beside the manifest
  --report <file>   figures of each station and in all, as JSON
  --json            the same on standard output, and nothing else
`,
  run,
};

async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(
    args,
    {
      out: { type: 'string' },
      alone: { type: 'boolean', default: false },
      data: { type: 'string' },
      report: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
    1,
  );
  const [name] = positionals;
  if (name === undefined) throw new OperatingError('usage', 'name the manifest: qis replay <manifest.yaml>');
  if (values.out === undefined) throw new OperatingError('usage', 'say where to write the alerts: --out alerts.csv');
  const path = (relative: string) => resolve(io.cwd, relative);
  const manifest = loadManifest(path(name), values.data === undefined ? undefined : path(values.data));
  const files = [values.out, ...(values.report === undefined ? [] : [values.report])].map(path);
  for (const file of files) checkFolder(file);
  const domains = withAlarms(loadDomains(manifest.domains), manifest.alarm);
  const { alerts, report } = await replay(manifest, { domains, alone: values.alone, io });
  if (io.signal.aborted) return INTERRUPTED;
  if (report.gateways === 0)
    throw new OperatingError('input_unreadable', 'no station could be read; nothing was written');
  const json = `${JSON.stringify(report, undefined, 2)}\n`;
  write(files[0]!, `${['sensor,timestamp,kind,phenomenon,confidence', ...alerts.map(csvLine)].join('\n')}\n`);
  if (files[1] !== undefined) write(files[1], json);
  io.stdout.write(values.json ? json : reportWords(report));
  return 0;
}

interface Replayed {
  readonly alerts: readonly Alert[];
  readonly report: ReplayReport;
}

async function replay(
  manifest: Manifest,
  { domains, alone, io }: { domains: Domains; alone: boolean; io: Io },
): Promise<Replayed> {
  const spots = placesOf(manifest.stations);
  const tally = createReplayTally(domains.all, new Map(manifest.stations.map(({ id }, index) => [id, spots[index]!])));
  const alarmed = new Set(alarmLevels(domains).keys());
  const alerts: Alert[] = [];
  const writers = new Map<string, AlertWriter>();
  // Whoever asks for a detector by name wants to see what it finds.
  const onsets = manifest.detector !== DETECTOR_DEFAULT;
  const failed = (station: string, reason: string) => {
    tally.failed(station, reason);
    io.stderr.write(`${plainLine(`${station}: ${reason}`)}\n`);
  };
  const write = (alert: Alert) => {
    alerts.push(alert);
    tally.alert(alert);
  };
  const unique = manifest.stations.filter(({ id, file }) => {
    const isNew = !writers.has(id);
    if (isNew) writers.set(id, createAlertWriter({ sensor: id, alarmed, onsets, write }));
    else failed(id, `is there twice; ${file} is left out`);
    return isNew;
  });
  const progress = createProgress(io.stderr);
  const reading = readFiles({ ...manifest, stations: unique }, tally);
  const listener: ReplayListener = {
    row(station, row) {
      writers.get(station)?.row(row);
      tally.row(station, row);
    },
    event(station, event) {
      writers.get(station)?.note(event);
      tally.event(station, event);
    },
    moment(timeMs) {
      tally.moment(timeMs);
      progress.at(reading.share(), timeMs);
    },
    failed(station, reason) {
      progress.end();
      failed(station, reason);
    },
  };
  await using opened = await openDetector(manifest.detector, io);
  const { kind: detector } = opened;
  await runReplay({ domains, detector, stations: reading.stations, alone, signal: io.signal, listener });
  progress.end();
  return { alerts, report: tally.report(alone ? 'alone' : 'mesh') };
}

/** @throws OperatingError config_invalid: a module that cannot be used */
async function openDetector(name: string, { stderr }: Io): Promise<DetectorModule> {
  if (isDetectorName(name)) return { kind: detectorNamed(name), [Symbol.asyncDispose]: async () => {} };
  const problem = await detectorModuleProblem(name);
  if (problem !== undefined) throw new OperatingError('config_invalid', `detector: ${name} cannot be used: ${problem}`);
  return openDetectorModule({ file: name, isLive: false, onWarning: (message) => stderr.write(`${message}\n`) });
}

/** The files as rows, and how much of them was read. */
function readFiles({ timestamp, readings, stations }: Manifest, tally: ReplayTally) {
  const sizes = stations.map(({ file }) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const read = sizes.map(() => 0);
  return {
    share: () => read.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, total),
    stations: stations.map(({ id, file, place }, index) => {
      const onRead = (bytes: number) => {
        read[index] = bytes;
      };
      const emit = (event: AgentEvent) => tally.event(id, { ...event, timeMs: 0 });
      const sensorClass = SENSOR_CLASSES.unknown;
      return { id, place, rows: csvRows({ sensor: id, sensorClass, file, timestamp, readings, emit, onRead }) };
    }),
  };
}

function csvLine({ sensor, timestamp, kind, phenomenon, confidence }: Alert): string {
  return [quoted(sensor), quoted(timestamp), kind, phenomenon, confidence.toFixed(3)].join(',');
}

/** RFC 4180 section 2. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Found out before the work, not after it. */
function checkFolder(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
  } catch (cause) {
    throw new OperatingError('output_unwritable', `cannot write ${file}: ${reasonOf(cause)}`, { cause });
  }
}

function write(file: string, content: string): void {
  // A device or a pipe is written to as it is.
  const isPlain = statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
  const target = isPlain ? `${file}.${process.pid}.tmp` : file;
  try {
    writeFileSync(target, content);
    if (isPlain) renameSync(target, file);
  } catch (cause) {
    if (isPlain) rmSync(target, { force: true });
    throw new OperatingError('output_unwritable', `cannot write ${file}: ${reasonOf(cause)}`, { cause });
  }
}
